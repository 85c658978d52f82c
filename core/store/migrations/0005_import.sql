-- One run over files. Its counts until it has ended are counted from its items; afterwards they stand here.
CREATE TABLE import (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    channel_id {int} NOT NULL REFERENCES channel(id),
    paths TEXT NOT NULL,
    format TEXT NOT NULL,
    settings TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    items_read {int} NOT NULL DEFAULT 0,
    added {int} NOT NULL DEFAULT 0,
    duplicate {int} NOT NULL DEFAULT 0,
    quarantined {int} NOT NULL DEFAULT 0,
    bytes_done {int} NOT NULL DEFAULT 0,
    bytes_total {int} NOT NULL DEFAULT 0,
    owner TEXT NOT NULL,
    seen_at {int} NOT NULL,
    started_at {int} NOT NULL,
    finished_at {int} NOT NULL DEFAULT 0
){strict};
CREATE INDEX import_by_start ON import(started_at, id);

-- Which import first brought an item. No reference: a copy fills the tables in the order of their making.
ALTER TABLE raw_message ADD COLUMN import_id {int};
CREATE INDEX raw_message_by_import ON raw_message(import_id, state) WHERE import_id IS NOT NULL;
