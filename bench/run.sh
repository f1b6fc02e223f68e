#!/usr/bin/env bash
# ./dev bench [store|history|joiner|parked|recovery|daemon ...] [--json]: each figure beside its floor, measured in the same run on this machine. Ratios are what counts.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=build/release/bin
json=() names=()
for argument in "$@"; do
    case "$argument" in
    --json) json=(--json) ;;
    store | history | joiner | parked | recovery | daemon) names+=("$argument") ;;
    *) echo "usage: ./dev bench [store] [history] [joiner] [parked] [recovery] [daemon] [--json]" >&2; exit 2 ;;
    esac
done
[ ${#names[@]} -gt 0 ] || names=(store history joiner parked recovery daemon)

home=$(mktemp -d)
peer_pid=''
finish() {
    [ -n "$peer_pid" ] && kill "$peer_pid" 2>/dev/null && wait "$peer_pid" 2>/dev/null || true
    rm -rf "$home"
}
trap finish EXIT

joiner() { # LABEL DELAY RUNS IN_FLIGHT [OPTION...]
    mkdir "$home/$1"
    "$bin/canned-okta" --delay "$2" >"$home/$1/peer.out" 2>&1 &
    peer_pid=$!
    local tries=0
    until grep -qs '^listening on ' "$home/$1/peer.out"; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] && kill -0 "$peer_pid" || { cat "$home/$1/peer.out" >&2; exit 1; }
        sleep 0.05
    done
    local okta
    okta=$(sed -n 's/^listening on //p' "$home/$1/peer.out")
    "$bin/joiner-bench" --okta "$okta" --folder "$home/$1" --delay "$2" --runs "$3" --in-flight "$4" "${@:5}" "${json[@]}"
    kill "$peer_pid"
    wait "$peer_pid" 2>/dev/null || true
    peer_pid=''
}

for name in "${names[@]}"; do
    case "$name" in
    store) "$bin/store-bench" "${json[@]}" ;;
    history) "$bin/history-bench" "${json[@]}" 1000 10000 ;;
    daemon) bench/daemon.sh ;;
    parked) joiner parked 0 100 256 --parked "${JMLD_BENCH_PARKED:-10000}" ;;
    recovery)
        mkdir "$home/recovery"
        "$bin/recovery-bench" --folder "$home/recovery" "${json[@]}" ;;
    joiner)
        joiner now 0 2000 64
        joiner late 50 2000 256
        joiner alone 50 20 1 ;;
    esac
done
