// How ChatSession sends a message with files.
#include "connectors/kit/chat_session_calls.h"
#include "connectors/kit/request_of.h"
#include "core/base/fault.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Nothing was sent by an upload, however it ended.
Error aboutUpload(Error error, const OutboundFile &file)
{
    error.ambiguous = false;
    error.message = u"“%1” could not be uploaded: %2"_s.arg(file.name, error.message);
    return error;
}

} // namespace

const ChatCall<Receipt> &ChatSession::wayOf(const ChatContext &about) const
{
    if (!about.message.files.empty())
        return m_spec.files.send;
    return about.byReplyWay ? m_spec.replyWay.call : m_spec.send;
}

Async<Result<ChatContext>> ChatSession::withFiles(ChatContext about)
{
    if (!m_spec.files.send.build)
        co_return makeError(Error::Kind::Refused, u"%1 takes no files from here."_s.arg(m_spec.title));
    const std::vector<OutboundFile> files = about.message.files;
    for (const OutboundFile &file : files) {
        auto reading = inHand(m_services.readFile, file);
        const Result<FileInHand> hand = co_await std::move(reading);
        if (!hand)
            co_return hand.error();
        if (m_spec.files.uploads.empty()) {
            about.files.push_back(*hand);
            continue;
        }
        const Result<QJsonObject> told = co_await uploaded(about, *hand);
        if (!told)
            co_return aboutUpload(told.error(), file);
        about.uploaded.push_back(*told);
    }
    faultPoint("chat.after_uploads");
    co_return about;
}

Async<Result<QJsonObject>> ChatSession::uploaded(ChatContext about, FileInHand file)
{
    const std::chrono::milliseconds within = m_facts.deadline + timeForBytes(file.file.size);
    about.files.push_back(std::move(file));
    for (const ChatCall<QJsonObject> &step : m_spec.files.uploads) {
        if (step.wanted && !step.wanted(about))
            continue;
        auto building = requestOf(step.build, about, true);
        const Result<Request> request = co_await std::move(building);
        if (!request)
            co_return request.error();
        HttpSettings settings = ownHttp(m_spec.limit);
        if (!step.read) { // a store of files, which does not speak as the API does
            settings = chatHttp(m_spec, m_account, m_base, m_spec.limit);
            settings.rules.expectsJson = false;
            settings.rules.failure = nullptr;
        }
        HttpClient http(*m_services.transport, *m_services.clock, m_services.random, settings);
        const Result<Done> allowed = co_await letIn(&http);
        if (!allowed)
            co_return allowed.error();
        Request timed = Request(*request).reading().deadline(within); // it has no effect that anybody sees
        const Result<Reply> reply = co_await send(&http, std::move(timed), BeforeEffect());
        if (!reply)
            co_return reply.error();
        if (!step.read)
            continue;
        Result<JsonReader> in = chatReply(*reply);
        if (!in)
            co_return in.error();
        const Result<QJsonObject> learnt = step.read(*in, about);
        if (!learnt)
            co_return learnt.error();
        for (auto it = learnt->constBegin(); it != learnt->constEnd(); ++it)
            about.remote.insert(it.key(), it.value());
    }
    co_return about.remote;
}

} // namespace patchbay
