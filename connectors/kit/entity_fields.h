#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Entities whose own fields stand in a list: [{"field_id": 17, "values": [{"value": "..."}]}].

/// Our key is the value of the field whose id is in the setting. `value` is a pointer below the field.
template <Literal setting, Literal fields, Literal id, Literal value>
bool hasKeyInFields(JsonReader &entity, const CrmContext &context)
{
    const QString wanted = settingText(context.settings, setting.string());
    bool ours = false;
    for (JsonReader &field : entity.optionalArray(fields.string()))
        ours = ours || (field.id(id.string()) == wanted && textOr(field, value.string()) == context.key);
    return ours;
}

/// A value of one of the fields is the person's address, in any case: for searches that find parts of words, too.
template <Literal fields, Literal values, Literal value>
bool hasAddressInFields(JsonReader &entity, const CrmContext &context)
{
    const QString wanted = taskPerson(context.task).address();
    bool isIt = false;
    for (JsonReader &field : entity.optionalArray(fields.string())) {
        for (JsonReader &one : field.optionalArray(values.string()))
            isIt = isIt || textOr(one, value.string()).compare(wanted, Qt::CaseInsensitive) == 0;
    }
    return isIt;
}

} // namespace patchbay
