#include "connectors/kit/crm_spec.h"

#include "connectors/kit/crm_session.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_check.h"

#include <QtCore/QFile>

namespace patchbay {

using namespace Qt::StringLiterals;

std::vector<FormField> crmForm(const CrmSpec &spec)
{
    std::vector<FormField> form = spec.form;
    FormField http;
    http.key = u"allow_http"_s;
    http.label = QStringLiteral(QT_TRANSLATE_NOOP("form", "Allow unencrypted http"));
    http.kind = FormField::Kind::Switch;
    http.required = false;
    http.initial = u"false"_s;
    http.help = QStringLiteral(
        QT_TRANSLATE_NOOP("form", "Only for a server in a network you trust: the key travels readable."));
    FormField deadline;
    deadline.key = u"deadline_ms"_s;
    deadline.label = QStringLiteral(QT_TRANSLATE_NOOP("form", "Time limit of a call (ms)"));
    deadline.kind = FormField::Kind::Number;
    deadline.required = false;
    deadline.initial = QString::number(spec.deadline.count());
    deadline.minimum = 100;
    deadline.maximum = 300000;
    FormField lag;
    lag.key = u"index_lag_ms"_s;
    lag.label = QStringLiteral(QT_TRANSLATE_NOOP("form", "Delay of its search (ms)"));
    lag.kind = FormField::Kind::Number;
    lag.required = false;
    lag.initial = QString::number(spec.indexLag.count());
    lag.help = QStringLiteral(QT_TRANSLATE_NOOP(
        "form", "How long a new task may stay invisible to its search; a repeat waits at least as long."));
    lag.minimum = 0;
    lag.maximum = 3600000;
    form.insert(form.end(), {http, deadline, lag});
    return form;
}

Idempotency idempotencyFor(const CrmSpec &spec, const QJsonObject &settings)
{
    return spec.idempotencyOf ? spec.idempotencyOf(settings) : spec.idempotency;
}

QString setupHelpOf(const QString &id)
{
    QFile file(u":/connectors/%1/setup.md"_s.arg(id));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(file.readAll());
}

Result<Done> checkCrmForm(const CrmSpec &spec, const AccountConfig &account)
{
    if (Result<Done> form = checkForm(crmForm(spec), account); !form || !spec.check)
        return form;
    return spec.check(account);
}

CrmConnectorInfo crmInfoOf(CrmSpec spec, const ConnectorServices &services,
                           Result<Done> (*check)(const AccountConfig &))
{
    CrmConnectorInfo info;
    info.id = spec.id;
    info.title = spec.title;
    info.setupHelp = setupHelpOf(spec.id);
    info.form = crmForm(spec);
    info.check = check;
    info.objects = spec.objects;
    info.largestFile = spec.attach.empty() ? 0 : std::min(spec.largestFile, largestAttachedFile);
    info.contract = spec.contract;
    info.rotatesSecret = spec.tokens.rotates;
    info.idempotency = [spec](const QJsonObject &settings) { return idempotencyFor(spec, settings); };
    if (spec.signIn) {
        info.signIn = [offer = spec.signIn, services](const AccountConfig &account) {
            return makeBrowserSignIn(services, offer(account));
        };
    }
    info.create = [spec = std::move(spec), services](AccountConfig account) -> std::unique_ptr<CrmConnector> {
        return std::make_unique<CrmSession>(spec, services, std::move(account));
    };
    return info;
}

} // namespace patchbay
