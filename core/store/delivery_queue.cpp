#include "core/model/names.h"
#include "core/store/account_table.h"
#include "core/store/delivery_rows.h"
#include "core/store/message_event_table.h"
#include "core/store/model_table.h"

namespace patchbay::deliveries {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype responseLimit = 2000;

// The destination's breaker; 0 is closed.
#define PATCHBAY_DELIVERY_BREAKER                                                                                      \
    "COALESCE((SELECT t.breaker_open_until FROM target t WHERE t.id = d.target_id), "                                  \
    "(SELECT c.breaker_open_until FROM channel c WHERE c.id = d.channel_id), "                                         \
    "(SELECT m.breaker_open_until FROM model m WHERE m.id = d.model_id), 0)"

// Replies of a conversation go in order: what will still be tried blocks the later ones; what needs a person (unknown,
// dead) does not. So do changes, which also wait for the replies before them: an answer is not to reach a chat that was
// closed before it. Tasks go one at a time per conversation and target, so that a contact is not made twice over there.
// Of a batch the first takes the others along.
#define PATCHBAY_DELIVERY_IN_ORDER                                                                                     \
    "NOT EXISTS (SELECT 1 FROM delivery e WHERE e.conversation_id = d.conversation_id AND "                            \
    "(e.kind = d.kind OR (d.kind = 'change' AND e.kind = 'reply')) AND "                                               \
    "((d.kind IN ('reply', 'change') AND e.id < d.id AND e.state IN ('queued', 'sending', 'failed')) OR "              \
    "(d.kind = 'task' AND e.id <> d.id AND e.target_id = d.target_id AND e.state = 'sending'))) "                      \
    "AND (d.batch_id IS NULL OR NOT EXISTS (SELECT 1 FROM delivery b WHERE b.batch_id = d.batch_id AND b.id < d.id "   \
    "AND b.state IN ('queued', 'sending', 'failed', 'unknown')))"

// Takes `now` three times: due, breaker, half-open breaker (one probe at a time).
#define PATCHBAY_DELIVERY_DUE                                                                                          \
    "d.state IN ('queued', 'failed') AND d.next_attempt_at <= ? AND " PATCHBAY_DELIVERY_BREAKER " <= ? AND "           \
    "(" PATCHBAY_DELIVERY_BREAKER " = 0 OR NOT EXISTS (SELECT 1 FROM delivery s WHERE s.state = 'sending' AND "        \
    "(s.target_id = d.target_id OR s.channel_id = d.channel_id OR s.model_id = d.model_id))) "                         \
    "AND " PATCHBAY_DELIVERY_IN_ORDER

bool isFinal(DeliveryState state)
{
    return state == DeliveryState::Sent || state == DeliveryState::Unknown || state == DeliveryState::Dead
        || state == DeliveryState::Cancelled;
}

/// After a reply was taken back the customer may be waiting again: since the first mail after the last answer.
void restoreAwaiting(Database &db, ConversationId conversation)
{
    const auto since =
        db.row("SELECT MIN(sort_at) FROM message WHERE conversation_id = ? AND direction = 'inbound' AND "
               "is_automatic = 0 AND sort_at > (SELECT COALESCE(MAX(m.sort_at), 0) FROM message m WHERE "
               "m.conversation_id = ? AND m.direction = 'outbound' AND NOT EXISTS (SELECT 1 FROM delivery d "
               "WHERE d.message_id = m.id AND d.state = 'cancelled'))",
               {conversation.value, conversation.value});
    if (since && !since->isNull(0))
        db.exec("UPDATE conversation SET awaiting_us = 1, awaiting_since = ? WHERE id = ? AND awaiting_us = 0",
                {since->integer(0), conversation.value});
}

/// What the platform had accepted and then lost goes out as something new: the platform would fold a repeat, and what
/// it told of the first one is no longer about this one.
void sendAnew(Database &db, DeliveryId id)
{
    const auto row = db.row("UPDATE delivery SET key = ?, ever_ambiguous = 0, error_kind = '' WHERE id = ? AND "
                            "state = 'dead' AND error_kind = 'failed_there' RETURNING message_id",
                            {newUid(db.clock()), id.value});
    if (!row)
        return;
    db.exec("UPDATE message SET external_id = NULL WHERE id = ?", {row->integer(0)});
    message_events::forgetReceipts(db, row->id<MessageId>(0));
}

} // namespace

std::vector<Delivery> due(Database &db, Timestamp now, int limit, DeliveryId after)
{
    return deliveriesFrom(db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS " FROM delivery d WHERE " PATCHBAY_DELIVERY_DUE
                                  " AND d.id > ? ORDER BY d.id LIMIT ?",
                                  {now.us, now.us, after.value, limit}));
}

Timestamp nextDueAt(Database &db)
{
    // What has a backup does not wait for an open breaker.
    const auto row =
        db.row("SELECT MIN(CASE WHEN w.has_backup = 1 AND w.breaker > ? THEN w.not_before "
               "WHEN w.breaker > w.next_attempt_at THEN w.breaker ELSE w.next_attempt_at END) "
               "FROM (SELECT d.next_attempt_at, d.not_before, CASE WHEN d.backups <> '' AND d.ever_ambiguous = 0 "
               "THEN 1 ELSE 0 END AS has_backup, " PATCHBAY_DELIVERY_BREAKER " AS breaker FROM delivery d "
               "WHERE d.state IN ('queued', 'failed') AND " PATCHBAY_DELIVERY_IN_ORDER ") w",
               {db.now().us});
    return row ? row->time(0) : Timestamp{};
}

std::optional<Delivery> claim(Database &db, DeliveryId id, const QString &owner, std::chrono::milliseconds lease)
{
    // Whether the way is free is read from other rows than the one that is changed.
    db.oneAtATime("claim");
    const Timestamp now = db.now();
    auto claimed = deliveryFrom(db.row(
        "UPDATE delivery AS d SET state = 'sending', fence = fence + 1, attempts = attempts + 1, lease_owner = ?, "
        "lease_until = ?, attempt_started_at = ?, effect_started_at = 0 WHERE d.id = ? AND " PATCHBAY_DELIVERY_DUE
        " RETURNING " PATCHBAY_DELIVERY_COLUMNS,
        {owner, (now + lease).us, now.us, id.value, now.us, now.us}));
    if (claimed)
        announce(db, *claimed);
    return claimed;
}

bool markEffectStarted(Database &db, DeliveryId id, qint64 fence)
{
    const Timestamp now = db.now();
    // The lease begins anew, so that what is left of it covers the call that follows.
    return db.exec("UPDATE delivery SET effect_started_at = ?, lease_until = ? + (lease_until - attempt_started_at) "
                   "WHERE id = ? AND fence = ? AND state = 'sending'",
                   {now.us, now.us, id.value, fence})
        == 1;
}

bool settle(Database &db, DeliveryId id, qint64 fence, const Outcome &outcome)
{
    const Timestamp now = db.now();
    const bool final = isFinal(outcome.state);
    // An ambiguous end without a mark (a connector that forgot it) still counts as begun, from the attempt's start.
    const auto settled = deliveryFrom(db.row(
        "UPDATE delivery SET state = ?, external_id = ?, external_url = ?, response = ?, last_error = ?, "
        "error_kind = ?, ever_ambiguous = CASE WHEN ? = 1 THEN 1 ELSE ever_ambiguous END, "
        "effect_started_at = CASE WHEN ? = 1 AND effect_started_at = 0 THEN attempt_started_at ELSE "
        "effect_started_at END, attempts = attempts - ?, next_attempt_at = ?, settled_at = ?, settled_by = NULL, "
        "lease_owner = '', lease_until = 0 WHERE id = ? AND fence = ? AND state = 'sending' "
        "RETURNING " PATCHBAY_DELIVERY_COLUMNS,
        {nameOf(outcome.state), deliveryText(outcome.externalId), deliveryText(outcome.externalUrl),
         deliveryText(outcome.response.left(responseLimit)), deliveryText(outcome.error.left(responseLimit)),
         deliveryText(outcome.errorKind), int(outcome.ambiguous), int(outcome.ambiguous), int(outcome.uncounted),
         outcome.nextAttemptAt.us, final ? now.us : 0, id.value, fence}));
    if (settled)
        announce(db, *settled);
    return settled.has_value();
}

std::vector<Delivery> orphans(Database &db, const QString &owner, Timestamp now)
{
    if (db.dialect() == Dialect::Sqlite)
        return deliveriesFrom(db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS
                                      " FROM delivery WHERE state = 'sending' AND lease_owner <> ? ORDER BY id",
                                      {owner}));
    return deliveriesFrom(db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS
                                  " FROM delivery WHERE state = 'sending' AND lease_until < ? ORDER BY id",
                                  {now.us}));
}

void postpone(Database &db, DeliveryId id, Timestamp until, const QString &error, const QString &errorKind)
{
    const auto changed = deliveryFrom(db.row(
        "UPDATE delivery SET state = 'failed', next_attempt_at = ?, last_error = ?, error_kind = ? WHERE id = ? AND "
        "state IN ('queued', 'failed') RETURNING " PATCHBAY_DELIVERY_COLUMNS,
        {until.us, deliveryText(error.left(responseLimit)), deliveryText(errorKind), id.value}));
    if (changed)
        announce(db, *changed);
}

void throttle(Database &db, const Delivery &like, Timestamp until)
{
    const auto rows = db.rows("UPDATE delivery SET next_attempt_at = ? WHERE state IN ('queued', 'failed') AND "
                              "(target_id = ? OR channel_id = ? OR model_id = ?) AND next_attempt_at < ? "
                              "RETURNING " PATCHBAY_DELIVERY_COLUMNS,
                              {until.us, deliveryNullable(like.target), deliveryNullable(like.channel),
                               deliveryNullable(like.model), until.us});
    for (const Delivery &d : deliveriesFrom(rows))
        announce(db, d);
}

void expedite(Database &db, const Delivery &like)
{
    const Timestamp now = db.now();
    const auto rows = db.rows(
        "UPDATE delivery SET next_attempt_at = ? WHERE state = 'failed' AND error_kind = 'offline' AND "
        "ever_ambiguous = 0 AND (target_id = ? OR channel_id = ? OR model_id = ?) AND next_attempt_at > ? "
        "RETURNING " PATCHBAY_DELIVERY_COLUMNS,
        {now.us, deliveryNullable(like.target), deliveryNullable(like.channel), deliveryNullable(like.model), now.us});
    for (const Delivery &d : deliveriesFrom(rows))
        announce(db, d);
}

int signedInAgain(Database &db)
{
    const Timestamp now = db.now();
    int released = 0;
    for (const Delivery &d : deliveriesFrom(
             db.rows("SELECT " PATCHBAY_DELIVERY_COLUMNS
                     " FROM delivery WHERE state = 'failed' AND error_kind = 'unauthorized' AND next_attempt_at > ?",
                     {now.us}))) {
        const auto target = d.target ? targets::byId(db, d.target) : std::nullopt;
        const auto channel = d.channel ? channels::byId(db, d.channel) : std::nullopt;
        const auto model = d.model ? model_accounts::byId(db, d.model) : std::nullopt;
        const Health health = target ? target->health
            : channel                ? channel->health
            : model                  ? model->health
                                     : Health::Failed;
        if (health == Health::Failed)
            continue;
        db.exec("UPDATE delivery SET next_attempt_at = ? WHERE id = ?", {now.us, d.id.value});
        announce(db, d);
        ++released;
    }
    return released;
}

Breaker breakerOf(Database &db, const Delivery &delivery)
{
    if (delivery.model) {
        const auto row =
            db.row("SELECT consecutive_failures, breaker_open_until FROM model WHERE id = ?", {delivery.model.value});
        return row ? Breaker{int(row->integer(0)), row->time(1)} : Breaker{};
    }
    const auto row = delivery.target
        ? db.row("SELECT consecutive_failures, breaker_open_until FROM target WHERE id = ?", {delivery.target.value})
        : db.row("SELECT consecutive_failures, breaker_open_until FROM channel WHERE id = ?", {delivery.channel.value});
    return row ? Breaker{int(row->integer(0)), row->time(1)} : Breaker{};
}

void setBreaker(Database &db, const Delivery &delivery, const Breaker &breaker)
{
    if (delivery.target) {
        targets::setBreaker(db, delivery.target, breaker.failures, breaker.openUntil);
        return;
    }
    const char *sql = delivery.model
        ? "UPDATE model SET consecutive_failures = ?, breaker_open_until = ? WHERE id = ?"
        : "UPDATE channel SET consecutive_failures = ?, breaker_open_until = ? WHERE id = ?";
    db.exec(sql,
            {breaker.failures, breaker.openUntil.us, delivery.model ? delivery.model.value : delivery.channel.value});
}

bool cancel(Database &db, DeliveryId id, OperatorId by)
{
    const Timestamp now = db.now();
    const auto cancelled = deliveryFrom(db.row(
        "UPDATE delivery SET state = 'cancelled', settled_at = ?, settled_by = ? WHERE id = ? AND "
        "(state IN ('queued', 'failed') AND ever_ambiguous = 0 OR state = 'dead') RETURNING " PATCHBAY_DELIVERY_COLUMNS,
        {now.us, by.value, id.value}));
    if (!cancelled)
        return false;
    announce(db, *cancelled);
    if (cancelled->kind == DeliveryKind::Reply)
        restoreAwaiting(db, cancelled->conversation);
    return true;
}

bool retry(Database &db, DeliveryId id, OperatorId)
{
    const Timestamp now = db.now();
    sendAnew(db, id);
    // A dead one begins again with all its attempts; the age counts from not_before.
    const auto retried = deliveryFrom(db.row(
        "UPDATE delivery SET attempts = CASE WHEN state IN ('dead', 'unknown') THEN 0 ELSE attempts END, "
        "state = CASE WHEN state IN ('dead', 'unknown') THEN 'queued' ELSE state END, not_before = ?, "
        "next_attempt_at = ?, settled_at = 0 WHERE id = ? AND (state IN ('queued', 'failed', 'dead') OR (kind = 'task' "
        "AND state = 'unknown' AND error_kind = 'restored')) RETURNING " PATCHBAY_DELIVERY_COLUMNS,
        {now.us, now.us, id.value}));
    if (retried)
        announce(db, *retried);
    return retried.has_value();
}

bool settleByPerson(Database &db, DeliveryId id, Settlement as, OperatorId by)
{
    const Timestamp now = db.now();
    const auto settled = deliveryFrom(
        as == Settlement::SendAgain
            ? db.row("UPDATE delivery SET state = 'queued', ever_ambiguous = 0, effect_started_at = 0, attempts = 0, "
                     "not_before = ?, next_attempt_at = ?, settled_at = 0, settled_by = NULL WHERE id = ? AND "
                     "state = 'unknown' RETURNING " PATCHBAY_DELIVERY_COLUMNS,
                     {now.us, now.us, id.value})
            : db.row("UPDATE delivery SET state = ?, settled_at = ?, settled_by = ? WHERE id = ? AND "
                     "state = 'unknown' RETURNING " PATCHBAY_DELIVERY_COLUMNS,
                     {nameOf(as == Settlement::Sent ? DeliveryState::Sent : DeliveryState::Cancelled), now.us, by.value,
                      id.value}));
    if (!settled)
        return false;
    announce(db, *settled);
    if (as == Settlement::GiveUp && settled->kind == DeliveryKind::Reply)
        restoreAwaiting(db, settled->conversation);
    return true;
}

} // namespace patchbay::deliveries
