// How an SMTP session signs in: with a password, or with an access token.
#include "connectors/kit/smtp_session.h"

#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype smtpCommandLimit = 510; ///< RFC 5321, section 4.5.3.1.4, without CR LF; RFC 4954 keeps to it

} // namespace

void SmtpSession::signIn()
{
    const QList<QByteArray> ways = extension("AUTH").toUtf8().split(' ');
    if (!m_job.accessToken.isEmpty()) {
        signInWithToken(ways);
        return;
    }
    const QByteArray user = m_job.user.toUtf8();
    const QByteArray password = m_job.password.toUtf8();
    const QByteArray token = (QByteArray(1, '\0') + user + '\0' + password).toBase64();
    for (const QString &secret : {m_job.password, QString::fromLatin1(password.toBase64()), QString::fromLatin1(token)})
        registerSecret(secret);
    if (user.contains('\0') || password.contains('\0'))
        fail(makeError(Error::Kind::Unauthorized, u"User name and password must not contain NUL."_s));
    else if (ways.contains("PLAIN"))
        say(State::AuthPlain, "AUTH PLAIN " + token);
    else if (ways.contains("LOGIN"))
        say(State::AuthLogin, "AUTH LOGIN");
    else
        fail(makeError(
            Error::Kind::Unauthorized,
            u"%1 offers no sign-in with a password on this port. Check port and encryption; leave the user empty "
            "if it needs none."_s.arg(m_job.host)));
}

void SmtpSession::signInWithToken(const QList<QByteArray> &mechanisms)
{
    const Result<SaslBearer> bearer = saslBearer(m_job.host, m_job.user, m_job.accessToken, mechanisms);
    if (!bearer) {
        fail(bearer.error());
        return;
    }
    m_bearer = *bearer;
    const QByteArray command = "AUTH " + m_bearer->mechanism;
    if (command.size() + 1 + m_bearer->response.size() > smtpCommandLimit)
        say(State::AuthMechanism, command); // too long for one line: Microsoft's tokens are
    else
        say(State::AuthToken, command + ' ' + m_bearer->response);
}

void SmtpSession::onSignIn(const SmtpReply &reply)
{
    if (reply.code == 235 && m_state != State::AuthMechanism && m_state != State::AuthError) {
        m_job.password.clear();
        m_job.accessToken.clear();
        m_bearer.reset();
        mailFrom();
    } else if (reply.code == 334 && m_state == State::AuthLogin) {
        say(State::AuthUser, m_job.user.toUtf8().toBase64());
    } else if (reply.code == 334 && m_state == State::AuthUser) {
        say(State::AuthPassword, m_job.password.toUtf8().toBase64());
    } else if (reply.code == 334 && m_state == State::AuthMechanism) {
        say(State::AuthToken, m_bearer->response);
    } else if (reply.code == 334 && m_state == State::AuthToken) {
        m_refusal = saslBearerError(reply.lines.constFirst());
        say(State::AuthError, m_bearer->afterError);
    } else if (reply.code / 100 == 5) {
        signInRefused(reply);
    } else {
        refuse(reply, u"cannot sign anybody in just now"_s);
    }
}

void SmtpSession::signInRefused(const SmtpReply &reply)
{
    if (m_bearer)
        fail(makeError(Error::Kind::Unauthorized,
                       saslBearerRefused(m_job.host, m_job.user, m_refusal, reply.verbatim())));
    else
        fail(makeError(Error::Kind::Unauthorized,
                       u"%1 does not accept user name and password of %2: \"%3\". Enter the password again; some "
                       "providers want an app password."_s.arg(m_job.host, m_job.user, reply.verbatim())));
}

} // namespace patchbay
