#include "connectors/kit/field_rules.h"

#include "connectors/kit/form_check.h"
#include "connectors/kit/json_template.h"
#include "connectors/kit/settings.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Error wrongText(const QString &what) { return makeError(Error::Kind::Refused, what); }

Result<Done> matches(const QString &text, const QRegularExpression &form, const QString &otherwise)
{
    return form.match(text).hasMatch() ? Result<Done>(Done{}) : wrongText(otherwise);
}

} // namespace

QString settingOrProposed(const std::vector<FormField> &form, const QJsonObject &settings, const QString &key)
{
    if (const QString set = settingText(settings, key); !set.isEmpty())
        return set;
    for (const FormField &field : form) {
        if (field.key == key)
            return field.initial;
    }
    return {};
}

Error fieldFault(const std::vector<FormField> &form, const QString &key, const QString &what)
{
    QString name = key;
    for (const FormField &field : form) {
        if (field.key == key)
            name = u"%1 (%2)"_s.arg(field.label, key);
    }
    return wrongText(u"%1: %2"_s.arg(name, what));
}

Result<Done> checkRules(const std::vector<FieldRule> &rules, const std::vector<FormField> &form,
                        const QJsonObject &settings)
{
    for (const FieldRule &rule : rules) {
        const QString asked = rule.when.isEmpty() ? QString() : settingOrProposed(form, settings, rule.when);
        if (!rule.when.isEmpty() && (rule.is.isEmpty() ? asked.isEmpty() : asked != rule.is))
            continue;
        if (Result<Done> done = rule.check(settingOrProposed(form, settings, rule.field)); !done)
            return fieldFault(form, rule.field, done.error().message + rule.why);
    }
    return Done{};
}

Result<Done> isThere(const QString &text) { return text.isEmpty() ? wrongText(u"is missing"_s) : Result<Done>(Done{}); }

Result<Done> isPointer(const QString &text)
{
    static const QRegularExpression pointer(u"^(/([^~]|~[01])*)?\\z"_s);
    return matches(text, pointer, u"“%1” is no JSON pointer such as /data/id"_s.arg(text.left(80)));
}

Result<Done> isHeaderName(const QString &text)
{
    static const QRegularExpression token(u"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}\\z"_s);
    static const QStringList ours{u"host"_s,       u"content-length"_s,    u"content-type"_s, u"accept"_s,
                                  u"connection"_s, u"transfer-encoding"_s, u"cookie"_s,       u"upgrade"_s};
    const QString wrong = u"is no name of a header that may be set"_s;
    return ours.contains(text.toLower()) ? wrongText(wrong) : matches(text, token, wrong);
}

Result<Done> isParameterName(const QString &text)
{
    static const QRegularExpression parameter(u"^[A-Za-z0-9._-]{1,80}\\z"_s);
    return matches(text, parameter, u"is no name of a parameter"_s);
}

Result<Done> isPageWithId(const QString &text)
{
    if (text.isEmpty())
        return Done{};
    const Result<QUrl> plain = checkedUrl(QString(text).replace("{{id}}"_L1, "x"_L1), true);
    return plain ? Result<Done>(Done{}) : Result<Done>(plain.error());
}

Result<Done> isPathWith(const QString &text, const QStringList &names)
{
    return text.isEmpty() ? Result<Done>(Done{}) : checkPathTemplate(text, names);
}

Result<Done> isTaskPath(const QString &text) { return isPathWith(text, taskValueNames()); }

Result<Done> needsPlaceholder(const QString &text, const QString &name)
{
    return placeholdersIn(text).contains(name) ? Result<Done>(Done{}) : wrongText(u"needs {{%1}}"_s.arg(name));
}

} // namespace patchbay
