#include "connectors/chat/mail/smtp_connection.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

SmtpJob smtpJobFor(const MailServer &server, SmtpJob job)
{
    job.host = server.host;
    job.helloName = "[127.0.0.1]"; // the machine's name is nobody's business
    job.startTls = server.security == Stream::Security::StartTls;
    job.user = server.user;
    job.password = server.password;
    job.accessToken = server.accessToken;
    return job;
}

} // namespace

SmtpConnection::SmtpConnection(std::unique_ptr<Stream> stream, MailServer server, SmtpJob job,
                               std::chrono::milliseconds deadline)
    : m_server(std::move(server))
    , m_session(smtpJobFor(m_server, std::move(job)))
    , m_stream(stream.release())
{
    m_server.password.clear();
    m_server.accessToken.clear();
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(deadline);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        lost(makeError(
            Error::Kind::Timeout,
            u"%1 did not finish within %2 seconds."_s.arg(m_server.host).arg(double(m_deadline.interval()) / 1000)));
    });
    connect(m_stream, &Stream::received, this, [this](const QByteArray &bytes) {
        m_session.receive(bytes);
        pump();
    });
    connect(m_stream, &Stream::encrypted, this, [this] {
        m_session.encrypted();
        pump();
    });
    connect(m_stream, &Stream::failed, this, [this](const Error &error) { lost(error); });
}

SmtpConnection::~SmtpConnection()
{
    m_stream->disconnect(this);
    m_stream->close();
    m_stream->deleteLater();
}

QFuture<SmtpConnection::Answer> SmtpConnection::begin()
{
    QFuture<Answer> answer = expect();
    pump(); // the job itself may be at fault
    if (m_session.isOver())
        return answer;
    m_deadline.start();
    if (!m_server.caFile.isEmpty())
        m_stream->trust(m_server.caFile);
    m_stream->open(m_server.host, m_server.port, m_server.security);
    return answer;
}

QFuture<SmtpConnection::Answer> SmtpConnection::sendText()
{
    QFuture<Answer> answer = expect();
    if (!m_session.isOver()) {
        m_session.sendText();
        pump();
    }
    return answer;
}

QFuture<SmtpConnection::Answer> SmtpConnection::expect()
{
    m_owed = std::make_unique<QPromise<Answer>>();
    QFuture<Answer> answer = m_owed->future();
    m_owed->start();
    if (!m_fault.message.isEmpty())
        settle(m_fault);
    return answer;
}

void SmtpConnection::pump()
{
    const QByteArray output = m_session.takeOutput();
    if (!output.isEmpty())
        m_stream->write(output);
    for (const SmtpEvent &event : m_session.takeEvents()) {
        switch (event.kind) {
        case SmtpEvent::Kind::StartTls: m_stream->startEncryption(); break;
        case SmtpEvent::Kind::Waiting: settle(QString()); break;
        case SmtpEvent::Kind::Accepted:
            settle(event.reply);
            m_stream->close();
            break;
        case SmtpEvent::Kind::Failed:
            m_fault = event.error;
            settle(event.error);
            m_stream->close();
            break;
        }
    }
}

void SmtpConnection::lost(const Error &error)
{
    m_session.lost(error);
    pump();
}

void SmtpConnection::settle(const Answer &answer)
{
    if (m_session.isOver())
        m_deadline.stop();
    if (const std::unique_ptr<QPromise<Answer>> owed = std::move(m_owed)) {
        owed->addResult(answer);
        owed->finish();
    }
}

} // namespace patchbay
