#!/usr/bin/env bash
# outcomes.sh JMLCTL FOLDER: what each scenario comes to, as JSON, in FOLDER under the scenario's name. For the page that
# names the scenarios which exercise an action.
set -euo pipefail
jmlctl=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$folder"
while IFS= read -r scenario; do
    out=$folder/${scenario%.yaml}.json
    mkdir -p "$(dirname "$out")"
    "$jmlctl" simulate "$here/$scenario" -o json >"$out" || echo "$scenario does not come out as it expects" >&2
done < <(cd "$here" && find . -name '*.yaml' -not -path '*/parts/*' -printf '%P\n' | sort)
