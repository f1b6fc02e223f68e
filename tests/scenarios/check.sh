#!/usr/bin/env bash
# check.sh JMLCTL SCENARIO: exit 0 when the scenario comes out as it expects, and comes out the same twice.
set -euo pipefail
jmlctl=$1 scenario=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$jmlctl" simulate "$scenario" -o json >"$folder/first"
"$jmlctl" simulate "$scenario" -o json >"$folder/second"
cmp "$folder/first" "$folder/second"
