-- To which conversation a mail belongs that answers another is read from this index alone.
DROP INDEX message_by_external_id;
CREATE INDEX message_by_external_id ON message(channel_id, external_id, conversation_id);
