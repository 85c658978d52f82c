#include "connectors/kit/chat_hook.h"

#include "core/base/log.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t mostNamedIds = 100; // in an answer

} // namespace

HookReply hookRefusal(int status, const QString &sentence)
{
    HookReply reply;
    reply.status = status;
    reply.body = QJsonDocument(QJsonObject{{u"error"_s, redacted(sentence)}}).toJson(QJsonDocument::Compact);
    return reply;
}

HookReply plainHookReply(const QByteArray &text)
{
    HookReply reply;
    reply.contentType = QByteArrayLiteral("text/plain; charset=utf-8");
    reply.body = text;
    return reply;
}

HookReply jsonHookReply(const QJsonObject &body)
{
    HookReply reply;
    reply.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    return reply;
}

QString bytesKey(const QByteArray &bytes)
{
    return u"sha256:"_s + QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

RawItem hookItem(const QString &sourceKey, const QJsonValue &value)
{
    const QJsonDocument document = value.isObject() ? QJsonDocument(value.toObject())
        : value.isArray()                           ? QJsonDocument(value.toArray())
                                                    : QJsonDocument(QJsonArray{value});
    RawItem item;
    item.raw = document.toJson(QJsonDocument::Compact);
    item.sourceKey = sourceKey.isEmpty() ? bytesKey(item.raw) : indexKey(sourceKey);
    return item;
}

std::vector<RawItem> unreadableHook(const HookRequest &request)
{
    RawItem item;
    item.raw = request.body.isEmpty() ? QByteArrayLiteral("") : request.body; // nothing at all is something, too
    item.sourceKey = bytesKey(item.raw);
    return {item};
}

HookInbox::HookInbox(HookSpec spec, AccountConfig account, const Clock &clock, Named named)
    : m_spec(std::move(spec))
    , m_account(std::move(account))
    , m_clock(clock)
    , m_named(std::move(named))
{
    for (const QString &secret : std::as_const(m_account.secrets))
        registerSecret(secret); // those that only the other side shows to us, too
}

Async<HookReply> HookInbox::receive(HookRequest request, IntakeSink sink)
{
    if (m_spec.challenge && m_spec.challengeFirst) {
        if (const std::optional<HookReply> reply = m_spec.challenge(request, m_account))
            co_return *reply;
    }
    if (const Result<Done> proved = m_spec.verify(request, m_account, m_clock.now()); !proved)
        co_return hookRefusal(proved.error().kind == Error::Kind::Unauthorized ? 401 : 400, proved.error().message);
    if (m_spec.challenge && !m_spec.challengeFirst) {
        if (const std::optional<HookReply> reply = m_spec.challenge(request, m_account))
            co_return *reply;
    }
    if (request.method != "POST") // a person, or a platform that looks whether somebody is there
        co_return plainHookReply("This is the address of a channel. Messages come with POST.\n");
    Batch batch;
    batch.items = m_spec.read(request, m_account);
    if (batch.items.empty())
        co_return accepted({});
    if (!sink)
        co_return hookRefusal(503, u"The channel is not receiving just now."_s);
    if (m_named) {
        auto naming = m_named(batch.items);
        Result<std::vector<RawItem>> named = co_await std::move(naming);
        if (named)
            batch.items = std::move(*named);
    }
    const std::vector<RawItem> items = batch.items;
    QFuture<Result<Done>> storing = sink(std::move(batch));
    const Result<Done> stored = co_await finished(std::move(storing));
    if (!stored) {
        logWarning("hooks", u"“%1” could not store a request: %2"_s.arg(m_account.name, stored.error().message));
        co_return hookRefusal(503, u"It could not be stored. Send it again."_s);
    }
    co_return m_spec.answer ? m_spec.answer(request, m_account) : accepted(items);
}

std::vector<ChatTyping> HookInbox::typing(const HookRequest &request) const
{
    const bool isHeard = m_spec.typing && m_spec.verify(request, m_account, m_clock.now()).ok();
    return isHeard ? m_spec.typing(request, m_account) : std::vector<ChatTyping>();
}

/// Where the platform prescribes no answer, it hears under which ids its items are stored.
HookReply HookInbox::accepted(const std::vector<RawItem> &items) const
{
    HookReply reply = m_spec.accepted;
    if (!reply.body.isEmpty() || m_spec.acceptedEmpty)
        return reply;
    QJsonArray ids;
    for (size_t i = 0; i < items.size() && i < mostNamedIds; ++i)
        ids.append(items[i].sourceKey);
    reply.contentType = QByteArrayLiteral("application/json");
    reply.body = QJsonDocument(QJsonObject{{u"stored"_s, ids}}).toJson(QJsonDocument::Compact);
    return reply;
}

} // namespace patchbay
