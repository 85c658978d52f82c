#!/usr/bin/env bash
# A private Redmine for the tests: redmine.sh start|stop|restart FOLDER
#
# start prints PATCHBAY_TEST_REDMINE=FOLDER/redmine.json: url, api_key of a plain user who may add and see issues,
# admin_key, project, tracker_id, key_field (the id of the issue field "Patchbay key"), closed_status_id. The program is a
# copy of the Debian package's; the database is a new SQLite file: an existing Redmine of this machine is never opened.
# Issues and the port survive stop, start and restart.
source "$(dirname "$(readlink -f "$0")")/common.sh"

ACTION=${1:-} FOLDER=${2:-}
[ -n "$FOLDER" ] || usage 'start|stop|restart'
ACCOUNT=$(server_account redmine)
HERE=$(dirname "$(readlink -f "$0")")

# Runs a program of our copy of Redmine and says what it printed when it fails.
rails() {
    run_as_server "$ACCOUNT" env --chdir="$STATE/app" RAILS_ENV=production X_DEBIAN_SITEID=default SCHEMA=/dev/null \
        SEED_FILE="$STATE/seed.json" "$@" >>"$SERVER_DIR/redmine.log" 2>&1 || start_failed redmine
}

# A copy of the program with its own configuration, database, log, files and cache.
copy_program() {
    local app=$STATE/app site=$STATE/app/instances/default
    run_as_server "$ACCOUNT" cp -r --no-preserve=ownership,mode /usr/share/redmine "$app"
    run_as_server "$ACCOUNT" rm -rf "$app/instances" "$app/Gemfile.lock" "$app/config/database.yml"
    run_as_server "$ACCOUNT" mkdir -p "$site/config" "$site/log" "$site/files" "$site/tmp" "$site/public/plugin_assets"
    run_as_server "$ACCOUNT" cp --no-preserve=ownership,mode /var/lib/redmine/Gemfile.lock "$app/Gemfile.lock"
    run_as_server "$ACCOUNT" sed -i "s#/usr/share/redmine/#$app/#" "$app/Gemfile"
    run_as_server "$ACCOUNT" tee "$app/config/database.yml" "$site/config/database.yml" >/dev/null <<-YML
		production:
		  adapter: sqlite3
		  database: $STATE/redmine.sqlite
		  timeout: 10000
	YML
    new_secret | run_as_server "$ACCOUNT" tee "$site/config/secret_key.txt" >/dev/null
}

create() {
    copy_program
    rails ruby bin/rake db:migrate
    rails ruby bin/rails runner - <"$HERE/redmine_seed.rb"
    [ -s "$STATE/seed.json" ] || start_failed redmine
    keep created 1
}

answers() {
    [ "$(http_status "$PORT" /issues.json)" = 401 ]
}

# The status of a GET on 127.0.0.1, without a client program.
http_status() {
    local reply
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$2" >&3
    read -r -t 20 -a reply <&3 || reply=()
    exec 3>&-
    echo "${reply[1]:-}"
}

launch() {
    start_daemon redmine "$ACCOUNT" env --chdir="$STATE/app" RAILS_ENV=production X_DEBIAN_SITEID=default \
        puma --environment production --threads 1:4 --bind "tcp://127.0.0.1:$PORT" config.ru
    wait_ready 90 redmine answers
}

write_json() {
    local seed
    seed=$(run_as_server "$ACCOUNT" cat "$STATE/seed.json")
    printf '{"url": "http://127.0.0.1:%s", "dir": "%s", "control": "%s", %s\n' "$PORT" "$SERVER_DIR" "$HERE/redmine.sh" \
        "${seed#\{}" >"$SERVER_DIR/redmine.json.new"
    mv "$SERVER_DIR/redmine.json.new" "$SERVER_DIR/redmine.json"
}

start() {
    [ -d /usr/share/redmine/app ] || die "Redmine is not installed (redmine, redmine-sqlite)"
    command -v puma >/dev/null || die "Puma is not installed (puma)"
    server_folder "$FOLDER" "$ACCOUNT"
    daemon_runs redmine && die "a server already runs in $SERVER_DIR"
    [ -n "$(setting created)" ] || create
    PORT=$(setting port)
    if [ -n "$PORT" ]; then
        launch || start_failed redmine
    else
        local try
        for try in 1 2 3; do # another process may take the port between the look and the bind
            free_port && PORT=$FREE_PORT
            launch && break
            stop_daemon redmine
            [ "$try" -lt 3 ] || start_failed redmine
        done
        keep port "$PORT"
    fi
    write_json
    printf 'PATCHBAY_TEST_REDMINE=%s\n' "$SERVER_DIR/redmine.json"
}

use_folder "$FOLDER"
case $ACTION in
start) start ;;
stop) [ ! -d "$FOLDER" ] || stop_daemon redmine ;;
restart)
    [ -d "$FOLDER" ] || die "no server was ever started in $FOLDER"
    stop_daemon redmine
    start
    ;;
*) usage 'start|stop|restart' ;;
esac
