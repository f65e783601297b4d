#!/usr/bin/env bash
# sqlmap on every parameter of the API and every field of its examples, as a shop that is logged in: bench/attack.sh [PATH]
# It needs sqlmap. With a path only what begins with it. Fails where anything can be injected or is answered 500.
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
# a line each: method, path with values, body
api GET '/api/openapi?format=JSON' | jq -r --arg id "$customer" '
  .paths | to_entries[] | .key as $path | .value | to_entries[]
  | select(.key | test("get|post|put|patch|delete")) | .key as $method | .value as $its
  # those end the session that asks, or the shop
  | select($path | test("/api/auth/(logout|password|refresh|sessions)|/events$") | not)
  | [$its.parameters[]? | select(.in == "query") | .name + "=" + (if .name == "limit" or .name == "page" then "1" else "a" end)] as $query
  | ($path | gsub("\\{[a-z_]+\\}"; $id + "*")) as $at
  | ($its.requestBody.content["application/json"].example? // null) as $body
  | select(($query | length) > 0 or ($path | contains("{")) or $body != null)
  | [($method | ascii_upcase), $at + (if ($query | length) > 0 then "?" + ($query | join("&")) else "" end),
     (if $body == null then "" else ($body | tojson) end)] | @tsv' >"$found/routes"
total=0 bad=0
while IFS=$'\t' read -r method path body; do
  case $path in "${1:-}"*) ;; *) continue ;; esac
  total=$((total + 1))
  log=$found/$total.log
  echo "$method $path $body" >"$log"
  log_in owner
  sqlmap -u "$url$path" --method "$method" ${body:+--data "$body"} --batch --flush-session --output-dir "$found/sqlmap" \
    --dbms PostgreSQL --technique BEUST --level 1 --risk 1 --threads 1 --time-sec 2 --timeout 20 --disable-coloring \
    --skip-urlencode --ignore-code '*' --answers 'injection marker=Y,JSON data=Y' \
    -H "Authorization: Bearer $token" -H 'Content-Type: application/json' </dev/null >>"$log" 2>&1
  if grep -qE 'is vulnerable|appears to be .*injectable|identified the following injection' "$log" || grep -qE '\b500 \(' "$log"; then
    bad=$((bad + 1))
    echo "FOUND: $method $path, see $log"
  fi
done <"$found/routes"
requests=$(grep -hoE 'tested with|testing .* parameter|parameter .* does not seem to be injectable' "$found"/*.log | wc -l)
echo "$total calls, $bad with a finding; $requests lines of sqlmap about parameters"
[ "$total" -gt 0 ] && [ "$bad" = 0 ]
