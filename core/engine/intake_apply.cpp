#include "core/engine/intake_apply.h"

#include "core/base/fault.h"
#include "core/engine/evaluation.h"
#include "core/engine/reply_recipients.h"
#include "core/mail/mail.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int intakeReferenceLimit = 100;
constexpr size_t intakeParticipantLimit = 50;
constexpr qint64 intakeYear1990 = 631152000ll * 1000000;

/// One item on its way to being a message. Lives for one transaction.
class IntakeApply {
public:
    IntakeApply(Database &db, const IntakeContext &context, const raw_messages::RawMessage &raw, const ParsedItem &item)
        : m_db(db)
        , m_context(context)
        , m_raw(raw)
        , m_in(item.message)
        , m_item(item)
    {
    }

    Result<Done> run()
    {
        using State = raw_messages::State;
        if (!raw_messages::holdPending(m_db, m_raw.id))
            return m_db.finish(Done{});
        if (m_item.unreadable) {
            raw_messages::settle(m_db, m_raw.id, State::Quarantined, {}, m_item.unreadable->message);
        } else if (const auto known = messages::byDedupeKey(m_db, m_context.channel.id, m_in.dedupeKey)) {
            raw_messages::settle(m_db, m_raw.id, State::Duplicate, *known, {});
        } else if (const MessageId own = ourOwn()) {
            raw_messages::settle(m_db, m_raw.id, State::Duplicate, own, {});
        } else {
            const MessageId message = makeVisible();
            raw_messages::settle(m_db, m_raw.id, State::Visible, message, {});
        }
        if (m_db.ok())
            faultPoint("intake.before_commit");
        return m_db.finish(Done{});
    }

private:
    /// The reply of ours that this is a copy of.
    MessageId ourOwn()
    {
        m_sameId = messages::byExternalId(m_db, m_context.channel.id, m_in.externalId);
        if (!m_in.fromSelf || !m_sameId || m_sameId->direction != Direction::Outbound)
            return {};
        // Read back, our text has lost what looks like quoted history; the body has not.
        const QString ours = m_sameId->text.simplified();
        const QString body = plainText(m_in.body).simplified();
        if (ours != m_in.text.simplified() && ours != body && plainText(m_sameId->body).simplified() != body)
            return {};
        deliveries::foundInChannel(m_db, m_context.channel.id, m_in.externalId,
                                   u"Found in %1 (%2)."_s.arg(m_context.channel.name, m_raw.item.sourceKey.left(200)));
        return m_sameId->id;
    }

    QString own() const { return normalAddress(m_context.channel.settings.value(u"address"_s).toString()); }
    bool historical() const { return m_raw.item.historical; }
    bool isNews() const { return !m_fromUs && !historical(); }

    static Address normal(const Address &address)
    {
        const QString bare = normalAddress(address.address);
        return {address.name, bare.isEmpty() ? address.address.trimmed().toLower().left(320) : bare};
    }

    std::vector<Address> recipients() const
    {
        std::vector<Address> all;
        for (const QString &text : m_in.to + m_in.cc) {
            for (const Address &address : parseAddresses(text)) {
                const Address bare = normal(address);
                if (!bare.address.isEmpty() && bare.address != own()
                    && !(m_in.fromSelf && bare.address == m_author.address))
                    all.push_back(bare);
            }
        }
        if (all.size() > intakeParticipantLimit)
            all.resize(intakeParticipantLimit);
        return all;
    }

    /// Anybody can write our address into From, and the form of our own website does. A mail is ours when it goes to
    /// somebody else and asks for no answer elsewhere; a chat says itself who wrote.
    bool isFromUs(const std::vector<Address> &others) const
    {
        const QString answersTo = normalAddress(m_in.replyTo);
        const bool isMail = m_in.threadKey.isEmpty();
        return m_in.fromSelf && (!isMail || (!others.empty() && (answersTo.isEmpty() || answersTo == own())));
    }

    /// Whom the conversation is with: the recipient of a mail of ours, the sender of another; where our own address is
    /// the sender, whom it asks to answer.
    Address personAmong(const std::vector<Address> &others) const
    {
        if (m_fromUs)
            return others.empty() ? m_author : others.front();
        const QString answersTo = m_in.fromSelf ? normalAddress(m_in.replyTo) : QString();
        return answersTo.isEmpty() ? m_author : Address{{}, answersTo};
    }

    MessageId makeVisible()
    {
        m_author = normal(m_in.from);
        const QString kind = m_in.threadKey.isEmpty() ? u"mail"_s : m_context.channel.connector;
        const std::vector<Address> others = recipients();
        m_fromUs = isFromUs(others);
        const Address person = personAmong(others);
        const ContactId contact = conversations::contactFor(m_db, kind, person);
        Message message = readMessage();
        message.author = m_fromUs ? m_author : person;
        const bool isNew = placeIn(message, contact);
        if (isNew)
            join(person, true, message.arrivedAt);
        else if (!m_fromUs)
            message.newParticipant = !isParticipant(person.address);
        join(person, false, message.arrivedAt);
        for (const Address &other : others)
            join(other, false, message.arrivedAt);
        // Where the message asks for answers in another domain: the operator sees the address and may include it.
        const Address elsewhere{{}, normalAddress(m_in.replyTo)};
        if (!m_fromUs && repliesElsewhere(message) && elsewhere.address != own())
            join(elsewhere, false, message.arrivedAt);
        message.id = messages::insert(m_db, message, m_in.dedupeKey);
        if (!message.id && m_db.ok()) { // its twin came in at this moment on another workstation
            m_db.fail(makeError(Error::Kind::Conflict, u"The same message was stored by another workstation."_s));
            return {};
        }
        remember();
        conversations::messageAdded(m_db, message.conversation, message, historical());
        if (isNews())
            wake();
        if (message.direction == Direction::Inbound)
            evaluateIt(message);
        return message.id;
    }

    Message readMessage() const
    {
        Message message;
        message.channel = m_context.channel.id;
        message.direction = m_fromUs ? Direction::Outbound : Direction::Inbound;
        message.externalId = m_in.externalId;
        message.subject = m_in.subject;
        message.text = m_in.text;
        message.body = m_in.body;
        message.to = m_in.to;
        message.cc = m_in.cc;
        message.replyTo = m_in.replyTo;
        message.automatic = m_in.automatic;
        message.conflicting = m_sameId.has_value();
        message.providerAt = m_in.providerAt;
        message.arrivedAt = m_raw.receivedAt;
        const bool believable = m_in.providerAt.us >= intakeYear1990 && m_in.providerAt <= m_raw.receivedAt;
        message.sortAt = believable ? m_in.providerAt : m_raw.receivedAt;
        message.attachments = m_item.attachments;
        return message;
    }

    QStringList references() const { return m_in.references.mid(0, intakeReferenceLimit); }

    /// Finds or opens the conversation; true when it is new.
    bool placeIn(Message &message, ContactId contact)
    {
        const ChannelId channel = m_context.channel.id;
        QStringList ids = references();
        if (!m_in.externalId.isEmpty())
            ids << m_in.externalId;
        auto known = conversations::byReferences(m_db, channel, ids);
        if (!known)
            known = conversations::byThreadKey(m_db, channel, m_in.threadKey);
        if (known) {
            m_conversation = conversations::byId(m_db, *known).value_or(Conversation{});
            message.conversation = *known;
            return false;
        }
        m_conversation.uid = newUid(m_db.clock());
        m_conversation.channel = channel;
        m_conversation.contact = contact;
        m_conversation.subject = m_in.subject.left(998);
        m_conversation.status = isNews() ? ConversationStatus::Open : ConversationStatus::Done;
        m_conversation.unread = isNews();
        m_conversation.firstAt = message.sortAt;
        m_conversation.sortAt = message.sortAt;
        m_conversation.id = conversations::insert(m_db, m_conversation, m_in.threadKey);
        message.conversation = m_conversation.id;
        return true;
    }

    bool isParticipant(const QString &address)
    {
        const auto known = conversations::participants(m_db, m_conversation.id);
        return std::any_of(known.begin(), known.end(),
                           [&](const Participant &p) { return p.address.address == address; });
    }

    void join(const Address &address, bool isContact, Timestamp at)
    {
        if (address.address.isEmpty() || (m_fromUs && address.address == m_author.address && !isContact))
            return;
        conversations::addParticipant(m_db, {m_conversation.id, address, isContact, false, at});
    }

    /// Under which ids the conversation is known from now on; what belongs to another one stays there.
    void remember()
    {
        conversations::addReference(m_db, m_context.channel.id, m_in.externalId, m_conversation.id);
        for (const QString &reference : references())
            conversations::addReference(m_db, m_context.channel.id, reference, m_conversation.id);
    }

    void wake()
    {
        conversations::setUnread(m_db, m_conversation.id, true);
        if (m_conversation.status != ConversationStatus::Open)
            conversations::setStatus(m_db, m_conversation.id, ConversationStatus::Open, {});
    }

    void evaluateIt(const Message &message)
    {
        EvaluationRequest request;
        request.conversation = m_conversation.id;
        request.message = message;
        request.workspaceUid = m_context.workspaceUid;
        request.suggest = historical() ? EvaluationRequest::Suggest::Never : EvaluationRequest::Suggest::AsNeeded;
        request.reopened = m_conversation.status != ConversationStatus::Open;
        evaluateMessage(m_db, *m_context.snapshot, request);
    }

    Database &m_db;
    const IntakeContext &m_context;
    const raw_messages::RawMessage &m_raw;
    const InboundMessage &m_in;
    const ParsedItem &m_item;
    std::optional<Message> m_sameId;
    Address m_author;
    bool m_fromUs = false;
    Conversation m_conversation;
};

} // namespace

Result<Done> applyItem(Database &db, const IntakeContext &context, const raw_messages::RawMessage &raw,
                       const ParsedItem &item)
{
    return IntakeApply(db, context, raw, item).run();
}

} // namespace patchbay
