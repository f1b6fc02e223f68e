#!/usr/bin/env bash
# ./dev bench daemon: the real binary — start, idle, signed events over TLS, memory with people waiting for their first day, and what a kill leaves behind.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=build/release/bin
waiting=${JMLD_BENCH_WAITING:-10000}
home=$(mktemp -d)
sim_pid='' jmld_pid='' floor_pid=''
finish() {
    for pid in $floor_pid $jmld_pid $sim_pid; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
    rm -rf "$home"
}
trap finish EXIT

now() { date +%s%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.3f", (b - a) / 1e9 }'; }
rss() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
cpu() { awk '{ print $14 + $15 }' "/proc/$1/stat"; } # ticks
listening() { # FILE NUMBER PID
    until [ "$(grep -cs '^listening on ' "$1" || true)" -ge "$2" ] 2>/dev/null; do
        kill -0 "$3" 2>/dev/null || { cat "$home"/*.err >&2; exit 1; }
        sleep 0.002
    done
    sed -n 's/^listening on //p' "$1" | sed -n "$2p"
}
start() {
    "$bin/jmld" --config "$home/jmld.yaml" >"$home/jmld.out" 2>"$home/jmld.err" &
    jmld_pid=$!
    hooks=$(listening "$home/jmld.out" 1 "$jmld_pid")
    ops=$(listening "$home/jmld.out" 2 "$jmld_pid")
    until curl -sf --cacert "$home/tls.pem" "$ops/readyz" >/dev/null; do
        kill -0 "$jmld_pid" 2>/dev/null || { cat "$home/jmld.err" >&2; exit 1; }
        sleep 0.002
    done
}
stop() { kill "$jmld_pid" && wait "$jmld_pid"; }
load() { "$bin/hire-load" --hooks "$hooks" --ca "$home/tls.pem" --secret "$home/workday.secret" "$@"; }
ended() { "$bin/jmlctl" --server "$ops" --token-file "$home/token" -o json status | grep -o '"succeeded": *[0-9]*' | grep -o '[0-9]*$' || echo 0; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost' -keyout "$home/tls.key" -out "$home/tls.pem" 2>/dev/null
printf 'whsec_%s' "$(openssl rand -base64 32)" >"$home/workday.secret"
printf 'bench' >"$home/okta.token"
openssl rand -hex 32 | tr -d '\n' >"$home/token"
chmod 600 "$home"/*.key "$home"/*.secret "$home"/*token
cat >"$home/org.json" <<'JSON'
{"groups": [{"id": "00gstaff", "type": "OKTA_GROUP", "profile": {"name": "Staff"}}, {"id": "00gmark", "type": "OKTA_GROUP", "profile": {"name": "Marketing"}}],
 "apps": [{"id": "0oaslack", "label": "Slack", "status": "ACTIVE"}, {"id": "0oacanva", "label": "Canva", "status": "ACTIVE"}]}
JSON
"$bin/okta-sim" --listen 127.0.0.1:0 --org "$home/org.json" >"$home/sim.out" 2>"$home/sim.err" &
sim_pid=$!
cat >"$home/jmld.yaml" <<YAML
listen:
  webhooks: { address: 127.0.0.1:0, tls: { certificate: $home/tls.pem, key: { file: $home/tls.key } } }
  ops: { address: 127.0.0.1:0 }
store: { sqlite: $home/jmld.db }
okta: { org: $(listening "$home/sim.out" 1 "$sim_pid"), auth: { ssws: { file: $home/okta.token } } }
sources: { workday: { verify: { standard_webhooks: { secrets: [ { file: $home/workday.secret } ] } } } }
operators: [ { name: bench, role: admin, token_sha256: $(sha256sum <"$home/token" | cut -d' ' -f1) } ]
log: { level: warning, format: json }
YAML

cp "$bin/jmld" "$home/stripped" && strip "$home/stripped"
echo "the daemon itself"
printf '  binary, stripped              %8.1f MB\n' "$(awk -v b="$(stat -c %s "$home/stripped")" 'BEGIN { print b / 1048576 }')"
begun=$(now)
start
printf '  start to ready                %8s s\n' "$(since "$begun")"
sleep 1
before=$(cpu "$jmld_pid")
sleep 4
printf '  idle                          %8s MB, %s %% CPU\n' "$(rss "$jmld_pid")" "$(awk -v t="$(($(cpu "$jmld_pid") - before))" 'BEGIN { printf "%.2f", t / 4 }')"
echo "signed events over TLS, 64 kept connections, people who start next year"
load --count "$waiting" --day "$(date -u -d '+300 days' +%F)"
printf '  with %s people waiting     %8s MB\n' "$waiting" "$(rss "$jmld_pid")"
echo "the same at 200 a second"
load --count 600 --first 500000 --per-second 200 --day "$(date -u -d '+300 days' +%F)"
echo "the same without TLS, and the least it can cost: bare HTTP, a durable row, 202"
stop
sed -i 's/, tls: {.*} }$/ }/' "$home/jmld.yaml"
start
load --count 600 --first 600000 --per-second 200 --day "$(date -u -d '+300 days' +%F)"
"$bin/ack-floor" "$home" >"$home/floor.out" 2>"$home/floor.err" &
floor_pid=$!
hooks=$(listening "$home/floor.out" 1 "$floor_pid") load --count 600 --per-second 200 --day "$(date -u -d '+300 days' +%F)"
kill "$floor_pid" && wait "$floor_pid" 2>/dev/null || true
floor_pid=''
echo "kill -9 with 100 hires in flight"
load --count 100 --first 700000 --day "$(date -u +%F)" >/dev/null
kill -9 "$jmld_pid"
wait "$jmld_pid" 2>/dev/null || true
begun=$(now)
start
printf '  ready again after             %8s s\n' "$(since "$begun")"
until [ "$(ended)" -ge 100 ]; do sleep 0.02; done
printf '  all of them done after        %8s s\n' "$(since "$begun")"
created=$(curl -sf "$(listening "$home/sim.out" 1 "$sim_pid")/_sim/ledger" | grep -o '"user.lifecycle.create"' | wc -l)
printf '  accounts created              %8s of 100\n' "$created"
