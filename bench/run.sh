#!/usr/bin/env bash
# ./dev bench [store|joiner ...] [--json]: each figure beside its floor, measured in the same run on this machine. Ratios are what counts.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=build/release/bin
json=() names=()
for argument in "$@"; do
    case "$argument" in
    --json) json=(--json) ;;
    store | joiner) names+=("$argument") ;;
    *) echo "usage: ./dev bench [store] [joiner] [--json]" >&2; exit 2 ;;
    esac
done
[ ${#names[@]} -gt 0 ] || names=(store joiner)

home=$(mktemp -d)
sim_pid=''
finish() {
    [ -n "$sim_pid" ] && kill "$sim_pid" 2>/dev/null && wait "$sim_pid" 2>/dev/null || true
    rm -rf "$home"
}
trap finish EXIT

joiner() { # LABEL DELAY RUNS
    mkdir "$home/$1"
    "$bin/joiner-bench" --print-org >"$home/$1/org.json"
    "$bin/okta-sim" --listen 127.0.0.1:0 --org "$home/$1/org.json" >"$home/$1/sim.out" 2>&1 &
    sim_pid=$!
    local tries=0
    until grep -qs '^listening on ' "$home/$1/sim.out"; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] && kill -0 "$sim_pid" || { cat "$home/$1/sim.out" >&2; exit 1; }
        sleep 0.05
    done
    local okta
    okta=$(sed -n 's/^listening on //p' "$home/$1/sim.out")
    [ "$2" = 0 ] || curl -sS --fail -X POST -H 'Content-Type: application/json' "$okta/_sim/faults" \
        -d '{"match": {"path": "/**"}, "always": true, "delay": "'"$2"'ms"}' >/dev/null
    "$bin/joiner-bench" --okta "$okta" --folder "$home/$1" --label "$2 ms" --runs "$3" "${json[@]}"
    kill "$sim_pid"
    wait "$sim_pid" 2>/dev/null || true
    sim_pid=''
}

for name in "${names[@]}"; do
    case "$name" in
    store) "$bin/store-bench" "${json[@]}" ;;
    joiner)
        joiner now 0 500
        joiner late 50 200 ;;
    esac
done
