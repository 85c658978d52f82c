-- What can be found: one row per message and task, in order of time. id = second * 2^30 + (row id mod 2^29) * 2 + kind
-- (0 message, 1 task), so that the newest hits of a search are the highest ids.
CREATE TABLE search_document (
    id {int} PRIMARY KEY,
    kind {int} NOT NULL,
    subject_id {int} NOT NULL,
    conversation_id {int} NOT NULL,
    channel_id {int} NOT NULL,
    direction TEXT NOT NULL,
    has_attachment {int} NOT NULL,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_document_by_conversation ON search_document(conversation_id, id);
CREATE INDEX search_document_words ON search_document USING GIN (words) WITH (fastupdate = on);

-- Stored, but not yet found by a search.
CREATE TABLE search_backlog (
    kind {int} NOT NULL,
    subject_id {int} NOT NULL,
    PRIMARY KEY (kind, subject_id)
);

-- Quoted history that stands nowhere else in the conversation: a forwarded mail.
ALTER TABLE message ADD COLUMN quoted_text TEXT NOT NULL DEFAULT '';

INSERT INTO counter (name, value) VALUES ('indexed', 0);
INSERT INTO search_backlog (kind, subject_id) SELECT 0, id FROM message;
INSERT INTO search_backlog (kind, subject_id) SELECT 1, id FROM task;
