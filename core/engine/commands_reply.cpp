#include "core/base/fault.h"
#include "core/engine/chat_changes.h"
#include "core/engine/chat_replies.h"
#include "core/engine/commands.h"
#include "core/engine/commands_detail.h"
#include "core/engine/kept_files.h"
#include "core/engine/message_changes.h"
#include "core/engine/reply_recipients.h"
#include "core/engine/task_draft.h"
#include "core/mail/html_body.h"
#include "core/mail/mail.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using commands::Actor;

constexpr qsizetype replyLimit = 1'000'000;
constexpr int replyReferences = 20;

/// Through what the conversation is answered.
struct ReplyWay {
    Channel channel = {};
    const ChatConnectorInfo *info = nullptr;
};

/// The channel of the conversation, when it can send.
Result<ReplyWay> replyWay(Database &db, const Catalog &catalog, const Conversation &conversation)
{
    const auto channel = channels::byId(db, conversation.channel);
    if (db.error())
        return *db.error();
    if (!channel)
        return makeError(Error::Kind::NotFound,
                         u"The channel of this conversation is not in the workspace any more."_s);
    const ChatConnectorInfo *info = catalog.chat(channel->connector);
    if (!info)
        return makeError(Error::Kind::Refused,
                         u"This build has no connector “%1”, so nothing can be sent through “%2”."_s.arg(
                             channel->connector, channel->name));
    if (!info->canSend)
        return makeError(Error::Kind::Refused,
                         u"“%1” cannot send: it only holds what was imported."_s.arg(channel->name));
    return ReplyWay{*channel, info};
}

Result<OutboundMessage> composeReply(Database &db, const Conversation &conversation, const Channel &channel,
                                     const ReplyContent &content)
{
    const QString own = channel.settings.value("address"_L1).toString();
    if (normalAddress(own).isEmpty())
        return makeError(
            Error::Kind::Refused,
            u"“%1” has no address of its own to send from: open the channel settings."_s.arg(channel.name));
    OutboundMessage message;
    message.messageId = newMessageId(db.clock(), own);
    message.from = {channel.settings.value("display_name"_L1).toString(), own};
    message.to = replyRecipients(db, conversation, channel);
    if (message.to.empty())
        return makeError(Error::Kind::Refused,
                         u"This conversation has no address to reply to. Include a participant first."_s);
    const auto answered = messages::newestInbound(db, conversation.id);
    const QString subject = answered && !answered->subject.isEmpty() ? answered->subject : conversation.subject;
    message.subject = u"Re: "_s + withoutReplyPrefixes(subject);
    message.text = content.text.text;
    message.files = content.files;
    message.references = messages::externalIds(db, conversation.id, replyReferences);
    if (answered && !answered->externalId.isEmpty()) {
        message.inReplyTo = answered->externalId;
        message.references.removeAll(answered->externalId); // what is answered stands last
        message.references.append(answered->externalId);
    }
    message.createdAt = db.now();
    return db.finish(std::move(message));
}

MessageId storeReply(Database &db, const Actor &actor, const Conversation &conversation,
                     const OutboundMessage &outbound)
{
    Message message;
    message.conversation = conversation.id;
    message.channel = conversation.channel;
    message.direction = Direction::Outbound;
    message.author = outbound.from;
    message.operatorId = actor.id;
    if (outbound.threadKey.isEmpty()) // in a chat the platform gives the id when it is sent
        message.externalId = outbound.messageId;
    if (outbound.quotes)
        message.answers = outbound.inReplyTo;
    message.subject = outbound.subject;
    message.text = outbound.text;
    message.body = bodyFromMarked({outbound.text, outbound.marks});
    for (const Address &address : outbound.to) {
        if (outbound.threadKey.isEmpty())
            message.to.append(address.address);
    }
    for (const OutboundFile &file : outbound.files) {
        Attachment attachment;
        attachment.name = file.name;
        attachment.mediaType = file.mediaType;
        attachment.sha256 = file.sha256;
        attachment.size = file.size;
        message.attachments.push_back(std::move(attachment));
    }
    message.providerAt = message.arrivedAt = message.sortAt = db.now();
    message.id = messages::insert(db, message, {});
    conversations::messageAdded(db, conversation.id, message);
    conversations::addReference(db, conversation.channel, message.externalId, conversation.id);
    if (conversation.unread)
        conversations::setUnread(db, conversation.id, false);
    return message.id;
}

/// Why these files do not go through this channel, or nothing.
std::optional<Error> whyFilesStay(const ReplyWay &way, const std::vector<OutboundFile> &files)
{
    if (files.size() > mostAttachedFiles)
        return makeError(
            Error::Kind::Refused,
            u"At most %1 files go with one reply: remove some, or send them in parts."_s.arg(mostAttachedFiles));
    if (bytesOf(files) > mostAttachedBytes)
        return makeError(Error::Kind::Refused,
                         u"At most %1 MB of files go with one reply: remove some, or send them in parts."_s.arg(
                             mostAttachedBytes / 1'000'000));
    const FileAbilities abilities = abilitiesOf(*way.info, way.channel.settings).files;
    for (const OutboundFile &file : files) {
        if (const auto why = whyNotTaken(way.info->title, abilities, file))
            return why;
    }
    return std::nullopt;
}

Result<ReplyWay> checkedWay(Database &db, const Catalog &catalog, const Conversation &conversation,
                            const ReplyContent &content)
{
    if (content.text.text.isEmpty() && content.files.empty())
        return makeError(Error::Kind::Refused, u"The reply is empty."_s);
    if (content.text.text.size() > replyLimit)
        return makeError(Error::Kind::Refused, u"The reply is longer than a million characters."_s);
    const Result<ReplyWay> way = replyWay(db, catalog, conversation);
    if (!way)
        return way.error();
    if (content.templated && !way->info->isChat)
        return makeError(Error::Kind::Refused, u"“%1” has no templates."_s.arg(way->channel.name));
    if (const auto why = whyFilesStay(*way, content.files))
        return *why;
    return way;
}

/// One message of the reply, with its delivery.
Result<Delivery> queuePart(Database &db, const Actor &actor, const Conversation &conversation, const ReplyWay &way,
                           const ReplyContent &content, std::chrono::milliseconds hold)
{
    const Result<OutboundMessage> outbound = way.info->isChat
        ? composeChatReply(db, *way.info, conversation, way.channel, content)
        : composeReply(db, conversation, way.channel, content);
    if (!outbound)
        return outbound.error();
    Delivery delivery;
    delivery.uid = newUid(db.clock());
    delivery.kind = DeliveryKind::Reply;
    delivery.conversation = conversation.id;
    delivery.message = storeReply(db, actor, conversation, *outbound);
    delivery.channel = way.channel.id;
    delivery.key = outbound->messageId;
    delivery.payload = toJson(*outbound);
    delivery.operatorId = actor.id;
    delivery.notBefore = db.now() + hold;
    delivery.id = deliveries::insert(db, delivery);
    QStringList to;
    for (const Address &address : outbound->to)
        to << (address.address.isEmpty() ? address.name : address.address);
    commands::auditConversation(db, actor, "reply", conversation,
                                {{u"delivery"_s, delivery.uid}, {u"to"_s, to.join(u", "_s)}});
    return delivery;
}

Result<Commands::Reply> queueReply(Database &db, const Catalog &catalog, const Actor &actor, ConversationId id,
                                   const ReplyContent &content, std::chrono::milliseconds hold)
{
    const Result<Conversation> conversation = commands::conversationById(db, id);
    if (!conversation)
        return conversation.error();
    const Result<ReplyWay> way = checkedWay(db, catalog, *conversation, content);
    if (!way)
        return way.error();
    const ChatAbilities abilities = abilitiesOf(*way->info, way->channel.settings);
    Commands::Reply reply;
    const bool looksBeside = way->info->isChat && !abilities.written && !content.text.marks.empty();
    MessageId quoted = content.quoted; // by the first message alone
    for (const ReplyPart &part :
         partsOf(abilities.files, content.text.text, lengthFor(abilities, content.text), content.files, looksBeside)) {
        const MarkedText text = part.text.isEmpty() ? MarkedText() : content.text;
        const Result<Delivery> delivery =
            queuePart(db, actor, *conversation, *way,
                      {text, content.templated, part.files, std::exchange(quoted, MessageId())}, hold);
        if (!delivery)
            return delivery.error();
        if (reply.deliveries.empty()) {
            reply.delivery = delivery->id;
            reply.deliveryUid = delivery->uid;
            reply.message = delivery->message;
            reply.canUndoUntil = delivery->notBefore;
        }
        reply.deliveries.push_back(delivery->id);
    }
    drafts::remove(db, id, actor.id, content.templated ? u"template"_s : u"reply"_s);
    if (!content.files.empty())
        drafts::remove(db, id, actor.id, draftedFiles);
    return db.finish(std::move(reply));
}

} // namespace

QFuture<Result<Commands::Reply>> Commands::reply(ConversationId conversation, MarkedText text,
                                                 std::vector<OutboundFile> files, MessageId quoted)
{
    return m_scope.run(replyNow(conversation, {trimmed(text), std::nullopt, std::move(files), quoted}));
}

QFuture<Result<Done>> Commands::changeMessage(MessageId message, MarkedText text)
{
    return m_store.write(
        [teller = ChatTeller{&m_catalog, m_hold}, actor = commands::actorOf(m_me, m_store), message,
         words = trimmed(text)](Database &db) { return changeWords(db, actor, teller, message, words); });
}

QFuture<Result<Commands::Reply>> Commands::reply(ConversationId conversation, QString text,
                                                 std::vector<OutboundFile> files)
{
    return reply(conversation, MarkedText{std::move(text), {}}, std::move(files));
}

QFuture<Result<Commands::Reply>> Commands::replyWithTemplate(ConversationId conversation, TemplateUse use)
{
    const QString text = templateText(use).trimmed();
    return m_scope.run(replyNow(conversation, {{text, {}}, std::move(use), {}, {}}));
}

Async<Result<Commands::Reply>> Commands::replyNow(ConversationId conversation, ReplyContent content)
{
    auto queueing = m_store.write(
        [actor = commands::actorOf(m_me, m_store), catalog = &m_catalog, conversation, content = std::move(content),
         hold = m_hold](Database &db) { return queueReply(db, *catalog, actor, conversation, content, hold); });
    Result<Reply> reply = co_await finished(std::move(queueing));
    if (reply)
        faultPoint("outbox.after_intent");
    co_return reply;
}

QFuture<Result<OutboundFile>> Commands::keepFile(QString path)
{
    return m_scope.run(patchbay::keepFile(&m_store, std::move(path)));
}

QFuture<Result<OutboundFile>> Commands::keepMade(QString name, std::function<QByteArray()> make)
{
    return m_scope.run(patchbay::keepMade(&m_store, std::move(name), std::move(make)));
}

} // namespace patchbay
