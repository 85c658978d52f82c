#!/usr/bin/env bash
# Builds Patchbay and opens the console on a sample desk: packaging/run.sh [--headless] [--no-install]
#
#   --headless     does not open a window, even where there is a display
#   --no-install   installs nothing
#
# Installs what Debian 12 lacks (the only thing that sudo is used for) and builds the preset "release" in build/release.
# The window shows the user's own sample workspace, which is kept from run to run. Without a display it says so, does the
# main job step by step with patchbayctl on a sample desk in a temporary folder, and draws the console with that very desk
# to build/release/console.png. The sample talks to nobody.
# shellcheck source=packaging/common.sh
source "$(dirname "$(readlink -f "$0")")/common.sh"

HEADLESS='' INSTALL=1
for argument in "$@"; do
    case $argument in
    --headless) HEADLESS=1 ;;
    --no-install) INSTALL= ;;
    -h | --help)
        sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) die "unknown option $argument (try --help)" ;;
    esac
done

BUILD=$ROOT/build/release
LOGS=$BUILD/logs
PICTURE=$BUILD/console.png
WORK=

finish() {
    local status=$?
    trap - EXIT
    end_logged
    [ -z "$WORK" ] || rm -rf "$WORK"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Whether a window can be opened: a Wayland or X server that is really there.
has_display() {
    local display=${DISPLAY:-}
    local number=${display##*:}
    if [ -n "${WAYLAND_DISPLAY:-}" ] && [ -S "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/${WAYLAND_DISPLAY##*/}" ]; then
        return 0
    fi
    [ -n "$display" ] || return 1
    [ -n "${display%%:*}" ] || [ -S "/tmp/.X11-unix/X${number%%.*}" ]
}

ctl() {
    "$BUILD/app/patchbayctl" --workspace "$WORK/sample.patchbay" "$@"
}

# One step of the main job: says it, shows the command, runs it.
step() {
    local title=$1
    shift
    printf '\n--- %s\n$ patchbayctl %s\n' "$title" "$*"
    ctl "$@"
}

# The first conversation of the sample that waits for somebody.
first_waiting() {
    ctl --json conversations list --view awaiting-us --limit 1 | tr ',{' '\n\n' | sed -n 's/.*"uid": *"\([^"]*\)".*/\1/p' \
        | head -n 1
}

# Runs the Outbox until nothing waits any more.
deliver() {
    local look
    for look in 1 2 3 4 5 6 7 8; do
        ctl outbox run >"$WORK/outbox" || return 1
        if ! ctl --json outbox list | grep -q '"uid"'; then
            return 0
        fi
        sleep 2
    done
    say "After $look looks something still waits:"
    cat "$WORK/outbox"
    return 1
}

main_job() {
    local conversation
    step "A workspace with a sample desk: mails in four languages, classified and routed as they came" init --sample
    step "The inbox" conversations list --limit 10
    conversation=$(first_waiting)
    [ -n "$conversation" ] || die "no conversation of the sample waits for an answer"
    step "One conversation: its messages, the suggestion, and why" conversations show "$conversation"
    step "Accept the suggestion: category, route and task in one step" accept "$conversation"
    printf '\n--- Deliver\n$ patchbayctl outbox run\n'
    deliver
    step "What was delivered" outbox list --all
    printf '\n--- Accept again: refused, the task exists once\n$ patchbayctl accept %s\n' "$conversation"
    if ctl accept "$conversation"; then
        die "the same suggestion was accepted twice"
    fi
    step "Nothing is missing: received = visible + duplicate + quarantined + pending" check
}

draw_console() {
    rm -f "$PICTURE"
    logged "Drawing the console" "$LOGS/console.log" env QT_QPA_PLATFORM=offscreen \
        "$BUILD/app/patchbay" --sample --workspace "$WORK/sample.patchbay" --screenshot "$PICTURE"
    [ -s "$PICTURE" ] || die "the console drew nothing; see $LOGS/console.log"
    say "The console with this desk, as a picture: $PICTURE"
}

mkdir -p "$LOGS"
say "Patchbay: build and open the console on a sample desk. Details: $LOGS"
LISTS=("$PACKAGING/packages/build.txt")
[ -z "${WAYLAND_DISPLAY:-}" ] || LISTS+=("$PACKAGING/packages/wayland.txt")
[ -z "$INSTALL" ] || install_missing "$LOGS/install.log" "${LISTS[@]}"
configure_preset release "$LOGS"
build_preset release "$LOGS" patchbay patchbayctl

if [ -z "$HEADLESS" ] && has_display; then
    say "Opening the console on your sample workspace. It talks to nobody; close the window to end."
    trap - EXIT
    exec "$BUILD/app/patchbay" --sample
fi
[ -n "$HEADLESS" ] || say "There is no display here, so no window. The same job, step by step:"
WORK=$(mktemp -d "${TMPDIR:-/tmp}/patchbay-run.XXXXXX")
main_job
say
draw_console
