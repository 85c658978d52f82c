#include "connectors/kit/crm_session_calls.h"

#include <QtCore/QUrl>

namespace patchbay {

using namespace Qt::StringLiterals;

// What is at the vendor: how a task stands, and which records it has of a person. Only reads.

Async<Result<RemoteTask>> CrmSession::status(QString externalId)
{
    CrmContext about = context();
    about.externalId = std::move(externalId);
    if (!m_spec.status.build)
        co_return makeError(Error::Kind::Refused, u"%1 does not say how a task stands."_s.arg(m_spec.title));
    const Result<Done> signedIn = co_await signIn(&about);
    if (!signedIn)
        co_return signedIn.error();
    const Result<Done> ready = co_await readFacts(m_spec.statusFacts, &m_statusFactsRead, &about);
    if (!ready)
        co_return ready.error();
    co_return co_await call(m_spec.status, std::move(about));
}

bool CrmSession::hasRecords() const { return isWanted(m_spec.records, context()); }

Async<Result<std::vector<RemoteRecord>>> CrmSession::records(TaskPayload task)
{
    CrmContext about = context();
    about.task = std::move(task);
    if (!isWanted(m_spec.records, about))
        co_return makeError(Error::Kind::Refused,
                            u"%1 cannot be asked for the records of a person."_s.arg(m_spec.title));
    const Result<Done> signedIn = co_await signIn(&about);
    if (!signedIn)
        co_return signedIn.error();
    const Result<Done> ready = co_await readFacts(m_spec.statusFacts, &m_statusFactsRead, &about);
    if (!ready)
        co_return ready.error();
    const BeforeEffect nothingIsMade;
    const Result<Done> contact = co_await findContact(&about, nothingIsMade);
    if (!contact)
        co_return contact.error();
    if (isWanted(m_spec.findContact, about) && !about.known.contains(u"contact"_s))
        co_return std::vector<RemoteRecord>();
    co_return co_await call(m_spec.records, std::move(about));
}

QString CrmSession::recordIn(const QString &typed) const
{
    const QUrl address(typed.trimmed(), QUrl::StrictMode);
    const bool isAddress = address.isValid() && !address.host().isEmpty();
    return isAddress && m_spec.recordIn ? m_spec.recordIn(typed.trimmed()) : lastPartOf(typed);
}

} // namespace patchbay
