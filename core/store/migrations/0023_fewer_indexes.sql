-- The conversation of a classification is that of its message.
DROP INDEX classification_by_conversation;
ALTER TABLE classification DROP COLUMN conversation_id;

-- Most open conversations await us: the few others are passed over in the index of all, and each message has one index
-- less to keep.
DROP INDEX conversation_open_awaiting;
DROP INDEX conversation_by_status;
CREATE INDEX conversation_by_status ON conversation(status, sort_at DESC, id DESC, awaiting_us);
