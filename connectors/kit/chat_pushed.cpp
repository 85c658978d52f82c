#include "connectors/kit/chat_pushed.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QFuture<Result<Done>> nothingToStore()
{
    QPromise<Result<Done>> done;
    done.start();
    done.addResult(Done{});
    done.finish();
    return done.future();
}

} // namespace

QUrl pushAddress(const QUrl &base, const QString &path)
{
    QUrl address = base;
    address.setScheme(base.scheme() == u"http"_s ? u"ws"_s : u"wss"_s);
    address.setPath((base.path().endsWith(u'/') ? base.path().chopped(1) : base.path()) + path);
    return address;
}

ChatPushed::ChatPushed(QString title, ChatNotes notes, const MakePoll &makePoll, MakeSocket makeSocket)
    : m_title(std::move(title))
    , m_notes(std::move(notes))
    , m_makeSocket(std::move(makeSocket))
{
    ChatNotes asked;
    asked.waits = m_notes.waits;
    asked.health = [this](Health health, const QString &detail) {
        m_health = health;
        m_detail = detail;
        tell();
    };
    asked.caughtUp = [this] {
        m_notes.caughtUp();
        connectOnce();
    };
    m_poll = makePoll(std::move(asked));
}

void ChatPushed::start(const QByteArray &cursor, IntakeSink sink)
{
    m_sink = sink;
    m_poll->start(cursor, std::move(sink));
}

void ChatPushed::fetchOnce(const QByteArray &cursor, IntakeSink sink) { m_poll->fetchOnce(cursor, std::move(sink)); }

/// Not before everything is read once: then the connection only has to tell what is new.
void ChatPushed::connectOnce()
{
    if (m_socket || !m_sink)
        return;
    ChatNotes pushed;
    pushed.waits = m_notes.waits;
    pushed.health = [this](Health health, const QString &detail) {
        const bool isFault = health == Health::Offline || health == Health::Failed;
        if (!isFault && health != Health::Ok)
            return; // it is being tried
        m_pushFault = isFault ? detail : QString();
        tell();
    };
    pushed.caughtUp = [] {};
    m_socket = m_makeSocket(std::move(pushed), [this] { m_poll->wake(); });
    m_socket->start({}, [this](Batch batch) {
        batch.cursor.clear(); // the place in the inbox is that of the asking
        return batch.items.empty() ? nothingToStore() : m_sink(std::move(batch));
    });
}

void ChatPushed::tell()
{
    if (m_health != Health::Ok || m_pushFault.isEmpty()) {
        m_notes.health(m_health, m_detail);
        return;
    }
    m_notes.health(m_health,
                   u"%1 %2 does not tell at once what is new, so it is asked from time to time: %3"_s.arg(
                       m_detail, m_title, m_pushFault));
}

} // namespace patchbay
