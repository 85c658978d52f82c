#include "connectors/kit/browser_sign_in.h"

#include "core/net/device_sign_in.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<QHash<QString, QString>> secretsOf(const Result<OAuthGrant> &granted)
{
    if (!granted)
        return granted.error();
    if (granted->refreshToken.isEmpty()) {
        return makeError(Error::Kind::Unauthorized,
                         u"The vendor gave no refresh token, so the sign-in would end soon. Allow the application "
                         "to work offline, or look at the scopes."_s);
    }
    QHash<QString, QString> secrets;
    secrets.insert(u"refresh_token"_s, granted->refreshToken);
    return secrets;
}

class OAuthBrowserSignIn final : public BrowserSignIn {
public:
    OAuthBrowserSignIn(const ConnectorServices &services, OAuthOffer offer)
        : m_signIn(*services.transport, *services.clock, services.randomBytes, std::move(offer))
    {
    }
    Result<QUrl> begin() override { return m_signIn.begin(); }
    Async<Result<QHash<QString, QString>>> secrets() override
    {
        const Result<OAuthGrant> granted = co_await m_signIn.grant();
        co_return secretsOf(granted);
    }

private:
    OAuthSignIn m_signIn;
};

class KitDeviceSignIn final : public DeviceSignIn {
public:
    KitDeviceSignIn(const ConnectorServices &services, const Result<OAuthOffer> &offer)
        : m_refused(offer ? std::nullopt : std::optional(offer.error()))
        , m_signIn(*services.transport, *services.clock, offer ? *offer : OAuthOffer())
    {
    }
    Async<Result<DeviceCode>> begin() override
    {
        if (m_refused)
            co_return *m_refused;
        const Result<OAuthDeviceCode> handedOut = co_await m_signIn.begin();
        if (!handedOut)
            co_return handedOut.error();
        DeviceCode code;
        code.page = handedOut->page;
        code.code = handedOut->code;
        code.validFor = handedOut->validFor;
        co_return code;
    }
    Async<Result<QHash<QString, QString>>> secrets() override
    {
        const Result<OAuthGrant> granted = co_await m_signIn.grant();
        co_return secretsOf(granted);
    }

private:
    std::optional<Error> m_refused;
    OAuthDeviceSignIn m_signIn;
};

class RefusedSignIn final : public BrowserSignIn {
public:
    explicit RefusedSignIn(Error why)
        : m_why(std::move(why))
    {
    }
    Result<QUrl> begin() override { return m_why; }
    Async<Result<QHash<QString, QString>>> secrets() override { co_return m_why; }

private:
    Error m_why;
};

} // namespace

std::unique_ptr<BrowserSignIn> makeBrowserSignIn(const ConnectorServices &services, const Result<OAuthOffer> &offer)
{
    if (!offer)
        return std::make_unique<RefusedSignIn>(offer.error());
    return std::make_unique<OAuthBrowserSignIn>(services, *offer);
}

std::unique_ptr<DeviceSignIn> makeDeviceSignIn(const ConnectorServices &services, const Result<OAuthOffer> &offer)
{
    return std::make_unique<KitDeviceSignIn>(services, offer);
}

} // namespace patchbay
