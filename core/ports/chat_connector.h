#pragma once

#include "core/model/account.h"
#include "core/model/inbound.h"
#include "core/model/marked_text.h"
#include "core/ports/destination.h"
#include "core/ports/file_abilities.h"
#include "core/ports/message_template.h"

#include <QtCore/QFuture>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QPair>
#include <QtCore/QUrl>

#include <chrono>

namespace patchbay {

/// A reply as Commands froze it in a delivery's payload.
struct OutboundMessage {
    QString messageId = {}; ///< ours, made before the first try
    Address from = {};
    std::vector<Address> to = {};
    std::vector<Address> cc = {};
    QString subject = {};
    QString text = {};
    std::vector<MarkSpan> marks = {}; ///< chats: how the text looks
    QString inReplyTo = {};
    bool quotes = false; ///< chats: the operator chose what it answers, so the customer is to see it
    QStringList references = {}; ///< oldest first
    QString threadKey = {};
    Timestamp createdAt = {};
    Timestamp answeredAt = {}; ///< chats: when the customer wrote last; none: they have not
    /// Chats: a way to answer that is open for a while (ChatConnectorInfo::replyHandle); empty: there is none.
    QJsonObject replyHandle = {};
    std::optional<TemplateUse> templated = {}; ///< `text` is what it reads as; none: a free text
    std::vector<OutboundFile> files = {}; ///< go along; `text` may be empty then
};

QJsonObject toJson(const OutboundMessage &message);
Result<OutboundMessage> outboundFromJson(const QJsonObject &json);

/// Takes a batch and finishes when it is durably stored; only then may the connector acknowledge it.
using IntakeSink = std::function<QFuture<Result<Done>>(Batch)>;

/// Asked with the account that the platform says we are; an error refuses it, and nothing is received or sent then.
using AccountGuard = std::function<QFuture<Result<Done>>(QString account)>;

/// A request that came to a channel's address at the gateway, bounded and not yet believed.
struct HookRequest {
    QByteArray method = {};
    QString rest = {}; ///< of the path, behind the channel's address and a stroke; decoded
    QList<QPair<QString, QString>> query = {}; ///< decoded, in order
    QList<QPair<QByteArray, QByteArray>> headers = {}; ///< names in lower case
    QByteArray body = {}; ///< as it came: signatures are made over these bytes

    /// The header's value, or nothing.
    QByteArray header(const QByteArray &name) const;
    QString parameter(const QString &name) const;
};

struct HookReply {
    int status = 200;
    QByteArray contentType = "application/json";
    QByteArray body = {};
};

/// A text as a platform wants it that reads signs in it.
struct WrittenText {
    QString text = {};
    MarkedText shown = {}; ///< what of its looks comes out of it: the rest could not be written
    bool misread = false; ///< the platform takes something in it for a sign that was typed as a letter
};

/// What a channel's platform can do, as its account is set up: what the composer offers and refuses.
struct ChatAbilities {
    int longestText = 0; ///< UTF-16 units that one message takes; 0: there is no limit to speak of
    bool countsBytes = false; ///< `longestText` counts bytes of UTF-8
    bool subject = false; ///< messages have a subject
    bool copies = false; ///< others can be in copy
    /// How long after the customer's last message a free answer is taken; 0: always.
    std::chrono::hours answerWindow{0};
    bool templates = false; ///< takes approved templates at any time
    FileAbilities files = {};
    QList<Mark> marks = {}; ///< the looks that it shows
    bool quotes = false; ///< an answer can say which message it answers
    /// How looks are written as signs of the platform's into the text, for whole words only; null: they go beside it.
    WrittenText (*written)(const MarkedText &text) = nullptr;
};

/// The text as it goes out, without looks that the platform does not take.
WrittenText writtenFor(const ChatAbilities &abilities, const MarkedText &text);
/// How much of `longestText` a text takes, with the signs that are written into it.
qsizetype lengthFor(const ChatAbilities &abilities, const MarkedText &text);
inline qsizetype lengthFor(const ChatAbilities &abilities, const QString &text)
{
    return lengthFor(abilities, MarkedText{text, {}});
}

/// How a platform that is paired with a telephone (WhatsApp Web) is connected: a person scans a code with it.
struct Pairing {
    bool isPaired = false; ///< there is nothing to scan
    QString scan = {}; ///< the text to draw as a QR code; empty: the platform has none yet, ask again in a few seconds
    QString typed = {}; ///< a code that can be entered on the telephone instead; empty: there is none
    Timestamp until = {}; ///< from then on the code is worth nothing: ask for another
    QString sentence = {}; ///< what a person does now, or how it stands
};

/// Somebody over there writes, or has stopped: shown for a moment, and never stored.
struct ChatTyping {
    QString threadKey = {};
    QString name = {}; ///< empty: the platform does not say who
    bool isTyping = true;
};

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
    /// Told before start() where a channel that is called is reached: at the gateway, as the world sees it. Some
    /// platforms want to hear it from us.
    virtual void reachedAt(const QUrl &address);
    /// A request at the channel's address. Answered with 2xx only when what it brought is stored by the sink of
    /// start(). A channel that takes none answers 404.
    virtual Async<HookReply> receive(HookRequest request);
    /// The bytes of a file that a message of this channel named (InboundAttachment::remote). A channel whose files come
    /// along refuses.
    virtual Async<Result<QByteArray>> fetchFile(QJsonObject remote);
    /// How the pairing stands. Asking for a code may begin a pairing over there, so it is asked only while a person
    /// looks (every few seconds, until isPaired). The code lets in who has it: it is drawn, and neither stored nor
    /// logged. A channel that is not paired so (ChatConnectorInfo::pairs) refuses.
    virtual Async<Result<Pairing>> pairing();
    /// Who we are over there: the platform's own id of the account and the place where it counts, the same for each
    /// channel on that account. Signs in. Empty: the platform does not tell.
    virtual Async<Result<QString>> accountOverThere();
    /// Asked from now on, each time that the platform has said who we are.
    void guardAccount(AccountGuard guard) { m_guard = std::move(guard); }
    /// The operator writes an answer in this chat, whose newest message of the customer's has this id. Told to the
    /// platform where it and the account's settings take it, and no oftener than that is of use; nothing waits for it.
    virtual void typing(const QString &threadKey, const QString &answered);
    /// The account's approved templates. `again`: read now, whatever was read before. A channel without any refuses.
    virtual Async<Result<TemplateList>> templates(bool again);

Q_SIGNALS:
    /// `detail` is the sentence a person sees.
    void healthChanged(patchbay::Health health, const QString &detail);
    /// Everything the other side had at this moment is stored.
    void caughtUp();
    /// Never of our own account.
    void typed(const patchbay::ChatTyping &who);
    /// The platform could not be told that the operator writes.
    void typingFailed(const QString &sentence);
    /// What the other side told of the sign-in and of its limits, whenever that is another thing.
    void standingChanged(const patchbay::ChannelStanding &standing);

protected:
    const AccountGuard &guard() const { return m_guard; }

private:
    AccountGuard m_guard;
};

/// Turns raw bytes into a message. Pure, bounded, runs on a pool of the Intake; an error quarantines the item.
using ParseInbound = Result<InboundMessage> (*)(const RawItem &item, const AccountConfig &account);

} // namespace patchbay
