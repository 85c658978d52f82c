#pragma once

#include "connectors/kit/access_tokens.h"
#include "core/ports/form_field.h"

#include <vector>

namespace patchbay {

/// What WeCom's CRM and chat have in common: the sign-in of an app, and how failures are told (WeCom developer
/// documentation, "获取access_token" and "全局错误码").

/// "corp_id" and the secret "corp_secret".
std::vector<FormField> wecomAppForm();
/// Access tokens of the app; WeCom takes secret and token in the query and nowhere else.
TokenSpec wecomTokens();
/// A code other than 0 is a failure, with status 200.
std::optional<VendorFailure> wecomFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
