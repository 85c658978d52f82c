#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// Conditions for `wanted` and eitherRequest, made of others.

template <bool (*...conditions)(const CrmContext &)> bool allOf(const CrmContext &context)
{
    return (conditions(context) && ...);
}

} // namespace patchbay
