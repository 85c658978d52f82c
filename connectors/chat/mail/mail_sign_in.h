#pragma once

#include "connectors/chat/mail/imap_connection.h"
#include "connectors/kit/access_tokens.h"

#include <functional>
#include <memory>

namespace patchbay {

/// What signs a mail account in at both servers: its passwords, or one access token (OAuth 2.0) that is renewed before
/// it ends. Shared by a connector and what it has begun, so that one renewal serves all. Event loop's thread.
class MailSignIn {
public:
    MailSignIn(bool usesOAuth, const AccountConfig &account, const ConnectorServices &services);

    /// The server with what to say there. Unauthorized: nothing is stored, or the provider gives no token any more.
    Async<Result<MailServer>> at(MailServer server);
    /// After `refusal` by that server: the same with a new token, once; else the refusal.
    Async<Result<MailServer>> again(MailServer server, Error refusal);

private:
    QString m_name;
    std::shared_ptr<AccessTokens> m_tokens; ///< none: with passwords
};

/// A connection that is signed in, with a new token where the first was refused.
Async<Result<std::unique_ptr<ImapConnection>>> openImap(std::shared_ptr<MailSignIn> signIn,
                                                        std::function<std::unique_ptr<Stream>()> makeStream,
                                                        MailSettings settings);

} // namespace patchbay
