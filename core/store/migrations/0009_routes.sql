-- A task's way: the backups with their frozen payloads, and the delivery that took over. No reference, because both go
-- together, in any order, when a conversation is deleted.
ALTER TABLE delivery ADD COLUMN backups TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN replaced_by {int} NOT NULL DEFAULT 0;

-- How the task stands at this delivery's target: a task may be at several.
ALTER TABLE delivery ADD COLUMN remote_status TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN remote_closed {int} NOT NULL DEFAULT 0;
UPDATE delivery SET remote_status = (SELECT t.remote_status FROM task t WHERE t.id = delivery.task_id),
    remote_closed = (SELECT t.remote_closed FROM task t WHERE t.id = delivery.task_id)
WHERE task_id IS NOT NULL AND state = 'sent';

-- A suggestion that was answered by a task that was open already; 0: by one of its own. No reference, for the same reason.
ALTER TABLE suggestion ADD COLUMN linked_task_id {int} NOT NULL DEFAULT 0;

-- A route that suggestions refer to stays for them when it is removed.
ALTER TABLE route ADD COLUMN removed_at {int} NOT NULL DEFAULT 0;
