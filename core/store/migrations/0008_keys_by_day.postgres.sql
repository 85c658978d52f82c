-- Keys that a hash made begin with the day of the mail: what is stored together stands together in the index. The day
-- has four hexadecimal digits, days since 1970, 0000 where it is not known.
UPDATE message SET dedupe_key = 'mail:' || LPAD(TO_HEX(CASE WHEN provider_at > 0
        THEN LEAST(provider_at / 86400000000, 65535) ELSE 0 END), 4, '0') || SUBSTR(dedupe_key, 6)
    WHERE dedupe_key LIKE 'mail:%' AND dedupe_key NOT LIKE 'mail:raw:%';
UPDATE raw_message SET source_key = 'file:' || LPAD(TO_HEX(COALESCE((SELECT CASE WHEN m.provider_at > 0
        THEN LEAST(m.provider_at / 86400000000, 65535) ELSE 0 END FROM message m WHERE m.id = raw_message.message_id),
        0)), 4, '0') || SUBSTR(source_key, 6)
    WHERE source_key LIKE 'file:%';

-- Nobody outside ever saw the uid; the states that are looked for have an index, the others none.
ALTER TABLE raw_message DROP COLUMN uid;
DROP INDEX raw_message_by_state;
CREATE INDEX raw_message_pending ON raw_message(id) WHERE state = 'pending';
CREATE INDEX raw_message_quarantined ON raw_message(id) WHERE state = 'quarantined';
