#pragma once

#include "core/net/http_status.h"

namespace patchbay {

/// What Zoho CRM says of a failure: at the top or in the record's own element, with 200 as well; the sign-in writes
/// {"error": code}.
std::optional<VendorFailure> zohoFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
