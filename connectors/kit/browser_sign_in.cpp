#include "connectors/kit/browser_sign_in.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

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
        if (!granted)
            co_return granted.error();
        if (granted->refreshToken.isEmpty()) {
            co_return makeError(
                Error::Kind::Unauthorized,
                u"The vendor gave no refresh token, so the sign-in would end soon. Allow the application "
                "to work offline, or look at the scopes."_s);
        }
        QHash<QString, QString> secrets;
        secrets.insert(u"refresh_token"_s, granted->refreshToken);
        co_return secrets;
    }

private:
    OAuthSignIn m_signIn;
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

} // namespace patchbay
