#include "core/engine/chat_replies.h"

#include "core/engine/message_changes.h"
#include "core/store/conversation_table.h"
#include "core/store/message_event_table.h"
#include "core/store/message_table.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QLocale>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool isOfChat(const Delivery &delivery)
{
    return delivery.kind == DeliveryKind::Reply && delivery.message
        && !delivery.payload.value("thread_key"_L1).toString().isEmpty();
}

/// In alphabetical order.
QStringList fileNamesOf(const Delivery &delivery)
{
    QStringList names;
    for (const OutboundFile &file : filesFrom(delivery.payload.value("attachments"_L1).toArray()))
        names << file.name;
    names.sort();
    return names;
}

/// Whom a person sees that the answer goes to: the group's title, or the contact's name. The address is the platform's.
Address chatAddress(Database &db, const Conversation &conversation, const QString &threadKey)
{
    if (!conversation.subject.isEmpty())
        return {conversation.subject, threadKey};
    const std::vector<Participant> known = conversations::participants(db, conversation.id);
    const auto contact = std::find_if(known.begin(), known.end(), [](const Participant &p) { return p.isContact; });
    return {conversations::contact(db, conversation.contact).name,
            contact == known.end() ? threadKey : contact->address.address};
}

/// What the platform knows the message by that is to be quoted.
Result<QString> quotedId(Database &db, const ChatConnectorInfo &info, const Conversation &conversation, MessageId id)
{
    const std::optional<Message> message = messages::byId(db, id);
    if (!info.abilities.quotes)
        return makeError(Error::Kind::Refused, u"%1 does not show which message is answered."_s.arg(info.title));
    const bool isOfIt = message && message->conversation == conversation.id
        && (message->direction == Direction::Inbound || message->direction == Direction::Outbound);
    if (!isOfIt || message->externalId.isEmpty() || isHashedKey(message->externalId))
        return makeError(Error::Kind::Refused,
                         u"%1 does not know the message that is to be answered: take it off, and send the answer "
                         "alone."_s.arg(info.title));
    return message->externalId;
}

} // namespace

QString wordsAlone(const QString &text)
{
    static constexpr QLatin1StringView signLetters("*_~`\\");
    QString words = text.simplified();
    words.removeIf([](QChar c) { return signLetters.contains(c); });
    return words;
}

Timestamp answerUntil(const ChatAbilities &abilities, Timestamp customerWroteAt)
{
    return abilities.answerWindow.count() > 0 && customerWroteAt ? customerWroteAt + abilities.answerWindow
                                                                 : Timestamp{};
}

std::optional<Error> whyNotAnswered(const QString &title, const ChatAbilities &abilities, const MarkedText &text,
                                    Timestamp customerWroteAt, Timestamp now)
{
    const int longest = abilities.longestText;
    const qsizetype length = lengthFor(abilities, text);
    if (longest > 0 && length > longest)
        return makeError(Error::Kind::Refused,
                         u"%1 takes at most %2 %3 in one message and this one has %4: send it in parts."_s.arg(
                             title, QString::number(longest), abilities.countsBytes ? u"bytes"_s : u"characters"_s,
                             QString::number(length)));
    if (text.marks.size() > mostMarks)
        return makeError(
            Error::Kind::Refused,
            u"A message may have at most %1 formatted places, and this one has %2: take some away, or send "
            "it in parts."_s.arg(QString::number(mostMarks), QString::number(text.marks.size())));
    if (abilities.answerWindow.count() <= 0)
        return std::nullopt;
    const QString hours = QString::number(abilities.answerWindow.count());
    if (!customerWroteAt)
        return makeError(Error::Kind::Refused,
                         u"%1 takes a free answer only within %2 hours after the customer wrote, and the customer has "
                         "not written yet."_s.arg(title, hours));
    if (now >= answerUntil(abilities, customerWroteAt))
        return makeError(
            Error::Kind::Refused,
            u"%1 takes a free answer only within %2 hours after the customer wrote, and that time is over. "
            "Wait until the customer writes again, or reach them another way."_s.arg(title, hours));
    return std::nullopt;
}

Result<OutboundMessage> composeChatReply(Database &db, const ChatConnectorInfo &info, const Conversation &conversation,
                                         const Channel &channel, const ReplyContent &content)
{
    const QString threadKey = conversations::threadKey(db, conversation.id);
    if (threadKey.isEmpty())
        return makeError(Error::Kind::Refused,
                         u"“%1” does not say in which chat this conversation is."_s.arg(channel.name));
    const auto answered = messages::newestInbound(db, conversation.id);
    const Timestamp wrote = answered ? answered->sortAt : Timestamp{};
    ChatAbilities abilities = abilitiesOf(info, channel.settings);
    if (content.templated && !abilities.templates)
        return makeError(Error::Kind::Refused, u"“%1” has no templates."_s.arg(channel.name));
    if (content.templated) {
        if (const Result<Done> whole = checkTemplate(*content.templated); !whole)
            return whole.error();
        abilities.answerWindow = {}; // it is taken at any time
    }
    if (const auto why = whyNotAnswered(info.title, abilities, content.text, wrote, db.now()))
        return *why;
    OutboundMessage message;
    message.messageId = newUid(db.clock());
    message.from = {channel.name, {}};
    message.to = {chatAddress(db, conversation, threadKey)};
    message.text = content.text.text;
    if (!content.templated) // what could not be written is not said to be so
        message.marks = writtenFor(abilities, content.text).shown.marks;
    message.templated = content.templated;
    message.files = content.files;
    message.threadKey = threadKey;
    if (answered)
        message.inReplyTo = answered->externalId;
    if (content.quoted) {
        const Result<QString> quoted = quotedId(db, info, conversation, content.quoted);
        if (!quoted)
            return quoted.error();
        message.inReplyTo = *quoted;
        message.quotes = true;
    }
    if (answered && info.replyHandle && !content.templated && content.files.empty())
        message.replyHandle = info.replyHandle(messages::raw(db, answered->id).value_or(QByteArray()));
    message.createdAt = db.now();
    message.answeredAt = wrote;
    return db.finish(std::move(message));
}

std::optional<Receipt> echoOf(Database &db, const Delivery &delivery)
{
    if (!isOfChat(delivery))
        return std::nullopt;
    const std::optional<Delivery> now = deliveries::byId(db, delivery.id);
    if (!now || now->state != DeliveryState::Sending || now->externalId.isEmpty())
        return std::nullopt;
    return Receipt{now->externalId, {}, now->response, {}};
}

MessageId takeEcho(Database &db, ChannelId channel, const InboundMessage &own, const QString &words)
{
    const auto thread = conversations::byThreadKey(db, channel, own.threadKey);
    if (!thread || own.externalId.isEmpty())
        return {};
    const QStringList texts{wordsAlone(own.text), wordsAlone(plainText(own.body))};
    QStringList names;
    for (const InboundAttachment &file : own.attachments)
        names << file.name;
    names.sort();
    std::vector<Delivery> waiting = deliveries::awaitingEcho(db, *thread);
    std::erase_if(waiting, [&texts](const Delivery &one) {
        return !isOfChat(one) || !texts.contains(wordsAlone(one.payload.value("text"_L1).toString()));
    });
    const auto find = [&waiting](const QStringList &files) {
        return std::find_if(waiting.begin(), waiting.end(),
                            [&files](const Delivery &one) { return fileNamesOf(one) == files; });
    };
    auto ours = find(names);
    if (ours == waiting.end()) // a platform may add a picture of its own to a text
        ours = own.text.trimmed().isEmpty() ? waiting.end() : find({});
    if (ours == waiting.end())
        return {};
    deliveries::echoed(db, *ours, own.externalId, words);
    messages::nameSent(db, channel, ours->message, own.externalId);
    return ours->message;
}

void sentToChat(Database &db, const Delivery &delivery, const deliveries::Outcome &outcome)
{
    if (outcome.state != DeliveryState::Sent)
        return;
    wordsChanged(db, delivery);
    if (!isOfChat(delivery) || outcome.externalId.isEmpty())
        return;
    messages::nameSent(db, delivery.channel, delivery.message, outcome.externalId);
    // What the platform told while the attempt was still waiting for its answer.
    const MessageStory story = storyOf(message_events::of(db, delivery.message));
    if (story.receipt && story.receipt->fate == MessageFate::Failed)
        deliveries::failedThere(db, delivery.message, story.receipt->text);
}

} // namespace patchbay
