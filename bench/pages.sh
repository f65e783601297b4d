#!/usr/bin/env bash
# Lighthouse (mobile: slow 4G, CPU four times slower) on the public page and the owner's pages of the demo shop: bench/pages.sh
# Needs Node 20 and a Chromium besides; Lighthouse goes to bench/files.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"
data=$WORK/pages tool=$WORK/lighthouse
machine
lighthouse
CHROME_PATH=${CHROMIUM:-$(command -v chromium)}
export CHROME_PATH
rm -rf "$data"
start_server "$data" --demo
until grep -q 'Ready:' "$data.log"; do sleep 0.1; done
password=$(sed -n 's/^ *password: *\([^ ]*\).*/\1/p' "$data.log")
cookie=$(cookie demo@contoh.id "$password") || exit 1

# Median of $1's numbers of three runs of the page $2, as the reports $3-*.json tell them.
figure() { for i in 1 2 3; do jq "$1" "$WORK/$2-$i.json"; done | median; }

echo "page            performance accessibility best-practices  seo    LCP     TBT    bytes   (medians of three)"
for page in landing:/ home:/ customers:/customers segments:/segments sale:/sales/new; do
  name=${page%%:*} path=${page#*:}
  headers="{\"Cookie\":\"$cookie\"}"
  [ "$name" = landing ] && headers='{}'
  for i in 1 2 3; do
    "$tool/node_modules/.bin/lighthouse" "$url$path" --quiet --output=json --output-path="$WORK/$name-$i.json" --extra-headers="$headers" \
      --chrome-flags="--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --user-data-dir=$PWD/$WORK/chrome-$name-$i" >"$WORK/lighthouse.log" 2>&1 ||
      { cat "$WORK/lighthouse.log" >&2; exit 1; }
  done
  printf '%-16s %8.0f %12.0f %12.0f %10.0f %6.2f s %5.0f ms %8.0f\n' "$name" \
    "$(figure '.categories.performance.score * 100' "$name")" "$(figure '.categories.accessibility.score * 100' "$name")" \
    "$(figure '.categories["best-practices"].score * 100' "$name")" "$(figure '.categories.seo.score * 100' "$name")" \
    "$(figure '.audits["largest-contentful-paint"].numericValue / 1000' "$name")" \
    "$(figure '.audits["total-blocking-time"].numericValue' "$name")" "$(figure '.audits["total-byte-weight"].numericValue' "$name")"
done
