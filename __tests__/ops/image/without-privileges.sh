#!/usr/bin/env bash
# without-privileges.sh FOLDER COMMAND...
# Runs a command as root of a container that has no privileges. Docker's seccomp profile forbids it a user namespace; here the kernel
# does, since it is in a chroot, of the whole machine at FOLDER. In a mount namespace.
set -euo pipefail
# What a container may do unless told otherwise: https://docs.docker.com/engine/security/#linux-kernel-capabilities
allowed=-all
for name in chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot mknod audit_write setfcap; do
  allowed+=",+$name"
done
mount --rbind / "$1"
exec setpriv --bounding-set="$allowed" chroot "$1" setpriv --inh-caps=-all env -C "$PWD" "${@:2}"
