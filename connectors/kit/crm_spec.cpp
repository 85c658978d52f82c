#include "connectors/kit/crm_spec.h"

#include "connectors/kit/account_base.h"
#include "connectors/kit/crm_session.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/settings.h"

#include <QtCore/QFile>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

std::vector<FormField> crmForm(const CrmSpec &spec)
{
    std::vector<FormField> form = spec.form;
    const FormField lag = boundedField(
        "index_lag_ms", QT_TRANSLATE_NOOP("form", "Delay of its search (ms)"), spec.indexLag.count(), 0, 3600000,
        QT_TRANSLATE_NOOP("form",
                          "How long a new task may stay invisible to its search; a repeat waits at least as long."));
    form.insert(form.end(), {allowHttpField(), deadlineField(spec.deadline), lag});
    return form;
}

AccountConfig asProposed(const CrmSpec &spec, AccountConfig account)
{
    account = asProposed(spec.form, std::move(account));
    account.settings = withObjectNames(spec.names, std::move(account.settings));
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

bool takesFiles(const CrmSpec &spec, const CrmContext &about)
{
    return std::any_of(spec.attach.begin(), spec.attach.end(),
                       [&about](const CrmCall<QJsonObject> &step) { return isWanted(step, about); });
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
    if (spec.signIn && !spec.device.place.isEmpty()) {
        info.deviceSignIn = [spec, services](const AccountConfig &account) {
            Result<OAuthOffer> offer = spec.signIn(asProposed(spec, account));
            if (offer)
                offer->device = spec.device;
            return makeDeviceSignIn(services, offer);
        };
    }
    info.create = [spec = std::move(spec), services](AccountConfig account) -> std::unique_ptr<CrmConnector> {
        return std::make_unique<CrmSession>(spec, services, std::move(account));
    };
    return info;
}

} // namespace patchbay
