-- {id}, {int}, {real}, {blob} and {strict} are the dialect's words. Times are microseconds UTC, booleans 0/1, JSON is text.

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
){strict};

-- Kept in the same transaction as what they count: received = visible + duplicate + quarantined + pending.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value {int} NOT NULL
){strict};
INSERT INTO counter (name, value) VALUES ('received', 0), ('visible', 0), ('duplicate', 0), ('quarantined', 0), ('pending', 0);

CREATE TABLE operator (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    os_user TEXT NOT NULL,
    is_system {int} NOT NULL DEFAULT 0,
    created_at {int} NOT NULL
){strict};

CREATE TABLE channel (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    connector TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    cursor {blob},
    health TEXT NOT NULL DEFAULT 'unknown',
    health_detail TEXT NOT NULL DEFAULT '',
    paused {int} NOT NULL DEFAULT 0,
    consecutive_failures {int} NOT NULL DEFAULT 0,
    breaker_open_until {int} NOT NULL DEFAULT 0,
    last_received_at {int} NOT NULL DEFAULT 0,
    caught_up_at {int} NOT NULL DEFAULT 0,
    added_at {int} NOT NULL
){strict};

CREATE TABLE channel_lease (
    channel_id {int} PRIMARY KEY REFERENCES channel(id),
    owner TEXT NOT NULL,
    fence {int} NOT NULL,
    until_at {int} NOT NULL
){strict};

CREATE TABLE target (
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

CREATE TABLE contact (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at {int} NOT NULL
){strict};

CREATE TABLE handle (
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    contact_id {int} NOT NULL REFERENCES contact(id),
    PRIMARY KEY (kind, address)
){strict};
CREATE INDEX handle_by_contact ON handle(contact_id);

CREATE TABLE category (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    keywords TEXT NOT NULL,
    default_priority TEXT NOT NULL,
    position {int} NOT NULL,
    is_unsorted {int} NOT NULL DEFAULT 0
){strict};

CREATE TABLE conversation (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    channel_id {int} NOT NULL REFERENCES channel(id),
    thread_key TEXT,
    contact_id {int} NOT NULL REFERENCES contact(id),
    subject TEXT NOT NULL,
    status TEXT NOT NULL,
    snooze_until {int} NOT NULL DEFAULT 0,
    assignee_id {int} REFERENCES operator(id),
    unread {int} NOT NULL,
    awaiting_us {int} NOT NULL,
    awaiting_since {int} NOT NULL DEFAULT 0,
    category_id {int} REFERENCES category(id),
    confidence {real} NOT NULL DEFAULT 0,
    priority TEXT NOT NULL DEFAULT 'normal',
    language TEXT NOT NULL DEFAULT '',
    snippet TEXT NOT NULL DEFAULT '',
    message_count {int} NOT NULL DEFAULT 0,
    first_at {int} NOT NULL,
    sort_at {int} NOT NULL,
    UNIQUE (channel_id, thread_key)
){strict};
CREATE INDEX conversation_by_sort ON conversation(sort_at DESC, id DESC);
CREATE INDEX conversation_by_status ON conversation(status, sort_at DESC, id DESC);
CREATE INDEX conversation_by_contact ON conversation(contact_id);
CREATE INDEX conversation_open_by_assignee ON conversation(assignee_id, sort_at DESC, id DESC) WHERE status = 'open';
CREATE INDEX conversation_awaiting ON conversation(sort_at DESC, id DESC) WHERE status = 'open' AND awaiting_us = 1;

CREATE TABLE participant (
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    is_contact {int} NOT NULL,
    included {int} NOT NULL,
    first_seen_at {int} NOT NULL,
    PRIMARY KEY (conversation_id, address)
){strict};

CREATE TABLE message (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    channel_id {int} NOT NULL REFERENCES channel(id),
    direction TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_address TEXT NOT NULL,
    operator_id {int} REFERENCES operator(id),
    external_id TEXT,
    dedupe_key TEXT,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body {blob} NOT NULL,
    to_addresses TEXT NOT NULL,
    cc_addresses TEXT NOT NULL,
    reply_to TEXT NOT NULL DEFAULT '',
    is_automatic {int} NOT NULL DEFAULT 0,
    is_new_participant {int} NOT NULL DEFAULT 0,
    is_conflicting {int} NOT NULL DEFAULT 0,
    provider_at {int} NOT NULL,
    arrived_at {int} NOT NULL,
    sort_at {int} NOT NULL,
    UNIQUE (channel_id, dedupe_key)
){strict};
CREATE INDEX message_by_conversation ON message(conversation_id, sort_at, id);
CREATE INDEX message_by_external_id ON message(channel_id, external_id);

-- Ids under which a conversation is known to the other side: Message-IDs seen in it or referred to.
CREATE TABLE thread_reference (
    channel_id {int} NOT NULL REFERENCES channel(id),
    reference TEXT NOT NULL,
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    PRIMARY KEY (channel_id, reference)
){strict};
CREATE INDEX thread_reference_by_conversation ON thread_reference(conversation_id);

CREATE TABLE attachment (
    id {id},
    message_id {int} NOT NULL REFERENCES message(id),
    position {int} NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size {int} NOT NULL,
    sha256 TEXT NOT NULL,
    content_id TEXT NOT NULL DEFAULT '',
    is_inline {int} NOT NULL DEFAULT 0
){strict};
CREATE INDEX attachment_by_message ON attachment(message_id, position);

-- Every item as it came, kept before anyone looked inside.
CREATE TABLE raw_message (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    channel_id {int} NOT NULL REFERENCES channel(id),
    source_key TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size {int} NOT NULL,
    body {blob},
    state TEXT NOT NULL,
    attempts {int} NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    historical {int} NOT NULL DEFAULT 0,
    message_id {int} REFERENCES message(id),
    received_at {int} NOT NULL,
    UNIQUE (channel_id, source_key)
){strict};
CREATE INDEX raw_message_by_state ON raw_message(state, id);
CREATE INDEX raw_message_by_message ON raw_message(message_id);

CREATE TABLE classification (
    id {id},
    message_id {int} NOT NULL REFERENCES message(id),
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    category_id {int} NOT NULL REFERENCES category(id),
    source TEXT NOT NULL,
    confidence {real} NOT NULL,
    document TEXT NOT NULL,
    created_at {int} NOT NULL
){strict};
CREATE INDEX classification_by_message ON classification(message_id, id);

CREATE TABLE lesson (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    message_id {int} NOT NULL REFERENCES message(id),
    category_id {int} NOT NULL REFERENCES category(id),
    previous_id {int} REFERENCES category(id),
    weight {real} NOT NULL,
    lesson_text TEXT NOT NULL,
    operator_id {int} NOT NULL REFERENCES operator(id),
    created_at {int} NOT NULL,
    undone_at {int} NOT NULL DEFAULT 0
){strict};

CREATE TABLE route (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    strategy TEXT NOT NULL,
    document TEXT NOT NULL
){strict};

CREATE TABLE rule_set (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    version {int} NOT NULL UNIQUE,
    document TEXT NOT NULL,
    author_id {int} NOT NULL REFERENCES operator(id),
    published_at {int} NOT NULL
){strict};

CREATE TABLE suggestion (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    version {int} NOT NULL,
    state TEXT NOT NULL,
    category_id {int} NOT NULL REFERENCES category(id),
    route_id {int} REFERENCES route(id),
    classification TEXT NOT NULL,
    draft TEXT NOT NULL,
    trace TEXT NOT NULL,
    message_id {int} NOT NULL REFERENCES message(id),
    created_at {int} NOT NULL,
    decided_at {int} NOT NULL DEFAULT 0,
    decided_by {int} REFERENCES operator(id)
){strict};
-- At most one pending per conversation.
CREATE UNIQUE INDEX suggestion_pending ON suggestion(conversation_id) WHERE state = 'pending';
CREATE INDEX suggestion_by_conversation ON suggestion(conversation_id, id);

CREATE TABLE task (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    suggestion_id {int} REFERENCES suggestion(id),
    payload TEXT NOT NULL,
    operator_id {int} NOT NULL REFERENCES operator(id),
    created_at {int} NOT NULL,
    cancelled_at {int} NOT NULL DEFAULT 0,
    remote_status TEXT NOT NULL DEFAULT '',
    remote_closed {int} NOT NULL DEFAULT 0,
    status_read_at {int} NOT NULL DEFAULT 0
){strict};
CREATE INDEX task_by_conversation ON task(conversation_id, id);

CREATE TABLE local_task (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    target_id {int} NOT NULL REFERENCES target(id),
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    is_done {int} NOT NULL DEFAULT 0,
    created_at {int} NOT NULL,
    done_at {int} NOT NULL DEFAULT 0,
    UNIQUE (target_id, key)
){strict};

CREATE TABLE delivery (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    message_id {int} REFERENCES message(id),
    task_id {int} REFERENCES task(id),
    channel_id {int} REFERENCES channel(id),
    target_id {int} REFERENCES target(id),
    key TEXT NOT NULL UNIQUE,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts {int} NOT NULL DEFAULT 0,
    ever_ambiguous {int} NOT NULL DEFAULT 0,
    fence {int} NOT NULL DEFAULT 0,
    lease_owner TEXT NOT NULL DEFAULT '',
    lease_until {int} NOT NULL DEFAULT 0,
    attempt_started_at {int} NOT NULL DEFAULT 0,
    effect_started_at {int} NOT NULL DEFAULT 0,
    not_before {int} NOT NULL DEFAULT 0,
    next_attempt_at {int} NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    error_kind TEXT NOT NULL DEFAULT '',
    external_id TEXT NOT NULL DEFAULT '',
    external_url TEXT NOT NULL DEFAULT '',
    response TEXT NOT NULL DEFAULT '',
    created_at {int} NOT NULL,
    settled_at {int} NOT NULL DEFAULT 0,
    operator_id {int} NOT NULL REFERENCES operator(id),
    settled_by {int} REFERENCES operator(id)
){strict};
CREATE INDEX delivery_by_state ON delivery(state, next_attempt_at);
CREATE INDEX delivery_by_conversation ON delivery(conversation_id, id);
CREATE INDEX delivery_by_message ON delivery(message_id);
CREATE INDEX delivery_by_task ON delivery(task_id);

CREATE TABLE label (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE
){strict};

CREATE TABLE conversation_label (
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    label_id {int} NOT NULL REFERENCES label(id),
    PRIMARY KEY (conversation_id, label_id)
){strict};

CREATE TABLE draft (
    conversation_id {int} NOT NULL REFERENCES conversation(id),
    operator_id {int} NOT NULL REFERENCES operator(id),
    kind TEXT NOT NULL,
    draft_text TEXT NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (conversation_id, operator_id, kind)
){strict};

CREATE TABLE audit (
    id {id},
    at {int} NOT NULL,
    operator_id {int} NOT NULL REFERENCES operator(id),
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_uid TEXT NOT NULL,
    detail TEXT NOT NULL
){strict};

-- Written in the same transaction as what changed: the source of other processes' change sets.
CREATE TABLE change (
    id {id},
    at {int} NOT NULL,
    origin TEXT NOT NULL,
    document TEXT NOT NULL
){strict};

-- Files by content, for workspaces without a folder.
CREATE TABLE blob (
    sha256 TEXT PRIMARY KEY,
    data {blob} NOT NULL
){strict};
