#pragma once

#include "connectors/kit/imap_command.h"
#include "connectors/kit/sasl_bearer.h"

#include <QtCore/QStringList>

#include <optional>
#include <vector>

namespace patchbay {

/// How to sign in. Password and token leave this value only towards the server, encrypted or on loopback.
struct ImapSignIn {
    QString host = {}; ///< for messages
    bool startTls = false;
    QString user = {};
    QString password = {};
    QString accessToken = {}; ///< OAuth 2.0, instead of a password
};

struct ImapEvent {
    enum class Kind {
        StartTls, ///< the server agreed: encrypt, then call encrypted()
        Ready, ///< signed in
        Idling, ///< the server accepted IDLE
        News, ///< while idling: there may be new messages
        Completed, ///< `reply` to the command
        Refused, ///< `error`: the server said no to this command, the session lives on
        Ended, ///< `error`: the session is over
    };

    Kind kind = Kind::Ended;
    ImapReply reply = {};
    Error error = {};
};

/// The client's side of one IMAP4rev1 connection as a state machine: bytes in, bytes and events out, no I/O, no clock.
/// One command at a time. Strict: what does not belong ends the session with a sentence. With STARTTLS nothing of what
/// was said in clear is kept, and a server that is "already signed in" is refused. A value with one owner.
class ImapSession {
public:
    explicit ImapSession(ImapSignIn signIn, ImapLimits limits = {});

    void receive(const QByteArray &bytes);
    void encrypted();
    /// After Ready, Completed or Refused.
    void send(const ImapCommand &command);
    /// Ends IDLE; Completed follows.
    void endIdle();

    QByteArray takeOutput() { return std::exchange(m_output, {}); }
    std::vector<ImapEvent> takeEvents() { return std::exchange(m_events, {}); }
    bool offers(const char *capability) const { return m_capabilities.contains(QByteArray(capability)); }
    bool isReady() const { return m_state == State::Ready; }

private:
    enum class State { Greeting, StartTls, Encrypting, Capability, SigningIn, NewCapability, Ready, Busy, Ended };

    void handle(const ImapResponse &response);
    void onGreeting(const ImapResponse &response);
    void onContinue(const ImapResponse &response);
    void onTagged(const ImapResponse &response);
    void onUntagged(const ImapResponse &response);
    void onBye(const ImapResponse &response);
    void onFetch(const ImapResponse &response);
    void onSearch(const ImapResponse &response);
    void readCode(const ImapResponse &response);
    void readCapabilities(const QList<QByteArray> &words);
    void signIn();
    void signInWithToken();
    void signInWithPassword();
    void signedIn(const ImapResponse &response);
    void signInRefused(const ImapResponse &response);
    void completed(const ImapResponse &response);

    void begin(State state, QList<QByteArray> parts);
    void emitEvent(ImapEvent event) { m_events.push_back(std::move(event)); }
    void end(Error::Kind kind, const QString &message);

    ImapSignIn m_signIn;
    ImapLimits m_limits;
    ImapFramer m_framer;
    State m_state = State::Greeting;
    QByteArray m_output;
    std::vector<ImapEvent> m_events;
    QList<QByteArray> m_capabilities;
    int m_lastTag = 0;
    QByteArray m_tag;
    QList<QByteArray> m_parts; ///< still to be sent, each after a "+"
    std::optional<SaslBearer> m_bearer;
    std::optional<QString> m_refusal; ///< what the server said of the token before it ends the exchange
    ImapCommand m_command;
    ImapReply m_reply;
    qsizetype m_replyBytes = 0;
    bool m_idling = false;
    bool m_news = false; ///< something was announced since the last search began
    bool m_loggingOut = false;
};

} // namespace patchbay
