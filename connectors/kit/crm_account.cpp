#include "connectors/kit/crm_account.h"

#include "connectors/kit/account_base.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

StatusRules crmStatusRules(const CrmSpec &spec)
{
    StatusRules rules;
    rules.who = spec.title;
    rules.words = spec.words;
    rules.failure = spec.failure;
    return rules;
}

HttpSettings crmHttpSettings(const CrmSpec &spec, const AccountConfig &account, const QUrl &base)
{
    HttpSettings settings;
    settings.base = base;
    for (const QString &setting : spec.furtherAddresses) {
        const auto url =
            checkedUrl(settingText(account.settings, setting), settingSwitch(account.settings, u"allow_http"_s));
        if (url)
            settings.further.append(*url);
    }
    settings.credentials = spec.auth ? spec.auth(account) : Credentials::none();
    settings.limit = spec.limit;
    settings.rules = crmStatusRules(spec);
    return settings;
}

DeliveryFacts crmDeliveryFacts(const CrmSpec &spec, const QJsonObject &settings)
{
    DeliveryFacts facts;
    facts.idempotency = idempotencyFor(spec, settings);
    facts.deadline = deadlineOf(settings, spec.deadline);
    facts.indexLag = milliseconds(settingNumber(settings, u"index_lag_ms"_s).value_or(spec.indexLag.count()));
    return facts;
}

QUrl crmBase(const CrmSpec &spec, const QJsonObject &settings)
{
    const QUrl base = accountBase(spec.form, settings);
    return base.isEmpty() ? base : crmBelow(spec, base, settings);
}

QUrl crmBelow(const CrmSpec &spec, QUrl address, const QJsonObject &settings)
{
    if (spec.apiPath)
        address.setPath(address.adjusted(QUrl::StripTrailingSlash).path() + spec.apiPath(settings));
    return address;
}

Result<JsonReader> crmReply(const Reply &reply, const QString &envelope)
{
    JsonReader in = JsonReader::parse(reply.status == 204 ? noContent() : reply.body, u"reply"_s);
    if (!in.ok())
        return in.error();
    return envelope.isEmpty() || reply.status == 204 ? in : in.below(envelope);
}

} // namespace patchbay
