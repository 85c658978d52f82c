#include "connectors/kit/imap_session.h"

#include "connectors/kit/imap_text.h"
#include "core/base/log.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// The server's words, bounded, for a sentence. Some servers repeat the command that they refuse, sign-in and all.
QString imapWords(const ImapResponse &response)
{
    const QString text = redacted(QString::fromUtf8(response.text)).left(500).simplified();
    return text.isEmpty() ? QString::fromLatin1(response.name) : text;
}

QByteArray imapCodeName(const ImapResponse &response) { return response.code.split(' ').first().toUpper(); }

} // namespace

ImapSession::ImapSession(ImapSignIn signIn, ImapLimits limits)
    : m_signIn(std::move(signIn))
    , m_limits(limits)
    , m_framer(limits)
{
}

void ImapSession::receive(const QByteArray &bytes)
{
    if (m_state == State::Ended)
        return;
    if (m_state == State::Encrypting) {
        end(Error::Kind::Protocol,
            u"%1 went on in clear after it agreed to encrypt. Nothing was sent."_s.arg(m_signIn.host));
        return;
    }
    m_framer.append(bytes);
    while (m_state != State::Ended) {
        const Result<std::optional<ImapFrame>> frame = m_framer.next();
        if (!frame) {
            end(frame.error().kind, frame.error().message);
            return;
        }
        if (!*frame)
            return;
        const Result<ImapResponse> response = readImapResponse(**frame, m_limits);
        if (!response) {
            end(response.error().kind, response.error().message);
            return;
        }
        handle(*response);
    }
}

void ImapSession::handle(const ImapResponse &response)
{
    if (m_state == State::Greeting) {
        onGreeting(response);
        return;
    }
    switch (response.kind) {
    case ImapResponse::Kind::Continue: onContinue(response); return;
    case ImapResponse::Kind::Tagged: onTagged(response); return;
    case ImapResponse::Kind::Untagged: onUntagged(response); return;
    }
}

void ImapSession::onGreeting(const ImapResponse &response)
{
    if (response.kind != ImapResponse::Kind::Untagged) {
        end(Error::Kind::Protocol, u"%1 does not greet as an IMAP server."_s.arg(m_signIn.host));
    } else if (response.name == "BYE") {
        end(Error::Kind::Offline, u"%1 takes no connection: \"%2\"."_s.arg(m_signIn.host, imapWords(response)));
    } else if (response.name == "PREAUTH" && m_signIn.startTls) {
        // Signed in before encryption there is no STARTTLS any more: the way in for somebody in the middle.
        end(Error::Kind::Protocol,
            u"%1 says that we are signed in already, before encryption. That is refused; nothing was sent."_s.arg(
                m_signIn.host));
    } else if (response.name == "PREAUTH") {
        begin(State::NewCapability, {"CAPABILITY"});
    } else if (response.name != "OK") {
        end(Error::Kind::Protocol, u"%1 does not greet as an IMAP server."_s.arg(m_signIn.host));
    } else if (m_signIn.startTls) {
        begin(State::StartTls, {"STARTTLS"});
    } else {
        begin(State::Capability, {"CAPABILITY"});
    }
}

void ImapSession::encrypted()
{
    if (m_state != State::Encrypting)
        return;
    m_framer = ImapFramer(m_limits);
    m_capabilities.clear();
    m_news = false;
    begin(State::Capability, {"CAPABILITY"});
}

void ImapSession::begin(State state, QList<QByteArray> parts)
{
    m_state = state;
    m_tag = 'P' + QByteArray::number(++m_lastTag);
    m_output += m_tag + ' ' + parts.takeFirst() + "\r\n";
    m_parts = std::move(parts);
}

void ImapSession::send(const ImapCommand &command)
{
    if (m_state != State::Ready)
        return;
    m_command = command;
    m_command.parts.clear();
    m_reply = {};
    m_replyBytes = 0;
    m_idling = false;
    if (command.looks)
        m_news = false;
    m_loggingOut = command.parts.first() == "LOGOUT";
    begin(State::Busy, command.parts);
}

void ImapSession::endIdle()
{
    if (m_state != State::Busy || !m_idling)
        return;
    m_idling = false;
    m_output += "DONE\r\n";
}

void ImapSession::onContinue(const ImapResponse &response)
{
    if (m_state == State::Busy && m_command.idle && !m_idling && m_parts.isEmpty()) {
        m_idling = true;
        emitEvent({ImapEvent::Kind::Idling});
        if (m_news)
            emitEvent({ImapEvent::Kind::News});
        return;
    }
    if (m_state == State::SigningIn && m_parts.isEmpty() && m_bearer && !m_refusal) {
        m_refusal = saslBearerError(response.text);
        m_output += m_bearer->afterError + "\r\n";
        return;
    }
    if (m_parts.isEmpty()) {
        end(Error::Kind::Protocol, u"%1 asks for more although everything was said."_s.arg(m_signIn.host));
        return;
    }
    m_output += m_parts.takeFirst() + "\r\n"; // ends the command, or the announcement of its next literal
}

void ImapSession::onTagged(const ImapResponse &response)
{
    if (response.tag != m_tag) {
        end(Error::Kind::Protocol, u"%1 answers a command that was not given."_s.arg(m_signIn.host));
        return;
    }
    m_tag.clear();
    m_parts.clear();
    const bool ok = response.name == "OK";
    switch (m_state) {
    case State::StartTls:
        if (!ok) {
            end(Error::Kind::Refused,
                u"%1 does not encrypt (STARTTLS: \"%2\"). Nothing was sent; choose TLS instead, or ask who runs the server."_s
                    .arg(m_signIn.host, imapWords(response)));
        } else if (m_framer.hasRest()) {
            end(Error::Kind::Protocol,
                u"%1 went on in clear after it agreed to encrypt. Nothing was sent."_s.arg(m_signIn.host));
        } else {
            m_state = State::Encrypting;
            emitEvent({ImapEvent::Kind::StartTls});
        }
        return;
    case State::Capability:
        if (ok)
            signIn();
        else
            end(Error::Kind::Protocol,
                u"%1 does not tell what it can do: \"%2\"."_s.arg(m_signIn.host, imapWords(response)));
        return;
    case State::SigningIn:
        if (ok && !m_refusal)
            signedIn(response);
        else
            signInRefused(response);
        return;
    case State::NewCapability:
        m_state = State::Ready;
        emitEvent({ImapEvent::Kind::Ready});
        return;
    case State::Busy: completed(response); return;
    default: end(Error::Kind::Protocol, u"%1 answers a command that was not given."_s.arg(m_signIn.host)); return;
    }
}

void ImapSession::signIn()
{
    if (m_signIn.accessToken.isEmpty())
        signInWithPassword();
    else
        signInWithToken();
}

void ImapSession::signInWithToken()
{
    QList<QByteArray> mechanisms;
    for (const QByteArray &capability : std::as_const(m_capabilities)) {
        if (capability.startsWith("AUTH="))
            mechanisms << capability.mid(5);
    }
    const Result<SaslBearer> bearer = saslBearer(m_signIn.host, m_signIn.user, m_signIn.accessToken, mechanisms);
    if (!bearer) {
        end(bearer.error().kind, bearer.error().message);
        return;
    }
    m_bearer = *bearer;
    if (offers("SASL-IR"))
        begin(State::SigningIn, {"AUTHENTICATE " + m_bearer->mechanism + ' ' + m_bearer->response});
    else
        begin(State::SigningIn, {"AUTHENTICATE " + m_bearer->mechanism, m_bearer->response});
    m_bearer->response.clear();
}

void ImapSession::signInWithPassword()
{
    const QByteArray user = m_signIn.user.toUtf8();
    const QByteArray password = m_signIn.password.toUtf8();
    registerSecret(m_signIn.password);
    if (user.contains('\0') || password.contains('\0')) {
        end(Error::Kind::Unauthorized, u"User name and password must not contain NUL."_s);
    } else if (offers("AUTH=PLAIN")) {
        const QByteArray token = (QByteArray(1, '\0') + user + '\0' + password).toBase64();
        registerSecret(QString::fromLatin1(token));
        if (offers("SASL-IR"))
            begin(State::SigningIn, {"AUTHENTICATE PLAIN " + token});
        else
            begin(State::SigningIn, {"AUTHENTICATE PLAIN", token});
    } else if (offers("LOGINDISABLED")) {
        end(Error::Kind::Unauthorized,
            u"%1 allows no sign-in with a password on this connection. Use an app password, or another kind of encryption."_s
                .arg(m_signIn.host));
    } else {
        registerSecret(QString::fromUtf8(imapQuoted(password)).mid(1).chopped(1)); // with its escapes
        ImapCommand login{{}, {"LOGIN "}};
        imapAddString(login, user);
        login.parts.last() += ' ';
        imapAddString(login, password);
        begin(State::SigningIn, login.parts);
    }
}

void ImapSession::signedIn(const ImapResponse &response)
{
    m_signIn.password.clear();
    m_signIn.accessToken.clear();
    if (imapCodeName(response) == "CAPABILITY") {
        readCode(response);
        m_state = State::Ready;
        emitEvent({ImapEvent::Kind::Ready});
        return;
    }
    begin(State::NewCapability, {"CAPABILITY"});
}

void ImapSession::signInRefused(const ImapResponse &response)
{
    const QByteArray code = imapCodeName(response);
    const QString words = imapWords(response);
    if (code == "UNAVAILABLE" || code == "INUSE" || code == "SERVERBUG") {
        end(Error::Kind::Remote, u"%1 cannot sign anybody in just now: \"%2\"."_s.arg(m_signIn.host, words));
    } else if (code == "LIMIT" || code == "THROTTLED") {
        end(Error::Kind::RateLimited, u"%1 asks to slow down: \"%2\"."_s.arg(m_signIn.host, words));
    } else if (m_bearer) {
        end(Error::Kind::Unauthorized,
            saslBearerRefused(m_signIn.host, m_signIn.user, m_refusal.value_or(QString()), words));
    } else {
        end(Error::Kind::Unauthorized,
            u"%1 does not accept user name and password of %2: \"%3\". Enter the password again; some providers want "
            u"an "
            "app password."_s.arg(m_signIn.host, m_signIn.user, words));
    }
}

void ImapSession::completed(const ImapResponse &response)
{
    m_state = State::Ready;
    m_idling = false;
    readCode(response);
    if (response.name == "OK") {
        m_reply.code = response.code;
        m_reply.text = imapWords(response);
        std::sort(m_reply.found.begin(), m_reply.found.end());
        m_reply.found.erase(std::unique(m_reply.found.begin(), m_reply.found.end()), m_reply.found.end());
        emitEvent({ImapEvent::Kind::Completed, std::exchange(m_reply, {})});
        return;
    }
    const QByteArray code = imapCodeName(response);
    Error::Kind kind = response.name == "BAD" ? Error::Kind::Protocol : Error::Kind::Refused;
    if (code == "UNAVAILABLE" || code == "INUSE" || code == "SERVERBUG" || code == "LIMIT")
        kind = Error::Kind::Remote;
    else if (code == "NONEXISTENT" || code == "TRYCREATE")
        kind = Error::Kind::NotFound;
    m_reply = {};
    emitEvent(
        {ImapEvent::Kind::Refused,
         {},
         makeError(kind, u"%1 refuses to %2: \"%3\"."_s.arg(m_signIn.host, m_command.purpose, imapWords(response)))});
}

void ImapSession::end(Error::Kind kind, const QString &message)
{
    m_state = State::Ended;
    m_signIn.password.clear();
    m_signIn.accessToken.clear();
    m_parts.clear();
    m_output.clear();
    emitEvent({ImapEvent::Kind::Ended, {}, makeError(kind, redacted(message))});
}

} // namespace patchbay
