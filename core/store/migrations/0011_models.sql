-- Accounts of remote models.
CREATE TABLE model (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    connector TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    health TEXT NOT NULL DEFAULT 'unknown',
    health_detail TEXT NOT NULL DEFAULT '',
    consecutive_failures {int} NOT NULL DEFAULT 0,
    breaker_open_until {int} NOT NULL DEFAULT 0,
    added_at {int} NOT NULL
){strict};

ALTER TABLE delivery ADD COLUMN model_id {int} REFERENCES model(id);

-- What a model was asked about a conversation; an answer that is here was checked. Also the cache, by cache_key.
CREATE TABLE question (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    message_id {int} NOT NULL REFERENCES message(id),
    model_id {int} NOT NULL REFERENCES model(id),
    delivery_id {int} REFERENCES delivery(id),
    purpose TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    cache_key TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    originals TEXT NOT NULL DEFAULT '{}',
    automatic {int} NOT NULL DEFAULT 0,
    operator_id {int} NOT NULL REFERENCES operator(id),
    created_at {int} NOT NULL,
    answered_at {int} NOT NULL DEFAULT 0
){strict};
CREATE INDEX question_by_conversation ON question(conversation_id, id);
CREATE INDEX question_by_message ON question(message_id);
CREATE INDEX question_by_delivery ON question(delivery_id);
CREATE INDEX question_by_cache_key ON question(cache_key);

-- Every call that left, or was about to: the privacy ledger and the bill. It outlives what it was about: then it says
-- when, to whom, how much and for how much money, and nothing about whom.
CREATE TABLE model_call (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    question_id {int},
    conversation_id {int},
    model_id {int} NOT NULL REFERENCES model(id),
    host TEXT NOT NULL,
    purpose TEXT NOT NULL,
    operator_id {int} NOT NULL REFERENCES operator(id),
    state TEXT NOT NULL,
    sent_text TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes {int} NOT NULL,
    redactions {int} NOT NULL,
    input_tokens {int} NOT NULL DEFAULT 0,
    output_tokens {int} NOT NULL DEFAULT 0,
    reserved {int} NOT NULL,
    cost {int} NOT NULL DEFAULT 0,
    external_id TEXT NOT NULL DEFAULT '',
    started_at {int} NOT NULL,
    ended_at {int} NOT NULL DEFAULT 0
){strict};
CREATE INDEX model_call_by_time ON model_call(started_at);
CREATE INDEX model_call_by_question ON model_call(question_id);
CREATE INDEX model_call_by_conversation ON model_call(conversation_id);
