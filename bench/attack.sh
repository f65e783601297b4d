#!/usr/bin/env bash
# sqlmap on every parameter of the API and every field of its examples, and on every form and link of the pages: as a shop that is
# logged in, and as a super_admin: bench/attack.sh [PATH]
# It needs sqlmap. With a path only what begins with it; LEVEL is sqlmap's own: everything takes minutes at 1, hours at 3. Fails where anything can be injected or is answered 500.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/attack
found=$PWD/$WORK/attack-found
rm -rf "$data" "$found"
mkdir -p "$found"
machine
export ALLOW_PRIVATE_HOSTS=true OPENAI_API_KEY='' LOG_LEVEL=warn
start_server "$data"
log_in owner
customer=$(api POST /api/customers -H 'Content-Type: application/json' -d '{"name":"Ani","phone":"081234567890"}' | jq -r .data.customer.id)
api POST /api/transactions -H 'Content-Type: application/json' \
  -d '{"customer_id":"'"$customer"'","amount":150000,"transaction_date":"2025-12-01"}' >"$WORK/sale.json"
api POST /api/rfm/calculate -H 'Content-Type: application/json' -d '{}' >"$WORK/analysis.json"
password=$(SMA_DATA_DIR=$data ./sma create-admin admin@bench.invalid Admin | sed -n 's/^password: *\([^ ]*\).*/\1/p')

# A line each: method, path with values, body. Of the API, where $1 is in the path or, with a "!", isn't.
calls() {
  api GET '/api/openapi?format=JSON' | jq -r --arg id "$customer" --arg which "$1" '
    .paths | to_entries[] | .key as $path | .value | to_entries[]
    | select(.key | test("get|post|put|patch|delete")) | .key as $method | .value as $its
    | select(($path | startswith("/api/admin")) == ($which == "admin"))
    # those end the session that asks, or the shop
    | select($path | test("/api/auth/(logout|password|refresh|sessions)|/events$") | not)
    | [$its.parameters[]? | select(.in == "query") | .name + "=" + (if .name == "limit" or .name == "page" then "1" else "a" end)] as $query
    | ($path | gsub("\\{[a-z_]+\\}"; $id + "*")) as $at
    | ($its.requestBody.content["application/json"].example? // null) as $body
    | select(($query | length) > 0 or ($path | contains("{")) or $body != null)
    | [($method | ascii_upcase), $at + (if ($query | length) > 0 then "?" + ($query | join("&")) else "" end),
       (if $body == null then "" else ($body | tojson) end)] | @tsv'
}

token_of() {
  curl -s -m 10 -X POST "$url/api/auth/login" -H 'Content-Type: application/json' -d "{\"email\":\"$1\",\"password\":\"$2\"}" |
    jq -r '.data.access_token // empty'
}

total=0 bad=0
# attack WHAT WITH [-H HEADER]...: each line of stdin; with its headers made anew by the function WITH, as some calls end the session
attack() {
  local what=$1 headers=$2 method path body log begun=$total
  while IFS=$'\t' read -r method path body; do
    case $path in "$only"*) ;; *) continue ;; esac
    total=$((total + 1))
    log=$found/$total.log
    echo "$what: $method $path $body" >"$log"
    "$headers"
    timeout 600 sqlmap -u "$url$path" --method "$method" ${body:+--data "$body"} --batch --flush-session --output-dir "$found/sqlmap" \
      --dbms PostgreSQL --technique BEUST --level "${LEVEL:-3}" --risk 1 --threads 1 --time-sec 2 --timeout 20 --disable-coloring \
      --ignore-code '*' --answers 'injection marker=Y,JSON data=Y' --skip csrf --drop-set-cookie \
      "${header[@]}" </dev/null >>"$log" 2>&1
    # what only "appears to be" is looked at again by sqlmap itself: an answer that repeats what it was sent appears to be
    if grep -qE 'is vulnerable|identified the following injection' "$log" || grep -qE '\b500 \(' "$log"; then
      bad=$((bad + 1))
      echo "FOUND: $what: $method $path, see $log"
    fi
  done
  echo "$what: $((total - begun))"
}
only=${1:-} header=()
as_owner() { api GET /api/auth/profile | grep -q '"success":true' || log_in owner; header=(--skip-urlencode -H "Authorization: Bearer $token" -H 'Content-Type: application/json'); }
as_admin() { header=(--skip-urlencode -H "Authorization: Bearer $(token_of admin@bench.invalid "$password")" -H 'Content-Type: application/json'); }
on_a_page() { header=(--cookie "$session"); }

attack "API as an owner" as_owner < <(calls owner)
attack "API as a super_admin" as_admin < <(calls admin)
session=$(cookie owner@bench.invalid 'kain batik tulis')
attack "pages as an owner" on_a_page < <(program Forms "$url" "$session" /)
session=$(cookie admin@bench.invalid "$password")
attack "pages as a super_admin" on_a_page < <(program Forms "$url" "$session" /admin)
session=x=y
attack "pages as anybody" on_a_page < <(program Forms "$url" "$session" /)
requests=$(grep -hoE 'tested with|testing .* parameter|parameter .* does not seem to be injectable' "$found"/*.log | wc -l)
echo "$total calls, $bad with a finding; $requests lines of sqlmap about parameters"
echo "answers: $(grep -hoE '\b[45][0-9][0-9] \([A-Za-z ]*\) - [0-9]+' "$found"/*.log | awk '{ n[$1] += $NF } END { for (c in n) printf "%s: %d  ", c, n[c] }')"
[ "$total" -gt 0 ] && [ "$bad" = 0 ]
