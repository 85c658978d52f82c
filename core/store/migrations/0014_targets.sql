-- How each target fares, and when a task last arrived there, without reading all that was ever sent.
CREATE INDEX delivery_by_target ON delivery(target_id, state, settled_at) WHERE target_id IS NOT NULL;
