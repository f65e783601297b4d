#!/usr/bin/env bash
# Messages a second of a campaign to 20,000 people, whose provider answers at once, beside the least that is as durable; and what
# the database is asked when nothing is to be sent: bench/send.sh
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/send
machine
[ -d "$data" ] && filled=yes || filled=''
"$JAVA_HOME/bin/java" bench/Mailbox.java >"$WORK/mailbox.txt" 2>&1 &
mailbox=$!
trap 'kill $mailbox; stop_server' EXIT
until grep -qE '^[0-9]+$' "$WORK/mailbox.txt"; do sleep 0.1; done
export ALLOW_PRIVATE_HOSTS=true SENDING_HOURS=0-24 PUBLIC_URL=http://localhost:8080
start_server "$data"
log_in owner
[ -n "$filled" ] || { program Fill "$data" owner@bench.invalid 20000 && program Send "$data" owner@bench.invalid; } || exit 1
api PUT /api/channels/smtp -H 'Content-Type: application/json' \
  -d '{"host":"127.0.0.1","port":"'"$(grep -E '^[0-9]+$' "$WORK/mailbox.txt")"'","security":"none","from_email":"toko@bench.invalid"}' |
  jq -e .success >"$WORK/success" || exit 1

for via in smtp practice; do
  : >"$WORK/ours.txt"
  : >"$WORK/bare.txt"
  for i in 1 2 3; do
    figures=$(program Send "$data" owner@bench.invalid "$url" "$token" $via) || exit 1
    echo "${figures% *}" >>"$WORK/ours.txt"
    echo "${figures#* }" >>"$WORK/bare.txt"
  done
  ours=$(median <"$WORK/ours.txt") bare=$(median <"$WORK/bare.txt")
  echo "by $via: $ours messages a second, medians of three; bare, two commits for every 25: $bare"
  # by smtp three are on the wire at once, as a real server bears
  [ $via = practice ] && least "by $via, messages a second" "$ours" 500
done
figures=$(program Send "$data" owner@bench.invalid "$url" "$token") || exit 1
echo "while it sends by smtp, statements a second: about the queue of jobs ${figures% *}, of all ${figures#* }"
echo "idle for a minute: $(program Send "$data") statements"
