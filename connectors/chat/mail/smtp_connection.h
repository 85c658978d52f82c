#pragma once

#include "connectors/chat/mail/mail_settings.h"
#include "connectors/kit/smtp_session.h"

#include <QtCore/QFuture>
#include <QtCore/QPromise>
#include <QtCore/QTimer>

#include <memory>

namespace patchbay {

/// One delivery by SMTP: an SmtpSession with a Stream and one deadline for all of it. Owned by the delivery; event
/// loop's thread. Destroying it closes the connection.
class SmtpConnection final : public QObject {
    Q_OBJECT

public:
    using Answer = Result<QString>;

    SmtpConnection(std::unique_ptr<Stream> stream, MailServer server, SmtpJob job, std::chrono::milliseconds deadline);
    ~SmtpConnection() override;

    /// Finishes when the server waits for the text, or accepted the probe (its words).
    QFuture<Answer> begin();
    /// The step that cannot be taken back. The value is the server's reply, verbatim.
    QFuture<Answer> sendText();

private:
    QFuture<Answer> expect();
    void pump();
    void settle(const Answer &answer);
    void lost(const Error &error);

    MailServer m_server;
    SmtpSession m_session;
    Stream *m_stream = nullptr; ///< ours; deleted later, because it may be in the middle of a signal
    std::unique_ptr<QPromise<Answer>> m_owed;
    Error m_fault;
    QTimer m_deadline;
};

} // namespace patchbay
