#pragma once

#include "connectors/kit/access_tokens.h"
#include "core/ports/form_field.h"

#include <vector>

namespace patchbay {

/// What the CRM and the chat of Feishu and Lark have in common: the sign-in of an app, and how failures are told (Lark
/// Open Platform, "Get tenant_access_token" and "Server-side error codes").

/// "app_id" and the secret "app_secret".
std::vector<FormField> feishuAppForm();
/// Tokens of the app for its own company.
TokenSpec feishuTokens();
/// Codes of the platform (99991...), of messages (230...), of tasks (1470...) and of Base (1254..., 91...). One other
/// than 0 is a failure, whatever the status.
std::optional<VendorFailure> feishuFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
