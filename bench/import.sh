#!/usr/bin/env bash
# Import of 1,000,000 sales of 100,000 customers from CSV, beside a bare COPY of the same rows: bench/import.sh [SALES CUSTOMERS]
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
sales=${1:-1000000} customers=${2:-100000}
file=$WORK/sales-$sales.csv data=$WORK/import
machine
[ -f "$file" ] || program Sales "$file" "$sales" "$customers" || exit 1
rm -rf "$data"
start_server "$data"
log_in owner

began=$EPOCHREALTIME
id=$(api POST /api/transactions/import -F "file=@$file" | jq -r '.data.import.id // empty')
[ -n "$id" ] || { echo "the upload was refused" >&2; exit 1; }
accepted=$EPOCHREALTIME
while state=$(api GET "/api/imports/$id"); [[ $state == *'"queued"'* || $state == *'"running"'* ]]; do sleep 0.25; done
ended=$EPOCHREALTIME
peak=$(peak_mb "$server")
echo "$state" | jq -c '.data.import | {status, rows, created_at, finished_at}'
echo "$state" | jq -e --argjson n "$sales" '.data.import | .status == "done" and .rows.new == $n' >/dev/null || exit 1

upload=$(between "$began" "$accepted") whole=$(between "$began" "$ended")
worked=$(echo "$state" | jq '.data.import | (.finished_at | sub("Z$"; "") | split(".") | ((.[0] + "Z" | fromdate) + ("0." + (.[1] // "0") | tonumber)))
  - (.created_at | sub("Z$"; "") | split(".") | ((.[0] + "Z" | fromdate) + ("0." + (.[1] // "0") | tonumber)))')
echo "upload, recognising columns, order of dates     $upload s"
printf 'created_at to finished_at                       %.2f s, of which\n' "$worked"
grep -o "Import $id:.*" "$data.log"
echo "from the first byte sent to done seen           $whole s"

read -r stored written < <(program Copy "$data" "$file" "$WORK")
echo "bare COPY, rows as they are stored, median of 3  $stored s"
echo "bare COPY, columns of the file, median of 3      $written s"
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
verdict "created_at to finished_at / COPY as stored" "$(ratio "$worked" "$stored")" 18
verdict "created_at to finished_at / COPY of the file" "$(ratio "$worked" "$written")" 18
verdict "all, from the first byte sent / COPY as stored" "$(ratio "$whole" "$stored")" 18
verdict "all, from the first byte sent / COPY of the file" "$(ratio "$whole" "$written")" 18
verdict "peak memory of the JVM" "$peak" 256 " MB"
