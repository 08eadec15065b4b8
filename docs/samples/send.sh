#!/bin/sh
# HTTP with curl: judge, send, and read what became of it. GATEWAY and KEY come from the environment.
set -eu
here=$(dirname "$0")
send() {
    curl -sS --fail-with-body "$GATEWAY/v1/events$1" -H "authorization: Bearer $KEY" \
        -H 'content-type: application/cloudevents+json' -d "@$here/event.json"
}
send '?dry_run=true' # what the receipt would say; nothing is sent
echo
send ''
echo
curl -sS --fail-with-body -G "$GATEWAY/v1/receipts" -H "authorization: Bearer $KEY" \
    -d source=/plbn-badau/pos -d id=book-3/17/exit
echo
