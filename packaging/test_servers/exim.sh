#!/usr/bin/env bash
# A private Exim (submission) beside the Dovecot in the same folder: exim.sh start|stop|restart FOLDER
#
# start prints PATCHBAY_TEST_MAIL=FOLDER/mail.json, now with smtp_port (STARTTLS offered) and smtps_port (TLS at once).
# Anybody may send to the people of example.test, as on a server that receives mail from outside; nothing leaves the
# machine. Addresses that always answer the same way: defer@example.test 451, reject@example.test 550, unknown ones 550;
# messages over 5 MB are refused. Mail that Dovecot cannot take (stopped) is tried again every few seconds.
source "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=packaging/test_servers/mail_folder.sh
source "$(dirname "$(readlink -f "$0")")/mail_folder.sh"

ACTION=${1:-} FOLDER=${2:-}
[ -n "$FOLDER" ] || usage 'start|stop|restart'
ACCOUNT=$(server_account exim)

write_configuration() {
    cat >"$SERVER_DIR/exim.conf" <<CONF
primary_hostname = mail.example.test
domainlist local_domains = example.test
exim_user = $ACCOUNT
exim_group = $(id -gn "$ACCOUNT")
admin_groups = $(id -gn "$ACCOUNT")
trusted_users = $ACCOUNT
exim_path = $STATE/exim
spool_directory = $STATE/spool
log_file_path = $STATE/exim_%slog
pid_file_path = $STATE/exim.daemon_pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = $(setting smtp_port) : $(setting smtps_port)
tls_on_connect_ports = $(setting smtps_port)
tls_advertise_hosts = *
tls_certificate = $STATE/host.pem
tls_privatekey = $STATE/host.key
deliver_drop_privilege = true
keep_environment =
host_lookup =
rfc1413_hosts =
message_size_limit = 5M
smtp_accept_max = 100
queue_only = false
write_rejectlog = false
acl_smtp_rcpt = recipient
acl_smtp_mail = sender

PERSON = \${lookup{\$local_part@\$domain}lsearch{$STATE/people.exim}{yes}{no}}

begin acl
sender:
  accept
recipient:
  defer
    local_parts = defer
    domains = +local_domains
    message = 451 4.2.0 Try again later
  deny
    local_parts = reject
    domains = +local_domains
    message = 550 5.7.1 Not wanted here
  accept
    domains = +local_domains
    condition = PERSON
  deny
    domains = +local_domains
    message = 550 5.1.1 No such person
  deny
    message = 550 5.7.1 Nothing is relayed from here

begin routers
people:
  driver = accept
  domains = +local_domains
  condition = PERSON
  transport = dovecot

begin transports
dovecot:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  hosts_override
  allow_localhost
  port = $(setting lmtp_port)
  hosts_avoid_tls = *
  rcpt_include_affixes

begin retry
* * F,1h,2s

begin rewrite

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{!eq{\$auth3}{}}{eq{\$auth3}{\${lookup{\$auth2}lsearch{$STATE/people.exim}}}}}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and{{!eq{\$auth2}{}}{eq{\$auth2}{\${lookup{\$auth1}lsearch{$STATE/people.exim}}}}}}
  server_set_id = \$auth1
CONF
    give_state "$SERVER_DIR/exim.conf"
}

choose_ports() {
    local name
    for name in smtp smtps; do
        free_port
        keep "${name}_port" "$FREE_PORT"
    done
}

answers() {
    port_answers "$(setting smtp_port)" && port_answers "$(setting smtps_port)"
}

launch() {
    write_configuration
    start_daemon exim "$ACCOUNT" "$STATE/exim" -C "$STATE/exim.conf" -bdf -q3s
    wait_ready 30 exim answers
}

start() {
    [ -x /usr/sbin/exim4 ] || die "Exim is not installed (exim4-daemon-light)"
    [ -f "$FOLDER/people" ] || die "start dovecot.sh in $FOLDER first: Exim delivers to it"
    server_folder "$FOLDER" "$ACCOUNT"
    daemon_runs exim && die "a server already runs in $SERVER_DIR"
    # A copy has no set-user-id bit: the server keeps the account that we choose.
    if [ ! -x "$STATE/exim" ]; then
        run_as_server "$ACCOUNT" mkdir -p "$STATE/spool"
        run_as_server "$ACCOUNT" cp /usr/sbin/exim4 "$STATE/exim"
    fi
    if [ -n "$(setting smtp_port)" ]; then
        launch || start_failed exim
    else
        local try
        for try in 1 2 3 4; do # another process may take a port between the look and the bind
            choose_ports
            launch && break
            stop_daemon exim
            [ "$try" -lt 4 ] || start_failed exim
        done
    fi
    write_mail_json
    printf 'PATCHBAY_TEST_MAIL=%s\n' "$SERVER_DIR/mail.json"
}

use_folder "$FOLDER"
case $ACTION in
start) start ;;
stop) [ ! -d "$FOLDER" ] || stop_daemon exim ;;
restart)
    [ -d "$FOLDER" ] || die "no server was ever started in $FOLDER"
    stop_daemon exim
    start
    ;;
*) usage 'start|stop|restart' ;;
esac
