#!/usr/bin/env bash
# What keeping figures saves: pages of a shop of 100,000 customers and a million sales while nothing changes, beside the same after each
# change, and by a node that has just started; and what a shop of 100 customers has of it: bench/cache.sh
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/cache
pages=(/ /segments /segments/lost "/reports/$(date -d '-40 days' +%Y-%m)" "/reports/2025-06")
machine
rm -rf "$data"
start_server "$data"
for shop in large:100000 small:100; do
  log_in "${shop%:*}"
  program Fill "$data" "${shop%:*}@bench.invalid" "${shop#*:}" || exit 1
  for day in 2024-12-31 $(date -d '-3 days' +%F) $(date +%F); do
    api POST /api/rfm/calculate -H 'Content-Type: application/json' -d "{\"as_of\":\"$day\"}" | jq -e .success >"$WORK/success" || exit 1
  done
done
for shop in large small; do
  cookie=$(cookie "$shop@bench.invalid" 'kain batik tulis') || exit 1
  program Cache "$data" "$shop@bench.invalid" "$url" "$cookie" 15 "${pages[@]}" >"$WORK/cache-$shop.txt" || exit 1
done
stop_server
start_server "$data"
cookie=$(cookie small@bench.invalid 'kain batik tulis') || exit 1
program Cache "$data" small@bench.invalid "$url" "$cookie" 15 "${pages[@]}" >"$WORK/success" || exit 1
cookie=$(cookie large@bench.invalid 'kain batik tulis') || exit 1
program Cache "$data" large@bench.invalid "$url" "$cookie" 0 "${pages[@]}" >"$WORK/cache-started.txt" || exit 1

echo "milliseconds, medians of 15: nothing changed; worked out anew; once by a node that has just started"
paste -d' ' "$WORK/cache-large.txt" "$WORK/cache-started.txt" | while read -r page known anew _ started; do
  printf '%-40s %8s %8s %8s\n' "100,000 customers: $page" "$known" "$anew" "$started"
  verdict "$page, known / anew" "$(awk -v a="$known" -v b="$anew" 'BEGIN { printf "%.2f", a / b }')" 0.5
done
while read -r page known anew; do printf '%-40s %8s %8s\n' "100 customers: $page" "$known" "$anew"; done <"$WORK/cache-small.txt"
