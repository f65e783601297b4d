#!/usr/bin/env bash
# The approval of a campaign for 100,000 customers, by audience, beside the bare INSERT … SELECT of the same rows: bench/campaign.sh
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/campaign
machine
start_server "$data"
log_in owner
[ "$(api GET '/api/customers?limit=1' | jq .meta.total)" -gt 0 ] || program Fill "$data" owner@bench.invalid 100000 || exit 1
program Freeze "$data" owner@bench.invalid || exit 1

# The median of five approvals for the audience $1, and of the bare inserts of the same rows, in turns.
approvals() {
  local i id draft
  draft=$(jq -n --argjson audience "$1" '{name: "Bench", via: "assisted", text: "Halo {nama|Kak}. Balas STOP.", audience: ($audience + {include_unasked: true})}')
  : >"$WORK/approved.txt"
  : >"$WORK/bare.txt"
  for i in 1 2 3 4 5; do
    id=$(api POST /api/campaigns -H 'Content-Type: application/json' -d "$draft" | jq -re .data.campaign.id) || exit 1
    api POST "/api/campaigns/$id/approve" -o "$WORK/approved.json" -w '%{time_total}\n' >>"$WORK/approved.txt"
    jq -e .success "$WORK/approved.json" >"$WORK/success" || { cat "$WORK/approved.json" >&2; exit 1; }
    program Freeze "$data" owner@bench.invalid "$id" >>"$WORK/bare.txt" || exit 1
    # whom it holds out would rest from the next
    messages=$(api GET "/api/campaigns/$id" | jq .data.counts.pending)
    api POST "/api/campaigns/$id/cancel" | jq -e .success >"$WORK/success" || exit 1
  done
  approved=$(median <"$WORK/approved.txt") bare=$(median <"$WORK/bare.txt")
}

# audience WHAT JSON
audience() {
  approvals "$2"
  echo "$1: $messages messages  ${approved%???} s; bare INSERT … SELECT  $bare s"
  verdict "$1, approval / bare INSERT … SELECT" "$(awk -v a="$approved" -v b="$bare" 'BEGIN { print a / b }')" 5
}
audience everybody '{}'
audience "not for 500 days" '{"not_bought_days": 500}'
audience "who bought batik" '{"product": "batik"}'
