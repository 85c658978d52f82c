#pragma once

#include "connectors/chat/mail/imap_connection.h"
#include "connectors/kit/access_tokens.h"
#include "connectors/kit/standing_notes.h"

#include <functional>
#include <memory>

namespace patchbay {

/// What signs a mail account in at both servers: its passwords, or one access token (OAuth 2.0) that is renewed before
/// it ends. Shared by a connector and what it has begun, so that one renewal serves all. Event loop's thread.
class MailSignIn {
public:
    /// `tell`: what the servers say of the sign-in, whenever that is another thing.
    MailSignIn(bool usesOAuth, const AccountConfig &account, const ConnectorServices &services,
               std::function<void(const ChannelStanding &)> tell);

    /// The server with what to say there. Unauthorized: nothing is stored, or the provider gives no token any more.
    Async<Result<MailServer>> at(MailServer server);
    /// After `refusal` by that server: the same with a new token, once; else the refusal.
    Async<Result<MailServer>> again(MailServer server, Error refusal);
    void accepted();
    void failed(const Error &error) { m_standing.failed(error); }

private:
    QString m_name;
    StandingNotes m_standing;
    std::shared_ptr<AccessTokens> m_tokens; ///< none: with passwords
};

/// A connection that is signed in, with a new token where the first was refused.
Async<Result<std::unique_ptr<ImapConnection>>> openImap(std::shared_ptr<MailSignIn> signIn,
                                                        std::function<std::unique_ptr<Stream>()> makeStream,
                                                        MailSettings settings);

} // namespace patchbay
