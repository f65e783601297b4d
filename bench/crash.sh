#!/usr/bin/env bash
# A campaign by e-mail to 1,000 people over two nodes that are killed (kill -9) 50 times at random moments: who got what, and how
# often: bench/crash.sh [KILLS]
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/crash
rm -rf "$data"
machine
ports=($((20000 + RANDOM % 5000)) $((25000 + RANDOM % 5000)))
export ALLOW_PRIVATE_HOSTS=true SENDING_HOURS=0-24 PUBLIC_URL=http://localhost:${ports[0]}
start_server "$data"
log_in owner
program Fill "$data" owner@bench.invalid 1000 || exit 1
stop_server
start_database "$data"
SMA_DATA_DIR=$data program Crash "$data" owner@bench.invalid "$token" "${1-50}" "${ports[@]}"
