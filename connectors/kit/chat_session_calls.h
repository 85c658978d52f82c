#pragma once

#include "connectors/kit/chat_session.h"
#include "connectors/kit/rest.h"

namespace patchbay {

/// How ChatSession makes the calls of its spec. Only for its own files.

HttpSettings chatHttp(const ChatSpec &spec, const AccountConfig &account, const QUrl &base, RateLimit limit);

inline Result<JsonReader> chatReply(const Reply &reply)
{
    JsonReader in = JsonReader::parse(reply.status == 204 ? noContent() : reply.body, QStringLiteral("reply"));
    if (!in.ok())
        return in.error();
    return in;
}

template <class T> Result<T> ChatSession::heard(Result<T> result)
{
    if (result)
        m_standing.accepted(m_tokens->signInUntil());
    else
        m_standing.failed(result.error());
    return result;
}

template <class T>
Async<Result<T>> ChatSession::call(HttpClient *http, ChatCall<T> step, ChatContext about,
                                   std::chrono::milliseconds within)
{
    const Result<Request> request = step.build(about);
    if (!request)
        co_return request.error();
    co_return co_await answered(http, Request(*request), std::move(step), std::move(about), within);
}

template <class T>
Async<Result<T>> ChatSession::answered(HttpClient *http, Request request, ChatCall<T> step, ChatContext about,
                                       std::chrono::milliseconds within)
{
    Request timed = Request(request).deadline(within.count() > 0 ? within : m_facts.deadline);
    const Result<Reply> reply = co_await send(http, std::move(timed), BeforeEffect());
    if (!reply)
        co_return reply.error();
    Result<JsonReader> in = chatReply(*reply);
    if (!in)
        co_return in.error();
    co_return step.read(*in, about);
}

} // namespace patchbay
