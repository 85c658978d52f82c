-- Lists and counts of open conversations from the index alone: SQLite reads the row for a column that is only in an
-- index's condition.
DROP INDEX conversation_open_by_assignee;
DROP INDEX conversation_awaiting;
CREATE INDEX conversation_open_by_assignee ON conversation(status, assignee_id, sort_at DESC, id DESC) WHERE status = 'open';
CREATE INDEX conversation_open_awaiting ON conversation(status, awaiting_us, sort_at DESC, id DESC) WHERE status = 'open';
