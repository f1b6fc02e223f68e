#!/usr/bin/env bash
# ./dev soak mutations [P1 P2 …]: breaks the mechanism of each promise in a copy of the tree, one at a time, and plays seeds until one
# fails with that promise. Prints the rows of the table in docs/simulation.md; fails when a broken mechanism goes unnoticed.
set -euo pipefail
cd "$(dirname "$0")/../../.."
copy=build/mutations/source seeds_max=${SEEDS_MAX:-600}
wanted=${*:-P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12}

mkdir -p "$copy"
find "$copy" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
git ls-files -z | xargs -0 cp -p --parents -t "$copy"
export CCACHE_BASEDIR="$PWD/$copy" CCACHE_NOHASHDIR=1
cmake -S "$copy" --preset release >/dev/null

# FILE, the words there, and what stands there instead; each promise may need several.
breaks() {
    case $1 in
    P1) replace daemon/people/conductor.cpp 'take_up(request_for(event)); // read again' 'static_cast<void>(event); // read again' ;;
    P2) replace engine/runtime/runner.cpp 'const auto before = std::exchange(run->state, std::move(done.after));' \
            'const auto before = std::exchange(run->state, std::move(done.after)); run->state.pivot_passed = false;' ;;
    P3) replace engine/runtime/person_queues.cpp 'if (!queue.holder) {' 'if (!queue.waiting.empty()) {' ;;
    P4) replace workflows/people/belief.cpp 'return place(left) < place(right);' 'return place(right) < place(left);' ;;
    P5) replace engine/unknowns.cpp 'emit(probe_answered{id, attempt, settled.verdict, settled.detail, settled.mark});
    switch (settled.verdict) {' 'emit(probe_answered{id, attempt, probe_verdict::not_done, settled.detail, settled.mark});
    switch (probe_verdict::not_done) {'
        replace connectors/okta/users_conduct.cpp 'return !same ? whose::somebody_else : recent ? whose::ours : whose::same_worker;' \
            'return !same || recent ? whose::somebody_else : whose::same_worker;' ;;
    P6) replace engine/undoing.cpp 'one = done.rbegin(); one' 'one = done.rbegin() + (done.empty() ? 0 : 1); one' ;;
    P7) replace engine/outcomes.cpp 'if (revokes() || definition_of(step).at_end)' 'if (definition_of(step).at_end)'
        replace engine/undoing.cpp 'if (!state_.began_at || revokes())' 'if (!state_.began_at)'
        replace workflows/leaver.yaml 'on_exhausted: continue' 'on_exhausted: rollback' ;; # nothing may come of what it says
    P8) replace engine/runtime/limiter.cpp '    if (now < one.blocked_until)' '    if (now < time_point::max()) {
        ++one.outstanding;
        return std::nullopt;
    }
    if (now < one.blocked_until)' ;;
    P9) replace engine/scheduling.cpp '*step.due <= now_;' \
            '*step.due <= now_ + (step.status == step_status::waiting && !step.attempts.empty() ? duration(0) : duration(3600000));' ;;
    P10) replace engine/machine.cpp '!has_ended(state_.status) && !is_paused()) {' '!has_ended(state_.status)) {' ;;
    P11) replace engine/runtime/runner.cpp 'if (std::find(wanted.begin(), wanted.end(), timer) == wanted.end())' \
            'if (!engine::has_ended(after.status) && std::find(wanted.begin(), wanted.end(), timer) == wanted.end())'
        replace engine/runtime/runner.cpp 'if (written || stands)' 'if (written || (stands && !engine::has_ended(after.status)))' ;;
    P12) replace engine/runtime/runner.cpp 'return timer.at <= now; });' 'return timer.at <= now || timer.kind == "retry"; });' ;;
    esac
}

replace() { # FILE OLD NEW
    python3 - "$copy/$1" "$2" "$3" <<'PYTHON'
import sys
path, old, new = sys.argv[1:]
text = open(path).read()
if text.count(old) != 1:
    sys.exit(f"{path}: '{old}' stands there {text.count(old)} times, not once: the mutation needs mending")
open(path, "w").write(text.replace(old, new))
PYTHON
    changed+=("$1")
}

# Seeds in portions, until one fails with the promise. A broken engine may also do worse than what is looked for.
first_failing() { # PROMISE
    local first said
    for ((first = 1; first <= seeds_max; first += 50)); do
        said=$(timeout 600 "$copy/build/release/tests/simulation_seeds" --from="$first" --count=50 --commits=2000 || true)
        said=$(grep -m1 -E "^seed [0-9]+: $1: " <<<"$said" || true)
        [ -z "$said" ] && continue
        printf '%s' "$said"
        return 0
    done
    return 1
}

unnoticed=0
for promise in $wanted; do
    changed=()
    breaks "$promise"
    if ! nice ninja -C "$copy/build/release" simulation_seeds >"$copy/build/mutation.log" 2>&1; then
        grep -m3 error: "$copy/build/mutation.log" >&2 || tail -5 "$copy/build/mutation.log" >&2
        printf '%s does not build when broken\n' "$promise"
        unnoticed=1
    elif said=$(first_failing "$promise"); then
        seed=${said#seed } seed=${seed%%:*}
        printf '| %s | seed %s | %s |\n' "$promise" "$seed" "$(cut -c1-140 <<<"${said#*"$promise": }")"
    else
        printf '%s is broken and no seed of %s notices\n' "$promise" "$seeds_max"
        unnoticed=1
    fi
    for file in "${changed[@]}"; do cp -p "$file" "$copy/$file" && touch "$copy/$file"; done
done
exit $unnoticed
