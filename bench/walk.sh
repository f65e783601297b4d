#!/usr/bin/env bash
# From the icon to the amount field on a slow phone and network; then twelve sales at 400 kbit/s, 400 ms and 3 % lost packets, the
# network gone now and then, of which none may be lost or doubled: bench/walk.sh. Needs what pages.sh needs, and nft for the loss.
set -u
if [ "${1-}" = lossy ]; then
  # in a network of its own, where every hundredth packet times three is dropped
  ip link set lo up && nft add table inet loss && nft add chain inet loss in '{ type filter hook input priority 0; }' &&
    nft add rule inet loss in meta l4proto tcp numgen random mod 100 '<' 3 counter drop || exit 1
fi
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
export CHROME_PATH=${CHROMIUM:-$(command -v chromium)}
lighthouse
data=$WORK/walk
rm -rf "$data"
start_server "$data"
log_in owner
cookie=$(cookie owner@bench.invalid 'kain batik tulis') || exit 1
if [ "${1-}" = lossy ]; then
  took=$(node bench/walk.mjs "$url" "$cookie" sales) || exit 1
  api GET '/api/transactions?limit=100' >"$WORK/walked.json"
  echo "twelve sales, 400 kbit/s, 400 ms, lost packets: $(nft list chain inet loss in | sed -n 's/.*counter packets \([0-9]*\).*/\1/p')      $((took / 1000)) s"
  jq -r '[.data.transactions[].amount] | sort' "$WORK/walked.json" |
    jq -e '. == [range(1; 13) * 1000]' >"$WORK/success" && echo "all twelve are stored, each once" || { echo "MISSED: $(cat "$WORK/walked.json")"; exit 1; }
  exit
fi
machine
read -r cold warm < <(node bench/walk.mjs "$url" "$cookie" icon) && [ -n "$warm" ] || exit 1
echo "slow 4G (1.47 Mbit/s, 562 ms a request), CPU 4 x slower, medians of five"
verdict "icon to usable amount field, first time" "$cold" 2000 " ms"
verdict "the same, opened before" "$warm" 500 " ms"
stop_server
unshare -rn "$0" lossy
