#!/usr/bin/env bash
# Starts a Postfix for the tests on 127.0.0.1, set up by postfix/, as root. All that it writes is in FOLDER, mails that it
# takes in FOLDER/mail/all/new/, one file a recipient. FOLDER/postfix.json tells the tests where all is.
# Its ports are a free row, or POSTFIX_PORT and those after it. postfix-stop.sh ends it.
set -euo pipefail
folder=$(realpath -m "${1:?usage: postfix-start.sh FOLDER}")
setup=$(dirname "${BASH_SOURCE[0]}")/postfix
conf=$folder/conf
if [ "$(id -u)" != 0 ]; then
  echo 'postfix-start.sh: only root can start Postfix' >&2
  exit 1
fi

# what went wrong is in the logs
trap '[ $? = 0 ] || cat "$folder"/log/* >&2' EXIT
mkdir -p "$folder"/{conf/sasl,queue,data,mail,log,tls}
# Postfix runs as `postfix`, and delivers as `nobody`
chmod 755 "$folder" "$folder/queue"
chown postfix "$folder/data"
chown nobody "$folder/mail"
cp "$setup"/* "$conf"
{
  printf 'folder = %s\nnobody_uid = %s\nnobody_gid = %s\n' "$folder" "$(id -u nobody)" "$(id -g nobody)"
  cat "$setup/main.cf"
} >"$conf/main.cf"

# a certificate for loopback by an authority of its own; who is to be trusted is in NAME-ca.pem
certify() { # NAME
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  openssl req -x509 "${key[@]}" -days 30 -subj "/CN=Authority of $1" -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$1-ca.key" -out "$1-ca.pem"
  openssl req "${key[@]}" -subj /CN=smtp.test.local -keyout "$1.key" -out "$1.csr"
  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$1-ca.pem" -CAkey "$1-ca.key" -CAcreateserial -days 30 -extfile "$1.ext" -out "$1.crt"
  cat "$1.key" "$1.crt" >"$1.pem"
}
(
  cd "$folder/tls"
  certify server
  certify stranger
) >"$folder/log/openssl" 2>&1

# the credential of test/dialogue/deliveries.ts
printf 'nyaa:=+' | saslpasswd2 -p -c -f "$folder/sasldb2" -u test.local neko
chown postfix "$folder/sasldb2"
for mechanisms in 'PLAIN LOGIN' LOGIN CRAM-MD5; do
  printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: %s\nmech_list: %s\n' \
    "$folder/sasldb2" "$mechanisms" >"$conf/sasl/${mechanisms// /-}.conf"
done

# two Postfixes would share a port, the kernel lets them: so one starts at a time, on a row where nobody listens
exec 9<"$(command -v postfix)"
flock -w 120 9
# looked up, not tried: a Postfix of another run would count the connection
taken() { # PORT...
  local port
  for port; do
    if grep -qsE ":$(printf %04X "$port") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6; then return 0; fi
  done
  return 1
}
names=($(grep -o '^@[a-z]*@' "$setup/master.cf" | tr -d @))
for try in 1 2 3 4 5; do
  first=${POSTFIX_PORT:-$((10000 + RANDOM % 20000))}
  row=($(seq "$first" $((first + ${#names[@]} - 1))))
  if taken "${row[@]}"; then
    echo "one of the ports is taken: ${row[*]}" >"$folder/log/start"
  else
    cp "$setup/master.cf" "$conf/master.cf"
    ports=
    for index in "${!names[@]}"; do
      sed -i "s/^@${names[index]}@/127.0.0.1:${row[index]}/" "$conf/master.cf"
      ports="$ports${ports:+, }\"${names[index]}\": ${row[index]}"
    done
    if postfix -c "$conf" start >"$folder/log/start" 2>&1 9<&-; then
      printf '{ "ports": { %s }, "mails": "%s", "log": "%s" }\n' \
        "$ports" "$folder/mail/all/new" "$folder/log/mail.log" | tee "$folder/postfix.json"
      exit 0
    fi
  fi
  [ -z "${POSTFIX_PORT:-}" ] || break
done
echo "postfix-start.sh: Postfix did not start (tries: $try)" >&2
exit 1
