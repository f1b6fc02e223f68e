#!/usr/bin/env bash
# check.sh JMLCTL SCENARIO: exit 0 when the scenario comes out as it expects, and comes out the same twice,
# whatever the zone of the machine: the second time it is one that is 12 h 45 min ahead. One that says
# `# Not yet: …` can be read and comes out otherwise; when it no longer does, the line must go.
set -euo pipefail
jmlctl=$1 scenario=$2
if [[ $scenario == */samples/* && ! -d ${scenario%/*}/../../../../shared/events ]]; then
    echo "skipped: there is no folder ../shared/events beside this checkout"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if grep -q '^# Not yet: ' "$scenario"; then
    code=0
    "$jmlctl" simulate "$scenario" -o json >"$folder/first" || code=$?
    [ "$code" = 1 ] || { echo "exit $code: what it lacks is there now, or it cannot be read"; exit 1; }
    exit 0
fi
"$jmlctl" simulate "$scenario" -o json >"$folder/first"
TZ=Pacific/Chatham "$jmlctl" simulate "$scenario" -o json >"$folder/second"
cmp "$folder/first" "$folder/second"
