#!/usr/bin/env bash
# Okta's Node SDK, installed at a pinned version into the build folder, against okta-sim. Skipped (77), saying so, without
# node, npm or the registry. Usage: run.sh OKTA_SIM FOLDER
set -euo pipefail
sim=$1 folder=$2 here=$(cd "$(dirname "$0")" && pwd)
sdk=@okta/okta-sdk-nodejs@8.1.0

skip() { echo "skipped: $*"; exit 77; }
command -v node >/dev/null && command -v npm >/dev/null || skip 'node and npm are not installed'
mkdir -p "$folder"
# The stamp is written last, so half an installation is not taken for one.
if [ "$(cat "$folder/installed" 2>/dev/null)" != "$sdk" ]; then
    echo '{"private":true}' >"$folder/package.json"
    timeout 180 npm install --prefix "$folder" --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error "$sdk" \
        >"$folder/npm.log" 2>&1 || skip "npm cannot install $sdk (see $folder/npm.log)"
    echo "$sdk" >"$folder/installed"
fi

exec 3< <(exec "$sim" --listen 127.0.0.1:0)
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
read -r -t 20 line <&3 || { echo 'okta-sim does not start'; exit 1; }
NODE_PATH=$folder/node_modules timeout 120 node "$here/sdk_test.js" "${line#listening on }"
