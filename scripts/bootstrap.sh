# Sourced by ./scripts/up and ./scripts/test: goes to the repository's root, finds (or fetches) the pinned Bun as $BUN
# and installs the packages. The version is pinned once, in package.json.
unset CDPATH
cd -- "$(dirname -- "$0")/.."
WANT=$(sed -n 's/.*"bun": "\([0-9.]*\)".*/\1/p' package.json)

is_wanted() {
  [ -n "$1" ] && [ "$("$1" --version 2>/dev/null)" = "$WANT" ]
}

BUN=$(command -v bun || true)
if ! is_wanted "$BUN"; then
  if ! command -v npx >/dev/null; then
    echo "Bun $WANT is needed: install it from https://bun.sh, or install Node.js with npm, which can fetch it." >&2
    exit 1
  fi
  echo "Getting Bun $WANT through npx …"
  # -y: without a terminal npx would wait for an answer that never comes.
  BUN=$(npm_config_update_notifier=false npx -y -p "bun@$WANT" -c 'command -v bun' </dev/null || true)
  if ! is_wanted "$BUN"; then
    echo "npx could not fetch Bun $WANT. Is npm's registry reachable, and is npm's ignore-scripts setting off?" >&2
    exit 1
  fi
fi
PATH=$(dirname -- "$BUN"):$PATH
export PATH

[ -d node_modules ] || echo "Installing the packages …"
# A second, talkative try shows what went wrong.
"$BUN" install --frozen-lockfile --silent </dev/null || "$BUN" install --frozen-lockfile </dev/null
