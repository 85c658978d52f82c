-- What a version of the rules is beside its document.
ALTER TABLE rule_set ADD COLUMN comment TEXT NOT NULL DEFAULT '';
-- Who wrote it, where another one published it; 0: who published it.
ALTER TABLE rule_set ADD COLUMN written_by {int} NOT NULL DEFAULT 0;
-- The version whose document it has again; 0: none.
ALTER TABLE rule_set ADD COLUMN restores {int} NOT NULL DEFAULT 0;

-- Rules on their way to being published. While `shadow_until` is ahead they are asked beside the live ones.
CREATE TABLE rule_draft (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    comment TEXT NOT NULL,
    based_on {int} NOT NULL,
    author_id {int} NOT NULL REFERENCES operator(id),
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    shadow_from {int} NOT NULL DEFAULT 0,
    shadow_until {int} NOT NULL DEFAULT 0,
    shadow_seen {int} NOT NULL DEFAULT 0,
    shadow_differs {int} NOT NULL DEFAULT 0
){strict};

-- Messages for which a draft would have decided otherwise, while it was in the shadow.
CREATE TABLE rule_difference (
    id {id},
    draft_id {int} NOT NULL REFERENCES rule_draft(id) ON DELETE CASCADE,
    message_id {int} NOT NULL REFERENCES message(id) ON DELETE CASCADE,
    conversation_id {int} NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
    live TEXT NOT NULL,
    draft TEXT NOT NULL,
    created_at {int} NOT NULL
){strict};
CREATE INDEX rule_difference_by_draft ON rule_difference(draft_id, id);
CREATE INDEX rule_difference_by_message ON rule_difference(message_id);
CREATE INDEX rule_difference_by_conversation ON rule_difference(conversation_id);

-- How often a rule with a bound has fired in an hour (hours since 1970).
CREATE TABLE rule_use (
    rule TEXT NOT NULL,
    hour {int} NOT NULL,
    times {int} NOT NULL,
    PRIMARY KEY (rule, hour)
){strict};

-- Suggestions that a rule wants accepted without asking; gone as soon as that was tried.
CREATE TABLE rule_acceptance (
    id {id},
    conversation_id {int} NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
    message_id {int} NOT NULL UNIQUE REFERENCES message(id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    rule_set_version {int} NOT NULL,
    created_at {int} NOT NULL
){strict};
CREATE INDEX rule_acceptance_by_conversation ON rule_acceptance(conversation_id);
