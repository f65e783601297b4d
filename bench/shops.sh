#!/usr/bin/env bash
# What more shops cost, each of 100 customers with ten sales each: the weekly analysis, a look at who is due, the database's size, and the
# pages of one of these shops: bench/shops.sh [WEEKS [SHOPS…]], by default 3 100 1000 10000. The data folder is made anew.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/shops
runs=${1:-3}
shops=("${@:2}")
[ ${#shops[@]} = 0 ] && shops=(100 1000 10000)
machine
rm -rf "$data"
CRON_SECRET=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
export CRON_SECRET
start_server "$data"
# the shop whose pages are looked at, with an analysis of its own
log_in one
program Fill "$data" one@bench.invalid 100 || exit 1
api POST /api/rfm/calculate -H 'Content-Type: application/json' -d '{}' | jq -e .success >"$WORK/success" || exit 1
pages=(/ /customers /segments "/reports/$(date -d '-40 days' +%Y-%m)")

# Medians of $2 weeks of $1 shops; the first week, in which all is analysed for the first time, is not counted.
weeks() {
  local i
  program Weekly "$data" "$1" || exit 1
  for ((i = 0; i <= $2; i++)); do
    program Weekly "$data" "$1" "$url" "$CRON_SECRET" "$server" || exit 1
  done >"$WORK/weeks.txt"
  sed -i 1d "$WORK/weeks.txt"
  for i in 1 2 3; do cut -d' ' -f$i "$WORK/weeks.txt" | median; done | paste -sd' '
}

# the machine's code is compiled by then
weeks 100 5 >"$WORK/warm.txt" || exit 1
printf '%8s %28s %10s %10s   %s\n' shops 'a shop: ms, ms of processors' 'look, ms' 'database' "pages, ms: ${pages[*]}"
for n in "${shops[@]}"; do
  read -r clock cpu look < <(weeks "$n" "$runs")
  [ -n "$look" ] || exit 1
  [ -n "${few:-}" ] || few=$clock few_cpu=$cpu
  cookie=$(cookie one@bench.invalid 'kain batik tulis') || exit 1
  program Cache "$data" one@bench.invalid "$url" "$cookie" 51 "${pages[@]}" >"$WORK/pages.txt" || exit 1
  printf '%8s %18s %9s %10s %10s   %s\n' "$n" "$clock" "$cpu" "$look" "$(du -sh "$data/postgres/base" | cut -f1)" \
    "$(cut -d' ' -f2 "$WORK/pages.txt" | paste -sd' ')"
done
verdict "a shop of $n / a shop of ${shops[0]}, by the clock" "$(awk -v a="$clock" -v b="$few" 'BEGIN { printf "%.3f", a / b }')" 1.1
verdict "a shop of $n / a shop of ${shops[0]}, of the processors" "$(awk -v a="$cpu" -v b="$few_cpu" 'BEGIN { printf "%.3f", a / b }')" 1.1
