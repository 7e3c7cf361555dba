#!/usr/bin/env bash
# Ends the Postfix that postfix-start.sh started in FOLDER, and no other. Does nothing where none runs.
set -euo pipefail
folder=$(realpath -m "${1:?usage: postfix-stop.sh FOLDER}")
if ! postfix -c "$folder/conf" status >/dev/null 2>&1; then exit 0; fi
postfix -c "$folder/conf" stop >/dev/null 2>&1
