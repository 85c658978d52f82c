// What ChatSession sends, and the files that it loads.
#include "connectors/kit/chat_session_calls.h"
#include "connectors/kit/request_of.h"
#include "connectors/kit/task_text.h"
#include "core/base/log.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr qsizetype mostChats = 500;
/// A longer wait is the Outbox's: what waits here takes a place from other chats, and time from its own call.
constexpr milliseconds longestWaitInPlace{3000};
constexpr qint64 largestChatFile = 8 * 1024 * 1024;
constexpr qsizetype longestChatResponse = 2000;

/// It is the account's limit that has no place left.
Error tooSoon(const QString &who, milliseconds wait)
{
    Error busy =
        makeError(Error::Kind::RateLimited,
                  u"%1 asked to slow down; the next message may go in %2 s."_s.arg(who).arg(wait.count() / 1000 + 1));
    busy.retryAfter = wait;
    busy.accountWide = true;
    return busy;
}

QByteArray handleBytes(const QJsonObject &replyHandle)
{
    return QJsonDocument(replyHandle).toJson(QJsonDocument::Compact);
}

Error openEnd(Error error)
{
    error.ambiguous = true;
    return error;
}

} // namespace

Result<OutboundMessage> ChatSession::asItGoesOut(OutboundMessage message) const
{
    const ChatAbilities &abilities = m_spec.abilities;
    const int most = abilities.longestText;
    const WrittenText written = writtenFor(abilities, {message.text, message.marks});
    const qsizetype length = abilities.countsBytes ? written.text.toUtf8().size() : written.text.size();
    if (most > 0 && length > most) {
        return makeError(Error::Kind::Refused,
                         u"%1 takes at most %2 %3 in one message; this one has %4."_s.arg(
                             m_spec.title, QString::number(most), abilities.countsBytes ? u"bytes"_s : u"characters"_s,
                             QString::number(length)));
    }
    if (message.threadKey.isEmpty() || (message.text.trimmed().isEmpty() && message.files.empty()))
        return makeError(Error::Kind::Refused, u"The message has no text or no chat to go to."_s);
    if (!message.templated) { // its words go out as the platform approved them
        message.text = written.text;
        message.marks = written.shown.marks;
    }
    return message;
}

Result<ChatContext> ChatSession::contextOf(const DeliveryRequest &request) const
{
    if (Result<Done> key = checkedKey(request.key); !key)
        return key.error();
    const Result<OutboundMessage> stored = outboundFromJson(request.payload);
    if (!stored)
        return stored.error();
    const Result<OutboundMessage> message = asItGoesOut(*stored);
    if (!message)
        return message.error();
    if (const int mostFiles = m_spec.abilities.files.most; int(message->files.size()) > mostFiles) {
        return makeError(Error::Kind::Refused,
                         u"%1 takes at most %2 files in one message; this one has %3."_s.arg(m_spec.title)
                             .arg(mostFiles)
                             .arg(message->files.size()));
    }
    ChatContext about = context();
    about.message = *message;
    about.key = request.key;
    about.chat = m_told.value(about.message.threadKey);
    about.byReplyWay = about.message.files.empty() && isOpen(about.message.replyHandle, request.startedAt)
        && !m_usedHandles.contains(handleBytes(about.message.replyHandle));
    return about;
}

/// Judged by the stored start of the attempt alone, so that whoever asks later comes to the same end.
bool ChatSession::isOpen(const QJsonObject &replyHandle, Timestamp startedAt) const
{
    return m_spec.replyWay.until && !replyHandle.isEmpty() && startedAt
        && startedAt < m_spec.replyWay.until(replyHandle);
}

DeliveryFacts ChatSession::factsOf(const QJsonObject &payload, Timestamp startedAt) const
{
    DeliveryFacts facts = m_facts;
    if (isChatChange(payload)) {
        facts.idempotency = Idempotency::Lookup; // its reads say how it stands over there
        facts.indexLag = {};
        return facts;
    }
    if (isOpen(payload.value(u"reply_handle"_s).toObject(), startedAt))
        facts.idempotency = Idempotency::None;
    return facts;
}

std::shared_ptr<HttpClient> ChatSession::chatOf(const QString &threadKey)
{
    if (m_chats.size() >= mostChats)
        m_chats.clear(); // who is sending keeps its own; a chat that has to wait is told so again
    std::shared_ptr<HttpClient> &chat = m_chats[threadKey];
    if (!chat) {
        chat = std::make_shared<HttpClient>(*m_services.transport, *m_services.clock, m_services.random,
                                            ownHttp(m_spec.chatLimit));
    }
    return chat;
}

Async<Result<Done>> ChatSession::letIn(HttpClient *http)
{
    if (!m_tokens->isNeeded())
        co_return Done{};
    const Result<AccessToken> token = co_await m_tokens->current();
    if (!token)
        co_return token.error();
    http->setCredentials(m_tokens->credentialsOf(*token));
    co_return Done{};
}

Async<Result<Receipt>> ChatSession::deliver(DeliveryRequest request, BeforeEffect beforeEffect)
{
    if (isChatChange(request.payload))
        co_return co_await tellChange(std::move(request), std::move(beforeEffect));
    if (!m_spec.send.build && !m_spec.socket.sends)
        co_return makeError(Error::Kind::Refused, u"Messages cannot be sent to %1 from here."_s.arg(m_spec.title));
    const Result<ChatContext> about = contextOf(request);
    if (!about)
        co_return about.error();
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    ChatContext whole = *about;
    whole.known = m_known;
    whole.base = m_base;
    if (!whole.message.files.empty()) {
        const Result<ChatContext> loaded = co_await withFiles(std::move(whole));
        if (!loaded)
            co_return loaded.error();
        whole = *loaded;
    }
    if (m_spec.socket.sends)
        co_return co_await sayWithin(std::move(whole), std::move(beforeEffect));
    const Result<Receipt> receipt = co_await sendWithin(std::move(whole), std::move(beforeEffect));
    co_return heard(receipt);
}

Async<Result<Receipt>> ChatSession::sendWithin(ChatContext about, BeforeEffect gate)
{
    bool waited = false;
    bool moved = false;
    for (;;) {
        const Result<Reply> reply = co_await sendTo(about, gate);
        if (!reply) {
            const Error &error = reply.error();
            if (about.byReplyWay && error.kind == Error::Kind::Refused && !error.ambiguous) {
                about.byReplyWay = false; // it is closed over there, and nothing was sent
                continue;
            }
            const bool again = error.kind == Error::Kind::RateLimited && !error.ambiguous && !waited
                && error.retryAfter > milliseconds(0)
                && error.retryAfter <= std::min(m_facts.deadline / 4, longestWaitInPlace);
            if (!again)
                co_return error;
            waited = true; // the chat's client waits that long before it sends
            continue;
        }
        Result<JsonReader> in = chatReply(*reply);
        if (!in)
            co_return openEnd(in.error());
        const QString thread = m_spec.moved && !moved ? m_spec.moved(*in, about) : QString();
        if (!thread.isEmpty()) {
            about.message.threadKey = thread;
            moved = true;
            continue;
        }
        Result<Receipt> receipt = wayOf(about).read(*in, about);
        if (!receipt) // it was taken, and what came back says nothing
            co_return openEnd(receipt.error());
        const bool needsId = about.message.files.empty() ? !m_spec.sentWithoutId : !m_spec.files.sentWithoutId;
        if (receipt->externalId.isEmpty() && needsId) {
            co_return makeAmbiguous(Error::Kind::Protocol,
                                    u"%1 answered without the id of the message."_s.arg(m_spec.title));
        }
        if (receipt->response.isEmpty())
            receipt->response = redacted(QString::fromUtf8(reply->body.left(longestChatResponse)));
        co_return receipt;
    }
}

Async<Result<Receipt>> ChatSession::sayWithin(ChatContext about, BeforeEffect gate)
{
    const milliseconds wait = m_limit.reserve();
    if (wait > m_facts.deadline) {
        m_limit.giveBack();
        co_return tooSoon(m_spec.title, wait);
    }
    co_await sleepFor(wait);
    if (!m_socket)
        co_return makeError(Error::Kind::Offline, u"%1 is not connected."_s.arg(m_spec.title));
    co_return co_await m_socket->say(std::move(about), m_facts.deadline, std::move(gate));
}

Async<Result<Reply>> ChatSession::sendTo(ChatContext about, BeforeEffect gate)
{
    auto building = requestOf(wayOf(about).build, about, !about.files.empty());
    const Result<Request> request = co_await std::move(building);
    if (!request)
        co_return request.error();
    const milliseconds wait = m_limit.reserve();
    if (wait > m_facts.deadline) {
        m_limit.giveBack();
        co_return tooSoon(m_spec.title, wait);
    }
    co_await sleepFor(wait);
    const std::shared_ptr<HttpClient> chat = chatOf(about.message.threadKey);
    chat->setBase(m_base);
    const Result<Done> allowed = co_await letIn(chat.get());
    if (!allowed)
        co_return allowed.error();
    if (about.byReplyWay) {
        if (m_usedHandles.size() >= mostChats)
            m_usedHandles.clear(); // the platform refuses them, too
        m_usedHandles.insert(handleBytes(about.message.replyHandle));
    }
    Request timed = Request(*request).deadline(m_facts.deadline + timeForBytes(bytesOf(about.message.files)));
    co_return co_await send(chat.get(), std::move(timed), std::move(gate));
}

Async<Result<std::optional<Receipt>>> ChatSession::lookUp(DeliveryRequest request)
{
    if (isChatChange(request.payload))
        co_return co_await lookUpChange(std::move(request));
    if (!m_spec.lookUp.build) {
        co_return makeError(
            Error::Kind::Refused,
            u"%1 cannot be asked whether a message has arrived. Look into the chat over there."_s.arg(m_spec.title));
    }
    const Result<ChatContext> about = contextOf(request);
    if (!about)
        co_return about.error();
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    ChatContext whole = *about;
    whole.known = m_known;
    whole.base = m_base;
    co_return co_await call(&m_http, m_spec.lookUp, std::move(whole));
}

Async<Result<QByteArray>> ChatSession::fetchFile(QJsonObject remote)
{
    if (m_spec.media.empty())
        co_return makeError(Error::Kind::Refused, u"Files of %1 are not loaded."_s.arg(m_spec.title));
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    ChatContext about = context();
    about.remote = std::move(remote);
    for (size_t i = 0; i + 1 < m_spec.media.size(); ++i) {
        const Result<QJsonObject> known = co_await call(&m_http, m_spec.media[i], about);
        if (!known)
            co_return known.error();
        for (auto it = known->constBegin(); it != known->constEnd(); ++it)
            about.remote.insert(it.key(), it.value());
    }
    const Result<Request> request = m_spec.media.back().build(about);
    if (!request)
        co_return request.error();
    HttpSettings settings = chatHttp(m_spec, m_account, m_base, m_spec.limit);
    settings.rules.expectsJson = false;
    const QUrl address = request->url();
    if (address.scheme() == u"https"_s && m_spec.fileHosts.contains(address.host()))
        settings.base = address;
    HttpClient http(*m_services.transport, *m_services.clock, m_services.random, settings);
    const Result<Done> allowed = co_await letIn(&http);
    if (!allowed)
        co_return allowed.error();
    Request timed = Request(*request).deadline(m_facts.deadline + timeForBytes(largestChatFile));
    const Result<Reply> reply = co_await send(&http, std::move(timed), BeforeEffect());
    if (!reply)
        co_return reply.error();
    if (m_spec.fileIn)
        co_return m_spec.fileIn(reply->body);
    co_return reply->body;
}

} // namespace patchbay
