#include "connectors/kit/chat_called.h"

namespace patchbay {

using namespace Qt::StringLiterals;

ChatCalled::ChatCalled(QString title, ChatPatience patience, Place place, ChatNotes notes)
    : m_title(std::move(title))
    , m_patience(std::move(patience))
    , m_place(std::move(place))
    , m_notes(std::move(notes))
{
}

void ChatCalled::start(const QByteArray &, IntakeSink) { m_scope.run(placeForGood()); }

void ChatCalled::fetchOnce(const QByteArray &, IntakeSink)
{
    m_notes.health(Health::Ok, u"%1 sends by itself; there is nothing to fetch."_s.arg(m_title));
    m_notes.caughtUp();
}

Async<Result<Done>> ChatCalled::placeForGood()
{
    for (;;) {
        auto placing = m_place();
        const Result<Done> placed = co_await std::move(placing);
        if (placed)
            break;
        const std::chrono::milliseconds wait = m_patience.after(placed.error());
        m_notes.health(healthAfter(placed.error()), againSentence(placed.error(), wait));
        co_await sleepFor(wait);
    }
    m_notes.health(Health::Ok, u"Waiting for what %1 sends to its address at the gateway."_s.arg(m_title));
    m_notes.caughtUp();
    co_return Done{};
}

} // namespace patchbay
