# shellcheck shell=bash
# What run.sh and test.sh share: missing packages, configure and build, readable output with the noise in a file.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034 # used by the scripts that read this file
PACKAGING=$ROOT/packaging

say() {
    printf '%s\n' "$*"
}

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# The packages of the given lists that are not installed, one per line.
missing_packages() {
    local package
    grep -hv "^#" "$@" | while read -r package; do
        [ -z "$package" ] || [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] \
            || echo "$package"
    done
}

# Runs "command..." with its output in file $2, said as $1; shows the end of the file when it fails. The command is a
# process group of its own, which end_logged ends; with LOGGED_FOREGROUND=1 it stays in ours, for sudo, whose children we
# may not signal: they get the terminal's interrupt themselves. With LOGGED_BRIEFLY=1 the end of the file is not shown.
logged() {
    local what=$1 log=$2 seconds=$SECONDS status=0
    shift 2
    printf '%s ... ' "$what"
    if [ -n "${LOGGED_FOREGROUND:-}" ]; then
        "$@" </dev/null >"$log" 2>&1 || status=$?
    else
        set -m
        "$@" </dev/null >"$log" 2>&1 &
        LOGGED_GROUP=$!
        set +m
        wait "$LOGGED_GROUP" || status=$?
        LOGGED_GROUP=
    fi
    if [ "$status" -ne 0 ] && [ -n "${LOGGED_BRIEFLY:-}" ]; then
        printf 'failed (%s s)\n' "$((SECONDS - seconds))"
        return "$status"
    elif [ "$status" -ne 0 ]; then
        printf 'failed after %s s. The end of %s:\n' "$((SECONDS - seconds))" "$log"
        tail -n 40 "$log" | sed 's/^/    /'
        return "$status"
    fi
    printf 'done (%s s)\n' "$((SECONDS - seconds))"
}
LOGGED_GROUP=

# Ends the command that "logged" waits for: for the EXIT trap.
end_logged() {
    [ -z "$LOGGED_GROUP" ] || kill -TERM -- "-$LOGGED_GROUP" 2>/dev/null || true
}

# Installs what is missing of the given lists, after saying so. Only this uses sudo.
install_missing() {
    local log=$1 missing
    shift
    command -v dpkg-query >/dev/null || die "this script installs Debian packages; see README.md for other systems"
    mapfile -t missing < <(missing_packages "$@")
    if [ "${#missing[@]}" -eq 0 ]; then
        say "Packages: everything that is needed is installed."
        return
    fi
    say "Packages to install from Debian (with what they depend on): ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null \
            || die "sudo is not installed; as root: $ROOT/packaging/install_packages.sh ${missing[*]}"
        as_root=(sudo -n)
        sudo -v || die "sudo refused; as root: $ROOT/packaging/install_packages.sh ${missing[*]}"
    fi
    LOGGED_FOREGROUND=1 logged "Installing ${#missing[@]} packages" "$log" "${as_root[@]}" "$ROOT/packaging/install_packages.sh" "${missing[@]}"
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -eq 0 ] || die "still missing: ${missing[*]} (see $log)"
}

# Configures preset $1 with its log in folder $2.
configure_preset() {
    logged "Configuring ($1)" "$2/configure.log" cmake -S "$ROOT" --preset "$1"
}

# Builds the configured preset $1 with its log in folder $2.
build_preset() {
    local preset=$1 logs=$2
    shift 2
    export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1
    logged "Building ($preset)" "$logs/build.log" cmake --build "$ROOT/build/$preset" --parallel "$(nproc)" \
        ${1:+--target "$@"}
}
