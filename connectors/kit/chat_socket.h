#pragma once

#include "connectors/kit/chat_progress.h"
#include "connectors/kit/chat_spec.h"
#include "core/async/async.h"
#include "core/net/web_socket.h"

#include <QtCore/QPromise>
#include <QtCore/QTimer>

#include <deque>
#include <memory>

namespace patchbay {

/// At most so many connections within a time, so that a platform that closes each at once is not stormed. A value;
/// times of one steady clock.
class AttemptWindow {
public:
    AttemptWindow(int most, std::chrono::milliseconds per);
    /// Notes an attempt and says how long to wait before it is made.
    std::chrono::milliseconds reserve(std::chrono::milliseconds now);

private:
    int m_most;
    std::chrono::milliseconds m_per;
    std::deque<std::chrono::milliseconds> m_made;
};

/// What a socket's inbox needs of its session.
struct ChatSocketTools {
    std::function<Async<Result<QUrl>>(QByteArray cursor)> address = {};
    std::function<std::unique_ptr<WebSocket>()> makeSocket = {};
    std::function<QList<QPair<QByteArray, QByteArray>>(const QUrl &address)> headers = {}; ///< null: none of ours
    std::function<std::unique_ptr<SocketDialogue>(const QByteArray &cursor, const QUrl &url)> dialogue = {};
    /// Puts names to items before they are stored; null: they have them.
    std::function<Async<Result<std::vector<RawItem>>>(std::vector<RawItem> items)> named = {};
    std::function<void(const QString &thread, const QJsonObject &chat)> chat = {}; ///< hears SocketStep::chats
    std::function<void(const ChatTyping &who)> typed = {}; ///< null: nobody wants to know
    /// There is something new for an inbox that is asked, and whenever a connection begins; null: there is none.
    std::function<void()> news = {};
    std::chrono::milliseconds greeting{30000}; ///< until the dialogue is ready
    std::chrono::milliseconds firstWait{1000}; ///< after a loss; 12 attempts are made in 600 times as long
    /// A time that only goes on, and to wait for it; null: the machine's.
    std::function<std::chrono::milliseconds()> steady = {};
    std::function<QFuture<Result<Done>>(std::chrono::milliseconds)> pause = {};
};

/// An inbox on a WebSocket that we open. The dialogue hears every frame at once, so that heartbeats never wait; what it
/// hands over is stored in the same order, and acknowledged only then. Who is too far behind is cut off: what was not
/// stored comes again.
class ChatSocket final : public QObject, public ChatInbox {
public:
    ChatSocket(const ChatSpec &spec, const Clock &clock, ChatPatience patience, ChatSocketTools tools, ChatNotes notes);
    ~ChatSocket() override;

    void start(const QByteArray &cursor, IntakeSink sink) override;
    void fetchOnce(const QByteArray &cursor, IntakeSink sink) override;
    /// Sends over the connection (SocketSpec::sends). Offline while there is none; ambiguous when it ends, or nothing
    /// is answered within the time, after the frames have left.
    Async<Result<Receipt>> say(ChatContext about, std::chrono::milliseconds within, BeforeEffect gate);

private:
    /// What a step wants stored, and then done.
    struct Portion {
        std::vector<RawItem> items = {};
        QByteArray cursor = {};
        std::vector<QByteArray> acknowledge = {};
        std::vector<QJsonObject> waiting = {};
        bool ready = false;
        qint64 bytes = 0;
    };

    Async<Result<Done>> readForEver();
    Async<Result<Done>> readOnce();
    Async<Result<Done>> pause(std::chrono::milliseconds time);
    /// One connection from its address to its end; an error says how it ended.
    Async<Result<Done>> converse(bool once);
    Async<Result<Done>> storeAll();
    void open(const QUrl &url);
    void apply(SocketStep step);
    void take(SocketStep step);
    void acknowledge(const Portion &portion);
    void end(const Error &error, bool atOnce);
    void drop();
    void settle(const QString &key, const Result<Receipt> &receipt);
    Error notConnected() const;

    QString m_title;
    bool m_isBinary;
    std::chrono::minutes m_keeps;
    const Clock &m_clock;
    ChatPatience m_patience;
    AttemptWindow m_window;
    ChatSocketTools m_tools;
    ChatNotes m_notes;
    ChatProgress m_progress;
    IntakeSink m_sink;
    std::unique_ptr<SocketDialogue> m_dialogue;
    WebSocket *m_socket = nullptr; ///< ours; deleted later, because it may be in the middle of a signal
    std::shared_ptr<QPromise<Result<Done>>> m_ended; ///< of this connection
    QHash<QString, std::shared_ptr<QPromise<Result<Receipt>>>> m_said; ///< by key: not answered yet
    QTimer m_wake;
    QTimer m_greeting;
    QTimer m_alive;
    std::deque<Portion> m_queue; ///< not stored yet
    qint64 m_queuedBytes = 0;
    bool m_isStoring = false;
    bool m_isReady = false;
    QString m_notice; ///< the dialogue's, while it works
    bool m_once = false;
    bool m_atOnce = false; ///< the platform asked for the next connection
    QFuture<Result<Done>> m_storing;
    AsyncScope m_scope; // last: its coroutines use all of the above
};

} // namespace patchbay
