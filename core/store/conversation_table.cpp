#include "core/store/conversation_table.h"

#include "core/base/simplified.h"
#include "core/model/names.h"
#include "core/store/id_list.h"
#include "core/store/identity_table.h"

namespace patchbay::conversations {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype conversationSnippetLimit = 200;

#define PATCHBAY_CONVERSATION_COLUMNS                                                                                  \
    "id, uid, channel_id, contact_id, subject, status, snooze_until, assignee_id, unread, awaiting_us, category_id, "  \
    "confidence, priority, language, snippet, message_count, first_at, sort_at, awaiting_since"

Conversation conversationFrom(const Row &row)
{
    Conversation c;
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
    return c;
}

/// The words are literal so that partial indexes serve them.
const char *conversationStatusLiteral(ConversationStatus status)
{
    return status == ConversationStatus::Open ? "open" : status == ConversationStatus::Done ? "done" : "snoozed";
}

QString conversationSnippet(const Message &message)
{
    return simplifiedLine(message.text.left(4 * conversationSnippetLimit)).left(conversationSnippetLimit);
}

/// What a mail that arrives late, between others, changes about who waits for whom.
void conversationAddedInBetween(Database &db, ConversationId id, const Message &m)
{
    if (m.direction == Direction::Outbound) {
        // Answered up to there: the customer waits since the first mail after it.
        db.exec("UPDATE conversation SET awaiting_since = COALESCE((SELECT MIN(sort_at) FROM message WHERE "
                "conversation_id = conversation.id AND direction = 'inbound' AND is_automatic = 0 AND sort_at > ?), "
                "awaiting_since) WHERE id = ? AND awaiting_us = 1 AND awaiting_since <= ?",
                {m.sortAt.us, id.value, m.sortAt.us});
        return;
    }
    // An operator's reply was written before this mail got here, whatever its date says, so it is no answer to it. A
    // reply from another program with a later date is one.
    db.exec("UPDATE conversation SET awaiting_since = CASE WHEN awaiting_us = 1 AND awaiting_since < ? THEN "
            "awaiting_since ELSE ? END, awaiting_us = 1 WHERE id = ? AND NOT EXISTS (SELECT 1 FROM message o WHERE "
            "o.conversation_id = ? AND o.direction = 'outbound' AND o.operator_id IS NULL AND o.sort_at >= ?)",
            {m.sortAt.us, m.sortAt.us, id.value, id.value, m.sortAt.us});
}

} // namespace

std::optional<Conversation> byId(Database &db, ConversationId id)
{
    const auto row = db.row("SELECT " PATCHBAY_CONVERSATION_COLUMNS " FROM conversation WHERE id = ?", {id.value});
    if (!row)
        return std::nullopt;
    return conversationFrom(*row);
}

Result<Conversation> byUid(Database &db, const QString &uidOrPrefix)
{
    const QString wanted = uidOrPrefix.trimmed().toLower();
    if (wanted.size() < 4)
        return makeError(Error::Kind::Refused,
                         u"\"%1\" is too short for a conversation's uid; give at least 4 of its characters."_s.arg(
                             uidOrPrefix.left(60)));
    const auto rows = wanted.size() == 36
        ? db.rows("SELECT " PATCHBAY_CONVERSATION_COLUMNS " FROM conversation WHERE uid = ?", {wanted})
        : db.rows("SELECT " PATCHBAY_CONVERSATION_COLUMNS " FROM conversation WHERE substr(uid, 1, ?) = ? LIMIT 2",
                  {qint64(wanted.size()), wanted});
    if (db.error())
        return *db.error();
    if (rows.empty())
        return makeError(Error::Kind::NotFound,
                         u"There is no conversation with the uid %1 in this workspace."_s.arg(uidOrPrefix.left(60)));
    if (rows.size() > 1)
        return makeError(Error::Kind::Conflict,
                         u"Several conversations begin with %1; give more of the uid."_s.arg(uidOrPrefix.left(60)));
    return conversationFrom(rows.front());
}

std::vector<Conversation> ofPerson(Database &db, ContactId contact, int limit)
{
    std::vector<Conversation> all;
    for (const ContactId id : identity::contactsOf(db, contact)) {
        for (const Row &row : db.rows("SELECT " PATCHBAY_CONVERSATION_COLUMNS " FROM conversation WHERE contact_id = ? "
                                      "ORDER BY sort_at DESC, id DESC LIMIT ?",
                                      {id.value, limit}))
            all.push_back(conversationFrom(row));
    }
    std::sort(all.begin(), all.end(), [](const Conversation &a, const Conversation &b) {
        return std::pair(a.sortAt, a.id) > std::pair(b.sortAt, b.id);
    });
    if (qsizetype(all.size()) > limit)
        all.resize(size_t(limit));
    return all;
}

std::vector<Conversation> ofChannel(Database &db, ChannelId channel, int limit)
{
    std::vector<Conversation> all;
    for (const Row &row : db.rows("SELECT " PATCHBAY_CONVERSATION_COLUMNS " FROM conversation WHERE channel_id = ? "
                                  "ORDER BY sort_at DESC, id DESC LIMIT ?",
                                  {channel.value, limit}))
        all.push_back(conversationFrom(row));
    return all;
}

ConversationId insert(Database &db, const Conversation &c, const QString &threadKey)
{
    const ConversationId id{db.insert(
        "INSERT INTO conversation (uid, channel_id, thread_key, contact_id, subject, status, snooze_until, "
        "assignee_id, "
        "unread, awaiting_us, awaiting_since, category_id, confidence, priority, language, snippet, message_count, "
        "first_at, sort_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        {c.uid.isEmpty() ? newUid(db.clock()) : c.uid, c.channel.value, textOrNull(indexKey(threadKey)),
         c.contact.value, c.subject, nameOf(c.status), c.snoozeUntil.us, idOrNull(c.assignee), c.unread, c.awaitingUs,
         c.awaitingSince.us, idOrNull(c.category), c.confidence, nameOf(c.priority), c.language, c.snippet,
         c.messageCount, c.firstAt.us, c.sortAt.us})};
    db.changes().conversations.insert(id);
    return id;
}

std::vector<Conversation> byIds(Database &db, const std::vector<ConversationId> &ids)
{
    std::vector<Conversation> all;
    forIdList(db, "SELECT " PATCHBAY_CONVERSATION_COLUMNS " FROM conversation WHERE id IN ",
              db.dialect() == Dialect::Postgres ? " ORDER BY id FOR UPDATE" : "", {}, ids,
              [&all](const Row &row) { all.push_back(conversationFrom(row)); });
    return all;
}

void update(Database &db, const Conversation &c, const Conversation &before)
{
    db.exec("UPDATE conversation SET status = ?, snooze_until = ?, unread = ?, awaiting_us = ?, awaiting_since = ?, "
            "confidence = ?, priority = ?, language = ?, snippet = ?, message_count = ?, first_at = ?, sort_at = ? "
            "WHERE id = ?",
            {nameOf(c.status), c.snoozeUntil.us, c.unread, c.awaitingUs, c.awaitingSince.us, c.confidence,
             nameOf(c.priority), c.language, c.snippet, c.messageCount, c.firstAt.us, c.sortAt.us, c.id.value});
    // Apart, because a column that refers to another table makes SQLite keep a journal of the statement.
    if (c.category != before.category)
        db.exec("UPDATE conversation SET category_id = ? WHERE id = ?", {idOrNull(c.category), c.id.value});
    db.changes().conversations.insert(c.id);
}

void follow(Database &db, Conversation &c, const Message &m, bool historical)
{
    db.changes().conversations.insert(c.id);
    db.changes().timelines.insert(c.id);
    const bool first = c.messageCount++ == 0;
    if (m.direction != Direction::Inbound && m.direction != Direction::Outbound)
        return; // notes and events move nothing
    const bool newest = first || m.sortAt >= c.sortAt;
    if (!c.firstAt || m.sortAt < c.firstAt)
        c.firstAt = m.sortAt;
    if (newest) {
        c.sortAt = m.sortAt;
        c.snippet = conversationSnippet(m);
    }
    if (m.automatic || historical)
        return;
    if (!newest) {
        update(db, c, c);
        conversationAddedInBetween(db, c.id, m);
        c = byId(db, c.id).value_or(c);
    } else if (m.direction == Direction::Outbound) {
        c.awaitingUs = false;
        c.awaitingSince = {};
    } else {
        c.awaitingSince = c.awaitingUs ? c.awaitingSince : m.sortAt;
        c.awaitingUs = true;
    }
}

void messageAdded(Database &db, ConversationId id, const Message &m, bool historical)
{
    auto found = byIds(db, {id});
    if (found.empty())
        return;
    follow(db, found.front(), m, historical);
    update(db, found.front(), found.front());
}

void setStatus(Database &db, ConversationId id, ConversationStatus status, Timestamp snoozeUntil)
{
    db.exec("UPDATE conversation SET status = ?, snooze_until = ? WHERE id = ?",
            {QString::fromLatin1(conversationStatusLiteral(status)),
             status == ConversationStatus::Snoozed ? snoozeUntil.us : qint64(0), id.value});
    db.changes().conversations.insert(id);
}

void setUnread(Database &db, ConversationId id, bool unread)
{
    db.exec("UPDATE conversation SET unread = ? WHERE id = ?", {unread, id.value});
    db.changes().conversations.insert(id);
}

void setAssignee(Database &db, ConversationId id, OperatorId assignee)
{
    db.exec("UPDATE conversation SET assignee_id = ? WHERE id = ?", {idOrNull(assignee), id.value});
    db.changes().conversations.insert(id);
}

void setCategory(Database &db, ConversationId id, CategoryId category, double confidence, Priority priority,
                 const QString &language)
{
    db.exec("UPDATE conversation SET category_id = ?, confidence = ?, priority = ?, language = ? WHERE id = ?",
            {idOrNull(category), confidence, nameOf(priority), language, id.value});
    db.changes().conversations.insert(id);
}

void setPriority(Database &db, ConversationId id, Priority priority)
{
    db.exec("UPDATE conversation SET priority = ? WHERE id = ?", {nameOf(priority), id.value});
    db.changes().conversations.insert(id);
}

int wakeSnoozed(Database &db, Timestamp now)
{
    const auto woken = db.rows("UPDATE conversation SET status = 'open', snooze_until = 0 WHERE status = 'snoozed' AND "
                               "snooze_until > 0 AND snooze_until <= ? RETURNING id",
                               {now.us});
    for (const Row &row : woken)
        db.changes().conversations.insert(row.id<ConversationId>(0));
    return int(woken.size());
}

std::optional<ConversationId> byThreadKey(Database &db, ChannelId channel, const QString &threadKey)
{
    if (threadKey.isEmpty())
        return std::nullopt;
    const auto row = db.row("SELECT id FROM conversation WHERE channel_id = ? AND thread_key = ?",
                            {channel.value, indexKey(threadKey)});
    if (!row)
        return std::nullopt;
    return row->id<ConversationId>(0);
}

QString threadKey(Database &db, ConversationId id)
{
    const auto row = db.row("SELECT thread_key FROM conversation WHERE id = ?", {id.value});
    return row ? row->text(0) : QString();
}

std::optional<ConversationId> byReferences(Database &db, ChannelId channel, const QStringList &references)
{
    QStringList keys;
    for (const QString &reference : references)
        keys << indexKey(reference);
    const QHash<QString, ConversationId> referred = byReferenceKeys(db, channel, keys);
    const QHash<QString, ConversationId> stored = byMessageKeys(db, channel, keys);
    for (const QString &key : std::as_const(keys)) {
        if (const ConversationId id = referred.value(key, stored.value(key)))
            return id;
    }
    return std::nullopt;
}

QHash<QString, ConversationId> byReferenceKeys(Database &db, ChannelId channel, const QStringList &indexKeys)
{
    QHash<QString, ConversationId> found;
    forTextList(db, "SELECT reference, conversation_id FROM thread_reference WHERE channel_id = ? AND reference IN ",
                {}, {channel.value}, indexKeys,
                [&found](const Row &row) { found.insert(row.text(0), row.id<ConversationId>(1)); });
    return found;
}

QHash<QString, ConversationId> byMessageKeys(Database &db, ChannelId channel, const QStringList &indexKeys)
{
    QHash<QString, std::pair<qint64, ConversationId>> oldest; // sorted here: only a conflicting message shares its id
    forTextList(db, "SELECT external_id, id, conversation_id FROM message WHERE channel_id = ? AND external_id IN ", {},
                {channel.value}, indexKeys, [&oldest](const Row &row) {
                    const std::pair one(row.integer(1), row.id<ConversationId>(2));
                    const auto known = oldest.find(row.text(0));
                    if (known == oldest.end())
                        oldest.insert(row.text(0), one);
                    else if (one.first < known->first)
                        *known = one;
                });
    QHash<QString, ConversationId> found;
    found.reserve(oldest.size());
    for (auto it = oldest.cbegin(); it != oldest.cend(); ++it)
        found.insert(it.key(), it->second);
    return found;
}

void addReference(Database &db, ChannelId channel, const QString &reference, ConversationId id)
{
    if (reference.isEmpty())
        return;
    db.exec("INSERT INTO thread_reference (channel_id, reference, conversation_id) VALUES (?, ?, ?) "
            "ON CONFLICT (channel_id, reference) DO NOTHING",
            {channel.value, indexKey(reference), id.value});
}

} // namespace patchbay::conversations
