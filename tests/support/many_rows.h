#pragma once

#include "core/store/conversation_table.h"
#include "core/store/message_table.h"

namespace patchbay::tests {

/// A number of conversations of one contact at once, one second apart, the last one the newest. Each tenth is open and
/// awaits us, the others are done.
inline void addConversations(Database &db, ChannelId channel, int count)
{
    const ContactId contact =
        conversations::contactFor(db, QStringLiteral("mail"), {QStringLiteral("Zoe"), QStringLiteral("zoe@x.example")});
    db.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO conversation (uid, "
        "channel_id, contact_id, subject, status, unread, awaiting_us, first_at, sort_at, snippet) SELECT 'many-' || "
        "i, ?, ?, 'Parcel ' || i, CASE i % 10 WHEN 0 THEN 'open' ELSE 'done' END, 0, CASE i % 10 WHEN 0 THEN 1 ELSE "
        "0 END, CAST(i AS BIGINT) * 1000000, CAST(i AS BIGINT) * 1000000, 'Where is my parcel?' FROM n",
        {count, channel.value, contact.value});
}

/// One conversation with this many messages through the table's own functions, a minute apart; every fifth is ours.
/// `text` makes the words of one; with `body` they all look like that.
inline ConversationId addThread(Database &db, ChannelId channel, OperatorId me, int count,
                                const std::function<QString(int)> &text, const std::optional<Body> &body = {})
{
    Conversation c;
    c.channel = channel;
    c.contact =
        conversations::contactFor(db, QStringLiteral("mail"), {QStringLiteral("Ana"), QStringLiteral("ana@x.example")});
    c.subject = QStringLiteral("A long story");
    c.status = ConversationStatus::Open;
    const qint64 start = db.now().us - qint64(count) * 60'000'000;
    c.firstAt = c.sortAt = {start};
    const ConversationId id = conversations::insert(db, c, {});
    for (int i = 0; i < count; ++i) {
        Message m;
        m.conversation = id;
        m.channel = channel;
        m.direction = i % 5 == 4 ? Direction::Outbound : Direction::Inbound;
        m.author = {QStringLiteral("Ana Silva"), QStringLiteral("ana@x.example")};
        if (m.direction == Direction::Outbound)
            m.operatorId = me;
        m.text = text(i);
        BodyBlock block;
        block.runs.push_back({m.text});
        m.body.blocks.push_back(block);
        m.body = body.value_or(m.body);
        m.sortAt = m.providerAt = m.arrivedAt = {start + qint64(i) * 60'000'000};
        m.id = messages::insert(db, m, {});
        if (i + 1 == count)
            conversations::messageAdded(db, id, m);
    }
    return id;
}

} // namespace patchbay::tests
