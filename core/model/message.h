#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/body.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

#include <vector>

namespace patchbay {

/// An address as a person may have written it, with the name beside it.
struct Address {
    QString name = {};
    QString address = {};

    bool operator==(const Address &) const = default;
};

/// A file that came with, or goes with, a message. Bytes lie in the BlobStore under their SHA-256.
struct Attachment {
    AttachmentId id = {};
    QString name = {}; ///< cleaned; metadata only, never a path
    QString mediaType = {};
    QByteArray sha256 = {}; ///< 64 hex digits
    qint64 size = 0;
    QString contentId = {};
    bool isInline = false;
    /// Where the channel's connector gets the bytes: it has not been loaded while `sha256` is empty.
    QJsonObject remote = {};

    bool isLoaded() const { return !sha256.isEmpty(); }
};

enum class Direction { Inbound, Outbound, Note, Event };

/// One item of a conversation.
struct Message {
    MessageId id = {};
    QString uid = {};
    ConversationId conversation = {};
    ChannelId channel = {};
    Direction direction = Direction::Inbound;
    Address author = {};
    OperatorId operatorId = {}; ///< who wrote it here (outbound, note, event)
    QString externalId = {}; ///< mail: Message-ID without angle brackets
    QString subject = {};
    QString text = {}; ///< what the author wrote: without quoted history and signature
    /// Quoted history that stands nowhere else in the conversation (a forwarded mail), for the search alone: it is
    /// written, and not read back.
    QString quotedText = {};
    Body body = {}; ///< everything, for the view
    QStringList to = {};
    QStringList cc = {};
    QString replyTo = {}; ///< when it differs from the author
    QString answers = {}; ///< chats: the external id of the message that it quotes
    /// Written by a machine (Auto-Submitted, null return path, report): nobody waits for an answer. What a person
    /// writes through a mailing list is not.
    bool automatic = false;
    bool newParticipant = false; ///< first mail of an address that was not in the conversation
    bool conflicting = false; ///< its external id was seen before with other content
    Timestamp providerAt = {};
    Timestamp arrivedAt = {};
    Timestamp sortAt = {};
    std::vector<Attachment> attachments = {};
};

} // namespace patchbay
