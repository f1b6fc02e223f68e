#!/usr/bin/env bash
# refusals.sh JMLCTL: what jmlctl simulate answers to files that it cannot read, and to expectations that do not hold.
set -euo pipefail
jmlctl=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bad=0

# answers EXIT TEXT: the scenario on standard input ends so, and says this on stderr.
answers() {
    local wanted=$1 text=$2 got=0
    cat >"$folder/it.yaml"
    "$jmlctl" simulate "$folder/it.yaml" -o json >"$folder/out" 2>"$folder/err" || got=$?
    if [ "$got" != "$wanted" ] || { [ -n "$text" ] && ! grep -qF -- "$text" "$folder/err"; }; then
        printf 'wanted exit %s and "%s", got exit %s and:\n' "$wanted" "$text" "$got" >&2
        cat "$folder/it.yaml" "$folder/err" >&2
        bad=1
    fi
}

answers 2 "it.yaml:2:1: error: unknown key 'evens' in the scenario; did you mean 'events'?" <<'Y'
clock: 2027-01-01T09:00:00Z
evens: []
Y
answers 2 "'clock' is missing" <<'Y'
until: idle
Y
answers 2 "it.yaml:2:28: error: unknown key 'windo' in 'guard'; did you mean 'window'?" <<'Y'
clock: 2027-01-01T09:00:00Z
config: { policy: {guard: {windo: 3m} } }
Y
answers 2 "it.yaml:4:17: error: /users/0/status: must be one of" <<'Y'
clock: 2027-01-01T09:00:00Z
org:
  users:
    - { status: GONE, profile: { login: a@example.com } }
Y
answers 2 "it.yaml:3:37: error: 'tims': unknown key; a fault has" <<'Y'
clock: 2027-01-01T09:00:00Z
faults:
  - { match: {path: /x}, delay: 1s, tims: 3 }
Y
answers 2 "unknown word '\$cuont'" <<'Y'
clock: 2027-01-01T09:00:00Z
expect: { runs: { $cuont: 3 } }
Y
answers 2 "error" </dev/null
answers 0 "" <<'Y'
clock: 2027-01-01T09:00:00Z
expect: { runs: [], clock: 2027-01-01T09:00:00Z }
Y
answers 1 "it.yaml:3:19: runs.\$count" <<'Y'
clock: 2027-01-01T09:00:00Z
expect:
  runs: { $count: 1 }
Y
exit "$bad"
