#pragma once

#include "core/engine/field_template.h"
#include "core/model/task.h"

namespace patchbay {

/// The mapping's fields by name, as documents and the command line write them: title, description, priority, due, and
/// "fields.NAME" for the target's own.
Result<Done> setMappingField(FieldMapping &mapping, const QString &field, const QString &text);

/// "+3d" and "+4h" from now, a date, or a date with time; nothing for another text.
std::optional<Timestamp> readDue(const QString &text, Timestamp now);

/// Whether each template can be read and nothing is too large; the sentence names the field and the place.
Result<Done> checkMapping(const FieldMapping &mapping);

/// What a drafted task becomes at the mapping's target. Values are put in as whole texts, never read as templates or as
/// JSON. Refused when a template cannot be read, or gives no priority or no date where one must be.
Result<TaskPayload> mappedTask(const FieldMapping &mapping, const TaskPayload &draft, const TemplateValues &values,
                               Timestamp now);

} // namespace patchbay
