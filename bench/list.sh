#!/usr/bin/env bash
# The page of a shop's 50,000 customers with ten sales each, beside the same question asked of the database bare: bench/list.sh
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/list
machine
[ -d "$data" ] && filled=yes || filled=''
start_server "$data"
log_in owner
[ -n "$filled" ] || program Fill "$data" owner@bench.invalid 50000 || exit 1
api POST /api/rfm/calculate -H 'Content-Type: application/json' -d '{}' | jq -e .success >"$WORK/success" || exit 1
cookie=$(cookie owner@bench.invalid 'kain batik tulis') || exit 1
program List "$data" owner@bench.invalid "$url" "$cookie" >"$WORK/list.txt" || exit 1
echo "milliseconds: bare median, p95; page median, p95"
while read -r page median p95 ours ours95; do
  printf '%-40s %8s %8s %8s %8s\n' "$page" "$median" "$p95" "$ours" "$ours95"
  verdict "$page, p95 / bare" "$(awk -v a="$ours95" -v b="$p95" 'BEGIN { printf "%.2f", a / b }')" 3
done <"$WORK/list.txt"
