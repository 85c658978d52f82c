#!/usr/bin/env bash
# A private Dovecot (IMAP, LMTP) for the tests: dovecot.sh start|stop|crash|restart FOLDER, or
# dovecot.sh token FOLDER ADDRESS SECONDS
#
# start prints PATCHBAY_TEST_MAIL=FOLDER/mail.json. It makes a certificate authority, a certificate for localhost and
# 127.0.0.1, and a few people of example.test with new passwords and access tokens; exim.sh adds submission to the same
# folder. Mail, passwords and ports survive stop, start and restart. crash ends every process of it at once, in the middle
# of whatever they do. token prints an access token that ends after SECONDS.
source "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=packaging/test_servers/mail_folder.sh
source "$(dirname "$(readlink -f "$0")")/mail_folder.sh"

ACTION=${1:-} FOLDER=${2:-}
[ -n "$FOLDER" ] || usage 'start|stop|crash|restart|token'
ACCOUNT=$(server_account dovecot)

write_configuration() {
    local group
    group=$(id -gn "$ACCOUNT")
    cat >"$SERVER_DIR/dovecot.conf" <<-CONF
		instance_name = patchbay-test
		protocols = imap lmtp
		listen = 127.0.0.1
		base_dir = $STATE/run
		state_dir = $STATE/lib
		log_path = /dev/stderr
		login_greeting = ready
		default_internal_user = $ACCOUNT
		default_internal_group = $group
		default_login_user = $ACCOUNT
		first_valid_uid = 1
		first_valid_gid = 1
		mail_uid = $ACCOUNT
		mail_gid = $group
		mail_home = $STATE/mail/%u
		mail_location = sdbox:~/mail
		mail_fsync = never
		ssl = yes
		ssl_cert = <$STATE/host.pem
		ssl_key = <$STATE/host.key
		ssl_min_protocol = TLSv1.2
		auth_mechanisms = plain login xoauth2 oauthbearer
		auth_failure_delay = 0
		auth_verbose = yes
		passdb {
		  driver = oauth2
		  mechanisms = xoauth2 oauthbearer
		  args = $STATE/oauth2.conf
		}
		passdb {
		  driver = oauth2
		  mechanisms = xoauth2 oauthbearer
		  args = $STATE/introspection.conf
		}
		passdb {
		  driver = passwd-file
		  mechanisms = plain login
		  args = $STATE/passwd
		}
		userdb {
		  driver = passwd-file
		  args = $STATE/passwd
		}
		namespace inbox {
		  inbox = yes
		  separator = /
		  mailbox Drafts {
		    special_use = \\Drafts
		    auto = subscribe
		  }
		  mailbox Sent {
		    special_use = \\Sent
		    auto = subscribe
		  }
		  mailbox Trash {
		    special_use = \\Trash
		    auto = subscribe
		  }
		  mailbox Archive {
		    special_use = \\Archive
		    auto = subscribe
		  }
		}
		service imap-login {
		  chroot =
		  inet_listener imap {
		    port = $(setting imap_port)
		  }
		  inet_listener imaps {
		    port = $(setting imaps_port)
		    ssl = yes
		  }
		}
		service lmtp {
		  inet_listener lmtp {
		    port = $(setting lmtp_port)
		  }
		}
		service anvil {
		  chroot =
		}
		service stats {
		  chroot =
		}
		protocol imap {
		  mail_max_userip_connections = 100
		}
		protocol lmtp {
		  auth_username_format = %Lu
		}
	CONF
    cat >"$SERVER_DIR/oauth2.conf" <<-CONF
		introspection_mode = local
		local_validation_key_dict = fs:posix:prefix=$STATE/tokens/
		username_attribute = email
	CONF
    # Tokens that Dovecot cannot check by itself: it asks the provider (RFC 7662), which a test plays on this port.
    cat >"$SERVER_DIR/introspection.conf" <<-CONF
		introspection_mode = post
		introspection_url = http://127.0.0.1:$(setting introspection_port)/introspect
		active_attribute = active
		active_value = true
		username_attribute = email
		timeout_msecs = 3000
	CONF
    give_state "$SERVER_DIR/dovecot.conf" "$SERVER_DIR/oauth2.conf" "$SERVER_DIR/introspection.conf"
}

create() {
    make_certificates
    make_people
    make_token_key
    run_as_server "$ACCOUNT" mkdir -p "$STATE/run" "$STATE/lib" "$STATE/mail"
}

choose_ports() {
    local name
    for name in imap imaps lmtp introspection; do
        free_port
        keep "${name}_port" "$FREE_PORT"
    done
}

answers() {
    port_answers "$(setting imap_port)" && port_answers "$(setting imaps_port)" && port_answers "$(setting lmtp_port)"
}

launch() {
    write_configuration
    rm -f "$STATE/run/master.pid" # a crash leaves it behind
    start_daemon dovecot "$ACCOUNT" dovecot -F -c "$STATE/dovecot.conf"
    wait_ready 30 dovecot answers
}

start() {
    command -v dovecot >/dev/null || [ -x /usr/sbin/dovecot ] || die "Dovecot is not installed (dovecot-imapd, dovecot-lmtpd)"
    server_folder "$FOLDER" "$ACCOUNT"
    daemon_runs dovecot && die "a server already runs in $SERVER_DIR"
    if [ -n "$(setting imap_port)" ]; then
        launch || start_failed dovecot
    else
        create
        local try
        for try in 1 2 3 4; do # another process may take a port between the look and the bind
            choose_ports
            launch && break
            stop_daemon dovecot
            [ "$try" -lt 4 ] || start_failed dovecot
        done
    fi
    write_mail_json
    printf 'PATCHBAY_TEST_MAIL=%s\n' "$SERVER_DIR/mail.json"
}

use_folder "$FOLDER"
case $ACTION in
start) start ;;
stop) [ ! -d "$FOLDER" ] || stop_daemon dovecot ;;
crash) [ ! -d "$FOLDER" ] || crash_daemon dovecot ;;
restart)
    [ -d "$FOLDER" ] || die "no server was ever started in $FOLDER"
    stop_daemon dovecot
    start
    ;;
token)
    [ -f "$FOLDER/token_key" ] || die "no server was ever started in $FOLDER"
    access_token "${3:?an address}" "${4:?seconds}"
    ;;
*) usage 'start|stop|crash|restart|token' ;;
esac
