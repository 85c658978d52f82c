#pragma once

#include "core/model/message_event.h"
#include "core/store/database.h"

#include <QtCore/QHash>

namespace patchbay::message_events {

/// False, and nothing changes, when the message has an event with this key already.
bool add(Database &db, MessageId message, const QString &key, const MessageEvent &event);
/// In the order in which they came in.
std::vector<MessageEvent> of(Database &db, MessageId message);
QHash<MessageId, std::vector<MessageEvent>> of(Database &db, const std::vector<MessageId> &messages);
/// How the message fared so far is no longer so: it is sent again.
void forgetReceipts(Database &db, MessageId message);
void remove(Database &db, const std::vector<MessageId> &messages);

} // namespace patchbay::message_events

namespace patchbay::messages {

/// Puts the text, the body and the attachments of `message` in the place of those that are stored; files that it keeps
/// stay loaded. The search finds the new ones from then on.
void rewrite(Database &db, const Message &message);
/// The id that the platform gave to a message of ours, which is known by it from now on.
void nameSent(Database &db, ChannelId channel, MessageId message, const QString &externalId);
/// A file of a message, and whose channel has it.
struct ChannelFile {
    ChannelId channel = {};
    Attachment file = {};
};
std::optional<ChannelFile> file(Database &db, AttachmentId id);
/// The conversation's files that are still at its channel's platform, oldest first; with this name alone, unless it is
/// empty.
std::vector<AttachmentId> notLoaded(Database &db, ConversationId conversation, const QString &name = {});
/// Its bytes are in the BlobStore now.
void fileLoaded(Database &db, AttachmentId id, const QByteArray &sha256, qint64 size);
/// Who is quoted: external id -> message, as far as they are there. Texts and authors only.
QHash<QString, Message> quoted(Database &db, ChannelId channel, const QStringList &externalIds);

} // namespace patchbay::messages
