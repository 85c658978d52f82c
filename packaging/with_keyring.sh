#!/usr/bin/env bash
# Runs a command with an unlocked, empty keyring on the session bus that is there: with_keyring.sh COMMAND...
#
# PATCHBAY_TEST_KEYCHAIN=1 tells the tests that it works; without gnome-keyring the command runs all the same. HOME and
# XDG_RUNTIME_DIR must be folders made for this purpose: the keyring is written there.
set -euo pipefail

KEYRING=
finish() {
    [ -z "$KEYRING" ] || kill "$KEYRING" 2>/dev/null || true
}
trap finish EXIT
unset PATCHBAY_TEST_KEYCHAIN

if command -v gnome-keyring-daemon >/dev/null; then
    mkdir -p "$HOME/.local/share/keyrings"
    gnome-keyring-daemon --foreground --unlock --components=secrets < <(printf '\n') >/dev/null 2>&1 &
    KEYRING=$!
    for ((step = 0; step < 200; step++)); do
        if dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
            string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true' \
            && [ -e "$HOME/.local/share/keyrings/login.keyring" ]; then
            export PATCHBAY_TEST_KEYCHAIN=1
            break
        fi
        sleep 0.05
    done
fi
[ -n "${PATCHBAY_TEST_KEYCHAIN:-}" ] || echo "with_keyring.sh: no keyring; the tests that need one are skipped"
"$@"
