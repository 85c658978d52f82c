// How ChatSession shows the customer that the operator writes.
#include "connectors/kit/chat_session_calls.h"
#include "connectors/kit/settings.h"
#include "core/base/log.h"

namespace patchbay {

using std::chrono::milliseconds;

namespace {

constexpr qsizetype mostTypedChats = 500;
constexpr milliseconds typingDeadline{10000};
constexpr std::chrono::seconds typingPause{60}; // after a failure: it is of no use to say it more often

bool tellsTyping(const ChatSpec &spec, const QJsonObject &settings)
{
    return spec.typing.build
        && (settings.contains(tellTyping) ? settingSwitch(settings, tellTyping) : !spec.typing.marksRead);
}

} // namespace

void ChatSession::typing(const QString &threadKey, const QString &answered)
{
    const Timestamp now = m_services.clock->now();
    const bool isShown = now < m_typedUntil.value(threadKey);
    if (!tellsTyping(m_spec, m_account.settings) || m_isShowingTyping || isShown || threadKey.isEmpty())
        return;
    if (m_typedUntil.size() >= mostTypedChats)
        m_typedUntil.clear();
    m_typedUntil.insert(threadKey, now + m_spec.typing.lasts);
    ChatContext about;
    about.message.threadKey = threadKey;
    about.message.inReplyTo = answered;
    m_scope.run(showTyping(std::move(about)));
}

Async<Result<Done>> ChatSession::showTyping(ChatContext about)
{
    m_isShowingTyping = true;
    const QString thread = about.message.threadKey;
    auto showing = showTypingOnce(std::move(about));
    const Result<Done> shown = co_await std::move(showing);
    m_isShowingTyping = false;
    if (!shown) {
        m_typedUntil.insert(thread, m_services.clock->now() + typingPause);
        Q_EMIT typingFailed(redacted(shown.error().message));
    }
    co_return shown;
}

/// With a client of its own: what is sent never waits for it, and what it hears says nothing of the sign-in.
Async<Result<Done>> ChatSession::showTypingOnce(ChatContext about)
{
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    ChatContext whole = context();
    whole.message = about.message;
    const Result<Request> request = m_spec.typing.build(whole);
    if (!request)
        co_return request.error();
    HttpSettings settings = chatHttp(m_spec, m_account, m_base, {});
    settings.rules.expectsJson = false;
    HttpClient http(*m_services.transport, *m_services.clock, m_services.random, settings);
    const Result<Done> allowed = co_await letIn(&http);
    if (!allowed)
        co_return allowed.error();
    Request timed = Request(*request).deadline(typingDeadline);
    const Result<Reply> reply = co_await send(&http, std::move(timed), BeforeEffect());
    if (!reply)
        co_return reply.error();
    co_return Done{};
}

} // namespace patchbay
