#!/usr/bin/env bash
# Builds Patchbay and runs every test: packaging/test.sh [--no-servers] [--no-install]
#
#   --no-servers   starts no server; the stories that need one are skipped, by name
#   --no-install   installs nothing: what is missing makes the build or its tests fail
#
# Installs what Debian 12 lacks (the only thing that sudo is used for), builds the preset "ci" in build/ci, starts private
# servers on 127.0.0.1 with their data in a temporary folder, and runs the tests with a home folder and a keyring of their
# own. The details are in build/ci/logs. The last line is "N passed, N failed".
#
# Where the vendors' material is (CMake's PATCHBAY_SHARED), recorded dialogues are also held against the vendors'
# specifications; its modules come through npm, and without them these tests are skipped, by name.
#
# PATCHBAY_REQUIRE_SERVERS=1 makes a test fail that would be skipped for want of a server.
# shellcheck source=packaging/common.sh
source "$(dirname "$(readlink -f "$0")")/common.sh"

SERVERS=1 INSTALL=1
for argument in "$@"; do
    case $argument in
    --no-servers) SERVERS= ;;
    --no-install) INSTALL= ;;
    -h | --help)
        sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) die "unknown option $argument (try --help)" ;;
    esac
done

BUILD=$ROOT/build/ci
LOGS=$BUILD/logs
RESULTS=$BUILD/results
WORK=
STARTED=() # "script folder" of each server that we started

# Ends what was started, last first, and keeps the servers' logs. Runs once, whatever the end.
finish() {
    local status=$? index script folder
    trap - EXIT
    trap '' INT TERM HUP
    end_logged
    for ((index = ${#STARTED[@]} - 1; index >= 0; index--)); do
        read -r script folder <<<"${STARTED[$index]}"
        "$PACKAGING/test_servers/$script" stop "$folder" >>"$LOGS/servers.log" 2>&1 || true
        cp "$folder"/*.log "$LOGS/" 2>/dev/null || true
    done
    [ -z "$WORK" ] || rm -rf "$WORK"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# start_server SCRIPT NAME: starts it in WORK/NAME and exports what it prints for the tests.
start_server() {
    local script=$1 folder=$WORK/$2 line
    STARTED+=("$script $folder")
    logged "Starting ${script%.sh}" "$WORK/started" "$PACKAGING/test_servers/$script" start "$folder" || return 1
    line=$(grep -E '^PATCHBAY_TEST_[A-Z]+=' "$WORK/started" | tail -n 1)
    export "${line?}"
    echo "$line" >>"$LOGS/servers.log"
}

start_servers() {
    start_server postgres.sh postgres
    start_server dovecot.sh mail
    start_server exim.sh mail
    start_server redmine.sh redmine
}

# Finds the contract server and exports where its modules are. Not finding them is no failure.
prepare_contracts() {
    local harness
    harness=$(sed -n 's/^PATCHBAY_SHARED:[A-Z]*=//p' "$BUILD/CMakeCache.txt")/contracts/harness
    [ -z "${PATCHBAY_CONTRACT_MODULES:-}" ] || return 0
    if [ ! -e "$harness/contractd.cjs" ]; then
        say "Contracts: the vendors' material is not here. Tests that read it are skipped."
        return 0
    fi
    if [ -n "$INSTALL" ] && ! { command -v node && command -v npm; } >/dev/null; then
        install_missing "$LOGS/install_contracts.log" "$PACKAGING/packages/contracts.txt"
    fi
    if "$PACKAGING/test_servers/contracts.sh" "$harness" "$BUILD/contracts" >"$LOGS/contracts" 2>"$LOGS/contracts.log"; then
        export "$(cat "$LOGS/contracts")"
        say "Contracts: the server's modules are in $PATCHBAY_CONTRACT_MODULES."
    else
        say "Contracts: $(tail -n 1 "$LOGS/contracts.log"); tests against vendors' contracts are skipped."
    fi
}

# Runs ctest under a session bus with an unlocked keyring, in a home folder of its own. Three programs at a time, on two
# cores too: half of their time is waiting.
run_ctest() {
    mkdir -p "$WORK/home" "$WORK/runtime" "$WORK/tmp"
    chmod 700 "$WORK/home" "$WORK/runtime" "$WORK/tmp"
    env -u DISPLAY -u WAYLAND_DISPLAY -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME -u XDG_STATE_HOME \
        HOME="$WORK/home" XDG_RUNTIME_DIR="$WORK/runtime" TMPDIR="$WORK/tmp" \
        QT_QPA_PLATFORM=offscreen QTEST_DISABLE_STACK_DUMP=1 LC_ALL=C.UTF-8 PATCHBAY_JUNIT="$RESULTS" \
        dbus-run-session -- "$PACKAGING/with_keyring.sh" ctest --test-dir "$BUILD" --parallel 3 --timeout 900 \
        --no-tests=error --output-on-failure --output-junit "$BUILD/ctest.xml"
}

mkdir -p "$LOGS"
rm -rf "$RESULTS" "$BUILD/ctest.xml" "$LOGS"/*.log
mkdir -p "$RESULTS"
say "Patchbay: build and test. Details: $LOGS"

LISTS=("$PACKAGING/packages/build.txt" "$PACKAGING/packages/tests.txt")
[ -z "$SERVERS" ] || LISTS+=("$PACKAGING/packages/servers.txt")
[ -z "$INSTALL" ] || install_missing "$LOGS/install.log" "${LISTS[@]}"
configure_preset ci "$LOGS"
prepare_contracts
build_preset ci "$LOGS"

WORK=$(mktemp -d "${TMPDIR:-/tmp}/patchbay-test.XXXXXX")
[ "$(id -u)" -ne 0 ] || chmod 711 "$WORK" # the accounts of the servers pass through to their own folders
if [ -n "$SERVERS" ]; then
    start_servers
else
    say "Servers: none (--no-servers). The stories that need one are skipped."
    unset PATCHBAY_TEST_POSTGRES PATCHBAY_TEST_MAIL PATCHBAY_TEST_REDMINE
fi

LOGGED_BRIEFLY=1 logged "Testing" "$LOGS/ctest.log" run_ctest || true
say
[ -e "$BUILD/ctest.xml" ] || tail -n 40 "$LOGS/ctest.log"
status=0
python3 "$PACKAGING/count_tests.py" "$RESULTS" "$BUILD/ctest.xml" "$LOGS/ctest.log" >"$LOGS/result.txt" || status=$?
cat "$LOGS/result.txt"
exit "$status"
