// How ChatSession tells a platform what the operator did to a chat.
#include "connectors/kit/chat_session_calls.h"
#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestChangeResponse = 2000;

bool isSoAlready(const ChatContext &about) { return about.remote.value("is"_L1).toBool(); }

Receipt changeReceipt(const ChatContext &about, const QString &response)
{
    return {about.change.threadKey, {}, response, {}};
}

} // namespace

/// Platforms refuse what the account may not do to this chat as they refuse the account. Who it is, asked anew, tells
/// the two apart: no sign-in mends the former.
Async<Result<Done>> ChatSession::refusedHere(Error error)
{
    if (error.kind != Error::Kind::Unauthorized || !m_spec.me.build)
        co_return error;
    m_isKnown = false;
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    error.kind = Error::Kind::Refused;
    co_return error;
}

Async<Result<ChatContext>> ChatSession::aboutChange(DeliveryRequest request)
{
    const Result<ChatChange> change = chatChangeFromJson(request.payload);
    if (!change)
        co_return change.error();
    const ChangeWay &way = changeWay(m_spec, change->what);
    if (!way.write)
        co_return makeError(Error::Kind::Refused, u"%1 is not told of this from here."_s.arg(m_spec.title));
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    ChatContext about = context();
    about.change = *change;
    about.key = request.key;
    if (change->what == ChatChange::What::Words) {
        OutboundMessage words;
        words.threadKey = change->threadKey;
        words.text = change->words.text;
        words.marks = change->words.marks;
        const Result<OutboundMessage> message = asItGoesOut(std::move(words));
        if (!message)
            co_return message.error();
        about.message = *message;
    }
    for (const ChatCall<QJsonObject> &read : way.reads) {
        if (read.wanted && !read.wanted(about))
            continue;
        const Result<QJsonObject> known = co_await call(&m_http, read, about);
        if (!known) {
            const Result<Done> meant = co_await refusedHere(known.error());
            co_return meant.error();
        }
        for (auto it = known->constBegin(); it != known->constEnd(); ++it)
            about.remote.insert(it.key(), it.value());
    }
    co_return about;
}

Async<Result<Receipt>> ChatSession::tellChange(DeliveryRequest request, BeforeEffect gate)
{
    const Result<ChatContext> about = co_await aboutChange(std::move(request));
    if (!about)
        co_return about.error();
    if (isSoAlready(*about))
        co_return changeReceipt(*about, u"It was so already."_s);
    const ChangeWay &way = changeWay(m_spec, about->change.what);
    const Result<Request> written = way.write(*about);
    if (!written)
        co_return written.error();
    Request timed = Request(*written).deadline(m_facts.deadline);
    const Result<Reply> reply = co_await send(&m_http, std::move(timed), std::move(gate));
    if (!reply) {
        if (!way.soAlready.isEmpty() && reply.error().message.contains(way.soAlready))
            co_return changeReceipt(*about, u"It was so already."_s);
        const Result<Done> meant = co_await refusedHere(reply.error());
        co_return meant.error();
    }
    co_return changeReceipt(*about, redacted(QString::fromUtf8(reply->body.left(longestChangeResponse))));
}

Async<Result<std::optional<Receipt>>> ChatSession::lookUpChange(DeliveryRequest request)
{
    const Result<ChatContext> about = co_await aboutChange(std::move(request));
    if (!about)
        co_return about.error();
    if (!isSoAlready(*about))
        co_return std::optional<Receipt>();
    co_return std::optional(changeReceipt(*about, u"It is so over there."_s));
}

} // namespace patchbay
