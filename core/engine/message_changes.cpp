#include "core/engine/message_changes.h"

#include "core/engine/chat_changes.h"
#include "core/engine/chat_replies.h"
#include "core/mail/html_body.h"
#include "core/store/account_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_event_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// So long the platform may take to tell us of what we changed ourselves.
constexpr std::chrono::minutes echoTime{10};

Error notChanged(const QString &sentence) { return makeError(Error::Kind::Refused, sentence); }

std::vector<Delivery> changesOfWords(Database &db, const Message &message)
{
    return deliveries::changesOf(db, message.conversation, ChatChange::subjectOfWords(message.externalId));
}

} // namespace

std::optional<Error> whyNotChanged(Database &db, const Catalog &catalog, const Message &message,
                                   const MarkedText &words)
{
    const auto channel = channels::byId(db, message.channel);
    const ChatConnectorInfo *info = channel ? catalog.chat(channel->connector) : nullptr;
    if (!info || !info->takesChanges.contains(ChatChange::What::Words))
        return notChanged(u"What was sent through “%1” cannot be changed from here."_s.arg(
            channel ? channel->name : u"a channel that is gone"_s));
    if (message.direction != Direction::Outbound || !message.operatorId)
        return notChanged(u"Only what was written here can be changed."_s);
    if (message.externalId.isEmpty() || isHashedKey(message.externalId))
        return notChanged(u"%1 has not got this message yet. Take it back (Z) while it waits."_s.arg(info->title));
    if (storyOf(message_events::of(db, message.id)).deletion)
        return notChanged(u"This message is deleted over there."_s);
    if (words.text.isEmpty())
        return notChanged(u"The message would be empty."_s);
    ChatAbilities abilities = abilitiesOf(*info, channel->settings);
    abilities.answerWindow = {}; // of answers
    return whyNotAnswered(info->title, abilities, words, {}, db.now());
}

Result<Done> changeWords(Database &db, const commands::Actor &actor, const ChatTeller &teller, MessageId id,
                         const MarkedText &words)
{
    const std::optional<Message> message = messages::byId(db, id);
    if (!message)
        return db.error().value_or(makeError(Error::Kind::NotFound, u"This message is not in the workspace."_s));
    if (const auto why = whyNotChanged(db, *teller.catalog, *message, words))
        return *why;
    const Result<Conversation> conversation = commands::conversationById(db, message->conversation);
    if (!conversation)
        return conversation.error();
    const auto channel = channels::byId(db, message->channel);
    const ChatAbilities abilities = abilitiesOf(*teller.catalog->chat(channel->connector), channel->settings);
    ChatChange change;
    change.what = ChatChange::What::Words;
    change.message = message->externalId;
    change.words = {words.text, writtenFor(abilities, words).shown.marks};
    const bool isSame = message->text == change.words.text && message->body == bodyFromMarked(change.words);
    if (isSame && changesOfWords(db, *message).empty())
        return notChanged(u"It reads so already."_s);
    teller.tell(db, actor, *conversation, change);
    drafts::remove(db, conversation->id, actor.id, u"change"_s);
    commands::auditConversation(db, actor, "change_words", *conversation, {{u"message"_s, message->uid}});
    return db.finish(Done{});
}

void wordsChanged(Database &db, const Delivery &delivery)
{
    if (delivery.kind != DeliveryKind::Change)
        return;
    const Result<ChatChange> change = chatChangeFromJson(delivery.payload);
    if (!change || change->what != ChatChange::What::Words)
        return;
    std::optional<Message> message = messages::byExternalId(db, delivery.channel, change->message);
    if (!message)
        return;
    using Kind = MessageEvent::Kind;
    if (!newestText(message_events::of(db, message->id)))
        message_events::add(db, message->id, u"original"_s,
                            {Kind::Original, message->author, message->text, {}, message->sortAt});
    const MessageEvent edit{Kind::Edit, message->author, change->words.text, {}, db.now()};
    if (!message_events::add(db, message->id, u"change:"_s + delivery.uid, edit))
        return;
    message->text = change->words.text;
    message->body = bodyFromMarked(change->words);
    messages::rewrite(db, *message);
}

bool isOwnChange(Database &db, const Message &message, const QString &told)
{
    if (message.direction != Direction::Outbound)
        return false;
    const QString words = wordsAlone(told);
    if (words == wordsAlone(message.text))
        return true;
    const Timestamp now = db.now();
    const std::vector<Delivery> changes = changesOfWords(db, message);
    return std::any_of(changes.begin(), changes.end(), [&](const Delivery &one) {
        const bool isFresh = one.state != DeliveryState::Sent || now - one.settledAt < echoTime;
        return one.attempts > 0 && isFresh && words == wordsAlone(one.payload.value("text"_L1).toString());
    });
}

} // namespace patchbay
