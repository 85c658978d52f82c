#include "connectors/kit/form_check.h"

#include "connectors/kit/settings.h"
#include "core/net/http_client.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestSetting = 2000;

Error formFault(const FormField &field, const QString &what)
{
    return makeError(Error::Kind::Refused, u"%1 (%2): %3"_s.arg(field.label, field.key, what));
}

bool hasControlCharacters(const QString &text)
{
    return std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
}

Result<Done> checkNumber(const FormField &field, const QJsonObject &settings)
{
    const std::optional<qint64> number = settingNumber(settings, field.key);
    if (!number)
        return formFault(field,
                         u"a whole number is needed, not \"%1\"."_s.arg(settingText(settings, field.key).left(40)));
    const bool bounded = field.maximum > 0;
    if (*number < field.minimum || (bounded && *number > field.maximum)) {
        return formFault(field,
                         bounded ? u"must be from %1 to %2."_s.arg(field.minimum).arg(field.maximum)
                                 : u"must be at least %1."_s.arg(field.minimum));
    }
    return Done{};
}

Result<Done> checkSwitch(const FormField &field, const QJsonObject &settings)
{
    static const QStringList known{u"true"_s, u"false"_s, u"yes"_s, u"no"_s, u"on"_s, u"off"_s, u"1"_s, u"0"_s};
    if (settings.value(field.key).isBool() || known.contains(settingText(settings, field.key).toLower()))
        return Done{};
    return formFault(field, u"must be true or false."_s);
}

Result<Done> checkValue(const FormField &field, const QJsonObject &settings)
{
    const QString text = settingText(settings, field.key);
    if (text.size() > longestSetting || hasControlCharacters(text))
        return formFault(field, u"is too long or has control characters."_s);
    switch (field.kind) {
    case FormField::Kind::Number: return checkNumber(field, settings);
    case FormField::Kind::Switch: return checkSwitch(field, settings);
    case FormField::Kind::Choice:
        if (!field.choices.contains(text))
            return formFault(field, u"must be one of %1."_s.arg(field.choices.join(u", "_s)));
        return Done{};
    case FormField::Kind::Secret: return formFault(field, u"is a secret and does not belong into the settings."_s);
    case FormField::Kind::Text: break;
    }
    if (field.key != u"url"_s && !field.key.endsWith(u"_url"_s))
        return Done{};
    const Result<QUrl> url = checkedUrl(text, settingSwitch(settings, u"allow_http"_s));
    if (!url)
        return formFault(field, url.error().message);
    return Done{};
}

Result<Done> checkSecret(const FormField &field, const AccountConfig &account)
{
    if (account.settings.contains(field.key))
        return formFault(field, u"is a secret and does not belong into the settings."_s);
    if (hasControlCharacters(account.secrets.value(field.key)))
        return formFault(field, u"has a line break or another control character. Enter it again."_s);
    return Done{};
}

} // namespace

Result<Done> checkNeeded(const QJsonObject &settings, const QStringList &keys, const QString &sentence)
{
    for (const QString &key : keys) {
        if (settingText(settings, key).isEmpty())
            return makeError(Error::Kind::Refused, sentence.arg(key));
    }
    return Done{};
}

Result<QUrl> checkedUrl(const QString &text, bool allowHttp)
{
    const QUrl url(text, QUrl::StrictMode);
    const QString scheme = url.scheme().toLower();
    if (!url.isValid() || url.host().isEmpty() || (scheme != u"https"_s && scheme != u"http"_s))
        return makeError(Error::Kind::Refused,
                         u"\"%1\" is not an address such as https://example.org."_s.arg(text.left(200)));
    if (!url.userInfo().isEmpty())
        return makeError(Error::Kind::Refused, u"a name or password does not belong into the address."_s);
    if (url.hasQuery() || url.hasFragment())
        return makeError(Error::Kind::Refused, u"the address must end with the path."_s);
    if (scheme == u"http"_s && !allowHttp && !isLoopback(url.host())) {
        return makeError(Error::Kind::Refused,
                         u"http would send the key unencrypted. Use https, or switch \"allow_http\" on."_s);
    }
    return url;
}

Result<Done> checkForm(const std::vector<FormField> &form, const AccountConfig &account)
{
    for (auto it = account.settings.constBegin(); it != account.settings.constEnd(); ++it) {
        const bool known =
            std::any_of(form.begin(), form.end(), [&it](const FormField &field) { return field.key == it.key(); });
        if (!known)
            return makeError(Error::Kind::Refused, u"There is no field \"%1\"."_s.arg(it.key().left(80)));
    }
    for (const FormField &field : form) {
        if (field.kind == FormField::Kind::Secret) {
            if (Result<Done> secret = checkSecret(field, account); !secret)
                return secret;
            continue;
        }
        const QJsonValue value = account.settings.value(field.key);
        const bool empty =
            value.isUndefined() || value.isNull() || (value.isString() && value.toString().trimmed().isEmpty());
        if (empty && isNeeded(field, account.settings))
            return formFault(field, u"is missing."_s);
        if (empty)
            continue;
        if (Result<Done> checked = checkValue(field, account.settings); !checked)
            return checked;
    }
    return Done{};
}

} // namespace patchbay
