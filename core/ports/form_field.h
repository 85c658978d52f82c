#pragma once

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
};

} // namespace patchbay
