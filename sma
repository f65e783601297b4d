#!/usr/bin/env bash
# Smart Marketing Agent: ./sma help
set -u
here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

readonly MIN_JAVA=25 MIN_MAVEN=3.8.7
readonly APP=target/quarkus-app/quarkus-run.jar BUILT=target/sma.built CACHE=target/sma.aot
# What a JVM needs for a small shop on a small machine. The AOT cache is trained with the same flags.
readonly FLAGS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms24m -Xmx96m -Xmn16m -Xss512k -XX:TrimNativeHeapInterval=10000 -XX:MaxMetaspaceSize=128m
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xlog:aot=off -Xlog:cds=off)
# Unpacking PostgreSQL needs 64 MB of the heap for itself, which no server needs again.
readonly SET_UP=-Xmx192m

help() {
  cat <<'TEXT'
Smart Marketing Agent: from a sales file to customer segments

  ./sma start [--demo]              build if needed, start, serve on http://localhost:8080 (PORT)
                                    --demo adds a shop with made-up customers and prints its log-in
  ./sma build                       build and prepare faster starts, but don't start: for images and upgrades
  ./sma analyse FILE [options]      customers and segments of a CSV or XLSX file, without an account
                                    --as-of DATE  --method fixed|quantile  --date-order day_first|month_first  --json
                                    ends with 0; 1 if the program failed; 2 if the file or the options can't be
                                    understood; 3 if --date-order is needed
  ./sma migrate [--print-sql]       bring the database to this version; --print-sql only prints what an
                                    administrator of the database server has to run once
  ./sma create-admin EMAIL NAME     make a super_admin and print the password
  ./sma sending [on|off]            whether campaigns may reach anybody, since when and why; switch it on or off
  ./sma backup [FILE]               everything of all shops in one file, or in a new one in the folder FILE (BACKUP_DIR,
                                    else this one; FILE/ is made where it is missing); encrypted where BACKUP_PASSPHRASE
                                    is set
  ./sma restore FILE [--replace]    puts a backup into an empty database, or in the place of what it holds
  ./sma test                        every check and every test; finds or installs what they need
  ./sma screenshots                 a picture of every page into target/screenshots
  ./sma help                        this text

Settings come from environment variables or a file .env beside this script; README.md lists them.
TEXT
}

fail() {
  echo "sma: $*" >&2
  exit 1
}

# What was typed can't be understood, or names what isn't there.
unusable() {
  echo "sma: $*" >&2
  exit 2
}

# Takes settings from .env without running it: NAME=value, with "double" or 'single' quotes around it if one likes.
# What the environment says already wins.
load_env() {
  [ -e .env ] || return 0
  [ -f .env ] && [ -r .env ] || fail "$PWD/.env can't be read by this user: give it the file, or take it away where the settings come from the environment"
  local line name value number=0
  local form='^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$'
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    # some editors begin a file with a mark of its encoding
    [ $number -gt 1 ] || line=${line#$'\xef\xbb\xbf'}
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
    [[ $line =~ $form ]] || fail ".env, line $number: expected NAME=value"
    name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
    if [[ $value =~ ^\"([^\"]*)\"[[:space:]]*(#.*)?$ || $value =~ ^\'([^\']*)\'[[:space:]]*(#.*)?$ ]]; then
      value=${BASH_REMATCH[1]}
    else
      [[ $value =~ ^# ]] && value=
      value=${value%%[[:space:]]#*}
      value=${value%"${value##*[![:space:]]}"}
    fi
    if [ -n "$value" ] && [ -z "${!name+set}" ]; then export "$name=$value"; fi
  done <.env
}

# By what it says of itself in a file, as to start a JVM for that takes a quarter of a second on a small machine.
java_major() {
  local major
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  [ -n "$major" ] || major=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  echo "$major"
}

# The operator's own, for the server alone: a command beside it needs neither its memory nor its ports.
own=()
take_flags() {
  read -ra own <<<"${SMA_JVM_FLAGS:-}"
  [ ${#own[@]} = 0 ] || echo "The JVM is told besides, by SMA_JVM_FLAGS: ${own[*]}" >&2
}

is_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ "$(java_major "$1")" -ge "$MIN_JAVA" ] 2>/dev/null
}

# The home of the java on the PATH.
java_on_path() {
  local java
  java=$(command -v java) || return
  java=$(readlink -f "$java" 2>/dev/null)
  if [ -f "${java%/bin/java}/release" ]; then
    echo "${java%/bin/java}"
  else
    java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p'
  fi
}

find_java() {
  local home
  is_jdk "${JAVA_HOME:-}" && return
  # SMA_JDK_FOLDERS: where else to look, separated by colons
  local IFS=:
  local folders=${SMA_JDK_FOLDERS-/usr/lib/jvm/*:/opt/*:$HOME/.sdkman/candidates/java/*:/Library/Java/JavaVirtualMachines/*/Contents/Home:/opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home}
  for home in "$(java_on_path)" $folders; do
    if is_jdk "$home"; then
      export JAVA_HOME=$home
      return
    fi
  done
  fail "no JDK $MIN_JAVA or newer was found; install Eclipse Temurin $MIN_JAVA (apt install temurin-$MIN_JAVA-jdk, or brew install --cask temurin@$MIN_JAVA) or set JAVA_HOME to one"
}

# True where version $1 is at least $2.
at_least() {
  local IFS=. i
  local have=($1) need=($2)
  for i in 0 1 2; do
    if ((10#${have[i]:-0} != 10#${need[i]:-0})); then
      ((10#${have[i]:-0} > 10#${need[i]:-0}))
      return
    fi
  done
}

find_maven() {
  local version
  for mvn in "${MAVEN_HOME:+$MAVEN_HOME/bin/mvn}" "$(command -v mvn)" "$HOME/.sdkman/candidates/maven/current/bin/mvn"; do
    [ -x "$mvn" ] || continue
    version=$("$mvn" -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] && at_least "$version" "$MIN_MAVEN" && return
  done
  fail "no Maven $MIN_MAVEN or newer was found; install it (apt install maven, or brew install maven)"
}

# The pages are tested in a real browser.
find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && CHROMIUM=$(command -v "$name") && export CHROMIUM && return
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the tests ..." >&2
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } >target/chromium.log 2>&1
    CHROMIUM=$(command -v chromium) && export CHROMIUM && return
  fi
  fail "no Chromium was found for the tests of the pages; install it (apt install chromium, or brew install --cask chromium) or name it in CHROMIUM"
}

# Servers that some tests speak to for real, and a Chromium without windows, in which pages take half the time. Where one
# can't be had, its tests are skipped, or slower.
install_beside() {
  local name left=() missing=()
  for name in redis-server pgbouncer haproxy faketime chromium-headless-shell; do
    PATH=$PATH:/usr/sbin command -v "$name" >/dev/null || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} for the tests ..." >&2
    apt-get -qq update >target/beside.log 2>&1
    # one by one, as not every system has all of them
    for name in "${missing[@]}"; do
      apt-get -qq install -y --no-install-recommends "$name" >>target/beside.log 2>&1 || left+=("$name")
    done
  else
    left=("${missing[@]}")
  fi
  [ ${#left[@]} = 0 ] || echo "Not installed, and their tests are skipped or slower: ${left[*]} (apt install ${left[*]})" >&2
}

maven() {
  # shellcheck disable=SC2086 # MAVEN_ARGS are several
  "$mvn" -B ${MAVEN_ARGS:-} "$@"
}

# All tests at once in four lanes, as they wait more than they work: two halves, each with a database of its own, and what
# kills the program, in the JVMs of its own or over several nodes. Ends with 0 if all did.
test_all() {
  local in_first='platform|transaction' all='%regex[.*/smartmarketingagent/' failed=0 lane lanes=() format packaged
  # each of these Mavens does little for itself
  local MAVEN_OPTS="${MAVEN_OPTS:-} -XX:TieredStopAtLevel=1"
  export MAVEN_OPTS
  rm -f target/lane-*.log
  trap 'end_lanes; exit 130' INT TERM
  # what runs beside the compiler fetches nothing (-o), as two Mavens that do might meet; where it lacks something it comes again
  beside format maven -o spotless:check
  format=$!
  beside compiler maven compile -Dspotless.check.skip
  wait $! || { end_lanes && return 1; }
  beside build package -o
  packaged=$!
  # by their goals: the phases before them would compile anew what is being packaged
  beside compiler maven dependency:copy@s3proxy resources:testResources compiler:testCompile@default-testCompile
  wait $! || { end_lanes && return 1; }
  wait "$format" || maven spotless:check || { end_lanes && return 1; }
  wait "$packaged" || package >target/lane-build.log 2>&1 || { cat target/lane-build.log && return 1; }
  lanes=()
  beside 1 maven surefire:test@default-test "-Dtest=$all([^/]*|($in_first)/.*)Test.class]"
  beside 2 maven surefire:test@default-test "-Dtest=$all(?!($in_first)/)[a-z]+/.*Test.class]" -DSMA_DATA_DIR=target/test-data-2
  beside 3 maven surefire:test@crash '-Dits=*IT,!NodesIT,!FaultsIT' -DSMA_DATA_DIR=target/test-data-3
  beside 4 maven surefire:test@crash -Dits=NodesIT,FaultsIT -DSMA_DATA_DIR=target/test-data-4
  for lane in "${lanes[@]}"; do wait "$lane" || failed=1; done
  cat target/lane-[234].log
  # of thousands of lines these are looked for
  [ $failed = 0 ] || grep -hA 12 -E '<<< (FAILURE|ERROR)!$' target/surefire-reports/*.txt
  return $failed
}

# Runs beside what follows, in a process group of its own, until end_lanes. The compiler and the first half are heard.
beside() { # NAME COMMAND...
  set -m
  case $1 in
    compiler | 1) "${@:2}" </dev/null 2>&1 & ;;
    *) "${@:2}" </dev/null >"target/lane-$1.log" 2>&1 & ;;
  esac
  set +m
  lanes+=($!)
  # what kills the program waits most of its time, and works when the halves leave it something
  [[ $1 != [34] ]] || renice -n 4 -g $! >/dev/null 2>&1
}

end_lanes() {
  local lane
  for lane in "${lanes[@]}"; do kill -- "-$lane" 2>/dev/null; done
  wait
}

# The program as it is started, and the cache of its starts: the tests start it some fifty times.
package() { # MAVEN-OPTION...
  maven "$@" jar:jar quarkus:build && train
}

is_built() {
  [ -f "$APP" ] && [ -f "$BUILT" ] && [ -z "$(find pom.xml docs/openapi.yaml src/main -newer "$BUILT" -print 2>/dev/null | head -n 1)" ]
}

build() {
  is_built && return
  find_maven
  mkdir -p target
  touch target/sma.began
  echo "Building; the first time fetches libraries and takes some minutes ..." >&2
  if ! maven -q package -DskipTests -Dspotless.check.skip >target/sma.build.log 2>&1; then
    grep -a -m 5 'ERROR' target/sma.build.log >&2
    fail "the build failed; the whole story is in target/sma.build.log"
  fi
  mv target/sma.began "$BUILT"
}

# One request to the server in training; its answer goes to stdout. bash speaks TCP itself, so nothing is to be installed.
ask() { # METHOD PATH [TYPE BODY]
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return
  printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' "$1" "$2" >&3
  [ -n "$token" ] && printf 'Authorization: Bearer %s\r\n' "$token" >&3
  [ $# -gt 2 ] && printf 'Content-Type: %s\r\nContent-Length: %d\r\n' "$3" "${#4}" >&3
  printf '\r\n%s' "${4-}" >&3
  cat <&3
  exec 3>&-
}

rehearse() {
  local account='"email":"latihan@contoh.id","password":"kain batik tulis"' token='' rows i
  ask GET /api/health | grep -q '"healthy"' || return
  token=$(ask POST /api/auth/register application/json "{$account,\"full_name\":\"Latihan\",\"business_name\":\"Latihan\"}" |
    sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
  [ -n "$token" ] || return
  rows=$'nama,no hp,tanggal,total\r\nSri,081234567890,2025-12-31,150rb\r\nBudi,081234567891,2025-11-30,75000\r\n'
  ask POST /api/transactions/import 'multipart/form-data; boundary=x' \
    $'--x\r\nContent-Disposition: form-data; name="file"; filename="latihan.csv"\r\n\r\n'"$rows"$'\r\n--x--\r\n'
  for i in 1 2 3; do
    sleep 1
    ask POST /api/auth/login application/json "{$account}"
    ask GET '/api/customers?search=sri'
    ask GET '/api/transactions?sort=-amount'
    ask POST /api/rfm/calculate application/json '{}'
    ask GET /api/rfm/analysis
    ask GET /
  done
}

# Lets the JVM note, once after each build, which classes a start needs and keep them ready to map: a start then takes a
# third of the time. A start without it is slower and otherwise the same.
train() {
  [ "$CACHE" -nt "$APP" ] && return
  echo "Preparing faster starts (once after a build) ..." >&2
  attend training
  [ -f "$CACHE" ] || echo "That did not work (see target/training/log); starting without it." >&2
}

training() {
  local name server port i
  rm -rf target/training "$CACHE"
  mkdir -p target/training
  # elsewhere, as the program itself reads .env where it runs
  ln -s "$PWD/target" target/training/target
  cd target/training || exit
  : >log
  # none of the settings: it must reach no database, no backup and no mail server of anybody's
  for name in $(compgen -e | grep -vxE 'PATH|HOME|JAVA_HOME|TMPDIR|LANG|LC_ALL'); do unset "$name"; done
  export PORT=0 SMA_ENV=development SMA_DATA_DIR=data
  set_up >log 2>&1
  "$JAVA_HOME/bin/java" "${FLAGS[@]}" \
    "-XX:AOTCacheOutput=$CACHE" -jar "$APP" start >>log 2>&1 &
  server=$!
  trap 'kill $server 2>/dev/null; wait $server; exit 1' INT TERM
  for ((i = 0; i < 300; i++)); do
    port=$(sed -n 's/.*Listening on: http:[^ ]*:\([0-9]*\).*/\1/p' log)
    [ -n "$port" ] && break
    kill -0 $server 2>/dev/null || break
    sleep 0.2
  done
  [ -n "$port" ] && rehearse >answers 2>&1
  kill $server 2>/dev/null
  wait $server
  rm -rf data
}

# Does it beside this script and waits for it: who ends the script ends what it began.
attend() { # COMMAND...
  "$@" &
  local child=$! code
  trap 'kill "$child" 2>/dev/null; wait "$child"; exit 143' INT TERM
  wait "$child"
  code=$?
  trap - INT TERM
  return $code
}

# Unpacking and setting up the embedded PostgreSQL takes memory that a server then would keep: another JVM does it, once.
set_up() {
  [ -n "${DATABASE_URL:-}" ] || [ -f "${SMA_DATA_DIR:-data}/postgres/sma_ready" ] && return
  attend "$JAVA_HOME/bin/java" "${FLAGS[@]}" "$SET_UP" -jar "$APP" migrate >/dev/null || exit
}

# What works on an installation makes none: with the settings of another it would do so to an empty one, and report success.
need_database() {
  local data=${SMA_DATA_DIR:-data} folder
  [ -n "${DATABASE_URL:-}" ] || [ -f "$data/postgres/sma_ready" ] && return
  [[ $data == /* ]] || data=$PWD/$data
  for folder in "$data" "$data/postgres"; do
    [ ! -d "$folder" ] || [ -x "$folder" ] || fail "$folder is closed to this user; run $command as the user that the service has"
  done
  fail "there is no database in $data, and $command makes none: name your folder in SMA_DATA_DIR or your server in DATABASE_URL, in the environment or in $PWD/.env; ./sma start makes a new one"
}

# Becomes the JVM, so that Ctrl-C and SIGTERM reach it.
run() {
  local cache=()
  [ "$CACHE" -nt "$APP" ] && cache=("-XX:AOTCache=$CACHE")
  exec "$JAVA_HOME/bin/java" "${FLAGS[@]}" ${own[@]+"${own[@]}"} ${cache[@]+"${cache[@]}"} -jar "$APP" "$@"
}

command=${1-help}
[ $# -gt 0 ] && shift
for argument; do
  case $argument in
    --help | -h)
      help
      exit
      ;;
  esac
done
case $command in
  start)
    case "$*" in
      '' | --demo) ;;
      *) unusable "start takes nothing or --demo, not $*" ;;
    esac
    load_env
    take_flags
    find_java
    build
    train
    set_up
    run start "$@"
    ;;
  build)
    find_java
    build
    train
    ;;
  analyse | analyze)
    arguments=() option='' file=''
    for argument; do
      if [ -n "$option" ]; then
        option=
      else
        case $argument in
          --json) ;;
          --as-of | --method | --date-order) option=$argument ;;
          -*) unusable "analyse doesn't know $argument; ./sma help lists what it does" ;;
          *)
            # files are named from where the caller stands
            [[ $argument == /* ]] || argument=$here/$argument
            file=$argument
            [ -f "$file" ] && [ -r "$file" ] || unusable "Berkas tidak ditemukan atau tidak bisa dibaca: $file"
            ;;
        esac
      fi
      arguments+=("$argument")
    done
    [ -n "$file" ] || unusable "name the file: ./sma analyse FILE"
    load_env
    find_java
    build
    set_up
    run analyse ${arguments[@]+"${arguments[@]}"}
    ;;
  backup | restore)
    arguments=() files=0
    for argument; do
      case $command$argument in
        restore--replace | restore--without-key) ;;
        restore-*) unusable "restore takes one file, and --replace or --without-key, not $*" ;;
        backup-*) unusable "backup takes one file, not $*" ;;
        *)
          files=$((files + 1))
          # files are named from where the caller stands
          [[ $argument == /* ]] || argument=$here/$argument
          [ "$command" = backup ] || [ -f "$argument" ] || unusable "there is no file $argument"
          ;;
      esac
      arguments+=("$argument")
    done
    [ "$files" -le 1 ] || unusable "$command takes one file, not $*"
    [ "$command$files" != restore0 ] || unusable "name the file: ./sma restore FILE"
    load_env
    [ "$command$#" = backup0 ] && [ -z "${BACKUP_DIR:-}" ] && arguments=("$here")
    [ "$command" = restore ] || need_database
    find_java
    build
    set_up
    run "$command" ${arguments[@]+"${arguments[@]}"}
    ;;
  migrate | create-admin | sending)
    [ "$command" != migrate ] || [[ $* =~ ^(--print-sql)?$ ]] || unusable "migrate takes nothing or --print-sql, not $*"
    load_env
    [ "$command" = migrate ] || need_database
    find_java
    build
    [ "$*" = --print-sql ] || set_up
    run "$command" "$@"
    ;;
  test)
    find_java
    find_maven
    mkdir -p target
    named=${CHROMIUM:-}
    find_chromium
    install_beside
    # who names a browser means that one
    [ -n "$named" ] || CHROMIUM_SHELL=$(command -v chromium-headless-shell) && export CHROMIUM_SHELL
    touch target/sma.began
    # one test asks a real model, and no other may
    for name in OPENAI_API_KEY OPENAI_BASE_URL OPENAI_MODEL OPENAI_SYSTEM_ROLE; do
      [ -n "${!name-}" ] && export "SMA_TEST_$name=${!name}"
      unset "$name"
    done
    if [ $# -gt 0 ]; then maven verify "$@"; else test_all; fi && mv target/sma.began "$BUILT"
    ;;
  screenshots)
    find_java
    find_maven
    mkdir -p target
    find_chromium
    unset OPENAI_API_KEY
    maven -q test -Dtest=EveryPageTest -Dscreenshots=target/screenshots && echo "target/screenshots"
    ;;
  help | --help | -h)
    help
    ;;
  *)
    echo "sma: unknown command '$command'" >&2
    help >&2
    exit 2
    ;;
esac
