#!/usr/bin/env bash
# page.sh BIN: the operators' page in Debian's chromium, driven by npm's playwright-core. Where one of the two is missing it
# says so and exits 77 (skipped); install them with: apt-get install chromium; npm install -g playwright-core
set -euo pipefail
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
browser=$(command -v chromium || true)
NODE_PATH=${NODE_PATH:-$(npm root -g 2>/dev/null || true)}
export NODE_PATH
if [ -z "$browser" ]; then echo "skipped: chromium is not installed"; exit 77; fi
if ! node -e 'require("playwright-core")' 2>/dev/null; then echo "skipped: playwright-core is not installed"; exit 77; fi

folder=$(mktemp -d)
started=()
trap 'for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done; wait; rm -rf "$folder"' EXIT
cd "$folder"
token=token-of-the-page-test
printf 00token >okta.token
printf 'whsec_%s' "$(openssl rand -base64 32)" >workday.secret
printf %s "$token" >admin.token
chmod 600 okta.token workday.secret admin.token
cat >org.json <<'JSON'
{"groups": [{"id": "00g1", "name": "Staff"}, {"id": "00g2", "name": "Marketing"}],
 "apps": [{"id": "0oa1", "label": "Slack"}, {"id": "0oa2", "label": "Canva"}]}
JSON
cat >hire.json <<'JSON'
{"id": "odd/1 <b>?", "type": "workday.worker.hire", "data": {"effectiveDate": "2026-01-05", "worker": {"workerId": "900",
 "workerType": "Employee", "hireDate": "2026-01-05", "legalName": {"first": "<img src=x onerror=window.hit=1>", "last": "Smith"},
 "position": {"department": "Marketing"}}}}
JSON
printf '{"Report_Entry": []}' >empty.json

# address FILE N: the Nth address that a program has told
address() {
    local _
    for _ in $(seq 300); do
        [ "$(grep -c '^listening on' "$1" 2>/dev/null)" -ge "$2" ] 2>/dev/null && break
        read -rt 0.1 <> <(:) || true
    done
    sed -n 's/^listening on //p' "$1" | sed -n "$2p"
}
"$bin/okta-sim" --listen 127.0.0.1:0 --org org.json >sim.out 2>sim.err &
started+=($!)
cat >jmld.yaml <<YAML
listen: { webhooks: { address: 127.0.0.1:0 }, ops: { address: 127.0.0.1:0 } }
store: { sqlite: jmld.db }
okta: { org: $(address sim.out 1), auth: { ssws: { file: okta.token } }, scopes: [okta.users.manage] }
sources: { workday: { verify: { standard_webhooks: { secrets: [{ file: workday.secret }] } } } }
operators: [{ name: admin, role: admin, token_sha256: $(printf %s "$token" | sha256sum | cut -d' ' -f1) }]
YAML
"$bin/jmld" --config jmld.yaml >jmld.out 2>jmld.err &
started+=($!)
url=$(address jmld.out 2)
ctl() { "$bin/jmlctl" --server "$url" --token-file admin.token "$@"; }
ctl event send empty.json >/dev/null
ctl event send hire.json >/dev/null
ctl run watch "$(ctl run list -o id | head -n 1)" >/dev/null
PAGE_URL=$url PAGE_TOKEN=$token PAGE_BROWSER=$browser timeout 120 node "$here/page.cjs"
