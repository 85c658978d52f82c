#pragma once

#include "core/net/oauth_sign_in.h"

namespace patchbay {

/// Where a person proves who they are, on any device, and the code to enter there.
struct OAuthDeviceCode {
    QUrl page = {};
    QString code = {};
    std::chrono::seconds validFor{0};
};

/// One sign-in on another device (RFC 8628), for computers without a browser: asks for a code, then asks again and
/// again whether it was entered. Event loop's thread; destroying it ends the wait.
class OAuthDeviceSignIn {
public:
    /// Goes on after this time; tests do at once.
    using Pause = std::function<Async<Done>(std::chrono::milliseconds time)>;
    OAuthDeviceSignIn(Transport &transport, const Clock &clock, OAuthOffer offer, Pause pause = {});

    /// Refused when the offer is incomplete or the vendor hands out no codes.
    Async<Result<OAuthDeviceCode>> begin();
    /// Waits until the code was entered. Unauthorized: the person, or the vendor, said no (in its words); Timeout when
    /// the code is valid no more. Trouble on the way does not end the wait.
    Async<Result<OAuthGrant>> grant();

private:
    /// How long to wait before the next question after this answer; nothing when there is no use in another one.
    std::optional<std::chrono::seconds> intervalAfter(const Error &error) const;

    OAuthOffer m_offer;
    Pause m_pause;
    HttpClient m_http;
    QString m_deviceCode = {};
    std::chrono::seconds m_interval{5};
    std::chrono::seconds m_left{0}; ///< that the code is still valid, by what was waited: no clock that jumps ends it
};

} // namespace patchbay
