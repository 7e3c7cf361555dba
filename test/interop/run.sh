#!/usr/bin/env bash
# The tests against a real Postfix: starts one, runs them, ends it. Where there is none it says so, and is content.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
here=test/interop
not_run() {
  echo "interop with Postfix: not run ($1)"
  exit 0
}

[ "$(id -u)" = 0 ] || not_run 'only root can start Postfix'
PATH=$PATH:/usr/sbin
missing() {
  local name
  for name in postfix saslpasswd2 openssl; do command -v "$name" >/dev/null || echo "$name"; done
  compgen -G '/usr/lib/*/sasl2/liblogin.so*' >/dev/null || echo libsasl2-modules
}
if [ -n "$(missing)" ] && [ -n "${CI:-}" ] && command -v apt-get >/dev/null; then
  $here/install-postfix.sh || true
fi
lacking=$(missing | head -n 1)
[ -z "$lacking" ] || not_run "$lacking is not installed"

# not in TMPDIR, which may be closed to the users that Postfix runs as
folder=$(mktemp -d /tmp/haineko-postfix-XXXXXX)
finish() {
  local status=$?
  trap '' HUP INT TERM
  $here/postfix-stop.sh "$folder" || true
  if [ "$status" != 0 ]; then tail -n 50 "$folder/log/mail.log" >&2 || true; fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

$here/postfix-start.sh "$folder"
# whom a process trusts is fixed when it starts
NODE_EXTRA_CA_CERTS="$folder/tls/server-ca.pem" HAINEKO_POSTFIX="$folder/postfix.json" \
  npx vitest run --project interop "$@"
