#pragma once

#include "core/model/message.h"
#include "core/store/database.h"

#include <QtCore/QHash>

namespace patchbay::messages {

/// Position in a timeline: by sort time, then id.
struct Position {
    Timestamp sortAt = {};
    MessageId id = {};
};

/// At most `limit` messages before `before` (newest first when it is none), returned oldest first, attachments
/// included.
std::vector<Message> before(Database &db, ConversationId conversation, std::optional<Position> before, int limit);
std::vector<Message> after(Database &db, ConversationId conversation, Position after, int limit);
std::optional<Message> byId(Database &db, MessageId id);
/// How many messages the conversation has.
qint64 count(Database &db, ConversationId conversation);
/// The newest inbound message: what a reply answers and what is classified.
std::optional<Message> newestInbound(Database &db, ConversationId conversation);
bool isNewestInbound(Database &db, ConversationId conversation, MessageId id);
/// The newest inbound message of this author there.
std::optional<Message> newestInboundFrom(Database &db, ConversationId conversation, const QString &author);
std::optional<Message> byExternalId(Database &db, ChannelId channel, const QString &externalId);
std::optional<MessageId> byDedupeKey(Database &db, ChannelId channel, const QString &dedupeKey);
/// Which of these keys the channel has: indexKey -> message.
QHash<QString, MessageId> byDedupeKeys(Database &db, ChannelId channel, const QStringList &indexKeys);
/// Which of these external ids the channel has: indexKey -> the first message with it.
QHash<QString, MessageId> byExternalIds(Database &db, ChannelId channel, const QStringList &indexKeys);
/// 0 when the channel has a message with this dedupe key already. It waits to be indexed from then on.
MessageId insert(Database &db, const Message &message, const QString &dedupeKey);
/// The same, but the caller lets it be indexed (search::note), and may have the body as toBytes makes it.
MessageId insertUnnoted(Database &db, const Message &message, const QString &dedupeKey,
                        const QByteArray &bodyBytes = {});
/// After those that it has.
void insertAttachments(Database &db, MessageId message, const std::vector<Attachment> &attachments);
/// The files that came with the conversation's inbound messages, newest message first; or with this one message. Only
/// what has been loaded.
std::vector<Attachment> filesOf(Database &db, ConversationId conversation, int limit);
std::vector<Attachment> filesOf(Database &db, MessageId message, int limit);
/// Message-IDs of the thread, oldest first, at most `limit` newest: for References of a reply.
QStringList externalIds(Database &db, ConversationId conversation, int limit);
/// The raw bytes it came from, when it came from outside.
std::optional<QByteArray> raw(Database &db, MessageId id);

} // namespace patchbay::messages
