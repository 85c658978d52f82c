# shellcheck shell=bash
# What the scripts of the test servers share. Each server is private to one test run: it listens on loopback only, keeps
# everything in the folder it is given, and is ended by the process ids written there, never by name.
#
# Started by root, a server runs as an account without rights (PostgreSQL refuses to run as root, and no server needs it);
# started by anybody else, it runs as that user.

set -euo pipefail
umask 077

# Ends the script with a sentence on stderr.
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# The account that server $1 runs as.
server_account() {
    if [ "$(id -u)" -ne 0 ]; then
        id -un
    elif [ "$1" = postgres ]; then
        echo postgres
    else
        echo nobody
    fi
}

# Runs a command as the account of server $1, with a clean environment. Replaces the process, so that $! is the command's.
as_server() {
    local account=$1
    shift
    local clean=(env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TZ=UTC HOME="$STATE")
    if [ "$(id -un)" = "$account" ]; then
        exec "${clean[@]}" "$@"
    fi
    exec setpriv --reuid "$account" --regid "$(id -gn "$account")" --init-groups --inh-caps=-all -- "${clean[@]}" "$@"
}

# The same, waiting for the end.
run_as_server() {
    (cd / && as_server "$@")
}

# Makes folder $1, where the control files (ids, settings, logs) belong to the caller, with a folder "state" inside that
# belongs to the account $2, which must be able to reach it.
server_folder() {
    local folder=$1 account=$2
    mkdir -p "$folder"
    use_folder "$folder"
    mkdir -p "$STATE"
    if [ "$(id -un)" != "$account" ]; then
        chmod 711 "$SERVER_DIR"
        chown "$account:$(id -gn "$account")" "$STATE"
    fi
    (cd / && as_server "$account" test -w "$STATE") \
        || die "the account $account cannot reach $STATE: choose a folder whose parents it may enter"
}

# Takes folder $1, if it is there, as the one to work on.
use_folder() {
    if [ -d "$1" ]; then
        SERVER_DIR=$(cd "$1" && pwd -P)
        STATE=$SERVER_DIR/state
    fi
}

# Sets FREE_PORT: a port on loopback that nothing listens on and that this script has not handed out yet.
FREE_PORT=
declare -A PORTS_GIVEN=()
free_port() {
    local port try
    for try in {1..200}; do
        port=$((20000 + (RANDOM * 32768 + RANDOM + try) % 12000))
        if [ -n "${PORTS_GIVEN[$port]:-}" ] || (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            continue
        fi
        PORTS_GIVEN[$port]=1
        # shellcheck disable=SC2034
        FREE_PORT=$port
        return 0
    done
    die "no free port on 127.0.0.1 after 200 tries"
}

# A secret of 128 bits in letters and digits.
new_secret() {
    head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n'
}

# When the process $1 was started (clock ticks since boot): with the id it names one process for ever.
process_start() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    read -r -a stat <<<"${stat##*) }"
    echo "${stat[19]}"
}

# Starts a daemon in its own session: start_daemon NAME ACCOUNT command...; output goes to NAME.log, the id to NAME.pid.
start_daemon() {
    local name=$1 account=$2
    shift 2
    (cd / && as_server "$account" setsid "$@") </dev/null >>"$SERVER_DIR/$name.log" 2>&1 &
    local pid=$! start
    start=$(process_start "$pid") || start=0
    printf '%s %s\n' "$pid" "$start" >"$SERVER_DIR/$name.pid"
}

# Whether the daemon NAME that we started is still there.
daemon_runs() {
    local pid start
    read -r pid start 2>/dev/null <"$SERVER_DIR/$1.pid" || return 1
    [ "$(process_start "$pid" 2>/dev/null)" = "$start" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null
}

# Ends the daemon NAME with signal $2 (TERM), waits up to $3 seconds (15), then kills it and whatever it leaves in its
# session: a child that is busy with a client outlives its parent. Not running is no error.
stop_daemon() {
    local name=$1 signal=${2:-TERM} seconds=${3:-15} pid step
    if daemon_runs "$name"; then
        read -r pid _ <"$SERVER_DIR/$name.pid"
        kill -s "$signal" "$pid" 2>/dev/null || true
        for ((step = 0; step < seconds * 20; step++)); do
            daemon_runs "$name" || break
            sleep 0.05
        done
        kill -KILL -- "-$pid" 2>/dev/null || true
        ! daemon_runs "$name" || sleep 0.1
    fi
    rm -f "$SERVER_DIR/$name.pid"
}

# Ends every process of the daemon NAME at once, as a crash does.
crash_daemon() {
    local pid
    daemon_runs "$1" || return 0
    read -r pid _ <"$SERVER_DIR/$1.pid"
    kill -KILL -- "-$pid"
    stop_daemon "$1"
}

# Waits until a command succeeds, for at most $1 seconds, as long as the daemon $2 runs. 0 = ready.
wait_ready() {
    local seconds=$1 name=$2 step
    shift 2
    for ((step = 0; step < seconds * 20; step++)); do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        daemon_runs "$name" || return 1
        sleep 0.05
    done
    return 1
}

# Whether something accepts connections on 127.0.0.1:$1.
port_answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Says how the start went wrong, with the end of the daemon's log.
start_failed() {
    local name=$1
    {
        echo "$(basename "$0"): $name did not become ready; the end of $SERVER_DIR/$name.log:"
        tail -n 20 "$SERVER_DIR/$name.log" 2>/dev/null | sed 's/^/    /'
    } >&2
    exit 1
}

# The value of one setting that an earlier start kept, or nothing.
setting() {
    [ ! -f "$SERVER_DIR/settings" ] || sed -n "s/^$1=//p" "$SERVER_DIR/settings" | tail -n 1
}

# Keeps a setting for later starts: keep NAME VALUE.
keep() {
    printf '%s=%s\n' "$1" "$2" >>"$SERVER_DIR/settings"
}

usage() {
    die "usage: $(basename "$0") $1 FOLDER"
}
