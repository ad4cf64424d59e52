#!/usr/bin/env bash
# Installs what the tests and the image need for real and npm does not bring, where it is missing, or of it only what is named: as root
# on Debian; elsewhere it says what to type.
set -euo pipefail

all=(redis-server rsync unzip chromium git buildah skopeo mmdebstrap docker-registry pgaudit)
asked=$#
if [ "$asked" -eq 0 ]; then set -- "${all[@]}"; fi

# pgaudit is no program but a library, beside the PostgreSQL that loads it.
is_here() {
  case $1 in
    pgaudit) compgen -G "${POSTGRESQL_FOLDER:-/usr/lib/postgresql}/*/lib/pgaudit.so" >/dev/null ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}
missing=()
for program in "$@"; do
  is_here "$program" || missing+=("$program")
done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

# Homebrew's name of what Debian has under the program's own; empty for what runs on Linux alone.
homebrew() {
  case $1 in
    redis-server) echo redis ;;
    rsync | unzip | git | skopeo | chromium) echo "$1" ;;
  esac
}
if [ "$(uname -s)" = Darwin ]; then
  formulas=() named=() without=()
  for program in "${missing[@]}"; do
    formula=$(homebrew "$program")
    if [ -n "$formula" ]; then formulas+=("$formula") named+=("$program"); else without+=("$program"); fi
  done
  if [ "${#without[@]}" -gt 0 ]; then
    echo "${without[*]}: on Linux alone; what needs them, such as the tests of images, fails here" >&2
    # Whoever asks for one needs it now; the tests as a whole run without.
    if [ "$asked" -gt 0 ]; then exit 1; fi
  fi
  if [ "${#formulas[@]}" -eq 0 ]; then exit 0; fi
  echo "${named[*]} must be on the PATH: brew install ${formulas[*]}" >&2
  exit 1
fi

# Debian's packages are named like their programs; PostgreSQL's version is in the name of a library's, and apt takes a pattern.
packages=()
for program in "${missing[@]}"; do
  if [ "$program" = pgaudit ]; then packages+=('^postgresql-[0-9]+-pgaudit$'); else packages+=("$program"); fi
done
install=(apt-get install -y --no-install-recommends "${packages[@]}")
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  printf -v typed ' %q' "${install[@]}"
  echo "${missing[*]} must be installed; on Debian or Ubuntu: sudo apt-get update && sudo$typed" >&2
  exit 1
fi
echo "installing ${missing[*]}" >&2
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${install[@]}" -qq; } >/dev/null
