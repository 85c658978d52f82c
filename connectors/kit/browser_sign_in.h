#pragma once

#include "connectors/kit/services.h"
#include "core/net/oauth_sign_in.h"

namespace patchbay {

/// A sign-in by OAuth 2.0 whose refresh token goes into the form field "refresh_token"; a vendor that gives none is an
/// error, because the account would work for an hour.
std::unique_ptr<BrowserSignIn> makeBrowserSignIn(const ConnectorServices &services, const Result<OAuthOffer> &offer);
/// The same on another device, as the offer's DeviceFlow says.
std::unique_ptr<DeviceSignIn> makeDeviceSignIn(const ConnectorServices &services, const Result<OAuthOffer> &offer);

} // namespace patchbay
