#include "connectors/chat/mail/imap_connection.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

ImapSignIn imapSignIn(const MailServer &server)
{
    return {server.host, server.security == Stream::Security::StartTls, server.user, server.password,
            server.accessToken};
}

} // namespace

ImapConnection::ImapConnection(std::unique_ptr<Stream> stream, MailServer server, std::chrono::milliseconds silence)
    : m_server(std::move(server))
    , m_session(imapSignIn(m_server))
    , m_stream(stream.release())
{
    m_server.password.clear();
    m_server.accessToken.clear();
    for (QTimer *timer : {&m_silence, &m_idleEnd, &m_limit})
        timer->setSingleShot(true);
    m_silence.setInterval(silence);
    const auto late = [this] {
        fail(makeError(Error::Kind::Timeout, u"%1 did not answer in time (%2)."_s.arg(m_server.host, m_purpose)));
    };
    connect(&m_silence, &QTimer::timeout, this, late);
    connect(&m_limit, &QTimer::timeout, this, late);
    connect(&m_idleEnd, &QTimer::timeout, this, [this] {
        m_session.endIdle();
        m_silence.start();
        pump();
    });
    connect(m_stream, &Stream::received, this, [this](const QByteArray &bytes) {
        if (m_silence.isActive())
            m_silence.start();
        m_session.receive(bytes);
        pump();
    });
    connect(m_stream, &Stream::encrypted, this, [this] {
        m_session.encrypted();
        pump();
    });
    connect(m_stream, &Stream::failed, this, [this](const Error &error) { fail(error); });
}

ImapConnection::~ImapConnection()
{
    m_stream->disconnect(this);
    m_stream->close();
    m_stream->deleteLater();
}

QFuture<ImapConnection::Answer> ImapConnection::open()
{
    QFuture<Answer> answer = expect(u"connect and sign in"_s);
    if (!m_server.caFile.isEmpty())
        m_stream->trust(m_server.caFile);
    m_stream->open(m_server.host, m_server.port, m_server.security);
    return answer;
}

QFuture<ImapConnection::Answer> ImapConnection::run(ImapCommand command)
{
    QFuture<Answer> answer = expect(command.purpose);
    if (isAlive()) {
        m_session.send(command);
        pump();
    }
    return answer;
}

QFuture<ImapConnection::Answer> ImapConnection::idle(std::chrono::milliseconds limit)
{
    m_idleEnd.setInterval(limit);
    return run(imapIdle());
}

QFuture<ImapConnection::Answer> ImapConnection::expect(const QString &purpose)
{
    auto owed = std::make_unique<QPromise<Answer>>();
    QFuture<Answer> answer = owed->future();
    owed->start();
    m_purpose = purpose;
    m_owed = std::move(owed);
    if (isAlive())
        m_silence.start();
    else
        settle(m_fault);
    return answer;
}

void ImapConnection::endWithin(std::chrono::milliseconds limit) { m_limit.start(limit); }

void ImapConnection::logout()
{
    if (!isAlive())
        return;
    m_session.send(imapLogout());
    m_stream->write(m_session.takeOutput());
    m_silence.stop();
    m_fault = makeError(Error::Kind::Cancelled, u"The connection to %1 was closed."_s.arg(m_server.host));
    m_stream->close();
}

void ImapConnection::pump()
{
    const QByteArray output = m_session.takeOutput();
    if (!output.isEmpty() && isAlive())
        m_stream->write(output);
    for (const ImapEvent &event : m_session.takeEvents())
        handle(event);
}

void ImapConnection::handle(const ImapEvent &event)
{
    switch (event.kind) {
    case ImapEvent::Kind::StartTls: m_stream->startEncryption(); return;
    case ImapEvent::Kind::Idling:
        m_silence.stop();
        m_idleEnd.start();
        return;
    case ImapEvent::Kind::News:
        if (m_idleEnd.isActive())
            m_idleEnd.start(std::chrono::milliseconds(0)); // news come in bursts
        return;
    case ImapEvent::Kind::Ready: settle(ImapReply()); return;
    case ImapEvent::Kind::Completed: settle(event.reply); return;
    case ImapEvent::Kind::Refused: settle(event.error); return;
    case ImapEvent::Kind::Ended: fail(event.error); return;
    }
}

void ImapConnection::settle(const Answer &answer)
{
    m_silence.stop();
    m_idleEnd.stop();
    if (const std::unique_ptr<QPromise<Answer>> owed = std::move(m_owed)) {
        owed->addResult(answer);
        owed->finish();
    }
}

void ImapConnection::fail(const Error &error)
{
    if (!isAlive())
        return;
    m_fault = error;
    m_limit.stop();
    m_stream->close();
    settle(error);
}

} // namespace patchbay
