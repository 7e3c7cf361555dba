#!/usr/bin/env bash
# Installs what the tests against Postfix need, on a Debian machine of CI, as root. No service starts by it.
set -euo pipefail
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  # invoke-rc.d asks it before it starts a service: 101 is no
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
quick=(-qq -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 -o DPkg::Lock::Timeout=60)
# a list that cannot be fetched may be of another archive
timeout -k 10 120 apt-get "${quick[@]}" update || true
timeout -k 10 240 apt-get "${quick[@]}" install -y --no-upgrade --no-install-recommends \
  postfix sasl2-bin libsasl2-modules openssl
