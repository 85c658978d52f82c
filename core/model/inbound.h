#pragma once

#include "core/model/message.h"

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
};

/// A raw item after its connector's pure parser. Everything in it is hostile text.
struct InboundMessage {
    QString externalId = {};
    QString dedupeKey = {}; ///< unique within the channel
    QString threadKey = {}; ///< chat channels: the chat's id; mail: empty, references decide
    QStringList references = {}; ///< mail: In-Reply-To and References ids, nearest first
    Address from = {};
    QStringList to = {};
    QStringList cc = {};
    QString replyTo = {};
    QString subject = {};
    QString text = {}; ///< without quoted history and signature; what the classifier reads
    Body body = {};
    std::vector<InboundAttachment> attachments = {};
    bool automatic = false;
    bool fromSelf = false; ///< written by the channel's own address
    Timestamp providerAt = {};
};

} // namespace patchbay
