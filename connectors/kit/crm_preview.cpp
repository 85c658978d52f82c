#include "connectors/kit/crm_session.h"
#include "connectors/kit/task_text.h"
#include "core/base/log.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Method, address and body as a person reads them.
Result<QString> shownRequest(const HttpClient &http, const Request &request)
{
    const Result<QUrl> target = http.addressOf(request);
    if (!target)
        return target.error();
    QByteArray body = request.bytes();
    if (const QJsonDocument json = QJsonDocument::fromJson(body); !json.isNull())
        body = json.toJson(QJsonDocument::Indented);
    return u"%1 %2\n\n%3"_s.arg(QString::fromLatin1(request.method()), target->toString(QUrl::FullyEncoded),
                                QString::fromUtf8(body));
}

} // namespace

Result<QString> CrmSession::preview(DeliveryRequest request) const
{
    CrmContext about = contextFor(request);
    if (isWanted(m_spec.findContact, about)) // is found or made before the task is
        about.known.insert(u"contact"_s, u"(id of the contact)"_s);
    const Result<Request> post = m_spec.createTask.build(about);
    if (!post)
        return post.error();
    const Result<QString> first = shownRequest(m_http, *post);
    if (!first)
        return first.error();
    QString text = *first;
    if (isWanted(m_spec.addText, about)) {
        CrmContext made = about;
        made.externalId = u"ID"_s;
        const Result<Request> second = m_spec.addText.build(made);
        if (!second)
            return second.error();
        const Result<QString> shown = shownRequest(m_http, *second);
        if (!shown)
            return shown.error();
        text += u"\nThen, with the id of the answer:\n\n"_s + *shown;
    }
    if (!about.task.attachments.empty())
        text += u"\nThen these files are attached, one by one: %1.\n"_s.arg(fileList(about.task.attachments));
    const bool asksFirst = isWanted(m_spec.findContact, about)
        || std::any_of(m_spec.facts.begin(), m_spec.facts.end(),
                       [&about](const auto &step) { return isWanted(step, about); });
    if (asksFirst)
        text += u"\nBefore sending, ids that are not known yet are read from %1.\n"_s.arg(m_spec.title);
    return redacted(text);
}

} // namespace patchbay
