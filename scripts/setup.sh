# What scripts/mailcensus and scripts/test share: finding Node, installing the packages, building.
# Sourced by bash; $root is the checkout. Everything it says goes to stderr.

NODE_MAJOR=20
NODE_MINOR=19
BUILT="$root/dist/.built"
INSTALLED="$root/node_modules/.mailcensus-node"

say() { printf '%s\n' "mailcensus: $*" >&2; }
die() { say "$*"; exit 1; }

# Sets $node and $node_version to the first Node that is new enough.
find_node() {
  local candidate version major minor found=''
  for candidate in node nodejs /usr/local/bin/node "${NVM_DIR:-${HOME:-/}/.nvm}"/versions/node/*/bin/node; do
    candidate=$(command -v "$candidate" 2>/dev/null) || continue
    version=$("$candidate" --version 2>/dev/null) || continue
    major=${version#v}; minor=${major#*.}; major=${major%%.*}; minor=${minor%%.*}
    case "$major$minor" in '' | *[!0-9]*) continue ;; esac
    if [ "$major" -gt $NODE_MAJOR ] || { [ "$major" -eq $NODE_MAJOR ] && [ "$minor" -ge $NODE_MINOR ]; }; then
      node=$candidate
      node_version=$version
      return
    fi
    found="$found $candidate is $version;"
  done
  say "needs Node $NODE_MAJOR.$NODE_MINOR or newer, and ${found:-there is none in the PATH;}"
  die 'get it from https://nodejs.org/en/download or your system (Debian 13: apt-get install nodejs npm)'
}

is_installed() {
  # The packages hold code built for one major version of Node.
  local built_for=''
  [ "$INSTALLED" -nt "$root/package-lock.json" ] || return 1
  read -r built_for <"$INSTALLED" && [ "${built_for%%.*}" = "${node_version%%.*}" ]
}

is_built() {
  [ -f "$root/dist/src/cli/main.js" ] && [ -f "$BUILT" ] || return 1
  [ -z "$(find "$root/src" "$root/workers" "$root/scripts" "$root/package.json" "$root/package-lock.json" \
    "$root/tsconfig.json" -newer "$BUILT" ! -name '.*' -print -quit)" ]
}

# Fails when the database's native part is missing or was built for another Node.
load_sqlite() {
  [ -d "$root/node_modules/better-sqlite3" ] && (cd "$root" && "$node" -e 'new (require("better-sqlite3"))(":memory:").close()') >/dev/null 2>&1
}

# The cause stands at the top of npm's complaint and at the bottom of a compiler's.
show_failure() {
  if [ "$(wc -l <"$2")" -le 24 ]; then
    say "$1:"
    cat "$2" >&2
    rm -f "$2"
  else
    say "$1; all of it is in $2:"
    head -n 8 "$2" >&2
    printf '  ...\n' >&2
    tail -n 14 "$2" >&2
  fi
}

install_packages() {
  local log
  # Put there by npm itself, after this lock file: nothing to do but to note it.
  if [ "$root/node_modules/.package-lock.json" -nt "$root/package-lock.json" ] &&
    [ -f "$root/node_modules/typescript/bin/tsc" ] && load_sqlite; then
    printf '%s\n' "$node_version" >"$INSTALLED"
    return
  fi
  PATH="${node%/*}:$PATH"
  command -v npm >/dev/null 2>&1 ||
    die 'npm is missing beside Node: install it (Debian: apt-get install npm) and call again'
  [ -w "$root" ] || die "cannot write to $root: call once as its owner, who may install the packages"
  log=$(mktemp "${TMPDIR:-/tmp}/mailcensus-npm.XXXXXX")
  say 'first start, or new versions: installing packages (npm ci), a minute or two'
  if ! (cd "$root" && npm ci --include=dev --no-audit --no-fund </dev/null) >"$log" 2>&1; then
    show_failure 'npm ci failed' "$log"
    die 'it needs the network for the packages and, where none is prebuilt, a C++ compiler, make and python3; then call again'
  fi
  if ! load_sqlite; then
    show_failure 'better-sqlite3 was installed but does not load' "$log"
    die 'install a C++ compiler, make and python3 (Debian: apt-get install build-essential python3), then: npm rebuild better-sqlite3'
  fi
  rm -f "$log"
  printf '%s\n' "$node_version" >"$INSTALLED"
}

build() {
  local log stamp
  say 'building'
  mkdir -p "$root/dist" || die "cannot write to $root/dist: call once as its owner"
  # tsc writes only what changed since its last note; without the output the note is worth nothing.
  [ -f "$root/dist/src/cli/main.js" ] || rm -f "$root/dist/.tsbuildinfo"
  # The stamp is as old as the start, so that what is edited meanwhile is built the next time.
  stamp=$(mktemp "$root/dist/.built.XXXXXX")
  log=$(mktemp "${TMPDIR:-/tmp}/mailcensus-tsc.XXXXXX")
  if ! (cd "$root" && "$node" node_modules/typescript/bin/tsc -p tsconfig.json </dev/null) >"$log" 2>&1; then
    rm -f "$stamp"
    show_failure 'the build failed' "$log"
    exit 1
  fi
  rm -f "$log"
  mv -f "$stamp" "$BUILT"
}

# Installs and builds what is missing. Calls at the same time wait for the first, where flock is there.
prepare() {
  if is_installed && is_built; then return; fi
  exec 9<"$root/package-lock.json"
  if command -v flock >/dev/null 2>&1; then flock 9; fi
  if ! is_installed; then install_packages; fi
  if ! is_built; then build; fi
  exec 9<&-
}
