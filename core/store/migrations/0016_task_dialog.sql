-- A record that was at the target before: a person linked it, and nothing of ours was sent. None is linked to one
-- conversation twice.
ALTER TABLE delivery ADD COLUMN linked_at {int} NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX delivery_linked ON delivery(conversation_id, target_id, external_id)
WHERE linked_at > 0 AND state = 'sent';
