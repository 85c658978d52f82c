#pragma once

#include "core/base/clock.h"
#include "core/ports/crm_connector.h"

namespace patchbay {

/// What a target offers for its own fields, as it was read at one time. A value.
struct FieldChoices {
    std::vector<FieldChoice> choices = {};
    Timestamp readAt = {};
    int leftOut = 0; ///< too long, without a name, or beyond the limit

    /// Names of the fields with choices, each once, in the order of the target.
    QStringList fields() const;
    std::vector<FieldChoice> of(const QString &field) const;
};

/// The vendor's words within limits: 2,000 choices, names of at most 80 characters, values and titles of at most 200,
/// titles without what cannot be seen; the same field and value once. Pure.
FieldChoices boundedChoices(const std::vector<FieldChoice> &choices, Timestamp readAt);

} // namespace patchbay
