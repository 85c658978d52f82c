-- Questions that leave together at the vendor's price for what may take a day. Each is a delivery of its own; the first
-- of a batch that waits takes the others along.
CREATE TABLE model_batch (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    model_id {int} NOT NULL REFERENCES model(id),
    operator_id {int} NOT NULL REFERENCES operator(id),
    state TEXT NOT NULL,
    external_id TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    created_at {int} NOT NULL,
    sent_at {int} NOT NULL DEFAULT 0,
    next_at {int} NOT NULL DEFAULT 0,
    fence {int} NOT NULL DEFAULT 0,
    ended_at {int} NOT NULL DEFAULT 0
){strict};
CREATE INDEX model_batch_running ON model_batch(next_at) WHERE state = 'running';

ALTER TABLE delivery ADD COLUMN batch_id {int} REFERENCES model_batch(id);
CREATE INDEX delivery_by_batch ON delivery(batch_id, id) WHERE batch_id IS NOT NULL;
ALTER TABLE model_call ADD COLUMN batch_id {int};
CREATE INDEX model_call_by_batch ON model_call(batch_id) WHERE batch_id IS NOT NULL;

-- Why an answer that came with a batch was none.
ALTER TABLE question ADD COLUMN error TEXT NOT NULL DEFAULT '';
