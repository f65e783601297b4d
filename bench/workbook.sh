#!/usr/bin/env bash
# A month of 100,000 sales, no two texts alike, as a workbook: time and memory: bench/workbook.sh [SALES]
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
sales=${1:-100000}
file=$WORK/month-$sales.csv data=$WORK/workbook
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
before=$(peak_mb "$server")
began=$EPOCHREALTIME
curl -sf -m 900 -o "$WORK/workbook.xlsx" -b "$cookie" "$url/reports/2025-03/report.xlsx" || { echo "no whole workbook" >&2; exit 1; }
ended=$EPOCHREALTIME
rows=$(unzip -p "$WORK/workbook.xlsx" xl/worksheets/sheet2.xml | grep -o '<row ' | wc -l)
echo "$rows rows, $(stat -c %s "$WORK/workbook.xlsx") bytes in $(between "$began" "$ended") s"
echo "peak memory of the JVM before                   $before MB"
[ "$rows" = $((sales + 1)) ] || { echo "rows are missing" >&2; exit 1; }
verdict "peak memory of the JVM" "$(peak_mb "$server")" 256 " MB"
