#!/usr/bin/env bash
# A private PostgreSQL for the tests: postgres.sh start|stop|restart|crash FOLDER
#
# start prints PATCHBAY_TEST_POSTGRES=postgresql://patchbay@127.0.0.1:PORT/patchbay, an empty database that the role
# "patchbay" owns. That role is no superuser and needs no password from this machine; the superuser is reachable only
# through the socket in FOLDER, by the account that runs the server. crash ends the server as a power switch would;
# start with the same FOLDER brings the same data back on the same port.
source "$(dirname "$(readlink -f "$0")")/common.sh"

ACTION=${1:-} FOLDER=${2:-}
[ -n "$FOLDER" ] || usage 'start|stop|restart|crash'
ACCOUNT=$(server_account postgres)

programs() {
    local folder
    folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [ -x "$folder/postgres" ] || die "PostgreSQL is not installed (package postgresql-15)"
    echo "$folder"
}

query() {
    run_as_server "$ACCOUNT" "$BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$STATE/socket" -p "$PORT" -d "$1" -c "$2"
}

create() {
    run_as_server "$ACCOUNT" "$BIN/initdb" --no-sync --auth=peer --encoding=UTF8 --locale=C.UTF-8 -D "$STATE/data" \
        >"$SERVER_DIR/postgres.log" 2>&1 || start_failed postgres
    run_as_server "$ACCOUNT" mkdir -p "$STATE/socket"
    run_as_server "$ACCOUNT" tee "$STATE/data/pg_hba.conf" >/dev/null <<-HBA
		local all all peer
		host patchbay patchbay 127.0.0.1/32 trust
	HBA
    # fsync is off because this data dies with the run; a killed server keeps its data all the same.
    run_as_server "$ACCOUNT" tee -a "$STATE/data/postgresql.conf" >/dev/null <<-CONF
		listen_addresses = '127.0.0.1'
		unix_socket_directories = '$STATE/socket'
		max_connections = 60
		shared_buffers = 64MB
		fsync = off
		timezone = 'UTC'
		log_timezone = 'UTC'
		autovacuum_naptime = 10s
	CONF
}

launch() {
    start_daemon postgres "$ACCOUNT" "$BIN/postgres" -D "$STATE/data" -p "$PORT"
    wait_ready 60 postgres run_as_server "$ACCOUNT" "$BIN/pg_isready" -q -h "$STATE/socket" -p "$PORT"
}

start() {
    BIN=$(programs)
    server_folder "$FOLDER" "$ACCOUNT"
    daemon_runs postgres && die "a server already runs in $SERVER_DIR"
    PORT=$(setting port)
    if [ -n "$PORT" ]; then
        launch || start_failed postgres
    else
        create
        local try
        for try in 1 2 3 4; do # another process may take the port between the look and the bind
            free_port && PORT=$FREE_PORT
            launch && break
            stop_daemon postgres QUIT
            [ "$try" -lt 4 ] || start_failed postgres
        done
        query postgres 'CREATE ROLE patchbay LOGIN'
        query postgres 'CREATE DATABASE patchbay OWNER patchbay'
        keep port "$PORT"
    fi
    printf 'PATCHBAY_TEST_POSTGRES=postgresql://patchbay@127.0.0.1:%s/patchbay\n' "$PORT"
}

use_folder "$FOLDER"
case $ACTION in
start) start ;;
stop) [ ! -d "$FOLDER" ] || stop_daemon postgres INT ;;
crash) [ ! -d "$FOLDER" ] || stop_daemon postgres QUIT ;;
restart)
    [ -d "$FOLDER" ] || die "no server was ever started in $FOLDER"
    stop_daemon postgres INT
    start
    ;;
*) usage 'start|stop|restart|crash' ;;
esac
