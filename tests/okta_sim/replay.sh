#!/usr/bin/env bash
# Recorded exchanges between Okta's Python SDK and real organisations, played against okta-sim: at least 740 pairs played,
# at least 98 % of them alike. Skipped (77) without the recordings. Usage: replay.sh OKTA_SIM SHARED_FOLDER
set -euo pipefail
sim=$1 shared=$2
recordings=$shared/okta/recordings.jsonl player=$shared/tools/replay.py

skip() { echo "skipped: $*"; exit 77; }
[ -f "$recordings" ] && [ -f "$player" ] || skip "$recordings or $player is not beside this checkout"
command -v python3 >/dev/null || skip 'python3 is not installed'

exec 3< <(exec "$sim" --listen 127.0.0.1:0)
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
read -r -t 20 line <&3 || { echo 'okta-sim does not start'; exit 1; }
report=$(timeout 240 python3 "$player" --base "${line#listening on }" --auth 'SSWS x' "$recordings" --min 98) || { echo "$report"; exit 1; }
summary=${report##*$'\n'}
echo "$summary"
played=$(sed -n 's/.* \([0-9]*\) replayable pairs.*/\1/p' <<<"$summary")
[ "$played" -ge 740 ] || { echo "only $played pairs could be played"; exit 1; }
