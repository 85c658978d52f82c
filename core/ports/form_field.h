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
};

/// True when an account with these settings cannot do without the field.
inline bool isNeeded(const FormField &field, const QJsonObject &settings)
{
    const QString other = field.requiredUnless.section(QLatin1Char('='), 0, 0);
    const bool excused =
        !other.isEmpty() && settings.value(other).toString() == field.requiredUnless.section(QLatin1Char('='), 1);
    return field.required && !excused;
}

} // namespace patchbay
