#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

namespace patchbay {

/// One field of a form that a connector or a file format declares; dialogs and the command line are generated from it.
struct FormField {
    enum class Kind { Text, Secret, Number, Choice, Switch };

    QString key = {};
    QString label = {}; ///< marked with QT_TRANSLATE_NOOP("form", ...)
    Kind kind = Kind::Text;
    bool required = true;
    QString initial = {};
    QString help = {};
    QStringList choices = {}; ///< Choice: values
    QStringList choiceLabels = {};
    qint64 minimum = 0;
    qint64 maximum = 0; ///< Number; 0: unbounded
    QString requiredUnless = {}; ///< "field=value": a required field need not be there with this value of another
    QString requiredWhen = {}; ///< "field=value": it need be there only with this value of another
};

/// Whether "field=value" is so in the settings; an empty condition is not.
inline bool isSetSo(const QString &condition, const QJsonObject &settings)
{
    const QString field = condition.section(QLatin1Char('='), 0, 0);
    return !field.isEmpty() && settings.value(field).toString() == condition.section(QLatin1Char('='), 1);
}

/// True when an account with these settings cannot do without the field.
inline bool isNeeded(const FormField &field, const QJsonObject &settings)
{
    return field.required && !isSetSo(field.requiredUnless, settings)
        && (field.requiredWhen.isEmpty() || isSetSo(field.requiredWhen, settings));
}

} // namespace patchbay
