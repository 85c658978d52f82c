// The templates of ChatSession's account.
#include "connectors/kit/chat_session_calls.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::minutes templatesHold{10}; // until they are read again
constexpr int mostTemplatePages = 20;
constexpr size_t mostTemplates = 1000;

} // namespace

Async<Result<TemplateList>> ChatSession::templates(bool again)
{
    if (!m_spec.templates.build)
        co_return makeError(Error::Kind::Refused, u"%1 has no templates."_s.arg(m_spec.title));
    const Timestamp now = m_services.clock->now();
    if (m_templates && !again && now - m_templates->readAt < templatesHold)
        co_return *m_templates;
    const Result<Done> ready = co_await signIn();
    if (!ready)
        co_return ready.error();
    TemplateList list;
    list.readAt = now;
    QByteArray cursor;
    for (int i = 0; i < mostTemplatePages && list.templates.size() < mostTemplates; ++i) {
        const Result<TemplatePage> page = co_await call(&m_http, m_spec.templates, context(cursor));
        if (!page)
            co_return page.error();
        list.templates.insert(list.templates.end(), page->templates.begin(), page->templates.end());
        list.others += page->others;
        if (page->next.isEmpty() || page->next == cursor)
            break;
        cursor = page->next;
    }
    m_templates = list;
    co_return list;
}

} // namespace patchbay
