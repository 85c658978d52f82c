-- What can be found: one row per message and task, in order of time. id = second * 2^30 + (row id mod 2^29) * 2 + kind
-- (0 message, 1 task), so that the newest hits of a search are the highest ids.
CREATE TABLE search_document (
    id {int} PRIMARY KEY,
    kind {int} NOT NULL,
    subject_id {int} NOT NULL,
    conversation_id {int} NOT NULL,
    channel_id {int} NOT NULL,
    direction TEXT NOT NULL,
    has_attachment {int} NOT NULL
){strict};
CREATE INDEX search_document_by_conversation ON search_document(conversation_id, id);

-- Stored, but not yet found by a search.
CREATE TABLE search_backlog (
    kind {int} NOT NULL,
    subject_id {int} NOT NULL,
    PRIMARY KEY (kind, subject_id)
){strict};

-- The words alone: texts stand in their own rows. The order of the columns is that of search_index.cpp.
CREATE VIRTUAL TABLE search_text USING fts5(
    author, recipients, subject, body, files,
    content = '', tokenize = 'patchbay', prefix = '3'
);
-- Fewer, larger merges: two fifths of the work of indexing. What is left over is merged when there is nothing else to do.
INSERT INTO search_text (search_text, rank) VALUES ('hashsize', 4194304);
INSERT INTO search_text (search_text, rank) VALUES ('automerge', 16);
INSERT INTO search_text (search_text, rank) VALUES ('crisismerge', 32);

-- Each word of the index once: how a word that is being typed may go on.
CREATE TABLE search_word (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Quoted history that stands nowhere else in the conversation: a forwarded mail.
ALTER TABLE message ADD COLUMN quoted_text TEXT NOT NULL DEFAULT '';

INSERT INTO counter (name, value) VALUES ('indexed', 0);
INSERT INTO search_backlog (kind, subject_id) SELECT 0, id FROM message;
INSERT INTO search_backlog (kind, subject_id) SELECT 1, id FROM task;
