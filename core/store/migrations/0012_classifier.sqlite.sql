-- A lesson may come from a file of examples instead of from a message.
DROP INDEX lesson_by_message;
ALTER TABLE lesson RENAME COLUMN message_id TO old_message_id;
ALTER TABLE lesson ADD COLUMN message_id {int} REFERENCES message(id);
UPDATE lesson SET message_id = old_message_id;
ALTER TABLE lesson DROP COLUMN old_message_id;
CREATE INDEX lesson_by_message ON lesson(message_id);
-- The name of that file.
ALTER TABLE lesson ADD COLUMN source TEXT NOT NULL DEFAULT '';

-- What the last exact training made, so that the next start need not train; its fingerprint names what it was made from.
CREATE TABLE classifier (
    id {int} PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    body {blob} NOT NULL
){strict};
