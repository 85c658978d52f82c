#pragma once

#include "core/model/account.h"
#include "core/model/inbound.h"
#include "core/ports/destination.h"

#include <QtCore/QFuture>
#include <QtCore/QObject>

namespace patchbay {

/// A reply as Commands froze it in a delivery's payload.
struct OutboundMessage {
    QString messageId = {}; ///< ours, made before the first try
    Address from = {};
    std::vector<Address> to = {};
    std::vector<Address> cc = {};
    QString subject = {};
    QString text = {};
    QString inReplyTo = {};
    QStringList references = {}; ///< oldest first
    QString threadKey = {};
    Timestamp createdAt = {};
};

QJsonObject toJson(const OutboundMessage &message);
Result<OutboundMessage> outboundFromJson(const QJsonObject &json);

/// Takes a batch and finishes when it is durably stored; only then may the connector acknowledge it.
using IntakeSink = std::function<QFuture<Result<Done>>(Batch)>;

/// The live connection of one channel. Owned by Channels, lives on the event loop's thread; destroying it ends all its
/// work. After a loss of connection it comes back by itself with full-jitter back-off.
class ChatConnector : public QObject, public Destination {
    Q_OBJECT

public:
    /// Begins to receive from the cursor on (empty: the first time).
    virtual void start(QByteArray cursor, IntakeSink sink) = 0;
    /// Reads what is there now, once, and signals caughtUp() or healthChanged(Failed, ...).
    virtual void fetchOnce(QByteArray cursor, IntakeSink sink) = 0;
    virtual void stop() = 0;

Q_SIGNALS:
    /// `detail` is the sentence a person sees.
    void healthChanged(patchbay::Health health, const QString &detail);
    /// Everything the other side had at this moment is stored.
    void caughtUp();
};

/// Turns raw bytes into a message. Pure, bounded, runs on a pool of the Intake; an error quarantines the item.
using ParseInbound = Result<InboundMessage> (*)(const RawItem &item, const AccountConfig &account);

} // namespace patchbay
