#!/usr/bin/env bash
# Installs what the tests start for real and npm does not bring, where it is missing: as root on Debian; elsewhere it says what to type.
set -euo pipefail

missing=()
for program in redis-server rsync chromium git; do
  command -v "$program" >/dev/null 2>&1 || missing+=("$program")
done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

# Debian's packages are named like their programs.
install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "the tests need ${missing[*]} on the PATH; on Debian or Ubuntu: sudo apt-get update && sudo $install" >&2
  exit 1
fi
echo "installing ${missing[*]}" >&2
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install -qq; } >/dev/null
