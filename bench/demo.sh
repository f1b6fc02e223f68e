#!/usr/bin/env bash
# ./dev demo: a hire becomes an Okta user before your eyes, in a throwaway directory, on loopback only. Everything it starts, it ends.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=build/release/bin
once=no
for argument in "$@"; do
    case "$argument" in
    --once) once=yes ;;
    *) echo "usage: ./dev demo [--once]" >&2; exit 2 ;;
    esac
done
[ -t 1 ] || once=yes

home=$(mktemp -d)
sim_pid='' jmld_pid=''
finish() {
    local status=$?
    trap - EXIT INT TERM
    [ -n "$jmld_pid" ] && kill "$jmld_pid" 2>/dev/null && wait "$jmld_pid" 2>/dev/null
    [ -n "$sim_pid" ] && kill "$sim_pid" 2>/dev/null && wait "$sim_pid" 2>/dev/null
    if [ "$status" -ne 0 ] && [ "$status" -ne 130 ]; then
        echo "the demo failed; the daemon's last words:" >&2
        tail -n 20 "$home/jmld.err" "$home/sim.err" >&2 2>/dev/null || true
    fi
    rm -rf "$home"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

bold() { if [ -t 1 ]; then printf '\033[1m%s\033[0m\n' "$*"; else printf '%s\n' "$*"; fi; }

# Waits for `listening on URL` number $2 in file $1, as long as process $3 lives.
listening() {
    local tries=0
    until [ "$(grep -c '^listening on ' "$1" 2>/dev/null)" -ge "$2" ]; do
        kill -0 "$3" 2>/dev/null || return 1
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || return 1
        sleep 0.05
    done
    sed -n 's/^listening on //p' "$1" | sed -n "$2p"
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost' -keyout "$home/tls.key" -out "$home/tls.pem" 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$home/okta.key" 2>/dev/null
secret="whsec_$(openssl rand -base64 32)"
token=$(openssl rand -hex 32)
printf '%s' "$secret" >"$home/workday.secret"
printf '%s' "$token" >"$home/token"
chmod 600 "$home"/*.key "$home"/*.secret "$home/token"

cat >"$home/org.json" <<'JSON'
{"groups": [{"id": "00gstaff", "type": "OKTA_GROUP", "profile": {"name": "Staff"}},
            {"id": "00gmarketing", "type": "OKTA_GROUP", "profile": {"name": "Marketing"}}],
 "apps": [{"id": "0oaslack", "label": "Slack", "status": "ACTIVE"},
          {"id": "0oacanva", "label": "Canva", "status": "ACTIVE"}],
 "users": [{"id": "00uboblee", "status": "ACTIVE", "credentials": {"password": true},
            "profile": {"login": "bob.lee@example.com", "email": "bob.lee@example.com", "firstName": "Bob", "lastName": "Lee", "employeeNumber": "100101"},
            "groups": [{"id": "00gstaff", "name": "Staff", "membership": "direct"}]}]}
JSON
"$bin/okta-sim" --listen 127.0.0.1:0 --tls-cert "$home/tls.pem" --tls-key "$home/tls.key" --org "$home/org.json" \
    >"$home/sim.out" 2>"$home/sim.err" &
sim_pid=$!
okta=$(listening "$home/sim.out" 1 "$sim_pid") || { echo "okta-sim did not start" >&2; exit 1; }

cat >"$home/jmld.yaml" <<YAML
listen:
  webhooks: { address: 127.0.0.1:0 }
  ops: { address: 127.0.0.1:0 }
store:
  sqlite: $home/jmld.db
okta:
  org: $okta
  ca: $home/tls.pem
  auth: { private_key_jwt: { client_id: 0oademo, key: { file: $home/okta.key } } }
  scopes: [okta.users.manage, okta.groups.manage, okta.apps.manage, okta.roles.manage, okta.apiTokens.read]
sources:
  workday: { verify: { standard_webhooks: { secrets: [ { file: $home/workday.secret } ] } } }
operators:
  - { name: demo, role: admin, token_sha256: $(printf '%s' "$token" | sha256sum | cut -d' ' -f1) }
log: { level: info, format: json }
YAML
"$bin/jmld" --config "$home/jmld.yaml" >"$home/jmld.out" 2>"$home/jmld.err" &
jmld_pid=$!
hooks=$(listening "$home/jmld.out" 1 "$jmld_pid") || { echo "jmld did not start" >&2; exit 1; }
ops=$(listening "$home/jmld.out" 2 "$jmld_pid") || { echo "jmld did not start" >&2; exit 1; }
ctl=("$bin/jmlctl" --server "$ops" --token-file "$home/token")
sim() { curl -sS --fail --cacert "$home/tls.pem" "$@"; }

# Okta will refuse one call for its rate and break down on another.
sim -X POST -H 'Content-Type: application/json' -d '[
  {"match": {"method": "PUT", "path": "/api/v1/groups/*/users/*"}, "times": 1,
   "answer": {"status": 503, "body": {"errorCode": "E0000010", "errorSummary": "Service is in read only mode"}}},
  {"match": {"method": "POST", "path": "/api/v1/apps/*/users"}, "times": 1,
   "answer": {"status": 429, "body": {"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit due to too many requests."}}}
]' "$okta/_sim/faults" >/dev/null

people() {
    sim "$okta/_sim/org" | "$bin/org-view"
}

bold 'Okta before'
people
today=$(date -u +%Y-%m-%d)
body='{"id":"demo-0001","type":"workday.worker.hire","timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","data":{"businessProcess":{"type":"Hire Employee","eventWid":"demo0001","action":"complete","completedMoment":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"},"effectiveDate":"'$today'","worker":{"wid":"demo","workerId":"100900","universalId":"U-000900","workerType":"Employee","legalName":{"first":"Jane","last":"Smith"},"preferredName":{"first":"Jane","last":"Smith"},"homeEmail":"jane@example.net","hireDate":"'$today'","position":{"businessTitle":"Brand Manager","department":"Marketing","location":{"timeZone":"UTC"}},"manager":{"workerId":"100101","name":"Bob Lee"}}}}'
stamp=$(date +%s)
key=$(printf '%s' "${secret#whsec_}" | base64 -d | od -An -vtx1 | tr -d ' \n')
signature=$(printf '%s' "msg_demo.$stamp.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64 -w0)
bold ''
bold "A signed hire arrives: Jane Smith, Marketing"
curl -sS --fail -X POST "$hooks/hooks/workday" -H 'Content-Type: application/json' -H 'webhook-id: msg_demo' \
    -H "webhook-timestamp: $stamp" -H "webhook-signature: v1,$signature" -d "$body"
echo
run='' tries=0
until [ -n "$run" ]; do
    run=$("${ctl[@]}" -o id run list --limit 1)
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "no run was started" >&2; "${ctl[@]}" event list >&2; exit 1; }
    [ -n "$run" ] || sleep 0.05
done
bold ''
bold 'The run (one 429 and one 503 are on their way)'
"${ctl[@]}" run watch "$run" --exit-status --timeout 60s
bold ''
bold 'Okta after'
people
after=$(sim "$okta/_sim/org")
for wanted in jane.smith@example.com 100900; do
    case "$after" in *"$wanted"*) ;; *) echo "Okta does not have $wanted" >&2; exit 1 ;; esac
done
[ "$once" = no ] || exit 0
bold ''
echo "The page         $ops/   (it asks for the token: $(cat "$home/token"))"
echo "Status and API   $ops/v1/status   (Authorization: Bearer \$(cat $home/token))"
echo "Try next         ${ctl[*]} run show $run"
echo "                 ${ctl[*]} event list"
echo "                 ${ctl[*]} status"
bold ''
bold 'Everything stays up until Ctrl-C.'
wait "$jmld_pid"
