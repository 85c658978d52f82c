-- Which account over there a channel has, as the platform itself says: one account, one channel.
ALTER TABLE channel ADD COLUMN account TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX channel_by_account ON channel(account) WHERE account <> '';

-- What the platform told of the sign-in and of its limits; 0: nothing.
ALTER TABLE channel ADD COLUMN sign_in_until {int} NOT NULL DEFAULT 0;
ALTER TABLE channel ADD COLUMN refused_at {int} NOT NULL DEFAULT 0;
ALTER TABLE channel ADD COLUMN waits_until {int} NOT NULL DEFAULT 0;

-- What happened to a channel, the newest few hundred of each; equal ones that follow each other soon are one row.
CREATE TABLE channel_event (
    id {id},
    channel_id {int} NOT NULL REFERENCES channel(id),
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    times {int} NOT NULL,
    began_at {int} NOT NULL,
    happened_at {int} NOT NULL
){strict};
CREATE INDEX channel_event_by_channel ON channel_event(channel_id, id);
