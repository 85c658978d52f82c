#pragma once

#include "core/base/result.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// A target's own field as a form shows it: its name, what kind of value it gets, and that value as it was typed.
struct OwnField {
    enum class Kind {
        Text, ///< a template
        Number,
        Switch, ///< "true" or "false"
        List, ///< of texts, one template a line
        Json, ///< anything else
    };

    QString name = {};
    Kind kind = Kind::Text;
    QString text = {};

    bool operator==(const OwnField &) const = default;
};

/// How a form shows the value. Pure.
OwnField ownFieldOf(const QString &name, const QJsonValue &value);
/// What was typed as the mapping holds it; refused with a sentence that names the field. Pure.
Result<QJsonValue> valueOf(const OwnField &field);
/// All rows of a form: those without a name and a value are left out, and a name may stand once. Pure.
Result<QJsonObject> fieldsOf(const std::vector<OwnField> &rows);

} // namespace patchbay
