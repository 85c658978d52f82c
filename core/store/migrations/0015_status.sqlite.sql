-- What lists of tasks are filtered by, out of the frozen payload.
ALTER TABLE task ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN due_at {int} NOT NULL DEFAULT 0;
UPDATE task SET title = COALESCE(json_extract(payload, '$.title'), ''),
    category = COALESCE(json_extract(payload, '$.category'), ''),
    due_at = COALESCE(CAST(json_extract(payload, '$.due') AS INTEGER), 0);

-- When the status of a task that is at a target is read again (0: no more), and how the last reading ended. The fence
-- grows with each reading that begins, so that a late answer does not take the place of a newer one.
CREATE TABLE task_watch (
    delivery_id {int} PRIMARY KEY REFERENCES delivery(id) ON DELETE CASCADE,
    target_id {int} NOT NULL REFERENCES target(id),
    next_at {int} NOT NULL,
    read_at {int} NOT NULL DEFAULT 0,
    changed_at {int} NOT NULL,
    gone {int} NOT NULL DEFAULT 0,
    failures {int} NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    fence {int} NOT NULL DEFAULT 0
){strict};
CREATE INDEX task_watch_by_target ON task_watch(target_id, next_at) WHERE next_at > 0;

-- A target whose statuses could not be read is left alone until then.
CREATE TABLE target_watch (
    target_id {int} PRIMARY KEY REFERENCES target(id) ON DELETE CASCADE,
    failures {int} NOT NULL,
    not_before {int} NOT NULL,
    error TEXT NOT NULL,
    error_kind TEXT NOT NULL,
    failed_at {int} NOT NULL
){strict};

-- Where a task stands is read from the indexes alone, for the list of all tasks.
CREATE INDEX delivery_of_task ON delivery(task_id, state, remote_closed, target_id) WHERE task_id IS NOT NULL;
CREATE INDEX delivery_open_task ON delivery(task_id)
    WHERE task_id IS NOT NULL AND state = 'sent' AND remote_closed = 0;
