#!/usr/bin/env bash
# The list of customers while the campaigns of 40 shops wait for a mail server that never says a word: bench/stall.sh
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/stall
rm -rf "$data"
machine
export ALLOW_PRIVATE_HOSTS=true SENDING_HOURS=0-24 PUBLIC_URL=http://localhost:8080
start_server "$data"
log_in owner
program Fill "$data" owner@bench.invalid 1000 2>"$WORK/fill.log" || exit 1
read -r alone beside stalled <<<"$(program Stall "$url" "$token" 40)"
[ -n "$stalled" ] || exit 1
echo "list of customers, p99 of 2,000: alone $alone ms, beside $stalled connections that wait $beside ms"
verdict "p99 beside / alone" "$(awk -v a="$beside" -v b="$alone" 'BEGIN { print a / b }')" 1.5
