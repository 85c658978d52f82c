// Who writes just now: shown, and never stored.
#include "core/engine/accounts_live.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds typingPace{3};

Result<TypingPlace> typingPlace(Database &db, ConversationId id)
{
    TypingPlace place;
    const auto conversation = conversations::byId(db, id);
    place.channel = conversation ? conversation->channel : ChannelId{};
    place.threadKey = conversations::threadKey(db, id);
    if (const auto newest = messages::newestInbound(db, id))
        place.answered = newest->externalId;
    return db.finish(std::move(place));
}

} // namespace

void Channels::typing(ConversationId conversation)
{
    if (d->typedIn == conversation && !d->typingPause.hasExpired())
        return;
    d->typedIn = conversation;
    d->typingPause.setRemainingTime(typingPace);
    d->scope.run(d->tellTyping(conversation));
}

Async<Result<Done>> Channels::Private::tellTyping(ConversationId conversation)
{
    auto reading = store.read([conversation](Database &db) { return typingPlace(db, conversation); });
    const Result<TypingPlace> place = co_await finished(std::move(reading));
    if (!place)
        co_return place.error();
    const auto found = live.find(place->channel.value);
    const bool takes = found != live.end() && !found->second.problem && !found->second.channel.paused
        && found->second.connector && !place->threadKey.isEmpty();
    if (takes)
        found->second.connector->typing(place->threadKey, place->answered);
    co_return Done{};
}

void Channels::Private::listenToTyping(ChannelId id, ChatConnector *connector)
{
    QObject::connect(connector, &ChatConnector::typed, q,
                     [this, id](const ChatTyping &who) { Q_EMIT q->typed(id, who); });
    QObject::connect(connector, &ChatConnector::typingFailed, q, [this, id](const QString &sentence) {
        log.note(id, ChannelEvent::Kind::TypingNotShown, sentence);
    });
}

} // namespace patchbay
