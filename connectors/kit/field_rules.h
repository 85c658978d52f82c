#pragma once

#include "connectors/kit/literal.h"
#include "core/base/result.h"
#include "core/ports/form_field.h"

#include <QtCore/QJsonObject>

#include <vector>

namespace patchbay {

/// What a form's fields need beyond their kinds, and what they need of each other, as a table. Pure.

/// Says only what is wrong with the text, which may be empty: "is no JSON pointer such as /data/id".
using TextCheck = Result<Done> (*)(const QString &text);

struct FieldRule {
    QString field = {};
    TextCheck check = nullptr;
    QString when = {}; ///< only when this field is not empty, or is `is`; empty: always
    QString is = {};
    QString why = {}; ///< is put behind what the check says
};

/// Several parts of a form, or of its rules, as one list.
template <class T> std::vector<T> joined(const std::vector<std::vector<T>> &parts)
{
    std::vector<T> all;
    for (const std::vector<T> &part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// The setting; where it is empty, what the form proposes.
QString settingOrProposed(const std::vector<FormField> &form, const QJsonObject &settings, const QString &key);
/// Refused: "Label (key): what".
Error fieldFault(const std::vector<FormField> &form, const QString &key, const QString &what);
/// The first rule that is broken, as a fieldFault.
Result<Done> checkRules(const std::vector<FieldRule> &rules, const std::vector<FormField> &form,
                        const QJsonObject &settings);

Result<Done> isThere(const QString &text);
/// Empty for the whole document, or a JSON pointer (RFC 6901).
Result<Done> isPointer(const QString &text);
/// A header that a form may set: none that belongs to the connection or to what we send.
Result<Done> isHeaderName(const QString &text);
Result<Done> isParameterName(const QString &text);
/// A page's address in which {{id}} may stand; or empty.
Result<Done> isPageWithId(const QString &text);

/// Empty, or the path of an address with only these placeholders (json_template.h).
Result<Done> isPathWith(const QString &text, const QStringList &names);
template <Literal... names> Result<Done> isPath(const QString &text) { return isPathWith(text, {names.string()...}); }
/// The same with the values of a task.
Result<Done> isTaskPath(const QString &text);

Result<Done> needsPlaceholder(const QString &text, const QString &name);
template <Literal name> Result<Done> needs(const QString &text) { return needsPlaceholder(text, name.string()); }

} // namespace patchbay
