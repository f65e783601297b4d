#!/usr/bin/env bash
# A second start by ./sma to the first answer of /api/health, with the AOT cache, and the memory after it: bench/start.sh
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/start
machine
rm -rf "$data"
start_server "$data"
log_in owner
stop_server
[ -f target/sma.aot ] || { echo "no AOT cache" >&2; exit 1; }

for i in 1 2 3 4 5; do
  began=$EPOCHREALTIME
  start_server "$data"
  between "$began" "$EPOCHREALTIME" >>"$data.times"
  echo >>"$data.times"
  [ "$i" = 5 ] || stop_server
done
echo "starts: $(tr '\n' ' ' <"$data.times")"
verdict "second start to the first answer, median of 5" "$(median <"$data.times")" 5 " s"
rm "$data.times"
sleep 5
echo "memory of the JVM 5 s later (RSS)        $(rss_mb "$server") MB"
log_in owner
for ((i = 0; i < 100; i++)); do
  api GET '/api/customers?sort=-name' -o "$WORK/answer.json"
  api GET '/api/transactions' -o "$WORK/answer.json"
done
echo "after 200 requests                       $(rss_mb "$server") MB, at most $(peak_mb "$server") MB"
