#include "connectors/chat/mail/mail_sign_in.h"

#include "connectors/chat/mail/mail_oauth.h"

namespace patchbay {

using namespace Qt::StringLiterals;

MailSignIn::MailSignIn(bool usesOAuth, const AccountConfig &account, const ConnectorServices &services,
                       std::function<void(const ChannelStanding &)> tell)
    : m_name(account.name)
    , m_standing(*services.clock, std::move(tell))
{
    if (!usesOAuth)
        return;
    StatusRules rules;
    rules.who = mailProviderName(account);
    m_tokens = accessTokensOf(mailTokenSpec(), services, account, rules);
}

Async<Result<MailServer>> MailSignIn::at(MailServer server)
{
    if (server.user.isEmpty())
        co_return server;
    if (!m_tokens) {
        if (server.password.isEmpty())
            co_return makeError(Error::Kind::Unauthorized,
                                u"No password stored for “%1”: open the channel settings."_s.arg(m_name));
        co_return server;
    }
    auto renewing = m_tokens->current();
    const Result<AccessToken> token = co_await std::move(renewing);
    if (!token)
        co_return token.error();
    server.password.clear();
    server.accessToken = token->token;
    co_return server;
}

Async<Result<MailServer>> MailSignIn::again(MailServer server, Error refusal)
{
    const QString refused = server.accessToken;
    if (!m_tokens || refused.isEmpty() || server.renewed || refusal.kind != Error::Kind::Unauthorized)
        co_return refusal;
    m_tokens->refused(refused);
    auto renewing = at(std::move(server));
    Result<MailServer> next = co_await std::move(renewing);
    if (next && next->accessToken == refused)
        co_return refusal; // just made: another one would fare no better
    if (next)
        next->renewed = true;
    co_return next;
}

void MailSignIn::accepted() { m_standing.accepted(m_tokens ? m_tokens->signInUntil() : Timestamp()); }

Async<Result<std::unique_ptr<ImapConnection>>>
openImap(std::shared_ptr<MailSignIn> signIn, std::function<std::unique_ptr<Stream>()> makeStream, MailSettings settings)
{
    auto preparing = signIn->at(settings.imap);
    Result<MailServer> server = co_await std::move(preparing);
    while (server) {
        auto connection = std::make_unique<ImapConnection>(makeStream(), *server, settings.silence);
        const QFuture<ImapConnection::Answer> opening = connection->open();
        const ImapConnection::Answer opened = co_await finished(opening);
        if (opened) {
            signIn->accepted();
            co_return std::move(connection);
        }
        auto trying = signIn->again(*server, opened.error());
        server = co_await std::move(trying);
    }
    signIn->failed(server.error());
    co_return server.error();
}

} // namespace patchbay
