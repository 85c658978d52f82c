-- An item that is no message: it told something of one, or had nothing to show. `about`: the id of the message that it
-- waits for.
INSERT INTO counter (name, value) VALUES ('noted', 0);
ALTER TABLE raw_message ADD COLUMN about TEXT;
CREATE INDEX raw_message_about ON raw_message(channel_id, about) WHERE about IS NOT NULL;

-- What was told of a message after it was written: its texts one after the other, its deletion, reactions to it, and how
-- it fares at the platform.
CREATE TABLE message_event (
    id {id},
    message_id {int} NOT NULL REFERENCES message(id),
    event_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_address TEXT NOT NULL,
    body_text TEXT NOT NULL,
    fate TEXT NOT NULL,
    told_at {int} NOT NULL,
    UNIQUE (message_id, event_key)
){strict};

-- The external id of the message that this one quotes.
ALTER TABLE message ADD COLUMN answers TEXT NOT NULL DEFAULT '';

-- Where the channel's connector gets a file that has not been loaded yet (its sha256 is empty then).
ALTER TABLE attachment ADD COLUMN remote TEXT NOT NULL DEFAULT '';
