#pragma once

#include "connectors/kit/sasl_bearer.h"
#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>
#include <vector>

namespace patchbay {

/// One reply of an SMTP server, of one or several lines.
struct SmtpReply {
    int code = 0;
    QList<QByteArray> lines = {}; ///< without the code

    /// The reply as it came, but for secrets, lines separated by LF; at most 2,000 characters.
    QString verbatim() const;
};

/// One mail to be handed over. Password and token go only to the server, encrypted or on loopback.
struct SmtpJob {
    QString host = {}; ///< for messages
    QByteArray helloName = {"localhost"};
    bool startTls = false;
    QString user = {}; ///< empty: without sign-in
    QString password = {};
    QString accessToken = {}; ///< OAuth 2.0, instead of a password
    QString from = {}; ///< the envelope's addresses, bare
    QStringList to = {};
    QByteArray text = {}; ///< RFC 5322, not dot-stuffed
    bool probe = false; ///< sign in and offer MAIL FROM only; sends nothing
};

struct SmtpEvent {
    enum class Kind {
        StartTls, ///< the server agreed: encrypt, then call encrypted()
        Waiting, ///< the server waits for the text: sendText() is the step that cannot be taken back
        Accepted, ///< `reply` to the text (or the probe): it is theirs now
        Failed, ///< `error`, ambiguous only when the text may have been accepted
    };

    Kind kind = Kind::Failed;
    QString reply = {};
    Error error = {};
};

/// The client's side of one SMTP delivery as a state machine: bytes in, bytes and events out, no I/O, no clock. All
/// recipients or none: one refused recipient ends the job before any text is sent. A value with one owner.
class SmtpSession {
public:
    explicit SmtpSession(SmtpJob job);

    void receive(const QByteArray &bytes);
    void encrypted();
    /// After Waiting: the text, dot-stuffed, and the final dot.
    void sendText();
    /// The connection is gone, or time is up: a Failed event with what that means at this point.
    void lost(const Error &cause);

    QByteArray takeOutput() { return std::exchange(m_output, {}); }
    std::vector<SmtpEvent> takeEvents() { return std::exchange(m_events, {}); }
    bool isOver() const { return m_state == State::Over; }
    /// True from the first byte of the text until the reply to it.
    bool isEffectOpen() const { return m_state == State::Text; }

private:
    enum class State {
        Greeting,
        Hello,
        StartTls,
        Encrypting,
        AuthPlain,
        AuthLogin,
        AuthUser,
        AuthPassword,
        AuthMechanism, ///< the server was told that an access token follows
        AuthToken,
        AuthError, ///< its error in the middle was answered
        From,
        To,
        Data,
        Waiting,
        Text,
        Over,
    };

    Result<bool> takeReply();
    void handle(const SmtpReply &reply);
    void onHello(const SmtpReply &reply);
    void onStartTls(const SmtpReply &reply);
    void onSignIn(const SmtpReply &reply);
    void onText(const SmtpReply &reply);
    void signIn();
    void signInWithToken(const QList<QByteArray> &mechanisms);
    void signInRefused(const SmtpReply &reply);
    void mailFrom();
    void nextRecipient();
    void say(State state, const QByteArray &line);
    void refuse(const SmtpReply &reply, const QString &what);
    void fail(Error error);
    QString extension(const char *name) const;
    bool offers(const char *name) const;

    SmtpJob m_job;
    State m_state = State::Greeting;
    QByteArray m_input;
    SmtpReply m_reply;
    bool m_isEncrypted = false;
    std::optional<SaslBearer> m_bearer;
    QString m_refusal; ///< what the server said of the token before it ends the exchange
    QList<QByteArray> m_extensions; ///< upper case, "SIZE 52428800"
    qsizetype m_nextRecipient = 0;
    QByteArray m_output;
    std::vector<SmtpEvent> m_events;
};

/// Lines end in CR LF (bare CR and LF become one), lines that begin with a dot get another one, and the end is CR LF.
QByteArray smtpDotStuffed(const QByteArray &text);

} // namespace patchbay
