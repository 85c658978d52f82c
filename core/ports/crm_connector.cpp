#include "core/ports/crm_connector.h"

#include <QtCore/QUrl>

namespace patchbay {

Async<Result<std::vector<RemoteRecord>>> CrmConnector::records(TaskPayload)
{
    co_return makeError(Error::Kind::Refused,
                        QStringLiteral("This target cannot be asked for the records of a person."));
}

QString CrmConnector::recordIn(const QString &typed) const { return lastPartOf(typed); }

QString lastPartOf(const QString &typed)
{
    const QString text = typed.trimmed();
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return text.contains(QLatin1String("://")) ? QString() : text;
    return url.path(QUrl::FullyDecoded).section(QLatin1Char('/'), -1, -1, QString::SectionSkipEmpty);
}

} // namespace patchbay
