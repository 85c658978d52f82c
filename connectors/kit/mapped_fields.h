#pragma once

#include "connectors/kit/rest.h"

#include <QtCore/QHash>

namespace patchbay {

/// A route's mapping on its way into a vendor's object. Pure.

/// The parts of a list that is written as a text, "a, b": trimmed, without empty ones.
QStringList partsOf(const QString &text);
/// The same as JSON; a list stays as it is, a single number becomes a list of one. `numbers`: parts that are whole
/// numbers become numbers.
QJsonArray listOf(const QJsonValue &value, bool numbers = false);

/// The mapped fields in a vendor's own form: `form(name, text)` for every text that is not empty.
template <class Form> QJsonObject inForms(QJsonObject fields, const Form &form)
{
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        const QString text = it.value().toString().trimmed();
        if (!text.isEmpty())
            it.value() = form(it.key(), text);
    }
    return fields;
}

/// The number that a text is; a text that is none stays as it is, and the vendor says that it does not fit.
QJsonValue numberOrText(const QString &text);

/// Names of fields that are ids.
bool isUuid(const QString &name);
bool isDigits(const QString &name);
bool isSha1(const QString &name); ///< 40 characters, 0-9 and a-f
/// 1 and more, as a vendor's own numbers are.
bool isWholeNumber(const QString &text);

struct SplitFields {
    QJsonObject custom = {};
    QJsonObject others = {};
};
/// The mapped fields whose names say that they are custom ones, and the others.
SplitFields splitFields(const QJsonObject &fields, bool (*isCustom)(const QString &name));

/// The fields that a vendor's object has, with what their values are.
enum class FieldKind { Number, Text, Switch };
struct KnownFields {
    QHash<QString, FieldKind> kinds = {};
    QString who = {}; ///< the vendor, for the person
    QString customPrefix = {}; ///< "cf_": names of custom fields are this and a number; empty: there are none
};
/// Puts the mapped fields into the object as what they are, custom ones into `custom` as {"id", "value"}. Refused for
/// other names and for what is no number.
Result<Done> addKnownFields(QJsonObject &object, QJsonArray &custom, const QJsonObject &fields,
                            const KnownFields &known);

/// The fields, with numbers for the texts that are whole numbers where the name says that one is wanted.
QJsonObject withNumbers(QJsonObject fields, bool (*isNumber)(const QString &name));
/// The fields as numbers. Refused for one that has another name, or is no whole number, with the sentence: %1 is its
/// name and %2 the names.
Result<QJsonObject> numbersNamed(const QJsonObject &fields, const QStringList &names, const QString &sentence);
/// The text as a number; null where it is empty.
QJsonValue wholeNumber(const QString &text);
/// Puts in a text that is not empty.
void insertText(QJsonObject &object, const QString &name, const QString &text);
/// The vendor's object with the mapped fields (see addFields), and a POST of it.
Result<QJsonObject> withFields(QJsonObject object, const QJsonObject &fields, const QStringList &reserved);
Result<Request> postWithFields(const QString &path, QJsonObject object, const QJsonObject &fields,
                               const QStringList &reserved);

} // namespace patchbay
