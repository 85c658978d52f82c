#include "connectors/kit/crm_spec.h"

#include "connectors/kit/crm_session.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/settings.h"

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
    const FormField deadline = boundedField("deadline_ms", QT_TRANSLATE_NOOP("form", "Time limit of a call (ms)"),
                                            spec.deadline.count(), 100, 300000);
    const FormField lag = boundedField(
        "index_lag_ms", QT_TRANSLATE_NOOP("form", "Delay of its search (ms)"), spec.indexLag.count(), 0, 3600000,
        QT_TRANSLATE_NOOP("form",
                          "How long a new task may stay invisible to its search; a repeat waits at least as long."));
    form.insert(form.end(), {http, deadline, lag});
    return form;
}

AccountConfig asProposed(const CrmSpec &spec, AccountConfig account)
{
    for (const FormField &field : spec.form) {
        const bool isChoice = field.kind == FormField::Kind::Choice;
        const bool missing = account.settings.value(field.key).isUndefined();
        if (!field.initial.isEmpty() && (missing || (isChoice && settingText(account.settings, field.key).isEmpty())))
            account.settings.insert(field.key, field.initial);
    }
    return account;
}

Idempotency idempotencyFor(const CrmSpec &spec, const QJsonObject &settings)
{
    if (!spec.idempotencyOf)
        return spec.idempotency;
    AccountConfig account;
    account.settings = settings;
    return spec.idempotencyOf(asProposed(spec, account).settings);
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
    const std::vector<FormField> form = crmForm(spec);
    if (Result<Done> checked = checkForm(form, account); !checked)
        return checked;
    if (Result<Done> signIn = checkBrowserSignIn(account); !signIn)
        return signIn;
    if (Result<Done> rules = checkRules(spec.rules, form, account.settings); !rules || !spec.check)
        return rules;
    return spec.check(asProposed(spec, account));
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
        info.signIn = [spec, services](const AccountConfig &account) {
            return makeBrowserSignIn(services, spec.signIn(asProposed(spec, account)));
        };
    }
    info.create = [spec = std::move(spec), services](AccountConfig account) -> std::unique_ptr<CrmConnector> {
        return std::make_unique<CrmSession>(spec, services, std::move(account));
    };
    return info;
}

} // namespace patchbay
