#pragma once

#include "core/base/result.h"

#include <QtCore/QJsonValue>
#include <QtCore/QList>
#include <QtCore/QPair>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <functional>
#include <optional>

namespace patchbay {

/// Texts, addresses and JSON with names in braces, "/tasks/{id}", whatever the names stand for (addressAt and jsonAt of
/// targets, chatValue of channels). Pure.

/// What a name stands for, escaped for its place; empty: it has no value. What is put in is not read again.
using NamedValue = std::function<QString(const QString &name)>;

/// Nothing when one of the names has no value; the name is then in `missing`.
std::optional<QString> filledPattern(const QString &pattern, const NamedValue &value, QString *missing = nullptr);

/// The pairs of "name={value}&other=1"; one without its value is left out.
QList<QPair<QString, QString>> filledPairs(const QString &pattern, const NamedValue &inNames,
                                           const NamedValue &inValues);

/// The address, relative. An item of the query without its value is left out; an empty part of the path is Refused,
/// because the shorter address is another one.
struct AddressValues {
    NamedValue inPath;
    NamedValue inQuery;
    NamedValue inQueryNames;
};
Result<QUrl> filledAddress(const QString &pattern, const AddressValues &values);

/// The JSON document of the pattern, an object or a list, with values in its texts and in the names of its members;
/// "#{...}" alone is a whole number, or the text where the value is none that 64 bits hold. A member or an element
/// without its value is left out.
struct JsonValues {
    NamedValue inTexts;
    NamedValue inNames;
    bool keepsEmpty = true; ///< an object inside of which nothing is left stays
};
QJsonValue filledJson(const QString &pattern, const JsonValues &values);

} // namespace patchbay
