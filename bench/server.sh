# For the benchmarks, which source this: the server as ./sma starts it, on a free port, and its API.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
readonly WORK=bench/files
mkdir -p "$WORK"
server='' database='' url='' token=''
export RATE_LIMIT_ENABLED=false UPLOAD_LIMIT_MB=300

stop_server() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  server=''
}
stop_database() {
  [ -n "$database" ] && kill -INT "$database" 2>/dev/null && wait "$database" 2>/dev/null
  database=''
}
trap 'stop_server; stop_database' EXIT
trap 'exit 1' INT TERM

# Starts it on the data folder $1 with the other arguments; what it says goes to $1.log.
start_server() {
  # or the port of the one before would be read in it
  : >"$1.log"
  SMA_DATA_DIR=$1 PORT=0 ./sma start "${@:2}" >"$1.log" 2>&1 &
  server=$!
  local port='' i
  for ((i = 0; i < 30000; i++)); do
    port=$(sed -n 's/.*Listening on: http:[^ ]*:\([0-9]*\).*/\1/p' "$1.log")
    [ -n "$port" ] && break
    kill -0 "$server" 2>/dev/null || { cat "$1.log" >&2; exit 1; }
    sleep 0.02
  done
  url=http://localhost:$port
  until curl -sf -m 5 -o "$WORK/health.json" "$url/api/health"; do sleep 0.01; done
}

# The PostgreSQL of the data folder $1, whose server has stopped, by itself: for nodes that come and go.
start_database() {
  local port=$((10000 + RANDOM % 10000)) user=() role variable postgres
  # a link leads to the same folder
  postgres=("$1"/postgres-binaries/PG-*/bin/postgres)
  # it refuses to be root
  [ "$(id -u)" = 0 ] && user=(unshare -U)
  ${user[@]+"${user[@]}"} "${postgres[0]}" -D "$1/postgres" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c max_connections=100 -c max_wal_size=2GB -c jit=off >"$1.postgres.log" 2>&1 &
  database=$!
  until grep -q 'ready to accept' "$1.postgres.log"; do
    kill -0 "$database" 2>/dev/null || { cat "$1.postgres.log" >&2; exit 1; }
    sleep 0.1
  done
  for variable in URL:sma_app OWNER_URL:sma_owner WORKER_URL:sma_worker SUPERADMIN_URL:sma_admin; do
    role=${variable#*:}
    export "DATABASE_${variable%:*}=postgres://$role:$(sed -n "s/^$role=//p" "$1/secrets.properties")@127.0.0.1:$port/sma"
  done
}

# api METHOD PATH [curl's arguments]: the answer on stdout.
api() {
  local method=$1 path=$2
  shift 2
  curl -s -m 900 -X "$method" "$url$path" -H "Authorization: Bearer $token" "$@"
}

# A fresh token for the shop $1; makes the shop if need be.
log_in() {
  local body='{"email":"'$1'@bench.invalid","password":"kain batik tulis"'
  token=$(api POST /api/auth/login -H 'Content-Type: application/json' -d "$body}" | jq -r '.data.access_token // empty')
  [ -n "$token" ] && return
  token=$(api POST /api/auth/register -H 'Content-Type: application/json' \
    -d "$body"',"full_name":"Bench","business_name":"Bench"}' | jq -r '.data.access_token // empty')
  [ -n "$token" ] || { echo "no shop $1" >&2; exit 1; }
}

# The cookie of a session of the account $1 with the password $2, as a browser gets it.
cookie() {
  curl -s -m 10 -o "$WORK/login.html" -D - "$url/login" --data-urlencode "email=$1" --data-urlencode "password=$2" |
    sed -n 's/^[Ss]et-[Cc]ookie: \(sma_session=[^;]*\).*/\1/p' | grep . || { echo "no session for $1" >&2; exit 1; }
}

# Lighthouse and its puppeteer, once.
lighthouse() {
  local tool=$WORK/lighthouse
  [ -x "$tool/node_modules/.bin/lighthouse" ] ||
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$tool" lighthouse@12.8.2 || exit 1
}

find_java() {
  local home=${JAVA_HOME:-}
  [ -n "$home" ] || home=$(ls -d /usr/lib/jvm/*25* /opt/*25* 2>/dev/null | head -n 1)
  export JAVA_HOME=$home
}
find_java

# A program of this folder, with the product's libraries.
program() {
  local name=$1
  shift
  "$JAVA_HOME/bin/java" -Xlog:disable -Xmx1g --enable-native-access=ALL-UNNAMED -cp "target/quarkus-app/app/*:target/quarkus-app/lib/main/*:target/quarkus-app/lib/boot/*:$WORK/lib/*" \
    "bench/$name.java" "$@"
}

# Seconds between two $EPOCHREALTIME.
between() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b - a }'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# verdict WHAT VALUE LIMIT [UNIT]
verdict() {
  awk -v w="$1" -v v="$2" -v l="$3" -v u="${4:- x}" \
    'BEGIN { printf "%-58s %8.2f%s   limit %s%s   %s\n", w, v, u, l, u, v + 0 <= l + 0 ? "kept" : "MISSED" }'
}
# The same where more is better: least WHAT VALUE LIMIT
least() { awk -v w="$1" -v v="$2" -v l="$3" 'BEGIN { printf "%-58s %8.2f   at least %s   %s\n", w, v, l, (v + 0 >= l + 0 ? "kept" : "MISSED") }'; }
# peak_mb and rss_mb PID: megabytes (2^20) of the JVM
peak_mb() { awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$1/status"; }
rss_mb() { awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$1/status"; }

machine() {
  echo "$(date +%F) · $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1) · $(awk '/MemTotal/ { print int($2 / 1048576) " GB" }' /proc/meminfo) · load $(cut -d' ' -f1 /proc/loadavg)"
}
