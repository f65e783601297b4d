#!/usr/bin/env bash
# What the weekly analysis costs for a shop of 100 customers where there are 100 shops, and where there are more:
# bench/weekly.sh [SHOPS [RUNS]], by default 10000 3. The data folder is made anew.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/weekly
shops=${1:-10000} runs=${2:-3}
machine
rm -rf "$data"
CRON_SECRET=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
export CRON_SECRET
start_server "$data"

# Medians of $2 weeks of $1 shops: milliseconds a shop by the clock and of the processors, and of a look. The first week is not counted:
# nothing is analysed anew in it, all for the first time.
weeks() {
  local i
  program Weekly "$data" "$1" || exit 1
  for ((i = 0; i <= $2; i++)); do
    program Weekly "$data" "$1" "$url" "$CRON_SECRET" "$server" || exit 1
  done >"$WORK/weeks.txt"
  sed -i 1d "$WORK/weeks.txt"
  for i in 1 2 3; do cut -d' ' -f$i "$WORK/weeks.txt" | median; done | paste -sd' '
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }

# the machine's code is compiled by then
weeks 100 10 >"$WORK/warm.txt" || exit 1
read -r few_clock few_cpu few_look < <(weeks 100 5)
read -r many_clock many_cpu many_look < <(weeks "$shops" "$runs")
[ -n "$many_look" ] || exit 1
echo "a shop of 100, medians of 5 weeks: $few_clock ms, $few_cpu ms of the processors; a look $few_look ms"
echo "a shop of $shops, medians of $runs weeks: $many_clock ms, $many_cpu ms of the processors; a look $many_look ms"
verdict "a shop of $shops / a shop of 100, by the clock" "$(ratio "$many_clock" "$few_clock")" 1.1
verdict "a shop of $shops / a shop of 100, of the processors" "$(ratio "$many_cpu" "$few_cpu")" 1.1
