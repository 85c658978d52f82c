#include "core/engine/intake_apply.h"

#include "core/base/fault.h"
#include "core/engine/chat_replies.h"
#include "core/engine/intake_group.h"
#include "core/engine/intake_told.h"
#include "core/engine/model_asking.h"
#include "core/engine/reply_recipients.h"
#include "core/mail/mail.h"
#include "core/store/channel_event_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/erased_items.h"
#include "core/store/message_removal.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int intakeReferenceLimit = 100;
constexpr size_t intakeParticipantLimit = 50;
constexpr qsizetype intakeQuotedLimit = 200'000;

/// One item on its way to being a message. Lives for one transaction.
class IntakeApply {
public:
    IntakeApply(Database &db, IntakeGroup &group, const IntakeContext &context, const IntakeWork &work,
                IntakeCounts &counts)
        : m_db(db)
        , m_group(group)
        , m_context(context)
        , m_raw(work.raw)
        , m_in(work.parsed.message)
        , m_item(work.parsed)
        , m_work(work)
        , m_counts(counts)
    {
    }

    void run()
    {
        using State = raw_messages::State;
        if (m_item.unreadable)
            return settle(State::Quarantined, {}, m_item.unreadable->message);
        if (m_in.kind != InboundKind::Message)
            return tell();
        if (const MessageId known = m_group.byDedupeKey(m_in.dedupeKey))
            return settle(State::Duplicate, known);
        if (const MessageId own = ourOwn())
            return settle(State::Duplicate, own);
        settle(State::Visible, makeVisible());
        if (m_group.isAwaited(m_in.externalId))
            m_counts.requeued += raw_messages::requeueAbout(m_db, m_context.channel.id, m_in.externalId);
    }

private:
    void settle(raw_messages::State state, MessageId message, const QString &error = {})
    {
        using State = raw_messages::State;
        ++(state == State::Visible         ? m_counts.visible
               : state == State::Duplicate ? m_counts.duplicate
               : state == State::Noted     ? m_counts.noted
                                           : m_counts.quarantined);
        if (state == State::Quarantined && !historical())
            channel_events::note(m_db, m_context.channel.id, ChannelEvent::Kind::Unreadable);
        if (m_raw.id && state == State::Visible)
            m_group.settleVisible(m_raw.id, message);
        else if (m_raw.id)
            raw_messages::settle(m_db, m_raw.id, state, message, error);
        else
            raw_messages::insertSettled(m_db, m_context.channel.id, m_raw.item, m_work.rawHash, state, message, error);
    }

    bool isChat() const { return !m_in.threadKey.isEmpty(); }

    void tell()
    {
        m_group.noteNew();
        const bool isBeside = m_in.kind == InboundKind::Event || m_in.kind == InboundKind::Note;
        const Told told = isBeside
            ? tellConversation(m_db, m_group, m_item, m_raw, m_context.channel.id, m_work.bodyBytes)
            : tellMessage(m_db, m_in, m_item.attachments, m_raw, m_group.byExternalId(m_in.about));
        if (told.edited)
            readAgain(*told.edited, told.former);
        settle(told.state, told.message, told.error);
        if (told.waitsFor.isEmpty())
            return;
        raw_messages::setAwaited(m_db, m_context.channel.id, m_raw.item.sourceKey, told.waitsFor);
        m_group.await(told.waitsFor);
    }

    /// A message reads otherwise now: where it is the newest it counts as news.
    void readAgain(const Message &message, const Message &former)
    {
        m_conversation = m_group.conversation(message.conversation);
        if (!m_conversation)
            return;
        m_conversation->row.snippet = conversations::recountSnippet(m_db, message.conversation);
        const bool newest = m_conversation->newest && m_conversation->newest->message == message.id;
        if (historical() || !newest || message.text == former.text)
            return;
        const ConversationStatus status = m_conversation->row.status;
        wake();
        m_conversation->changed = true;
        evaluateIt(message, status, &former);
    }

    /// The reply of ours that this is a copy of.
    MessageId ourOwn()
    {
        const MessageId sameId = m_group.byExternalId(m_in.externalId);
        m_conflicting = bool(sameId);
        if (!m_in.fromSelf)
            return {};
        const QString found = u"Found in %1 (%2)."_s.arg(m_context.channel.name, m_raw.item.sourceKey.left(200));
        if (!sameId && isChat() && !historical())
            return m_group.know(m_in.externalId, takeEcho(m_db, m_context.channel.id, m_in, found));
        if (!sameId)
            return {};
        const std::optional<Message> ours = messages::byId(m_db, sameId);
        if (!ours || ours->direction != Direction::Outbound)
            return {};
        if (isChat() && ours->operatorId)
            return sameId; // by the id that the platform gave to it
        // Read back, our text has lost what looks like quoted history; the body has not.
        const QString text = ours->text.simplified();
        const QString body = plainText(m_in.body).simplified();
        if (text != m_in.text.simplified() && text != body && plainText(ours->body).simplified() != body)
            return {};
        deliveries::foundInChannel(m_db, m_context.channel.id, m_in.externalId, found);
        return sameId;
    }

    QString own() const { return m_group.normal(m_context.channel.settings.value(u"address"_s).toString()); }
    bool historical() const { return m_raw.item.historical; }
    bool isNews() const { return !m_fromUs && !historical(); }

    Address normal(const Address &address) const
    {
        const QString bare = m_group.normal(address.address);
        return {address.name, bare.isEmpty() ? address.address.trimmed().toLower().left(320) : bare};
    }

    std::vector<Address> recipients() const
    {
        std::vector<Address> all;
        for (const QString &text : m_in.to + m_in.cc) {
            for (const Address &address : m_group.addressesIn(text)) {
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
        const QString answersTo = m_group.normal(m_in.replyTo);
        return m_in.fromSelf && (isChat() || (!others.empty() && (answersTo.isEmpty() || answersTo == own())));
    }

    /// Whom the conversation is with: the recipient of a mail of ours, the sender of another; where our own address is
    /// the sender, whom it asks to answer.
    Address personAmong(const std::vector<Address> &others) const
    {
        if (m_fromUs && others.empty() && isChat())
            return {m_in.subject.isEmpty() ? m_in.to.value(0) : m_in.subject, m_in.threadKey};
        if (m_fromUs)
            return others.empty() ? m_author : others.front();
        const QString answersTo = m_in.fromSelf ? m_group.normal(m_in.replyTo) : QString();
        return answersTo.isEmpty() ? m_author : Address{{}, answersTo};
    }

    MessageId makeVisible()
    {
        m_author = normal(m_in.from);
        const QString kind = m_in.threadKey.isEmpty() ? u"mail"_s : m_context.channel.connector;
        const std::vector<Address> others = recipients();
        m_fromUs = isFromUs(others);
        const Address person = personAmong(others);
        const ContactId contact = m_group.contactFor(kind, person, m_fromUs ? QStringList() : m_in.alsoAt);
        Message message = readMessage();
        message.author = m_fromUs ? m_author : person;
        const bool isNew = placeIn(message, contact, person);
        if (isNew)
            join(person, true, message.arrivedAt);
        else if (!m_fromUs && !isChat())
            message.newParticipant = !isParticipant(person.address);
        join(person, false, message.arrivedAt);
        for (const Address &other : others)
            join(other, false, message.arrivedAt);
        // Where the message asks for answers in another domain: the operator sees the address and may include it.
        const Address elsewhere{{}, m_group.normal(m_in.replyTo)};
        if (!m_fromUs && repliesElsewhere(message) && elsewhere.address != own())
            join(elsewhere, false, message.arrivedAt);
        if (isNew) // a forwarded mail: what it quotes is in no other message here
            message.quotedText = plainText(m_in.body, BodyBlock::Part::QuotedHistory).left(intakeQuotedLimit);
        message.id = m_group.insert(message, m_in.dedupeKey, m_work.bodyBytes);
        if (!message.id && m_db.ok()) { // its twin came in at this moment on another workstation
            m_db.fail(makeError(Error::Kind::Conflict, u"The same message was stored by another workstation."_s));
            return {};
        }
        remember();
        const ConversationStatus status = m_conversation->row.status;
        conversations::follow(m_db, m_conversation->row, message, historical());
        m_conversation->changed = true;
        if (isNews())
            wake();
        if (message.direction == Direction::Inbound)
            evaluateIt(message, status);
        return message.id;
    }

    Message readMessage() const
    {
        Message message = messageOf(m_item, m_raw.receivedAt);
        message.channel = m_context.channel.id;
        message.direction = m_fromUs ? Direction::Outbound : Direction::Inbound;
        message.conflicting = m_conflicting;
        return message;
    }

    QStringList references() const { return m_in.references.mid(0, intakeReferenceLimit); }

    /// Finds or opens the conversation; true when it is new.
    bool placeIn(Message &message, ContactId contact, const Address &person)
    {
        QStringList ids = references();
        if (!m_in.externalId.isEmpty())
            ids << m_in.externalId;
        m_conversation = isChat() ? m_group.byThreadKey(m_in.threadKey) : m_group.byReferences(ids);
        const bool isNew = !m_conversation;
        if (isNew) {
            Conversation row;
            row.uid = newUid(m_db.clock());
            row.channel = m_context.channel.id;
            row.contact = contact;
            row.subject = m_in.subject.left(998);
            row.status = isNews() ? ConversationStatus::Open : ConversationStatus::Done;
            row.unread = isNews();
            row.firstAt = message.sortAt;
            row.sortAt = message.sortAt;
            m_conversation = m_group.open(std::move(row), m_in.threadKey, person);
        }
        message.conversation = m_conversation->row.id;
        return isNew;
    }

    bool isParticipant(const QString &address) const
    {
        const auto &known = m_conversation->participants;
        return std::any_of(known.begin(), known.end(),
                           [&](const Participant &p) { return p.address.address == address; });
    }

    void join(const Address &address, bool isContact, Timestamp at)
    {
        if (address.address.isEmpty() || (m_fromUs && address.address == m_author.address && !isContact))
            return;
        m_group.join(*m_conversation, {m_conversation->row.id, address, isContact, false, at});
    }

    /// Under which ids the conversation is known from now on; what belongs to another one stays there.
    void remember()
    {
        m_group.place(m_in.externalId, m_conversation->row.id);
        for (const QString &reference : references())
            m_group.refer(reference, m_conversation->row.id);
    }

    void wake()
    {
        Conversation &row = m_conversation->row;
        row.unread = true;
        if (row.status == ConversationStatus::Open)
            return;
        row.status = ConversationStatus::Open;
        row.snoozeUntil = {};
    }

    /// `former`: as it read before its author edited it.
    void evaluateIt(const Message &message, ConversationStatus statusBefore, const Message *former = nullptr)
    {
        IntakeConversation &c = *m_conversation;
        EvaluationRequest request;
        request.conversation = c.row.id;
        request.message = message;
        request.own = m_work.classification;
        request.workspaceUid = m_context.workspaceUid;
        request.suggest = historical() ? EvaluationRequest::Suggest::Never : EvaluationRequest::Suggest::AsNeeded;
        request.reopened = statusBefore != ConversationStatus::Open;
        request.statusBefore = statusBefore;
        EvaluationState state{c.row,    m_context.channel, c.contactAddress(message.author),
                              c.labels, c.suggestion,      c.newest};
        if (former) {
            request.former = *former;
            if (c.newest->source == ClassificationSource::Person)
                request.given = c.newest->classification();
            state.before = classifications::newestInbound(m_db, c.row.id, message.id);
        }
        state.isNewest = former || !c.newest
            || std::pair(message.sortAt, message.id) > std::pair(c.newest->sortAt, c.newest->message);
        if (!historical())
            state.ruleUse = ruleUse(m_db, *m_context.snapshot);
        EvaluationOutcome outcome = evaluated(*m_context.snapshot, request, state);
        const QString stored = classifications::insert(m_db, message.id, c.row.id, outcome.classification);
        if (state.isNewest)
            c.newest = classifications::Newest{
                message.id, message.sortAt, outcome.classification.source, {}, outcome.classification};
        if (outcome.counts)
            take(std::move(outcome), stored, message.id);
    }

    void take(EvaluationOutcome outcome, const QString &classification, MessageId message)
    {
        IntakeConversation &c = *m_conversation;
        c.row.category = outcome.classification.category;
        c.row.confidence = outcome.classification.confidence;
        c.row.priority = outcome.priority;
        c.row.language = outcome.classification.language;
        for (const QString &label : std::as_const(outcome.labels)) {
            labels::set(m_db, c.row.id, label, true);
            if (!c.labels.contains(label))
                c.labels << label;
        }
        applyRuleEffects(m_db, outcome.effects, c.row, message);
        if (!outcome.suggestion)
            return;
        if (outcome.classification.abstained)
            m_group.doubt(c.row.id);
        m_group.suggest(c, std::move(*outcome.suggestion), classification);
    }

    Database &m_db;
    IntakeGroup &m_group;
    const IntakeContext &m_context;
    const raw_messages::RawMessage &m_raw;
    const InboundMessage &m_in;
    const ParsedItem &m_item;
    const IntakeWork &m_work;
    IntakeCounts &m_counts;
    bool m_conflicting = false;
    Address m_author;
    bool m_fromUs = false;
    IntakeConversation *m_conversation = nullptr; ///< the group's
};

} // namespace

Result<IntakeCounts> applyItems(Database &db, const IntakeContext &context, const std::vector<IntakeWork> &items)
{
    std::vector<RawMessageId> waiting;
    QStringList newKeys;
    std::vector<const InboundMessage *> messages;
    for (const IntakeWork &item : items) {
        if (item.raw.id)
            waiting.push_back(item.raw.id);
        else
            newKeys << item.raw.item.sourceKey;
        if (!item.parsed.unreadable)
            messages.push_back(&item.parsed.message);
    }
    const QSet<RawMessageId> held = raw_messages::holdPending(db, waiting);
    QSet<QString> known = raw_messages::knownKeys(db, context.channel.id, newKeys);
    const bool anyErased = !newKeys.isEmpty() && erased_items::count(db) > 0;
    IntakeGroup group(db, context.channel.id);
    group.prepare(messages, context.channel.connector);
    IntakeCounts counts;
    for (const IntakeWork &item : items) {
        const QString &key = item.raw.item.sourceKey;
        const bool isNew = !item.raw.id;
        if (isNew && (known.contains(key) || (anyErased && erased_items::has(db, context.channel.id, item.raw.item))))
            ++counts.duplicate; // it is here, or a person had it deleted: then it does not come back
        else if (isNew || held.contains(item.raw.id))
            IntakeApply(db, group, context, item, counts).run();
        known.insert(key);
        if (!db.ok())
            break;
    }
    group.finish();
    askWhenAbstained(db, context.snapshot->taxonomy, group.doubted());
    if (db.ok())
        faultPoint("intake.before_commit");
    return db.finish(counts);
}

} // namespace patchbay
