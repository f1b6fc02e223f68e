#!/usr/bin/env bash
# evidence.sh JMLCTL: what `simulate` prints as evidence fits its chain, and each kind of meddling is found, with the id
# of the record.
set -euo pipefail
jmlctl=$1
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$jmlctl" simulate "$here/jml/leave-and-return.yaml" -o json >"$folder/whole"
"$jmlctl" audit verify "$folder/whole" >"$folder/head" 2>&1
tail -1 "$folder/head" | grep -Eqx '[0-9a-f]{64}' || { echo "no head is printed"; exit 1; }

# found WHAT SED: the file changed by SED does not fit, and what is said names a record.
found() {
    sed "$2" "$folder/whole" >"$folder/changed"
    cmp -s "$folder/whole" "$folder/changed" && { echo "$1: nothing was changed"; exit 1; }
    local code=0
    "$jmlctl" audit verify "$folder/changed" >"$folder/says" 2>&1 || code=$?
    [ "$code" = 1 ] || { echo "$1: exit $code"; cat "$folder/says"; exit 1; }
    grep -q 'evd_[0-9A-Z.]* does not fit' "$folder/says" || { echo "$1: no record is named"; cat "$folder/says"; exit 1; }
}
found "another moment" 's/"contained_at": "2027-02-02T05:00:00Z"/"contained_at": "2027-02-02T04:00:00Z"/'
found "another outcome in the content" 's/"clean": true/"clean": false/'
found "another name" 's/"name": "Jane Smith"/"name": "Jane Doe"/'
found "another hash" 's/"hash": "[0-9a-f]/&f/'
