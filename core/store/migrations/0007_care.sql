-- A deletion goes in steps: of a person's data, or of old conversations. Nothing here says about whom it was once it has
-- ended.
CREATE TABLE erasure (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    contact_id {int},
    before_at {int} NOT NULL DEFAULT 0,
    counts TEXT NOT NULL,
    operator_id {int} NOT NULL REFERENCES operator(id),
    started_at {int} NOT NULL,
    ended_at {int} NOT NULL DEFAULT 0
){strict};

-- Hashes by which an item that was deleted on purpose is known when it is fetched or imported again.
CREATE TABLE erased_item (
    channel_id {int} NOT NULL REFERENCES channel(id),
    mark TEXT NOT NULL,
    PRIMARY KEY (channel_id, mark)
){strict};

-- Files that a message let go of: they are removed after the commit, unless another one has them too.
CREATE TABLE loose_file (
    sha256 TEXT PRIMARY KEY
){strict};

-- Zeroes, while free pages are being overwritten; empty otherwise.
CREATE TABLE filler (
    id {id},
    data {blob} NOT NULL
){strict};

-- How many received items were deleted on purpose; they are no part of the other counters.
INSERT INTO counter (name, value) VALUES ('erased', 0);

CREATE INDEX participant_by_address ON participant(address);
CREATE INDEX audit_by_subject ON audit(subject_uid);
-- Who refers to what is deleted: without these each deleted row would read the whole table.
CREATE INDEX attachment_by_file ON attachment(sha256);
CREATE INDEX classification_by_conversation ON classification(conversation_id);
CREATE INDEX lesson_by_message ON lesson(message_id);
CREATE INDEX suggestion_by_message ON suggestion(message_id);
CREATE INDEX task_by_suggestion ON task(suggestion_id);
CREATE INDEX task_by_lesson ON task(lesson_id);
