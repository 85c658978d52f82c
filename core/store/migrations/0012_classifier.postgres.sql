-- A lesson may come from a file of examples instead of from a message.
ALTER TABLE lesson ALTER COLUMN message_id DROP NOT NULL;
-- The name of that file.
ALTER TABLE lesson ADD COLUMN source TEXT NOT NULL DEFAULT '';

-- What the last exact training made, so that the next start need not train; its fingerprint names what it was made from.
CREATE TABLE classifier (
    id {int} PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    body {blob} NOT NULL
){strict};
