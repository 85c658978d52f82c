#pragma once

#include "connectors/chat/mail/mail_settings.h"
#include "connectors/kit/imap_session.h"

#include <QtCore/QFuture>
#include <QtCore/QPromise>
#include <QtCore/QTimer>

#include <memory>

namespace patchbay {

/// One signed-in IMAP connection: an ImapSession with a Stream and time limits. One command at a time. Owned by who
/// uses it; event loop's thread. Destroying it closes the connection.
class ImapConnection final : public QObject {
    Q_OBJECT

public:
    using Answer = Result<ImapReply>;

    /// `silence`: how long the server may say nothing while it owes an answer.
    ImapConnection(std::unique_ptr<Stream> stream, MailServer server, std::chrono::milliseconds silence);
    ~ImapConnection() override;

    /// Connects and signs in.
    QFuture<Answer> open();
    /// An error of a live connection (isAlive()) is the server's no to this command.
    QFuture<Answer> run(ImapCommand command);
    /// Waits for news, for at most `limit`.
    QFuture<Answer> idle(std::chrono::milliseconds limit);
    /// From now on everything must end within `limit`, else the connection is ended.
    void endWithin(std::chrono::milliseconds limit);
    /// Says goodbye and closes, without waiting.
    void logout();

    bool isAlive() const { return m_fault.message.isEmpty(); }
    bool canIdle() const { return m_session.offers("IDLE"); }

private:
    QFuture<Answer> expect(const QString &purpose);
    void pump();
    void handle(const ImapEvent &event);
    void settle(const Answer &answer);
    void fail(const Error &error);

    MailServer m_server;
    ImapSession m_session;
    Stream *m_stream = nullptr; ///< ours; deleted later, because it may be in the middle of a signal
    std::unique_ptr<QPromise<Answer>> m_owed;
    QString m_purpose;
    Error m_fault;
    QTimer m_silence;
    QTimer m_idleEnd;
    QTimer m_limit;
};

} // namespace patchbay
