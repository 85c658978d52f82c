-- One person over several channels. A contact that was merged into another one keeps its handle and its conversations,
-- and what comes in goes on to them: a split gives back exactly these. `merged_into` is the contact it was merged into,
-- `person_id` the one that stands for the whole person in the end. (No references within one table: a copy of the
-- workspace writes its rows in the order of their ids.)
ALTER TABLE contact ADD COLUMN merged_into {int};
ALTER TABLE contact ADD COLUMN person_id {int};
ALTER TABLE contact ADD COLUMN merged_by {int} REFERENCES operator(id);
ALTER TABLE contact ADD COLUMN merged_at {int} NOT NULL DEFAULT 0;
CREATE INDEX contact_by_person ON contact(person_id) WHERE person_id IS NOT NULL;
CREATE INDEX handle_by_address ON handle(address);

-- Numbers of a contact in E.164: its own address at a channel, or one that stood in the signature of a mail.
CREATE TABLE contact_phone (
    contact_id {int} NOT NULL REFERENCES contact(id),
    phone TEXT NOT NULL,
    source TEXT NOT NULL,
    written TEXT NOT NULL,
    PRIMARY KEY (contact_id, phone)
){strict};
CREATE INDEX contact_phone_by_number ON contact_phone(phone);

-- Two contacts that may be one person, and why.
CREATE TABLE contact_match (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    one_id {int} NOT NULL REFERENCES contact(id),
    other_id {int} NOT NULL REFERENCES contact(id),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    one_source TEXT NOT NULL,
    one_written TEXT NOT NULL,
    other_source TEXT NOT NULL,
    other_written TEXT NOT NULL,
    state TEXT NOT NULL,
    found_at {int} NOT NULL,
    decided_by {int} REFERENCES operator(id),
    decided_at {int} NOT NULL DEFAULT 0,
    UNIQUE (one_id, other_id, kind, value)
){strict};
CREATE INDEX contact_match_of_other ON contact_match(other_id);
CREATE INDEX contact_match_open ON contact_match(id) WHERE state = 'open';

-- Contacts that nobody compared with the others yet.
CREATE TABLE contact_backlog (
    contact_id {int} PRIMARY KEY REFERENCES contact(id)
){strict};
INSERT INTO contact_backlog (contact_id) SELECT contact_id FROM handle GROUP BY contact_id;
