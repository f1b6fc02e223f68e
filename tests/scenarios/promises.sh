#!/usr/bin/env bash
# promises.sh: docs/promises.md names every scenario of this folder (those of jml/ have a table of their own), and none that is not there.
set -euo pipefail
cd "$(dirname "$0")"
named=$(grep '^|' ../../docs/promises.md | grep -oE '`(jml/)?[a-z][a-z-]*`' | tr -d '`' | sort -u)
there=$(ls -- *.yaml | sed 's/\.yaml$//' | sort -u)
all=$(ls -- *.yaml jml/*.yaml | sed 's/\.yaml$//' | sort -u)
only_named=$(comm -23 <(echo "$named") <(echo "$all"))
only_there=$(comm -13 <(echo "$named") <(echo "$there"))
[ -z "$only_named" ] || { echo "docs/promises.md names what is not there: $only_named" >&2; exit 1; }
[ -z "$only_there" ] || { echo "docs/promises.md does not name: $only_there" >&2; exit 1; }
