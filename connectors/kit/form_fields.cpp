#include "connectors/kit/form_fields.h"

#include "core/ports/catalog.h"

namespace patchbay {

namespace {

FormField formField(FormField::Kind kind, const char *key, const char *label, bool required, const char *help)
{
    FormField field;
    field.key = QString::fromLatin1(key);
    field.label = QString::fromUtf8(label);
    field.kind = kind;
    field.required = required;
    field.help = QString::fromUtf8(help);
    return field;
}

FormField choiceOf(const char *key, const char *label, const std::vector<FormChoice> &choices)
{
    QStringList values;
    QStringList labels;
    for (const FormChoice &choice : choices) {
        values << QString::fromUtf8(choice.value);
        labels << QString::fromUtf8(choice.label);
    }
    return choiceField(key, label, values, labels);
}

} // namespace

FormField textField(const char *key, const char *label, bool required, const char *help)
{
    return formField(FormField::Kind::Text, key, label, required, help);
}

FormField secretField(const char *key, const char *label, bool required, const char *help)
{
    return formField(FormField::Kind::Secret, key, label, required, help);
}

FormField numberField(const char *key, const char *label, bool required, const char *help)
{
    FormField field = formField(FormField::Kind::Number, key, label, required, help);
    field.minimum = 1;
    return field;
}

FormField boundedField(const char *key, const char *label, qint64 initial, qint64 minimum, qint64 maximum,
                       const char *help)
{
    FormField field = numberField(key, label, false, help);
    field.initial = QString::number(initial);
    field.minimum = minimum;
    field.maximum = maximum;
    return field;
}

FormField switchField(const char *key, const char *label, bool initial, const char *help)
{
    FormField field = formField(FormField::Kind::Switch, key, label, false, help);
    field.initial = initial ? QStringLiteral("true") : QStringLiteral("false");
    return field;
}

FormField proposedField(const char *key, const char *label, const char *proposed, const char *help)
{
    FormField field = textField(key, label, false, help);
    field.initial = QString::fromUtf8(proposed);
    return field;
}

FormField choiceField(const char *key, const char *label, const QStringList &values, const QStringList &labels,
                      const char *help)
{
    FormField field = formField(FormField::Kind::Choice, key, label, false, help);
    field.choices = values;
    field.choiceLabels = labels;
    field.initial = values.value(0);
    return field;
}

FormField neededUnless(FormField field, const char *other)
{
    field.requiredUnless = QString::fromLatin1(other);
    return field;
}

FormField byGateway(FormField field)
{
    field.requiredWhen = QString(arrivesBy) + QLatin1Char('=') + arrivesByGateway;
    return field;
}

FormField arrivesByField()
{
    FormField field =
        choiceOf(arrivesBy.latin1(), QT_TRANSLATE_NOOP("form", "Messages arrive"),
                 {{"asking", QT_TRANSLATE_NOOP("form", "Patchbay asks the platform")},
                  {arrivesByGateway.latin1(), QT_TRANSLATE_NOOP("form", "The platform calls the gateway")}});
    field.help = QString::fromUtf8(
        QT_TRANSLATE_NOOP("form", "The gateway needs an address that the platform reaches; asking needs none."));
    return field;
}

FormField objectField(const std::vector<FormChoice> &objects)
{
    return choiceOf("object", QT_TRANSLATE_NOOP("form", "A task becomes"), objects);
}

FormField signInField(const std::vector<FormChoice> &ways)
{
    return choiceOf("sign_in", QT_TRANSLATE_NOOP("form", "Sign-in"), ways);
}

FormField apiAddressField(const char *proposed)
{
    FormField field = textField("url", QT_TRANSLATE_NOOP("form", "Address of the API"), false,
                                QT_TRANSLATE_NOOP("form", "Only changed for a sandbox, another region or a proxy"));
    field.initial = QString::fromLatin1(proposed);
    return field;
}

FormField tokenAddressField(const char *proposed)
{
    FormField field = textField("token_url", QT_TRANSLATE_NOOP("form", "Address of the sign-in"), false,
                                QT_TRANSLATE_NOOP("form", "Only changed for a sandbox, another region or a proxy"));
    field.initial = QString::fromLatin1(proposed);
    return field;
}

FormField authorizeAddressField(const char *proposed)
{
    FormField field = textField("authorize_url", QT_TRANSLATE_NOOP("form", "Address of the sign-in page"), false,
                                QT_TRANSLATE_NOOP("form", "Only changed for a sandbox, another region or a proxy"));
    field.initial = QString::fromLatin1(proposed);
    return field;
}

FormField furtherAddressField(const char *key, const char *label, const char *proposed)
{
    return proposedField(key, label, proposed,
                         QT_TRANSLATE_NOOP("form", "Only changed for a sandbox, another region or a proxy"));
}

FormField ownAddressField(const char *example)
{
    return textField("url", QT_TRANSLATE_NOOP("form", "Address"), true, example);
}

} // namespace patchbay
