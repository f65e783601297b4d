#!/usr/bin/env bash
# Texts of ours, and by a model that takes 300 ms, beside that model asked directly; 50 at once beside the list of customers, in the
# heap that ./sma gives: bench/content.sh
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/content
rm -rf "$data"
machine
"$JAVA_HOME/bin/java" bench/Provider.java 300 >"$WORK/provider.txt" 2>&1 &
provider=$!
trap 'kill $provider; stop_server' EXIT
until grep -qE '^[0-9]+$' "$WORK/provider.txt"; do sleep 0.1; done
model=http://127.0.0.1:$(grep -E '^[0-9]+$' "$WORK/provider.txt")
export OPENAI_API_KEY=bench OPENAI_BASE_URL=$model/v1 OPENAI_PRICES=1000/100/4000 CONTENT_BUDGET_SHOP=1000000
start_server "$data"
log_in owner
program Fill "$data" owner@bench.invalid 1000 2>"$WORK/fill.log" || exit 1
api POST /api/rfm/calculate -H 'Content-Type: application/json' -d '{}' | jq -e .success >"$WORK/success" || exit 1
figures=$(program Generate "$url" "$token" "$model" 2>"$WORK/generate.log") || { cat "$WORK/generate.log" >&2; exit 1; }
read -r ours by_model direct at_once before during <<<"$figures"
difference() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a - b }'; }
verdict "a text of ours, median of 200" "$ours" 20 " ms"
echo "by the model $by_model ms, the model directly $direct ms, medians of 100 in turns; 50 at once $at_once ms"
verdict "ours over the model's own time" "$(difference "$by_model" "$direct")" 15 " ms"
echo "list of customers, p95: alone $before ms, during 300 generations, 50 at once $during ms"
echo "heap at most $(tr '\0' '\n' <"/proc/$server/cmdline" | sed -n 's/^-Xmx//p'); JVM $(peak_mb "$server") MB at most"
