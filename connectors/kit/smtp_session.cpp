#include "connectors/kit/smtp_session.h"

#include "core/base/log.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype smtpLineLimit = 4096;
constexpr qsizetype smtpLinesLimit = 100;

bool smtpIsAscii(const QByteArray &bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// An address that can stand between < and > without ending them.
bool smtpIsAddress(const QString &address)
{
    return address.size() <= 320 && address.contains(u'@') && std::none_of(address.begin(), address.end(), [](QChar c) {
               return c.unicode() <= 0x20 || c.unicode() == 0x7f || c == u'<' || c == u'>' || c.isSpace();
           });
}

} // namespace

QString SmtpReply::verbatim() const
{
    QString text;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (i > 0)
            text += u'\n';
        text += QString::number(code) + (i + 1 < lines.size() ? u'-' : u' ') + QString::fromUtf8(lines[i]);
    }
    return redacted(text).left(2000); // some servers repeat the command that they refuse, sign-in and all
}

QByteArray smtpDotStuffed(const QByteArray &text)
{
    QByteArray out;
    out.reserve(text.size() + text.size() / 50 + 2);
    bool lineStart = true;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' || c == '\n') {
            if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
                ++i;
            out += "\r\n";
            lineStart = true;
            continue;
        }
        if (lineStart && c == '.')
            out += '.';
        out += c;
        lineStart = false;
    }
    if (!lineStart)
        out += "\r\n";
    return out;
}

SmtpSession::SmtpSession(SmtpJob job)
    : m_job(std::move(job))
{
    if (!smtpIsAddress(m_job.from))
        fail(makeError(Error::Kind::Refused, u"\"%1\" is not an address to send from."_s.arg(m_job.from)));
    else if (m_job.to.isEmpty() && !m_job.probe)
        fail(makeError(Error::Kind::Refused, u"The message has no recipient."_s));
    for (const QString &address : std::as_const(m_job.to)) {
        if (!smtpIsAddress(address) && !isOver())
            fail(makeError(Error::Kind::Refused, u"\"%1\" is not an address to send to."_s.arg(address)));
    }
}

void SmtpSession::receive(const QByteArray &bytes)
{
    if (isOver())
        return;
    if (m_state == State::Encrypting) {
        fail(makeError(Error::Kind::Protocol,
                       u"%1 went on in clear after it agreed to encrypt. Nothing was sent."_s.arg(m_job.host)));
        return;
    }
    m_input += bytes;
    while (!isOver()) {
        const Result<bool> whole = takeReply();
        if (!whole) {
            lost(whole.error());
            return;
        }
        if (!*whole)
            return;
        handle(std::exchange(m_reply, {}));
    }
}

Result<bool> SmtpSession::takeReply()
{
    const auto fault = [this](const QString &what) {
        return makeError(Error::Kind::Protocol, u"%1 does not answer as an SMTP server: %2."_s.arg(m_job.host, what));
    };
    for (;;) {
        const qsizetype end = m_input.indexOf('\n');
        if ((end < 0 ? m_input.size() : end) > smtpLineLimit)
            return fault(u"a line is longer than %1 bytes"_s.arg(smtpLineLimit));
        if (end < 0)
            return false;
        QByteArray line = m_input.left(end);
        m_input.remove(0, end + 1);
        if (line.endsWith('\r'))
            line.chop(1);
        bool isNumber = false;
        const int code = line.left(3).toInt(&isNumber);
        const char separator = line.size() > 3 ? line[3] : ' ';
        if (!isNumber || code < 200 || code > 599 || (separator != ' ' && separator != '-'))
            return fault(u"\"%1\""_s.arg(QString::fromUtf8(line.left(100)).simplified()));
        if (m_reply.code != 0 && m_reply.code != code)
            return fault(u"one reply with the codes %1 and %2"_s.arg(m_reply.code).arg(code));
        if (m_reply.lines.size() >= smtpLinesLimit)
            return fault(u"a reply of more than %1 lines"_s.arg(smtpLinesLimit));
        m_reply.code = code;
        m_reply.lines << line.mid(4);
        if (separator == ' ')
            return true;
    }
}

void SmtpSession::handle(const SmtpReply &reply)
{
    const int kind = reply.code / 100;
    switch (m_state) {
    case State::Greeting:
        if (reply.code == 220)
            say(State::Hello, "EHLO " + m_job.helloName);
        else
            refuse(reply, u"takes no connection"_s);
        return;
    case State::Hello: onHello(reply); return;
    case State::StartTls: onStartTls(reply); return;
    case State::AuthPlain:
    case State::AuthLogin:
    case State::AuthUser:
    case State::AuthPassword:
    case State::AuthMechanism:
    case State::AuthToken:
    case State::AuthError: onSignIn(reply); return;
    case State::From:
        if (kind != 2) {
            refuse(reply, u"takes no mail from %1"_s.arg(m_job.from));
        } else if (m_job.probe) {
            m_events.push_back({SmtpEvent::Kind::Accepted, reply.verbatim()});
            say(State::Over, "RSET\r\nQUIT");
        } else {
            nextRecipient();
        }
        return;
    case State::To:
        if (kind != 2)
            refuse(reply, u"does not accept the recipient %1"_s.arg(m_job.to[m_nextRecipient - 1]));
        else
            nextRecipient();
        return;
    case State::Data:
        if (reply.code == 354) {
            m_state = State::Waiting;
            m_events.push_back({SmtpEvent::Kind::Waiting});
        } else {
            refuse(reply, u"does not take the text"_s);
        }
        return;
    case State::Waiting: refuse(reply, u"does not wait for the text any more"_s); return;
    case State::Text: onText(reply); return;
    case State::Encrypting:
    case State::Over: return;
    }
}

void SmtpSession::onHello(const SmtpReply &reply)
{
    if (reply.code != 250) {
        refuse(reply, u"does not speak ESMTP"_s);
        return;
    }
    m_extensions.clear();
    for (const QByteArray &line : reply.lines.mid(1))
        m_extensions << line.toUpper().simplified();
    if (m_job.startTls && !m_isEncrypted) {
        if (offers("STARTTLS"))
            say(State::StartTls, "STARTTLS");
        else
            fail(makeError(
                Error::Kind::Remote,
                u"%1 does not offer to encrypt (no STARTTLS). Nothing was sent; choose TLS instead, or ask who "
                "runs the server."_s.arg(m_job.host)));
        return;
    }
    if (m_job.user.isEmpty())
        mailFrom();
    else
        signIn();
}

void SmtpSession::onStartTls(const SmtpReply &reply)
{
    if (reply.code != 220) {
        refuse(reply, u"does not encrypt"_s);
    } else if (!m_input.isEmpty()) {
        fail(makeError(Error::Kind::Protocol,
                       u"%1 went on in clear after it agreed to encrypt. Nothing was sent."_s.arg(m_job.host)));
    } else {
        m_state = State::Encrypting;
        m_extensions.clear(); // said in clear: not believed
        m_events.push_back({SmtpEvent::Kind::StartTls});
    }
}

void SmtpSession::encrypted()
{
    if (m_state != State::Encrypting)
        return;
    m_isEncrypted = true;
    say(State::Hello, "EHLO " + m_job.helloName);
}

void SmtpSession::mailFrom()
{
    bool sizeKnown = false;
    const qint64 limit = extension("SIZE").toLongLong(&sizeKnown);
    const bool wide = !smtpIsAscii(m_job.text);
    bool utf8 = !smtpIsAscii(m_job.from.toUtf8());
    for (const QString &address : std::as_const(m_job.to))
        utf8 = utf8 || !smtpIsAscii(address.toUtf8());
    QByteArray line = "MAIL FROM:<" + m_job.from.toUtf8() + '>';
    if (sizeKnown && limit > 0 && m_job.text.size() > limit) {
        fail(makeError(
            Error::Kind::Refused,
            u"The message has %1 bytes; %2 takes at most %3."_s.arg(m_job.text.size()).arg(m_job.host).arg(limit)));
        return;
    }
    if (utf8 && !offers("SMTPUTF8")) {
        fail(makeError(
            Error::Kind::Refused,
            u"%1 cannot send to or from addresses with letters beyond ASCII before the @."_s.arg(m_job.host)));
        return;
    }
    if (wide && !offers("8BITMIME")) {
        fail(makeError(Error::Kind::Refused, u"%1 takes plain ASCII texts only."_s.arg(m_job.host)));
        return;
    }
    if (offers("SIZE") && !m_job.probe)
        line += " SIZE=" + QByteArray::number(m_job.text.size());
    if (wide)
        line += " BODY=8BITMIME";
    if (utf8)
        line += " SMTPUTF8";
    say(State::From, line);
}

void SmtpSession::nextRecipient()
{
    if (m_nextRecipient < m_job.to.size())
        say(State::To, "RCPT TO:<" + m_job.to[m_nextRecipient++].toUtf8() + '>');
    else
        say(State::Data, "DATA");
}

void SmtpSession::sendText()
{
    if (m_state != State::Waiting)
        return;
    m_state = State::Text;
    m_output += smtpDotStuffed(m_job.text) + ".\r\n";
    m_job.text.clear();
}

void SmtpSession::onText(const SmtpReply &reply)
{
    if (reply.code / 100 == 2) {
        m_events.push_back({SmtpEvent::Kind::Accepted, reply.verbatim()});
        say(State::Over, "QUIT");
    } else if (reply.code / 100 == 3) {
        lost(makeError(Error::Kind::Protocol, u"%1 answers the text with \"%2\"."_s.arg(m_job.host, reply.verbatim())));
    } else {
        m_state = State::Data; // 4xx and 5xx are a definite no (RFC 5321, section 4.2.5)
        refuse(reply, u"does not accept the text"_s);
    }
}

void SmtpSession::lost(const Error &cause)
{
    if (isOver())
        return;
    Error error = cause;
    if (isEffectOpen()) {
        error.ambiguous = true;
        error.message += u" The text was on its way, so it is not known whether it was accepted."_s;
    }
    fail(error);
}

void SmtpSession::refuse(const SmtpReply &reply, const QString &what)
{
    const QString sentence = u"%1 %2: \"%3\"."_s.arg(m_job.host, what, reply.verbatim());
    Error::Kind kind = Error::Kind::Protocol;
    if (m_state == State::Greeting || m_state == State::Hello || m_state == State::StartTls)
        kind = Error::Kind::Remote; // about this connection, not about this message: another try may fare better
    else if (reply.code / 100 == 5)
        kind = reply.code == 530 || reply.code == 535 ? Error::Kind::Unauthorized : Error::Kind::Refused;
    else if (reply.code / 100 == 4)
        kind = reply.code == 450 || reply.code == 452 ? Error::Kind::RateLimited : Error::Kind::Remote;
    const bool tidy = m_state == State::From || m_state == State::To || m_state == State::Data;
    fail(makeError(kind, sentence));
    if (tidy)
        m_output += "RSET\r\nQUIT\r\n";
}

void SmtpSession::fail(Error error)
{
    m_state = State::Over;
    m_job.password.clear();
    m_job.accessToken.clear();
    m_output.clear();
    error.message = redacted(error.message);
    m_events.push_back({SmtpEvent::Kind::Failed, {}, std::move(error)});
}

void SmtpSession::say(State state, const QByteArray &line)
{
    m_state = state;
    m_output += line + "\r\n";
}

QString SmtpSession::extension(const char *name) const
{
    for (const QByteArray &line : m_extensions) {
        if (line == name)
            return {};
        if (line.startsWith(QByteArray(name) + ' '))
            return QString::fromUtf8(line.mid(qsizetype(qstrlen(name)) + 1));
    }
    return {};
}

bool SmtpSession::offers(const char *name) const
{
    return std::any_of(m_extensions.begin(), m_extensions.end(), [name](const QByteArray &line) {
        return line == name || line.startsWith(QByteArray(name) + ' ');
    });
}

} // namespace patchbay
