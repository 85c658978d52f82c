#pragma once

#include "connectors/kit/access_tokens.h"
#include "core/net/oauth_sign_in.h"
#include "core/ports/form_field.h"

#include <optional>
#include <vector>

namespace patchbay {

/// The choice between a password and OAuth 2.0, and the fields of the latter. Presets fill what is left empty.
std::vector<FormField> mailSignInForm();

/// Where a mail account gets its tokens; nothing when it signs in with a password. The error names the field.
Result<std::optional<OAuthOffer>> readMailOAuth(const AccountConfig &account);

/// What the browser is opened with. Refused with a sentence for an account that signs in with a password.
Result<OAuthOffer> mailSignInOffer(const AccountConfig &account);
/// The same for a code on another device. Refused for a provider that hands out none.
Result<OAuthOffer> mailDeviceOffer(const AccountConfig &account);

/// Access tokens by the account's refresh token, which the provider may replace.
TokenSpec mailTokenSpec();
/// The provider's name, for sentences.
QString mailProviderName(const AccountConfig &account);

} // namespace patchbay
