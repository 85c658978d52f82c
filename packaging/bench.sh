#!/usr/bin/env bash
# Measures Patchbay beside its peers: packaging/bench.sh [--messages N] [--no-install]
#
#   --messages N   how many messages the corpus has (1,000,000)
#   --no-install   installs nothing; a peer that is missing is left out, by name
#
# Builds the preset "release", makes a corpus (from the data sets beside the project where they are, else of made-up words),
# imports it, and prints a table: what Patchbay needs, what the peer needs for the same in the same run, and the ratio.
# Everything lies in build/bench afterwards. One run takes about 40 minutes (14 of them the gateway's, which are
# mostly waiting) and 8 GB of disk for a million messages.
# shellcheck source=packaging/common.sh
source "$(dirname "$(readlink -f "$0")")/common.sh"

MESSAGES=1000000 INSTALL=1
while [ $# -gt 0 ]; do
    case $1 in
    --messages) MESSAGES=$2; shift ;;
    --no-install) INSTALL= ;;
    -h | --help)
        sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) die "unknown option $1 (try --help)" ;;
    esac
    shift
done

BUILD=$ROOT/build/release
PLACE=$ROOT/build/bench
LOGS=$BUILD/logs
mkdir -p "$PLACE" "$LOGS"

[ -z "$INSTALL" ] || install_missing build tests servers bench
logged "Configuring" "$LOGS/configure.log" cmake --preset release -S "$ROOT"
logged "Building" "$LOGS/build.log" ninja -C "$BUILD" patchbay patchbayctl \
    patchbay_bench bench_window bench_bodies bench_import

BENCH=$BUILD/tests/patchbay_bench
rm -rf "$PLACE/history.patchbay"
[ -s "$PLACE/corpus-$MESSAGES.mbox" ] ||
    "$BENCH" --messages "$MESSAGES" --mbox "$PLACE/corpus-$MESSAGES.mbox" mbox >/dev/null
"$BENCH" --messages 100000 --folder "$PLACE" intake
PROGRAMS=(python3 "$ROOT/tests/bench/programs.py" --programs "$BUILD/app" --place "$PLACE" --messages "$MESSAGES")
"${PROGRAMS[@]}" import
"$BENCH" --messages "$MESSAGES" --workspace "$PLACE/history.patchbay" search
"$BENCH" --workspace "$PLACE/history.patchbay" rules replay
"$BENCH" --folder "$PLACE" targets
"${PROGRAMS[@]}" start notmuch postgres
# The gateway, beside one made of Node and PostgreSQL. Node's client for PostgreSQL is Debian's, unpacked rather than
# installed: its package does not go with another Node than Debian's.
PEER=()
if [ -n "$INSTALL" ] && [ ! -d "$PLACE/node/usr" ] && command -v node >/dev/null; then
    mkdir -p "$PLACE/node"
    (cd "$PLACE/node" && apt-get -qq download node-pg node-split2 node-xtend && for package in *.deb; do
        dpkg-deb -x "$package" .
    done) || say "The client for PostgreSQL could not be had."
fi
export NODE_PATH=$PLACE/node/usr/share/nodejs:/usr/share/nodejs
if node -e 'require("pg")' 2>/dev/null; then
    PEER=(--peer 120)
else
    say "Left out: the gateway of Node and PostgreSQL (node, or its module pg, is not here)."
fi
python3 "$ROOT/tests/bench/gateway.py" "$BUILD/app/patchbayctl" "${PEER[@]}"
SHARED=$(sed -n 's/^PATCHBAY_SHARED:PATH=//p' "$BUILD/CMakeCache.txt")
PYTHON=python3 # another one than Debian's does not see Debian's python3-sklearn
"$PYTHON" -c 'import sklearn' 2>/dev/null || PYTHON=/usr/bin/python3
[ ! -d "$SHARED/data" ] || "$BENCH" lessons
[ ! -d "$SHARED/data" ] ||
    "$PYTHON" "$ROOT/tests/bench/classifiers.py" --programs "$BUILD/app" --data "$SHARED/data"
export QT_QPA_PLATFORM=offscreen
"$BUILD/tests/bench_window" "$((MESSAGES * 3 / 20))" 20000
"$BUILD/tests/bench_bodies"
head -c 40000000 "$PLACE/corpus-$MESSAGES.mbox" >"$PLACE/part.mbox"
"$BUILD/tests/bench_import" "$PLACE/part.mbox"
