#!/usr/bin/env bash
# ./dev soak [N] [FIRST]: plays N seeds from FIRST on, on all processors, in programs of 50 seeds each (a death costs memory for
# good). Tells every seed that fails with its whole draw; ends with the sums. A failing seed replays with --seed=N.
set -euo pipefail
program=$1 count=${2:-2000} first=${3:-1}
began=$(date +%s.%N)
seq "$first" 50 $((first + count - 1)) |
    xargs -P "$(nproc)" -I'{}' bash -c 'last=$(($1 + $2 - 1)); n=$((last - $3 + 1)); [ $n -gt 50 ] && n=50
        "$0" --from="$3" --count="$n" || true' "$program" "$first" "$count" '{}' |
    awk -v began="$began" '
        / seeds, .* failed; / { seeds += $1; failed += $3; people += $5; predicted += $7; wall += $(NF - 8); days += $1 * 90; next }
        { print; fflush() }
        END {
            "date +%s.%N" | getline now
            took = now - began
            printf "%d seeds in %.0f s (%.1f a second), %d failed; %d of %d people held against the reference; %.0f days of simulated time, %.0f times faster than real\n",
                seeds, took, seeds / took, failed, predicted, people, days, days * 86400 / took
            exit failed > 0
        }'
