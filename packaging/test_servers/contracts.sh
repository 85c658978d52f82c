#!/usr/bin/env bash
# The modules of the contract server, which holds recorded dialogues against vendors' specifications:
# contracts.sh HARNESS FOLDER
#
# HARNESS is the folder with the server and its lock file; it is read only. The modules are installed into FOLDER from that
# lock file, through npm as it is set up here, and stay there for later runs. Prints PATCHBAY_CONTRACT_MODULES=...
# Without node, npm or a network it says so and fails; the tests are then skipped, by name.
set -euo pipefail

die() {
    printf 'contracts.sh: %s\n' "$*" >&2
    exit 1
}

[ $# -eq 2 ] || die "usage: contracts.sh HARNESS FOLDER"
HARNESS=$1
mkdir -p "$2"
FOLDER=$(cd "$2" && pwd -P)
[ -e "$HARNESS/contractd.cjs" ] || die "there is no contract server in $HARNESS"
command -v node >/dev/null || die "node is not installed"

# The lock file that the modules in FOLDER were installed from is written last.
if ! cmp -s "$HARNESS/package-lock.json" "$FOLDER/installed.json"; then
    command -v npm >/dev/null || die "npm is not installed"
    rm -f "$FOLDER/installed.json"
    for file in package.json package-lock.json; do
        cat "$HARNESS/$file" >"$FOLDER/$file"
    done
    # No answer for a minute is no network.
    timeout 300 npm ci --prefix "$FOLDER" --cache "$FOLDER/cache" --ignore-scripts --no-audit --no-fund \
        --no-update-notifier --fetch-retries 1 --fetch-timeout 60000 >&2 || die "npm could not install the modules"
    rm -rf "$FOLDER/cache"
    cp "$FOLDER/package-lock.json" "$FOLDER/installed.json"
fi
echo "PATCHBAY_CONTRACT_MODULES=$FOLDER/node_modules"
