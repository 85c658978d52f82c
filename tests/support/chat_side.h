#pragma once

#include "core/async/async.h"
#include "core/base/json_reader.h"
#include "core/model/names.h"
#include "core/ports/catalog.h"

#include <QtCore/QHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <functional>

namespace patchbay::tests {

/// One item of a chat platform as the test's connector reads it.
struct ChatItem {
    QString kind = QStringLiteral("message"); ///< or edit, deletion, reaction, receipt, event, note, typing, nonsense
    QString id = {}; ///< counts per chat
    QString chat = QStringLiteral("c1");
    QString about = {}; ///< an id in the same chat
    QString from = QStringLiteral("u1");
    QString name = QStringLiteral("Zoë");
    QString title = {}; ///< of the group
    QString text = {};
    QString answers = {};
    QString fate = {}; ///< of a receipt; of an event "done", "snoozed" or "open"
    qint64 until = 0; ///< of an event "snoozed", in seconds
    QString file = {}; ///< a remote one
    qint64 at = 0; ///< seconds; 0: a minute before arrival
    bool self = false;
    QStringList also = {}; ///< what the platform's records have of who wrote
    std::optional<QString> assignee = {}; ///< of an event: a mail address, or nobody
    QStringList labelled = {};
    QStringList unlabelled = {};

    QByteArray raw() const
    {
        QJsonObject json{{QStringLiteral("kind"), kind},   {QStringLiteral("id"), id},
                         {QStringLiteral("chat"), chat},   {QStringLiteral("about"), about},
                         {QStringLiteral("from"), from},   {QStringLiteral("name"), name},
                         {QStringLiteral("title"), title}, {QStringLiteral("text"), text},
                         {QStringLiteral("fate"), fate},   {QStringLiteral("answers"), answers},
                         {QStringLiteral("file"), file},   {QStringLiteral("at"), at},
                         {QStringLiteral("self"), self},   {QStringLiteral("also"), QJsonArray::fromStringList(also)}};
        if (until > 0)
            json.insert(QStringLiteral("until"), until);
        if (assignee)
            json.insert(QStringLiteral("assignee"), *assignee);
        if (!labelled.isEmpty() || !unlabelled.isEmpty()) {
            json.insert(QStringLiteral("labelled"), QJsonArray::fromStringList(labelled));
            json.insert(QStringLiteral("unlabelled"), QJsonArray::fromStringList(unlabelled));
        }
        return QJsonDocument(json).toJson(QJsonDocument::Compact);
    }
};

inline void readChatKind(JsonReader &in, InboundMessage &m)
{
    const QString kind = in.text(QStringLiteral("/kind"));
    const QString fate = in.text(QStringLiteral("/fate"));
    const QString text = in.text(QStringLiteral("/text"));
    const QString version = QLatin1Char(':') + QString::number(m.providerAt.us);
    if (kind == QLatin1String("message")) {
        m.dedupeKey = m.externalId;
        return;
    }
    m.kind = kind == QLatin1String("edit")  ? InboundKind::Edit
        : kind == QLatin1String("deletion") ? InboundKind::Deletion
        : kind == QLatin1String("reaction") ? InboundKind::Reaction
        : kind == QLatin1String("receipt")  ? InboundKind::Receipt
        : kind == QLatin1String("event")    ? InboundKind::Event
        : kind == QLatin1String("note")     ? InboundKind::Note
                                            : InboundKind::Nothing;
    m.fate = fate == QLatin1String("read")   ? MessageFate::Read
        : fate == QLatin1String("delivered") ? MessageFate::Delivered
        : fate == QLatin1String("failed")    ? MessageFate::Failed
                                             : MessageFate::Accepted;
    if (fate == QLatin1String("done") || fate == QLatin1String("snoozed") || fate == QLatin1String("open"))
        m.status = conversationStatusFrom(fate);
    m.snoozedUntil = {in.optionalInteger(QStringLiteral("/until")).value_or(0) * 1000000};
    m.assignee = in.optionalText(QStringLiteral("/assignee"));
    for (JsonReader &label : in.optionalArray(QStringLiteral("/labelled")))
        m.labelled << label.text({});
    for (JsonReader &label : in.optionalArray(QStringLiteral("/unlabelled")))
        m.unlabelled << label.text({});
    m.externalId.clear();
    m.dedupeKey = kind + QLatin1Char(':') + (m.about.isEmpty() ? text : m.about) + QLatin1Char(':') + m.from.address
        + fate + version;
}

inline Result<InboundMessage> parseChatItem(const RawItem &item, const AccountConfig &)
{
    JsonReader in = JsonReader::parse(item.raw, QStringLiteral("chat item"));
    const auto text = [&in](const char *key) { return in.text(QLatin1Char('/') + QLatin1String(key)); };
    const auto idIn = [&](const char *key) {
        const QString id = text(key);
        return id.isEmpty() ? QString() : text("chat") + QLatin1Char(':') + id;
    };
    InboundMessage m;
    m.externalId = idIn("id");
    m.about = idIn("about");
    m.answers = idIn("answers");
    m.threadKey = text("chat");
    m.from = {text("name"), text("from")};
    for (const QJsonValue &also : in.value(QStringLiteral("/also")).toArray())
        m.alsoAt << also.toString();
    m.subject = text("title");
    m.text = text("text");
    m.body.blocks.push_back({.runs = {{.text = m.text}}});
    m.fromSelf = in.boolean(QStringLiteral("/self"));
    m.providerAt = {in.integer(QStringLiteral("/at")) * 1000000};
    if (const QString file = text("file"); !file.isEmpty()) {
        InboundAttachment attachment;
        attachment.name = file;
        attachment.mediaType = QStringLiteral("image/png");
        attachment.remote = {{QStringLiteral("id"), file}};
        attachment.remoteSize = 348160;
        m.attachments.push_back(attachment);
    }
    readChatKind(in, m);
    return in.finish(std::move(m));
}

/// The far side of a chat: gives ids, and does with a call what the test says.
class ScriptedChat final : public ChatConnector {
public:
    enum class End { Answer, AnswerWithoutId, LoseAnswer, Refuse, Hang };

    End next = End::Answer;
    std::function<void(const QString &externalId, const OutboundMessage &)> whileSending = {};
    std::function<bool()> mayAnswer = {}; ///< with `whileSending`
    std::vector<OutboundMessage> sent = {};
    std::vector<ChatChange> changes = {}; ///< as they took effect
    QHash<QString, ChatChange> stands = {}; ///< how the chats stand there, by thread and subject
    QStringList typedTo = {}; ///< threads in which the operator wrote
    QStringList keys = {};
    int hanging = 0;
    Idempotency idempotency = Idempotency::None;
    QHash<QString, Result<QByteArray>> files = {}; ///< by the remote's id
    int nextId = 100;

    void start(QByteArray, IntakeSink) override { }
    void fetchOnce(QByteArray, IntakeSink) override { }
    void stop() override { }
    DeliveryFacts facts() const override { return {idempotency, std::chrono::milliseconds(5000), {}}; }
    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override
    {
        if (isChatChange(request.payload))
            co_return co_await change(std::move(request), std::move(beforeEffect));
        const Result<OutboundMessage> message = outboundFromJson(request.payload);
        if (!message)
            co_return message.error();
        auto allowing = beforeEffect();
        const Result<Done> allowed = co_await std::move(allowing);
        if (!allowed)
            co_return allowed.error();
        const End end = next;
        if (end == End::Refuse)
            co_return makeError(Error::Kind::Refused, QStringLiteral("400 chat not found"));
        sent.push_back(*message);
        keys << request.key;
        const QString id = message->threadKey + QLatin1Char(':') + QString::number(nextId++);
        if (whileSending) {
            whileSending(id, *message);
            while (mayAnswer && !mayAnswer()) // the echo is quicker than the answer
                co_await sleepFor(std::chrono::milliseconds(5));
        }
        if (end == End::Hang) {
            ++hanging;
            co_await sleepFor(std::chrono::hours(1));
        }
        if (end == End::LoseAnswer)
            co_return makeAmbiguous(Error::Kind::Timeout, QStringLiteral("no answer"));
        Receipt receipt;
        receipt.externalId = end == End::AnswerWithoutId ? QString() : id;
        receipt.response = end == End::AnswerWithoutId ? QStringLiteral("errcode 0") : QString();
        co_return receipt;
    }
    Async<Result<QByteArray>> fetchFile(QJsonObject remote) override
    {
        co_return files.value(remote.value(QStringLiteral("id")).toString(),
                              makeError(Error::Kind::Offline, QStringLiteral("no route to host")));
    }
    DeliveryFacts factsOf(const QJsonObject &payload, Timestamp) const override
    {
        DeliveryFacts known = facts();
        if (isChatChange(payload))
            known.idempotency = Idempotency::Lookup;
        return known;
    }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override
    {
        const Result<ChatChange> wanted = chatChangeFromJson(request.payload);
        if (!isChatChange(request.payload) || !wanted || stands.value(placeOf(*wanted)) != *wanted)
            co_return std::optional<Receipt>();
        Receipt receipt;
        receipt.externalId = wanted->threadKey;
        co_return std::optional(receipt);
    }
    Async<Result<QString>> test() override { co_return QStringLiteral("fine"); }
    void typing(const QString &threadKey, const QString &) override { typedTo << threadKey; }

private:
    static QString placeOf(const ChatChange &change) { return change.threadKey + QLatin1Char(' ') + change.subject(); }

    Async<Result<Receipt>> change(DeliveryRequest request, BeforeEffect beforeEffect)
    {
        const Result<ChatChange> wanted = chatChangeFromJson(request.payload);
        if (!wanted)
            co_return wanted.error();
        auto allowing = beforeEffect();
        const Result<Done> allowed = co_await std::move(allowing);
        if (!allowed)
            co_return allowed.error();
        const End end = next;
        if (end == End::Refuse)
            co_return makeError(Error::Kind::Refused, QStringLiteral("422 no such agent"));
        changes.push_back(*wanted);
        stands.insert(placeOf(*wanted), *wanted);
        if (end == End::Hang) {
            ++hanging;
            co_await sleepFor(std::chrono::hours(1));
        }
        if (end == End::LoseAnswer)
            co_return makeAmbiguous(Error::Kind::Timeout, QStringLiteral("no answer"));
        Receipt receipt;
        receipt.externalId = wanted->threadKey;
        co_return receipt;
    }
};

/// A customer's message in the chat "c1".
inline ChatItem said(const QString &id, const QString &text)
{
    ChatItem item;
    item.id = id;
    item.text = text;
    return item;
}

/// Something about the message `about`, in the same chat.
inline ChatItem told(const QString &kind, const QString &about, const QString &text = {})
{
    ChatItem item;
    item.kind = kind;
    item.about = about;
    item.text = text;
    return item;
}

/// An event or a note of a chat, at this second.
inline ChatItem beside(const QString &kind, const QString &text, qint64 at)
{
    ChatItem item;
    item.kind = kind;
    item.text = text;
    item.at = at;
    return item;
}

} // namespace patchbay::tests
