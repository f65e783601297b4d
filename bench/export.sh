#!/usr/bin/env bash
# A month of 100,000 sales, no two texts alike, as a workbook, as CSV, and in the whole shop's ZIP: time and memory: bench/export.sh [SALES]
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
sales=${1:-100000}
file=$WORK/month-$sales.csv data=$WORK/export
machine
awk -v n="$sales" 'BEGIN {
  print "Nama,No HP,Kota,Tanggal,Total,Produk,Catatan,No Pesanan"
  for (i = 0; i < n; i++) printf "Pelanggan %d,08%010d,Kota %d,2025-03-%02d,%d,Kain tulis %d,Diantar ke rumah %d,INV-%d\n",
    i, 1200000000 + i * 7, i, 1 + i % 31, 10000 + i, i, i, 10000000 + i }' >"$file"
rm -rf "$data"
start_server "$data"
log_in owner
id=$(api POST /api/transactions/import -F "file=@$file" | jq -r '.data.import.id // empty')
[ -n "$id" ] || { echo "the upload was refused" >&2; exit 1; }
while state=$(api GET "/api/imports/$id"); [[ $state == *'"queued"'* || $state == *'"running"'* ]]; do sleep 0.25; done
echo "$state" | jq -e --argjson n "$sales" '.data.import | .status == "done" and .rows.new == $n' >/dev/null || exit 1
cookie=$(cookie owner@bench.invalid 'kain batik tulis') || exit 1
echo "peak memory of the JVM before                   $(peak_mb "$server") MB"
# export PATH: brings it, and says what it took
export_of() {
  local began=$EPOCHREALTIME file=$WORK/exported.${1##*.}
  curl -sf -m 900 -o "$file" -b "$cookie" "$url/$1" || { echo "no whole $1" >&2; exit 1; }
  echo "$1: $(stat -c %s "$file") bytes in $(between "$began" "$EPOCHREALTIME") s, peak memory $(peak_mb "$server") MB"
}
# expect ROWS WHERE
expect() { [ "$1" = $((sales + 1)) ] || { echo "$1 rows in $2" >&2; exit 1; }; }
export_of reports/2025-03/report.xlsx
expect "$(unzip -p "$WORK/exported.xlsx" xl/worksheets/sheet2.xml | grep -o '<row ' | wc -l)" 'the workbook'
export_of reports/2025-03/sales.csv
expect "$(wc -l <"$WORK/exported.csv")" 'the CSV'
export_of reports/2025-03/report.pdf
export_of profile/export.zip
expect "$(unzip -p "$WORK/exported.zip" data/transactions.jsonl | wc -l | awk '{ print $1 + 1 }')" "the shop's ZIP"
verdict "peak memory of the JVM" "$(peak_mb "$server")" 256 " MB"
