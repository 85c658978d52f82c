#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// One call of a spec whose task becomes one of two objects, as a setting says: the first where `isFirst`.
template <bool (*isFirst)(const CrmContext &), auto first, auto second>
Result<Request> eitherRequest(const CrmContext &context)
{
    return isFirst(context) ? first(context) : second(context);
}
template <bool (*isFirst)(const CrmContext &), auto first, auto second>
auto eitherReply(JsonReader &reply, const CrmContext &context)
{
    return isFirst(context) ? first(reply, context) : second(reply, context);
}

} // namespace patchbay
