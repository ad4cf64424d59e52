#!/usr/bin/env bash
# Installs what the tests and the image need for real and npm does not bring, where it is missing, or of it only what is named: as root
# on Debian; elsewhere it says what to type.
set -euo pipefail

all=(redis-server rsync unzip chromium git buildah skopeo mmdebstrap docker-registry)
if [ "$#" -eq 0 ]; then set -- "${all[@]}"; fi

missing=()
for program in "$@"; do
  command -v "$program" >/dev/null 2>&1 || missing+=("$program")
done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

# Debian's packages are named like their programs.
install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "${missing[*]} must be on the PATH; on Debian or Ubuntu: sudo apt-get update && sudo $install" >&2
  exit 1
fi
echo "installing ${missing[*]}" >&2
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install -qq; } >/dev/null
