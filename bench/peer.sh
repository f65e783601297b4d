#!/usr/bin/env bash
# The list of customers, as JSON and as a page, beside a Next.js 14 app over the same database, and both starts: bench/peer.sh
# The app is bench/peers/nextjs; it looks at nobody's session. Needs Node 20 besides.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/list peer=$WORK/nextjs requests=${1:-2000}
machine
[ -d "$data" ] && filled=yes || filled=''
start_server "$data"
log_in owner
[ -n "$filled" ] || program Fill "$data" owner@bench.invalid 50000 || exit 1
api POST /api/rfm/calculate -H 'Content-Type: application/json' -d '{}' | jq -e .success >"$WORK/success" || exit 1
PEER_SHOP=$(api GET /api/auth/profile | jq -r '.data.user.id // .data.profile.id')
export PEER_SHOP
stop_server
start_database "$data"
export PEER_DATABASE_URL=$DATABASE_URL NEXT_TELEMETRY_DISABLED=1

mkdir -p "$peer"
cp -R bench/peers/nextjs/. "$peer"
(cd "$peer" && npm install --silent --no-audit --no-fund && npm run --silent build >build.log 2>&1) || { tail "$peer/build.log" >&2; exit 1; }

other='' port=$((20000 + RANDOM % 10000))
stop_peer() {
  [ -n "$other" ] && kill "$other" 2>/dev/null && wait "$other" 2>/dev/null
  other=''
}
trap 'stop_peer; stop_server; stop_database' EXIT
start_peer() {
  (cd "$peer" && exec node node_modules/next/dist/bin/next start -H 127.0.0.1 -p "$port") >"$peer.log" 2>&1 &
  other=$!
  until curl -sf -m 5 -o "$WORK/health.json" "http://127.0.0.1:$port/api/health"; do
    kill -0 "$other" 2>/dev/null || { cat "$peer.log" >&2; exit 1; }
    sleep 0.01
  done
}

# CPU seconds that a process and its children have used
cpu() { awk -v t="$(getconf CLK_TCK)" '{ print ($14 + $15 + $16 + $17) / t }' "/proc/$1/stat"; }

# asks PID URL TEXT [HEADER VALUE]...: how many requests a CPU second of the process answers
asks() {
  local pid=$1 before
  shift
  before=$(cpu "$pid")
  program Load "$1" "$requests" 8 "${@:2}" || exit 1
  awk -v n="$requests" -v a="$before" -v b="$(cpu "$pid")" 'BEGIN { printf "%.0f\n", n / (b - a) }'
}

for i in 1 2 3 4 5; do
  began=$EPOCHREALTIME; start_server "$data"; between "$began" "$EPOCHREALTIME" >>"$peer.ours"; echo >>"$peer.ours"; stop_server
  began=$EPOCHREALTIME; start_peer; between "$began" "$EPOCHREALTIME" >>"$peer.theirs"; echo >>"$peer.theirs"; stop_peer
done
ours=$(median <"$peer.ours") theirs=$(median <"$peer.theirs")
rm "$peer.ours" "$peer.theirs"
echo "start to the first answer, medians of five: ours $ours s, Next.js $theirs s"

start_server "$data"
log_in owner
cookie=$(cookie owner@bench.invalid 'kain batik tulis') || exit 1
start_peer
for round in warm 1 2 3; do
  for what in list page; do
    if [ "$what" = list ]; then
      a=$(asks "$server" "$url/api/customers" '"total":50000' Authorization "Bearer $token")
      b=$(asks "$other" "http://127.0.0.1:$port/api/customers" '"total":50000')
    else
      a=$(asks "$server" "$url/customers" '<table' Cookie "$cookie")
      b=$(asks "$other" "http://127.0.0.1:$port/customers" '<table')
    fi
    [ "$round" = warm ] || { echo "$a" >>"$peer.$what.ours"; echo "$b" >>"$peer.$what.theirs"; }
  done
done
echo "requests per CPU second of the server, medians of three rounds of $requests, 8 at once"
for what in list page; do
  a=$(median <"$peer.$what.ours") b=$(median <"$peer.$what.theirs")
  rm "$peer.$what.ours" "$peer.$what.theirs"
  [ "$what" = list ] && limit=3 || limit=12
  echo "  $what: ours $a, Next.js $b"
  least "$what: ours / Next.js" "$(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f", a / b }')" "$limit"
done
a=$(rss_mb "$server") b=$(rss_mb "$other")
echo "memory after load: ours $a MB, Next.js $b MB"
verdict "memory after load, ours / Next.js" "$(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f", a / b }')" 1.0
verdict "start, ours / Next.js" "$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.2f", a / b }')" 1.3
