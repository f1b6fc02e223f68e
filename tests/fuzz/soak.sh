#!/usr/bin/env bash
# soak.sh FOLDER [SECONDS] [TARGET...]: every target of FOLDER for so long (60), two at a time, from the corpus on. What it finds stands in
# FOLDER/../fuzz-findings; exit 1 when there is anything.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(realpath "$1") seconds=${2:-60}
shift; [ $# -gt 0 ] && shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(expression workflow event framing okta_answer)
findings=$folder/../fuzz-findings
mkdir -p "$findings"

one() { # TARGET
    local grown="$findings/corpus-$1"
    mkdir -p "$grown"
    local log="$findings/$1.log"
    if "$folder/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 \
        -artifact_prefix="$findings/$1-" "$grown" "corpus/$1" >"$log" 2>&1; then
        echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
    else
        echo "$1: FOUND, see $log" && tail -n 30 "$log" && return 1
    fi
}

failed=0 running=0
for target in "${targets[@]}"; do
    one "$target" &
    running=$((running + 1))
    if [ $running -eq 2 ]; then
        wait -n || failed=1
        running=$((running - 1))
    fi
done
while [ $running -gt 0 ]; do
    wait -n || failed=1
    running=$((running - 1))
done
exit $failed
