-- Keys that a hash made begin with the day of the mail: what is stored together stands together in the index. The day
-- has four hexadecimal digits, days since 1970, 0000 where it is not known.
UPDATE message SET dedupe_key = 'mail:' || printf('%04x', CASE WHEN provider_at > 0
        THEN MIN(provider_at / 86400000000, 65535) ELSE 0 END) || SUBSTR(dedupe_key, 6)
    WHERE dedupe_key LIKE 'mail:%' AND dedupe_key NOT LIKE 'mail:raw:%';

-- Without a uid, which nobody outside ever saw; the states that are looked for have an index, the others none.
CREATE TABLE raw_message_new (
    id {id},
    channel_id {int} NOT NULL REFERENCES channel(id),
    source_key TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size {int} NOT NULL,
    body {blob},
    state TEXT NOT NULL,
    attempts {int} NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    historical {int} NOT NULL DEFAULT 0,
    message_id {int} REFERENCES message(id),
    received_at {int} NOT NULL,
    import_id {int},
    UNIQUE (channel_id, source_key)
){strict};
INSERT INTO raw_message_new (id, channel_id, source_key, sha256, size, body, state, attempts, error, historical,
        message_id, received_at, import_id)
    SELECT r.id, r.channel_id,
        CASE WHEN r.source_key LIKE 'file:%'
            THEN 'file:' || printf('%04x', CASE WHEN m.provider_at > 0 THEN MIN(m.provider_at / 86400000000, 65535)
                ELSE 0 END) || SUBSTR(r.source_key, 6)
            ELSE r.source_key END,
        r.sha256, r.size, r.body, r.state, r.attempts, r.error, r.historical, r.message_id, r.received_at, r.import_id
    FROM raw_message r LEFT JOIN message m ON m.id = r.message_id ORDER BY r.id;
DROP TABLE raw_message;
ALTER TABLE raw_message_new RENAME TO raw_message;
CREATE INDEX raw_message_pending ON raw_message(id) WHERE state = 'pending';
CREATE INDEX raw_message_quarantined ON raw_message(id) WHERE state = 'quarantined';
CREATE INDEX raw_message_by_message ON raw_message(message_id);
CREATE INDEX raw_message_by_import ON raw_message(import_id, state) WHERE import_id IS NOT NULL;
