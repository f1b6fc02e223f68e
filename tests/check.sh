#!/usr/bin/env bash
# ./dev check: what continuous integration runs, plus format, layers, lint, the unit's exposure and the sanitizers. Quiet when all is well.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\033[2m== %s\033[0m\n' "$*" >&2; }

missing=()
for package in clang-format-19 clang-tidy-19; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    step "installing ${missing[*]}"
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

step 'layers'
tests/layers.sh
step 'format'
mapfile -t sources < <(git ls-files '*.cpp' '*.hpp')
clang-format-19 --dry-run --Werror "${sources[@]}"
step 'tests (release)'
./dev test
step 'lint'
mapfile -t units < <(git ls-files 'engine/*.cpp' 'store/*.cpp' 'workflows/*.cpp' 'config/*.cpp' 'connectors/*.cpp' 'daemon/*.cpp')
printf '%s\n' "${units[@]}" | xargs -P2 -n8 clang-tidy-19 -p build/release --quiet --warnings-as-errors='*' 2>/dev/null
if command -v systemd-analyze >/dev/null; then
    step 'exposure of the unit (1.5 at most)'
    systemd-analyze security --offline=true --threshold=15 --no-pager systemd/jmld.service >/dev/null ||
        { echo 'systemd/jmld.service is exposed more than 1.5; see systemd-analyze security --offline=true systemd/jmld.service' >&2; exit 1; }
fi
step 'tests under address and undefined-behaviour sanitizers'
./dev test --preset asan
