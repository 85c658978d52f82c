#pragma once

#include "core/model/conversation.h"

#include <QtCore/QJsonObject>

#include <optional>

namespace patchbay {

/// One item as a connector read it, before anyone looked inside. `sourceKey` names it in its channel (mail:
/// "INBOX;uidvalidity;uid", mail files: "file:<day><sha256 of the item>:<n-th of its equals>", exports: the format in
/// front, "telegram:<chat>:<id>").
struct RawItem {
    QString sourceKey = {};
    QByteArray raw = {};
    bool historical = false; ///< older than the channel: arrives read and closed, without a suggestion
    ImportId import = {}; ///< that brought it
};

/// What a connector hands over at once. Stored with the cursor in one transaction before anything is acknowledged.
struct Batch {
    std::vector<RawItem> items = {};
    QByteArray cursor = {}; ///< empty: the cursor stays as it is
};

struct InboundAttachment {
    QString name = {};
    QString mediaType = {};
    QByteArray bytes = {};
    QString contentId = {};
    bool isInline = false;
    /// Where the channel's connector gets the bytes when somebody wants them; its own words, opaque to us. Empty: they
    /// came along.
    QJsonObject remote = {};
    qint64 remoteSize = 0; ///< as the platform tells it; 0: it does not
};

/// What an item tells.
enum class InboundKind {
    Message,
    Edit, ///< `about` has the text, the body and the attachments of this item now
    Deletion, ///< `about` is gone over there
    Reaction, ///< `from` put the sign `text` under `about`; an empty text: took all of theirs away
    Receipt, ///< how a message of ours, `about`, fares over there: see `fate`
    Event, ///< something happened to the chat over there, told in `text`; `status` may change with it
    Note, ///< what colleagues over there wrote for each other: never for the customer, and never theirs
    Nothing, ///< nothing to show (somebody types, joins, a kind that is not known here): it is kept, and no message
};

/// How a message of ours fares at the platform, in the order in which it gets there.
enum class MessageFate { Accepted, Delivered, Read, Failed };

/// A raw item after its connector's pure parser. Everything in it is hostile text.
struct InboundMessage {
    QString externalId = {}; ///< chat channels: with the chat in front where ids count per chat ("<chat>:<id>")
    QString dedupeKey = {}; ///< unique within the channel
    QString threadKey = {}; ///< chat channels: the chat's id; mail: empty, references decide
    QStringList references = {}; ///< mail: In-Reply-To and References ids, nearest first
    Address from = {};
    /// Chat channels: what the platform has in its records of who wrote, beside `from`: e-mail addresses, and numbers
    /// with a plus sign. Evidence of who may be the same person, nothing more.
    QStringList alsoAt = {};
    QStringList to = {};
    QStringList cc = {};
    QString replyTo = {};
    QString subject = {}; ///< chat channels: the title of the group or topic; empty between two people
    QString text = {}; ///< without quoted history and signature; what the classifier reads
    Body body = {};
    std::vector<InboundAttachment> attachments = {};
    bool automatic = false;
    bool fromSelf = false; ///< written by the channel's own address
    Timestamp providerAt = {};
    InboundKind kind = InboundKind::Message;
    /// Event: the conversation is done over there, snoozed, or open again; none: that did not change. Without a text
    /// nothing is shown.
    std::optional<ConversationStatus> status = {};
    Timestamp snoozedUntil = {}; ///< Event, with the status Snoozed; none: until somebody writes
    /// Event: whose it is over there now, by mail address; empty: nobody's; none: that did not change.
    std::optional<QString> assignee = {};
    QStringList labelled = {}; ///< Event: labels that were put on over there
    QStringList unlabelled = {}; ///< Event: and those that were taken away
    QString about = {}; ///< not a message: the external id of the one that it is about
    MessageFate fate = MessageFate::Accepted; ///< Receipt; of Failed, `text` has the platform's words
    QString answers = {}; ///< chat channels: the external id of the message that it quotes
};

} // namespace patchbay
