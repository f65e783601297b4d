#!/usr/bin/env bash
# An analysis of the shop that bench/import.sh left, beside the bare GROUP BY and DuckDB; again after 100 sales; and how
# the cost grows: bench/rfm.sh [CUSTOMERS...], by default 1000 10000 100000 1000000
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/import
[ -d "$data" ] || { echo "bench/import.sh first" >&2; exit 1; }
[ $# -gt 0 ] && sizes=("$@") || sizes=(1000 10000 100000 1000000)
machine
start_server "$data"
log_in owner

# Seconds of one POST /api/rfm/calculate with the body $1.
calculate() {
  api POST /api/rfm/calculate -H 'Content-Type: application/json' -d "$1" -o "$WORK/analysis.json" -w '%{time_total}\n'
  jq -e .success "$WORK/analysis.json" >"$WORK/success" || { cat "$WORK/analysis.json" >&2; exit 1; }
}

# Median of $2 whole calculations by the method $1, each of another day, as the daily one is: nothing of it is stored yet.
whole() {
  local i
  for ((i = 0; i < $2; i++)); do
    calculate "{\"method\":\"$1\",\"as_of\":\"$(date -d "yesterday - $((${days_from[$1]} + i)) days" +%F)\"}"
  done | median
}
declare -A days_from=([fixed]=0 [quantile]=10)

# Median of five calculations, each after 100 new sales of different customers.
after_100_sales() {
  local i sales
  for i in 1 2 3 4 5; do
    sales=$(jq -c --argjson i "$i" '{transactions: [.[] | {customer_id: ., transaction_date: "2025-06-0\($i)", amount: 125000, products: []}]}' "$WORK/buyers.json")
    api POST /api/transactions/bulk -H 'Content-Type: application/json' -d "$sales" | jq -e '.data.created == 100' >"$WORK/success" || exit 1
    calculate "{\"method\":\"$1\",\"window_days\":36500}"
  done | median
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
api GET '/api/customers?limit=100&page=7' | jq -c '[.data.customers[].id]' >"$WORK/buyers.json"
read -r bare duck < <(program Group "$data" owner@bench.invalid "$WORK")
echo "bare GROUP BY, rows read by the client, median of 5   $bare s"
echo "the same in DuckDB                                    $duck s"
for method in fixed quantile; do
  full=$(whole $method 5)
  customers=$(jq .data.customers "$WORK/analysis.json")
  # today's, so that the marks of the import are gone
  calculate "{\"method\":\"$method\",\"window_days\":36500}" >"$WORK/today.txt"
  again=$(after_100_sales $method)
  echo "$method: whole, $customers customers stored  ${full%???} s; after 100 sales  ${again%???} s"
  verdict "$method, whole / bare GROUP BY" "$(ratio "$full" "$bare")" 3
  verdict "$method, after 100 sales / whole" "$(ratio "$again" "$full")" 0.25
done

echo "growth, ten sales each, fixed, whole, median of 3:"
for size in "${sizes[@]}"; do
  log_in "shop$size"
  [ "$(api GET '/api/customers?limit=1' | jq .meta.total)" -gt 0 ] || program Fill "$data" "shop$size@bench.invalid" "$size" || exit 1
  seconds=$(whole fixed 3)
  awk -v n="$size" -v s="$seconds" 'BEGIN { printf "%10d customers %9.3f s %8.1f µs per customer\n", n, s, s / n * 1e6 }'
done
