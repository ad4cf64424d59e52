#!/usr/bin/env bash
# Runs the README's two commands where nothing else is: in a root of Debian's smallest set of packages, with Node, make and git.
set -euo pipefail

usage="usage: [VARIABLE=value...] ops/clean-root.sh   (as root, on Linux)

Makes a Debian root with Node of .nvmrc, make and git alone, clones what is committed into it, and runs there
make up, until its first answer, and make test. Removes the root at its end, after Ctrl-C too.

  ONLY=pattern      only some tests, as make test has it
  LEND=terraform    copy programs of this machine into the root, where they cannot be downloaded
  PORT=8080         where make up listens: the network is this machine's
  SUITE=bookworm    Debian's release
  FOLDER=/var/tmp   where the root is made; a whole make test needs 6 GB

npm's settings, apt's proxies and the certificates that this machine trusts are lent to the root."

fail() { echo "$1" >&2; exit 1; }
say() { printf '\n== %s\n' "$*"; }
# Seconds with two digits since $1, which is a value of EPOCHREALTIME.
since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'; }

make_root() {
  local source node npm packed
  source=$(cd "$(dirname "$0")/.." && pwd)
  node=$(cat "$source/.nvmrc")
  [ -z "$(git -C "$source" status --porcelain)" ] || echo "what is not committed is not tested" >&2

  say "Debian $SUITE: minbase, make, git and ca-certificates"
  # The options of apt are kept in the root: what is installed there later takes the same way.
  local options=()
  while IFS= read -r option; do options+=("--aptopt=$option"); done < <(
    apt-config dump Acquire::http Acquire::https | grep -E '^Acquire::https?::(Proxy|CaInfo|Verify)' || true
  )
  mmdebstrap --quiet --variant=minbase --include=make,git,ca-certificates "${options[@]}" "$SUITE" "$root"
  cp -RL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
  chroot "$root" update-ca-certificates >/dev/null 2>&1

  say "Node $node and the npm that comes with its major version"
  case $(uname -m) in x86_64) npm=x64 ;; aarch64) npm=arm64 ;; *) fail "npm has no Node for $(uname -m)" ;; esac
  packed=$(cd "$root/tmp" && npm pack "node-linux-$npm@$node" --silent)
  tar -xzf "$root/tmp/$packed" -C "$root/usr/local" --strip-components=1 --no-same-owner --wildcards 'package/bin/*'
  packed=$(cd "$root/tmp" && npm pack npm@11 --silent)
  mkdir -p "$root/usr/local/lib/node_modules/npm"
  tar -xzf "$root/tmp/$packed" -C "$root/usr/local/lib/node_modules/npm" --strip-components=1 --no-same-owner
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  rm "$root"/tmp/*.tgz
  for program in $LEND; do
    cp -L "$(command -v "$program" || fail "LEND names $program, which is not here")" "$root/usr/local/bin/"
    echo "lent by this machine: $program"
  done

  git clone --quiet --no-hardlinks "$source" "$root/platform"
  echo "cloned $(git -C "$root/platform" log -1 --format='%h %s')"
}

try_commands() {
  # buildah unpacks layers in a mount namespace of its own, which it can make private only where / is a mount.
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t tmpfs -o mode=755 dev "$root/dev"
  mkdir "$root/dev/shm" "$root/dev/pts"
  mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
  for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
  cat /etc/resolv.conf >"$root/etc/resolv.conf"
  cat /etc/hosts >"$root/etc/hosts"
  # Settings may hold a token: they are lent, never copied.
  lend "$(npm config get userconfig)" /root/.npmrc
  lend "$(npm config get globalconfig)" /usr/local/etc/npmrc

  say "downloading the packages that make up needs, so that their network is not in its time"
  local began=$EPOCHREALTIME
  run "cp -r /platform /warm && cd /warm && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null; rm -rf /warm"
  run "apt-get update -qq && apt-get install -qq -y --no-install-recommends --download-only redis-server >/dev/null"
  echo "downloaded in $(since "$began") s"

  say "make up, until its first answer (load: $(cut -d' ' -f1-3 /proc/loadavg))"
  began=$EPOCHREALTIME
  run "cd /platform && exec make up PORT=$PORT" &
  local up=$!
  run "node --input-type=module -e '$answer' $PORT" &
  local answered=$! first
  wait -n -p first "$up" "$answered" || true
  [ "$first" = "$answered" ] || fail "make up ended before it gave an answer"
  wait "$answered" || fail "make up gave no answer within ten minutes"
  echo "make up: $(since "$began") s to its first answer, besides package downloads (at most 90)"
  run "cd /platform && make down PORT=$PORT"
  wait "$up" || fail "make up ended with $?"

  say "make test${ONLY:+ ONLY=$ONLY} (load: $(cut -d' ' -f1-3 /proc/loadavg))"
  began=$EPOCHREALTIME
  run "cd /platform && make test ONLY='$ONLY'"
  echo "make test: green in $(since "$began") s, package downloads included"
}

# Ends with 0 at the first good answer, with 1 after ten minutes without one.
answer='
const [port] = process.argv.slice(1);
const end = Date.now() + 600_000;
for (;;) {
  const found = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
  if (found?.ok) process.exit(0);
  if (Date.now() > end) process.exit(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
}'

lend() {
  [ -f "$1" ] || return 0
  mkdir -p "$(dirname "$root$2")"
  : >"$root$2"
  mount --bind "$1" "$root$2"
  mount -o remount,bind,ro "$root$2"
}

# Runs a line of shell in the root, with nothing of this machine's environment but what its network needs.
run() {
  local lent=()
  for name in NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
    [ -z "${!name:-}" ] || lent+=("$name=${!name}")
  done
  while IFS= read -r name; do lent+=("$name=${!name}"); done < <(compgen -e | grep -iE '^npm_config_(registry|cafile|proxy|https_proxy|noproxy)$' || true)
  env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${lent[@]}" \
    chroot "$root" bash -euc "$1"
}

# What was started is ended before the root goes, and a root with something mounted in it stays.
remove() {
  trap '' INT TERM HUP
  if [ -n "${running:-}" ]; then
    # The first process of the namespace: with it the kernel ends all others, and what they mounted.
    kill -KILL "$(cat "/proc/$running/task/$running/children" 2>/dev/null)" "$running" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
  fi
  if grep -qF " $root/" /proc/self/mountinfo; then fail "$root stays: something is mounted in it (see findmnt)"; fi
  rm -rf --one-file-system "$root"
}

export LEND=${LEND:-} ONLY=${ONLY:-} PORT=${PORT:-8080} SUITE=${SUITE:-bookworm} FOLDER=${FOLDER:-/var/tmp}
case ${1:-} in
  "") ;;
  --inside)
    root=$2
    make_root
    try_commands
    exit
    ;;
  --help) echo "$usage"; exit ;;
  *) fail "$usage" ;;
esac
[ "$(uname -s)" = Linux ] || fail "a root of Debian runs on Linux alone, this is $(uname -s)"
[ "$(id -u)" -eq 0 ] || fail "only root may make a root and mount in it: sudo ops/clean-root.sh"
"$(dirname "$0")/system-packages.sh" mmdebstrap git
for program in node npm unshare chroot; do command -v "$program" >/dev/null || fail "$program must be on the PATH"; done

root=$(mktemp -d "$FOLDER/clean-root-XXXXXX")
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
chmod 755 "$root"
# In namespaces of its own: what is mounted there no other process sees, and whoever is left ends with the first process.
unshare --mount --mount-proc --pid --ipc --fork --kill-child -- bash "$0" --inside "$root" &
running=$!
wait "$running" || { code=$?; running=; exit "$code"; }
running=
