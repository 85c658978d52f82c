#pragma once

#include "connectors/kit/access_tokens.h"
#include "core/ports/form_field.h"

#include <vector>

namespace patchbay {

/// What DingTalk's CRM and chat have in common: the sign-in of an app, and how failures are told (DingTalk Open
/// Platform, oauth2 1.0).

/// "app_key" and the secret "app_secret".
std::vector<FormField> dingtalkAppForm();
/// Access tokens of the app, in DingTalk's own header.
TokenSpec dingtalkTokens();

/// The words of a refusal and its code, in one line of small letters, because one code stands for many failures; empty:
/// it is none in DingTalk's form.
QString dingtalkRefusal(const Reply &reply);
/// Too many calls, which DingTalk tells with 400 and in words; nothing: the status decides.
std::optional<VendorFailure> dingtalkFailure(const Reply &reply, Timestamp now);

} // namespace patchbay
