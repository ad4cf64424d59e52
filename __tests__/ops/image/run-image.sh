#!/usr/bin/env bash
# run-image.sh ROOT USER GROUP FOLDER COUNT NAME=VALUE... COMMAND...
# Runs a command of an image with COUNT variables and no other, as its user: the root read-only. In a mount namespace.
set -euo pipefail
root=$1 user=$2 group=$3 folder=$4 count=$5
shift 5
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
exec env --ignore-environment "${@:1:count}" "$(command -v unshare)" \
  --root="$root" --wd="$folder" --setuid="$user" --setgid="$group" "${@:count + 1}"
