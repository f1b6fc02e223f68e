#!/usr/bin/env bash
# Who may know whom: reads #include lines and holds the arrows of docs/architecture.md. A message names the better way.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() { printf '%s\n' "$*" >&2; bad=1; }

# ROOM ALLOWED...: files of ROOM may include only from ROOM and ALLOWED.
room() {
    local room=$1
    shift
    local allowed="$room"
    for other in "$@"; do allowed="$allowed|$other"; done
    while IFS=: read -r file line include; do
        local target=${include#*\"}
        target=${target%%\"*}
        case "$target" in */*) ;; *) continue ;; esac
        if ! [[ "$target" =~ ^($allowed)/ ]]; then
            complain "$file:$line: $room/ may not include \"$target\"; it knows only: ${allowed//|/, } (move the code outward, or put an interface inward)"
        fi
    done < <(grep -rn '#include "' "$room" --include='*.hpp' --include='*.cpp')
}
room engine
room config engine
room store engine
room connectors engine daemon/http
room workflows engine config

# grep PATTERN outside of these files is a mistake.
only_in() { # WHAT PATTERN ALLOWED_REGEX FOLDERS...
    local what=$1 pattern=$2 allowed=$3
    shift 3
    while IFS=: read -r file line _; do
        [[ "$file" =~ $allowed ]] || complain "$file:$line: $what belongs elsewhere ($allowed)"
    done < <(grep -rnE "$pattern" "$@" --include='*.hpp' --include='*.cpp' || true)
}
rooms=(engine config store connectors workflows daemon)
only_in 'sqlite3.h' '#include <sqlite3.h>' '^store/' "${rooms[@]}"
only_in 'Beast' '#include <boost/beast' '^(daemon/http/|connectors/)' "${rooms[@]}"
only_in 'Asio' '#include <boost/asio' '^(engine/runtime|store|connectors|daemon)/' "${rooms[@]}"
only_in 'the system clock' 'system_clock::now' '^(engine/runtime/clock.cpp|connectors/okta_sim/main.cpp|store/|daemon/)' "${rooms[@]}"
only_in 'the environment' 'std::getenv|[^_]getenv\(' '^(daemon/main.cpp|daemon/ctl/main.cpp|config/secrets.cpp)' "${rooms[@]}"
for file in connectors/okta_sim/*.cpp connectors/okta_sim/*.hpp; do
    grep -n '#include "connectors/okta/' "$file" /dev/null && complain "$file: the imitation must not know our client"
done
grep -rnE 'okta|sqlite|http' engine --include='*.hpp' --include='*.cpp' -il | grep -v '^engine/runtime/' | while read -r file; do
    grep -niE '\b(okta|sqlite|http)\b' "$file" | grep -vE ':[[:space:]]*(//|\*)|///' | grep -v '//' | sed "s|^|$file:|"
done | grep -q . && complain 'engine/ has a word of Okta, HTTP or SQL in its code (see above); outside runtime/ it must not'
exit "$bad"
