#include "core/store/conversation_table.h"

#include "core/model/names.h"
#include "core/store/id_list.h"
#include "core/store/identity_table.h"

#include <QtCore/QHash>

#include <algorithm>

namespace patchbay::conversations {

namespace {

/// The condition of a view. Its words are literal so that partial indexes serve it; at most one value, the operator.
struct ViewCondition {
    QByteArray sql = {};
    QVariantList values = {};
};

ViewCondition viewCondition(View view, OperatorId me)
{
    switch (view) {
    case View::MyQueue: return {"status = 'open' AND assignee_id = ?", {me.value}};
    case View::AwaitingUs: return {"status = 'open' AND awaiting_us = 1", {}};
    case View::Unassigned: return {"status = 'open' AND assignee_id IS NULL", {}};
    case View::Snoozed: return {"status = 'snoozed'", {}};
    case View::Done: return {"status = 'done'", {}};
    case View::All: break;
    }
    return {"1 = 1", {}};
}

Summary viewSummary(const Row &row)
{
    Summary s;
    Conversation &c = s.conversation;
    c.id = row.id<ConversationId>(0);
    c.uid = row.text(1);
    c.channel = row.id<ChannelId>(2);
    c.contact = row.id<ContactId>(3);
    c.subject = row.text(4);
    c.status = conversationStatusFrom(row.text(5));
    c.snoozeUntil = row.time(6);
    c.assignee = row.id<OperatorId>(7);
    c.unread = row.boolean(8);
    c.awaitingUs = row.boolean(9);
    c.category = row.id<CategoryId>(10);
    c.confidence = row.real(11);
    c.priority = priorityFrom(row.text(12));
    c.language = row.text(13);
    c.snippet = row.text(14);
    c.messageCount = int(row.integer(15));
    c.firstAt = row.time(16);
    c.sortAt = row.time(17);
    c.awaitingSince = row.time(18);
    s.contactName = row.text(19);
    s.contactAddress = row.text(20);
    s.channelName = row.text(21);
    s.channelConnector = row.text(22);
    s.categoryName = row.text(23);
    s.assigneeName = row.text(24);
    s.hasPendingSuggestion = row.boolean(25);
    s.hasDraft = row.boolean(26);
    s.failedDeliveries = int(row.integer(27));
    return s;
}

constexpr const char *viewSummarySql =
    "SELECT c.id, c.uid, c.channel_id, c.contact_id, c.subject, c.status, c.snooze_until, c.assignee_id, c.unread, "
    "c.awaiting_us, c.category_id, c.confidence, c.priority, c.language, c.snippet, c.message_count, c.first_at, "
    "c.sort_at, c.awaiting_since, k.name, "
    "COALESCE((SELECT p.address FROM participant p WHERE p.conversation_id = c.id AND p.is_contact = 1 LIMIT 1), "
    "(SELECT MIN(h.address) FROM handle h WHERE h.contact_id = c.contact_id), ''), "
    "ch.name, ch.connector, COALESCE(g.name, ''), COALESCE(o.name, ''), "
    "CASE WHEN EXISTS (SELECT 1 FROM suggestion s WHERE s.conversation_id = c.id AND s.state = 'pending') THEN 1 ELSE "
    "0 "
    "END, "
    "CASE WHEN EXISTS (SELECT 1 FROM draft d WHERE d.conversation_id = c.id AND d.operator_id = ? AND d.draft_text <> "
    "'') "
    "THEN 1 ELSE 0 END, "
    "(SELECT COUNT(*) FROM delivery v WHERE v.conversation_id = c.id AND v.state IN ('failed', 'unknown', 'dead') AND "
    "v.kind <> 'question') "
    "FROM conversation c JOIN contact k ON k.id = " PATCHBAY_PERSON_OF(
        "c.contact_id") " JOIN channel ch ON ch.id = c.channel_id "
                        "LEFT JOIN category g ON g.id = c.category_id LEFT JOIN operator o ON o.id = c.assignee_id "
                        "WHERE c.id IN ";

std::vector<Ordered> viewOrdered(const std::vector<Row> &rows)
{
    std::vector<Ordered> all;
    all.reserve(rows.size());
    for (const Row &row : rows)
        all.push_back({row.id<ConversationId>(0), row.time(1)});
    return all;
}

} // namespace

std::vector<Ordered> ordered(Database &db, View view, OperatorId me)
{
    const ViewCondition condition = viewCondition(view, me);
    const QByteArray where = view == View::All ? QByteArray() : " WHERE " + condition.sql;
    return viewOrdered(
        db.rows("SELECT id, sort_at FROM conversation" + where + " ORDER BY sort_at DESC, id DESC", condition.values));
}

std::vector<Ordered> orderedAfter(Database &db, View view, OperatorId me, std::optional<Ordered> before, int limit)
{
    ViewCondition condition = viewCondition(view, me);
    if (before) {
        condition.sql += " AND (sort_at, id) < (?, ?)";
        condition.values << before->sortAt.us << before->id.value;
    }
    condition.values << limit;
    return viewOrdered(db.rows("SELECT id, sort_at FROM conversation WHERE " + condition.sql
                                   + " ORDER BY sort_at DESC, id DESC LIMIT ?",
                               condition.values));
}

std::vector<Ordered> orderedAmong(Database &db, View view, OperatorId me, const std::vector<ConversationId> &ids)
{
    const ViewCondition condition = viewCondition(view, me);
    std::vector<Ordered> all;
    forIdList(db, "SELECT id, sort_at FROM conversation WHERE " + condition.sql + " AND id IN ", {}, condition.values,
              ids, [&all](const Row &row) {
                  all.push_back({row.id<ConversationId>(0), row.time(1)});
              });
    std::sort(all.begin(), all.end(), [](const Ordered &a, const Ordered &b) {
        return a.sortAt != b.sortAt ? a.sortAt > b.sortAt : a.id > b.id;
    });
    return all;
}

std::vector<Summary> summaries(Database &db, OperatorId me, const std::vector<ConversationId> &ids)
{
    QHash<qint64, Summary> found;
    forIdList(db, viewSummarySql, {}, {me.value}, ids, [&found](const Row &row) {
        Summary summary = viewSummary(row);
        const qint64 id = summary.conversation.id.value;
        found.insert(id, std::move(summary));
    });
    std::vector<Summary> all;
    all.reserve(ids.size());
    for (const ConversationId id : ids) {
        if (const auto it = found.constFind(id.value); it != found.constEnd())
            all.push_back(*it);
    }
    return all;
}

std::vector<ViewCount> counts(Database &db, OperatorId me)
{
    std::vector<ViewCount> all;
    for (const View view : {View::MyQueue, View::AwaitingUs, View::Unassigned, View::Snoozed, View::All, View::Done}) {
        ViewCondition condition = viewCondition(view, me);
        condition.values << countLimit + 1;
        const auto rows =
            db.rows("SELECT COUNT(*) FROM (SELECT 1 FROM conversation WHERE " + condition.sql + " LIMIT ?) AS counted",
                    condition.values);
        const int found = rows.empty() ? 0 : int(rows.front().integer(0));
        all.push_back({view, std::min(found, countLimit), found > countLimit});
    }
    return all;
}

} // namespace patchbay::conversations
