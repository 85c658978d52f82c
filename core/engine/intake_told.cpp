#include "core/engine/intake_told.h"

#include "core/engine/message_changes.h"
#include "core/mail/html_body.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_event_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using Kind = MessageEvent::Kind;
using State = raw_messages::State;

constexpr qsizetype toldSignLimit = 200;
constexpr qsizetype toldWordsLimit = 2000;
constexpr qsizetype toldLabelLimit = 60;
constexpr qsizetype mostToldLabels = 50;

void settleAs(Conversation &row, ConversationStatus status, Timestamp snoozedUntil)
{
    const Timestamp until = status == ConversationStatus::Snoozed ? snoozedUntil : Timestamp();
    if (row.status == status && row.snoozeUntil == until)
        return;
    row.status = status;
    row.snoozeUntil = until;
    if (status == ConversationStatus::Done)
        row.unread = false;
}

void labelAs(Database &db, ConversationId id, const QStringList &told, bool on)
{
    for (const QString &label : told.mid(0, mostToldLabels)) {
        const QString name = cleanLine(label, toldLabelLimit + 1).trimmed();
        const bool isName = !name.isEmpty() && name.size() <= toldLabelLimit;
        if (isName && !deliveries::isChanging(db, id, u"label:"_s + name))
            labels::set(db, id, name, on);
    }
}

/// How the chat stands over there. What was changed here and is not told there yet is newer.
void followThere(Database &db, const InboundMessage &in, Conversation &row)
{
    if (in.status && !deliveries::isChanging(db, row.id, u"status"_s))
        settleAs(row, *in.status, in.snoozedUntil);
    if (in.assignee && !deliveries::isChanging(db, row.id, u"assignee"_s)) {
        const std::optional<Operator> known = operators::byMail(db, *in.assignee);
        row.assignee = known ? known->id : OperatorId{};
        conversations::setAssignee(db, row.id, row.assignee);
    }
    labelAs(db, row.id, in.labelled, true);
    labelAs(db, row.id, in.unlabelled, false);
}

/// One item that tells something. Lives for one transaction.
class Telling {
public:
    Telling(Database &db, const InboundMessage &in, const raw_messages::RawMessage &raw, Message message)
        : m_db(db)
        , m_in(in)
        , m_key((in.dedupeKey.isEmpty() ? u"item:"_s + raw.item.sourceKey : in.dedupeKey) + u'@'
                + QString::number(in.providerAt.us))
        , m_events(message_events::of(db, message.id))
    {
        m_told.message = message.id;
        m_told.former = std::move(message);
        m_event.author = in.from;
        m_event.author.address = in.from.address.trimmed().toLower().left(320);
        m_event.at = in.providerAt && in.providerAt <= raw.receivedAt ? in.providerAt : raw.receivedAt;
    }

    Told edit(const std::vector<Attachment> &attachments)
    {
        if (isOwnChange(m_db, m_told.former, m_in.text))
            return m_told; // it came from here
        if (!newestText(m_events)) {
            const Message &first = m_told.former;
            const MessageEvent original{Kind::Original, first.author, first.text, {}, first.sortAt};
            message_events::add(m_db, first.id, u"original"_s, original);
        }
        m_event.kind = Kind::Edit;
        m_event.text = m_in.text;
        if (!add())
            return m_told;
        const auto newest = newestText(message_events::of(m_db, m_told.message));
        if (!newest || *newest != m_event)
            return m_told; // an older one that comes late
        m_told.edited = m_told.former;
        m_told.edited->text = m_in.text;
        m_told.edited->body = m_in.body;
        m_told.edited->attachments = attachments;
        messages::rewrite(m_db, *m_told.edited);
        return m_told;
    }

    Told note(Kind kind, const QString &text)
    {
        m_event.kind = kind;
        m_event.text = text;
        add();
        return m_told;
    }

    Told receipt()
    {
        if (m_told.former.direction != Direction::Outbound)
            return m_told;
        const auto before = storyOf(m_events).receipt;
        if (before && rankOf(m_in.fate) <= rankOf(before->fate))
            return m_told;
        m_event.kind = Kind::Receipt;
        m_event.fate = m_in.fate;
        m_event.text = m_in.text.left(toldWordsLimit);
        if (!add())
            return m_told;
        if (m_in.fate == MessageFate::Failed)
            deliveries::failedThere(m_db, m_told.message, m_event.text);
        else if (before && before->fate == MessageFate::Failed)
            deliveries::arrivedThere(m_db, m_told.message, m_told.former.externalId);
        return m_told;
    }

private:
    bool add()
    {
        const bool isNew = message_events::add(m_db, m_told.message, m_key, m_event);
        if (!isNew)
            m_told.state = State::Duplicate;
        return isNew;
    }

    Database &m_db;
    const InboundMessage &m_in;
    const QString m_key;
    const std::vector<MessageEvent> m_events;
    MessageEvent m_event;
    Told m_told;
};

} // namespace

Told tellMessage(Database &db, const InboundMessage &in, const std::vector<Attachment> &attachments,
                 const raw_messages::RawMessage &raw, MessageId about)
{
    Told told;
    if (in.kind == InboundKind::Nothing)
        return told;
    if (in.about.isEmpty()) {
        told.state = State::Quarantined;
        told.error = u"It does not say which message it is about."_s;
        return told;
    }
    std::optional<Message> message = about ? messages::byId(db, about) : std::nullopt;
    if (!message) {
        told.waitsFor = in.about;
        return told;
    }
    Telling telling(db, in, raw, std::move(*message));
    switch (in.kind) {
    case InboundKind::Edit: return telling.edit(attachments);
    case InboundKind::Deletion: return telling.note(Kind::Deletion, {});
    case InboundKind::Reaction: return telling.note(Kind::Reaction, in.text.left(toldSignLimit));
    case InboundKind::Receipt: return telling.receipt();
    case InboundKind::Message:
    case InboundKind::Event:
    case InboundKind::Note:
    case InboundKind::Nothing: break;
    }
    return told;
}

Told tellConversation(Database &db, IntakeGroup &group, const ParsedItem &item, const raw_messages::RawMessage &raw,
                      ChannelId channel, const QByteArray &bodyBytes)
{
    const InboundMessage &in = item.message;
    Told told;
    told.message = group.byDedupeKey(in.dedupeKey);
    if (told.message) {
        told.state = State::Duplicate;
        return told;
    }
    IntakeConversation *conversation = in.threadKey.isEmpty() ? nullptr : group.byThreadKey(in.threadKey);
    if (!conversation)
        return told;
    conversation->changed = true;
    if (!in.text.trimmed().isEmpty() || !item.attachments.empty()) {
        Message line = messageOf(item, raw.receivedAt);
        line.channel = channel;
        line.conversation = conversation->row.id;
        line.direction = in.kind == InboundKind::Note ? Direction::Note : Direction::Event;
        line.author = {in.from.name, in.from.address.trimmed().toLower().left(320)};
        told.message = group.insert(line, in.dedupeKey, bodyBytes);
        if (!told.message && db.ok()) { // its twin came in at this moment on another workstation
            db.fail(makeError(Error::Kind::Conflict, u"The same line was stored by another workstation."_s));
            return told;
        }
        told.state = State::Visible;
        conversations::follow(db, conversation->row, line, raw.item.historical);
    }
    if (in.kind == InboundKind::Event && !raw.item.historical)
        followThere(db, in, conversation->row);
    return told;
}

} // namespace patchbay
