# shellcheck shell=bash
# What Dovecot and Exim share: one folder with a certificate authority, the people, and mail.json for the tests.

# A certificate authority of this run, and a certificate of it for localhost and 127.0.0.1 (in SERVER_DIR: ca.pem,
# host.pem, host.key). The authority's key is thrown away.
make_certificates() {
    local work=$SERVER_DIR/certificates
    mkdir -p "$work"
    cat >"$work/openssl.cnf" <<-CONF
		[req]
		distinguished_name = name
		prompt = no
		[name]
		CN = Patchbay test authority
		[authority]
		basicConstraints = critical, CA:TRUE
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
		[host]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature, keyEncipherment
		extendedKeyUsage = serverAuth
		subjectAltName = DNS:localhost, IP:127.0.0.1
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
	CONF
    {
        openssl req -config "$work/openssl.cnf" -extensions authority -x509 -newkey rsa:2048 -nodes -sha256 -days 30 \
            -keyout "$work/ca.key" -out "$work/ca.pem"
        openssl req -config "$work/openssl.cnf" -new -newkey rsa:2048 -nodes -sha256 -subj /CN=localhost \
            -keyout "$work/host.key" -out "$work/host.csr"
        openssl x509 -req -in "$work/host.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -sha256 -days 30 \
            -extfile "$work/openssl.cnf" -extensions host -out "$work/host.pem"
    } >"$work/log" 2>&1 || die "openssl could not make the certificates: $(tail -n 3 "$work/log")"
    mv "$work/ca.pem" "$SERVER_DIR/ca.pem"
    chmod 644 "$SERVER_DIR/ca.pem"
    give_state "$work/host.pem" "$work/host.key"
    rm -rf "$work"
}

# Moves files into the folder of the account that runs the servers, readable by it alone.
give_state() {
    local file
    for file in "$@"; do
        if [ "$(id -un)" != "$ACCOUNT" ]; then
            chown "$ACCOUNT:$(id -gn "$ACCOUNT")" "$file"
        fi
        chmod 600 "$file"
        mv "$file" "$STATE/"
    done
}

PEOPLE=(support@example.test billing@example.test ana@example.test ben@example.test chen@example.test)

# One line "address password" per person in the file "people", new passwords for each folder; the servers have
# it as state/passwd (Dovecot) and state/people.exim (Exim).
make_people() {
    local address
    for address in "${PEOPLE[@]}"; do
        printf '%s %s\n' "$address" "$(new_secret)"
    done >"$SERVER_DIR/people"
    sed 's/^\([^ ]*\) \(.*\)$/\1:{PLAIN}\2:::::/' "$SERVER_DIR/people" >"$SERVER_DIR/passwd"
    sed 's/ /: /' "$SERVER_DIR/people" >"$SERVER_DIR/people.exim"
    give_state "$SERVER_DIR/passwd" "$SERVER_DIR/people.exim"
}

base64url() {
    openssl base64 -A | tr '+/' '-_' | tr -d '='
}

# A key that signs access tokens for XOAUTH2 and OAUTHBEARER: token_key in the folder, state/tokens for Dovecot.
make_token_key() {
    new_secret >"$SERVER_DIR/token_key"
    mkdir -p "$SERVER_DIR/HS256"
    openssl base64 -A <"$SERVER_DIR/token_key" >"$SERVER_DIR/HS256/test"
    run_as_server "$ACCOUNT" mkdir -p "$STATE/tokens/default/HS256"
    give_state "$SERVER_DIR/HS256/test"
    mv "$STATE/test" "$STATE/tokens/default/HS256/test"
    rmdir "$SERVER_DIR/HS256"
}

# An access token for person $1 that lasts $2 seconds from now.
access_token() {
    local now head body key
    now=$(date +%s)
    head=$(printf '{"alg":"HS256","typ":"JWT","kid":"test"}' | base64url)
    body=$(printf '{"iss":"test","sub":"%s","email":"%s","iat":%d,"exp":%d}' "$1" "$1" "$now" $((now + $2)) | base64url)
    key=$(od -An -v -tx1 <"$SERVER_DIR/token_key" | tr -d ' \n')
    printf '%s.%s.%s\n' "$head" "$body" \
        "$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64url)"
}

# Writes mail.json, what the tests read: where the servers are, the authority to trust, the people. Atomic.
write_mail_json() {
    local here address password comma=''
    here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
    {
        printf '{\n'
        printf '  "imap_host": "localhost", "imap_port": %s, "imap_plain_port": %s, "lmtp_port": %s,\n' \
            "$(setting imaps_port)" "$(setting imap_port)" "$(setting lmtp_port)"
        printf '  "introspection_port": %s,\n' "$(setting introspection_port)"
        if [ -n "$(setting smtp_port)" ]; then
            printf '  "smtp_host": "localhost", "smtp_port": %s, "smtps_port": %s,\n' \
                "$(setting smtp_port)" "$(setting smtps_port)"
        fi
        printf '  "ca_file": "%s",\n  "users": [' "$SERVER_DIR/ca.pem"
        while read -r address password; do
            printf '%s\n    {"address": "%s", "user": "%s", "password": "%s", "access_token": "%s"}' \
                "$comma" "$address" "$address" "$password" "$(access_token "$address" 86400)"
            comma=,
        done <"$SERVER_DIR/people"
        printf '\n  ],\n  "control": "%s", "smtp_control": "%s", "dir": "%s"\n}\n' \
            "$here/dovecot.sh" "$here/exim.sh" "$SERVER_DIR"
    } >"$SERVER_DIR/mail.json.new"
    mv "$SERVER_DIR/mail.json.new" "$SERVER_DIR/mail.json"
}
