#pragma once

#include <QtCore/QJsonValue>
#include <QtCore/QString>

namespace patchbay {

/// The form that a vendor's typed field takes for a text of a route's mapping.
struct ValueForm {
    enum class Kind {
        Text,
        Number, ///< numberOrText
        Switch, ///< true or false for yes, no and the like; another text as it is, and the vendor says that it does not
                ///< fit
        Member, ///< {member: text}
        IdOrMember ///< {"id": text} when it consists of digits, else {member: text}
    };
    Kind kind = Kind::Text;
    QString member = {};
    bool isList = false; ///< a list of that, from parts separated by commas
};
/// Pure.
QJsonValue inForm(const QString &text, const ValueForm &form);

/// The other way round, as a cell of an import has it: 1 or 0 for a switch, a list with commas, a number as it is read.
QString cellOf(const QJsonValue &value);

/// A constant of an API as a person reads it: "NOT_STARTED" is "Not started".
QString spokenWord(const QString &constant);

} // namespace patchbay
