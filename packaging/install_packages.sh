#!/usr/bin/env bash
# Installs Debian packages without starting any service that they bring: install_packages.sh PACKAGE... (as root)
#
# While it runs, /usr/sbin/policy-rc.d answers "do not start"; the file that was there before is put back afterwards, also
# after an interrupt. Were this script killed outright, the file stays but answers as before, because it asks whether this
# very process still lives; the next run puts everything back. Servers that are new on the machine are also kept from
# starting at the next boot.
set -euo pipefail

POLICY=/usr/sbin/policy-rc.d
SAVED=$POLICY.before-patchbay
MARK='written by the package set-up of Patchbay'

[ "$(id -u)" -eq 0 ] || { echo "install_packages.sh: must be root" >&2; exit 1; }
[ $# -gt 0 ] || exit 0

# Puts back what was there before, if the file in place is ours.
restore_policy() {
    if grep -qs "$MARK" "$POLICY"; then
        if [ -e "$SAVED" ] || [ -L "$SAVED" ]; then
            mv -f "$SAVED" "$POLICY"
        else
            rm -f "$POLICY"
        fi
    fi
}

forbid_starts() {
    restore_policy # an earlier run that was killed
    if [ -e "$POLICY" ] || [ -L "$POLICY" ]; then
        cp -a "$POLICY" "$SAVED"
    else
        rm -f "$SAVED"
    fi
    local started
    started=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)
    cat >"$POLICY.new" <<-POLICY
		#!/bin/sh
		# $MARK: no service starts while process $$ installs.
		if [ "\$(sed 's/.*) //' /proc/$$/stat 2>/dev/null | cut -d' ' -f20)" = "$started" ]; then
		    exit 101
		fi
		if [ -x $SAVED ]; then
		    exec $SAVED "\$@"
		fi
		exit 0
	POLICY
    chmod 755 "$POLICY.new"
    mv -f "$POLICY.new" "$POLICY"
}

# Answers that Redmine's package asks for: a database of its own in SQLite.
preseed() {
    case " $* " in
    *" redmine "*)
        debconf-set-selections <<-ANSWERS
			redmine redmine/instances/default/dbconfig-install boolean true
			redmine redmine/instances/default/database-type select sqlite3
		ANSWERS
        ;;
    esac
}

# Redmine's package asks Bundler whether its gems are there. Since Debian's security update of Ruby to 3.1.7, Bundler takes
# every gem from a Debian package for deleted, because such a gem has a specification and no folder, and the package cannot
# be configured. For this installation, and for nothing else, Bundler looks at the specification alone.
trust_debians_gems() {
    case " $* " in *" redmine "*) ;; *) return 0 ;; esac
    RUBY_HELP=$(mktemp -d)
    chmod 755 "$RUBY_HELP" # the package runs Ruby as www-data too
    cat >"$RUBY_HELP/debian_gems.rb" <<-'RUBY'
		Gem::Specification.prepend(Module.new do
		  def deleted_gem?
		    super && !loaded_from.to_s.include?("/rubygems-integration/")
		  end
		end)
	RUBY
    chmod 644 "$RUBY_HELP/debian_gems.rb"
    export RUBYOPT="-r$RUBY_HELP/debian_gems.rb${RUBYOPT:+ $RUBYOPT}"
}

clean_up() {
    restore_policy
    [ -z "$RUBY_HELP" ] || rm -rf "$RUBY_HELP"
}

# Servers among the new packages do not start at the next boot either.
disable_new_services() {
    local package service
    for package in "$@"; do
        case $package in
        dovecot-*) service=dovecot ;;
        exim4-*) service=exim4 ;;
        postgresql-*) service=postgresql ;;
        *) continue ;;
        esac
        if [ -e "/etc/init.d/$service" ]; then
            update-rc.d "$service" disable >/dev/null 2>&1 || echo "note: $service may start at the next boot"
        fi
    done
}

RUBY_HELP=
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

export DEBIAN_FRONTEND=noninteractive
forbid_starts
apt-get update
preseed "$@"
trust_debians_gems "$@"
apt-get install -y --no-install-recommends "$@"
disable_new_services "$@"
