#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

std::vector<FormField> pipedriveForm();
/// `success` is false also in some answers with 200; the wait of a 429 stands in a header of its own.
std::optional<VendorFailure> pipedriveFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
