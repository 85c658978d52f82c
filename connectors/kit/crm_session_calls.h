#pragma once

#include "connectors/kit/crm_account.h"
#include "connectors/kit/crm_session.h"
#include "connectors/kit/request_of.h"

namespace patchbay {

/// How CrmSession makes the calls of its spec. Only for its own files.

inline void addTo(QJsonObject &known, const QJsonObject &more)
{
    for (auto it = more.constBegin(); it != more.constEnd(); ++it)
        known.insert(it.key(), it.value());
}

/// The caller's gate, which notes that it was shut: then nothing was said by the other side.
inline Async<Result<Done>> watchedGate(BeforeEffect gate, std::shared_ptr<bool> shut)
{
    Result<Done> open = co_await gate();
    *shut = !open.ok();
    co_return open;
}

inline Error ambiguously(Error error)
{
    error.ambiguous = true;
    return error;
}

/// What the receipt says of files that the target does not take; empty when there are none.
QString leftOutNotice(const CrmContext &about);

template <class T> Async<Result<T>> CrmSession::call(CrmCall<T> step, CrmContext about, BeforeEffect gate)
{
    auto building = requestOf(step.build, about, !about.bytes.isEmpty());
    const Result<Request> request = co_await std::move(building);
    if (!request)
        co_return request.error();
    Result<Reply> reply = co_await send(*request, std::move(gate));
    if (!reply)
        co_return reply.error();
    if (step.answersNothing && reply->body.isEmpty())
        reply->status = 204;
    Result<JsonReader> in = crmReply(*reply, m_envelope);
    if (!in)
        co_return in.error();
    co_return step.read(*in, about);
}

template <class T>
Async<Result<Done>> CrmSession::eachPage(CrmCall<T> step, CrmContext about, std::function<bool(T)> enough)
{
    QStringList seen;
    for (int page = 0; page < crmMostPages; ++page) {
        const Result<Request> request = step.build(about);
        if (!request)
            co_return request.error();
        const Result<Reply> reply = co_await send(*request, BeforeEffect());
        if (!reply && step.missingIsNone && reply.error().kind == Error::Kind::NotFound)
            co_return Done{};
        if (!reply)
            co_return reply.error();
        Result<JsonReader> in = crmReply(*reply, m_envelope);
        if (!in)
            co_return in.error();
        const Result<T> value = step.read(*in, about);
        if (!value)
            co_return value.error();
        if (enough(*value) || !step.next)
            co_return Done{};
        seen.append(about.cursor);
        about.cursor = step.next(*in, about);
        if (!in->ok()) // there is more, and no way to it
            co_return in->error();
        if (about.cursor.isEmpty())
            co_return Done{};
        if (seen.contains(about.cursor)) {
            co_return makeError(Error::Kind::Protocol,
                                QStringLiteral("%1 names a page again that it gave already.").arg(m_spec.title));
        }
    }
    co_return makeError(
        Error::Kind::Protocol,
        QStringLiteral("%1 has more than %2 pages to look through.").arg(m_spec.title).arg(crmMostPages));
}

} // namespace patchbay
