#include "connectors/kit/account_base.h"

#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;

FormField allowHttpField()
{
    return switchField(
        "allow_http", QT_TRANSLATE_NOOP("form", "Allow unencrypted http"), false,
        QT_TRANSLATE_NOOP("form", "Only for a server in a network you trust: the key travels readable."));
}

FormField deadlineField(std::chrono::milliseconds proposed)
{
    return boundedField("deadline_ms", QT_TRANSLATE_NOOP("form", "Time limit of a call (ms)"), proposed.count(), 100,
                        300000);
}

std::chrono::milliseconds deadlineOf(const QJsonObject &settings, std::chrono::milliseconds proposed)
{
    return std::chrono::milliseconds(settingNumber(settings, u"deadline_ms"_s).value_or(proposed.count()));
}

AccountConfig asProposed(const std::vector<FormField> &form, AccountConfig account)
{
    for (const FormField &field : form) {
        const bool isChoice = field.kind == FormField::Kind::Choice;
        const bool missing = account.settings.value(field.key).isUndefined();
        if (!field.initial.isEmpty() && (missing || (isChoice && settingText(account.settings, field.key).isEmpty())))
            account.settings.insert(field.key, field.initial);
    }
    return account;
}

QUrl accountBase(const std::vector<FormField> &form, const QJsonObject &settings)
{
    QString address = settingText(settings, u"url"_s);
    for (const FormField &field : form) {
        if (address.isEmpty() && field.key == u"url"_s)
            address = field.initial;
    }
    const Result<QUrl> url = checkedUrl(address, settingSwitch(settings, u"allow_http"_s));
    return url ? *url : QUrl();
}

} // namespace patchbay
