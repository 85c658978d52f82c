-- A category that is out of use stays for what it named. merged_into: its history went there, and it is shown no more.
-- The version grows with each change, so that a second editor notices the first.
ALTER TABLE category ADD COLUMN retired_at {int} NOT NULL DEFAULT 0;
ALTER TABLE category ADD COLUMN merged_into {int} NOT NULL DEFAULT 0;
ALTER TABLE category ADD COLUMN version {int} NOT NULL DEFAULT 1;
CREATE INDEX conversation_by_category ON conversation(category_id, id);

-- A change of the taxonomy that history follows in steps; the document says how far it is.
CREATE TABLE taxonomy_change (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    category_id {int} NOT NULL REFERENCES category(id),
    document TEXT NOT NULL,
    operator_id {int} NOT NULL REFERENCES operator(id),
    started_at {int} NOT NULL,
    ended_at {int} NOT NULL DEFAULT 0
){strict};

-- Days are "2026-01-31" in the team's own time; empty: no bound. No category: for all of them.
CREATE TABLE canned_reply (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL UNIQUE,
    category_id {int} REFERENCES category(id),
    language TEXT NOT NULL,
    reply_text TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL
){strict};

CREATE TABLE business_rule (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL UNIQUE,
    category_id {int} REFERENCES category(id),
    rule_text TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL
){strict};

-- Domain packs as they were brought in, for telling what the next edition changes.
CREATE TABLE pack (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    operator_id {int} NOT NULL REFERENCES operator(id),
    imported_at {int} NOT NULL
){strict};
