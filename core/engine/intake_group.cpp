#include "core/engine/intake_group.h"

#include "core/engine/contact_matcher.h"
#include "core/mail/mail.h"
#include "core/store/conversation_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/search_index.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

Address IntakeConversation::contactAddress(const Address &otherwise) const
{
    const auto it =
        std::find_if(participants.begin(), participants.end(), [](const Participant &p) { return p.isContact; });
    const Address address = it != participants.end() ? it->address : otherwise;
    return {contact.name.isEmpty() ? address.name : contact.name, address.address};
}

IntakeGroup::IntakeGroup(Database &db, ChannelId channel)
    : m_db(db)
    , m_channel(channel)
{
}

void IntakeGroup::prepare(const std::vector<const InboundMessage *> &messages, const QString &connector)
{
    QStringList dedupe;
    QSet<QString> external;
    QSet<QString> references;
    bool isChat = false;
    for (const InboundMessage *message : messages) {
        isChat = isChat || !message->threadKey.isEmpty();
        if (!message->about.isEmpty())
            external.insert(indexKey(message->about));
        if (!message->dedupeKey.isEmpty())
            dedupe << indexKey(message->dedupeKey);
        if (!message->externalId.isEmpty())
            external.insert(indexKey(message->externalId));
        for (const QString &reference : message->references)
            references.insert(indexKey(reference));
        if (const QString address = normal(message->from.address); !address.isEmpty())
            m_askedContacts.insert(address);
    }
    m_kind = isChat ? connector : u"mail"_s; // a file has mails as well as chats
    m_dedupe = messages::byDedupeKeys(m_db, m_channel, dedupe);
    m_external = messages::byExternalIds(m_db, m_channel, external.values());
    prepareReferences(references, external);
    if (isChat)
        m_awaited = raw_messages::waitedFor(m_db, m_channel, external.values());
    m_contacts = conversations::contactsOf(m_db, m_kind, m_askedContacts.values());
    QSet<ConversationId> known(m_references.begin(), m_references.end());
    loadConversations({known.begin(), known.end()});
}

/// An id of these items themselves that no message has is not looked for in the messages again.
void IntakeGroup::prepareReferences(const QSet<QString> &references, const QSet<QString> &external)
{
    const QSet<QString> all = references + external;
    m_references = conversations::byReferenceKeys(m_db, m_channel, all.values());
    QStringList left;
    for (const QString &key : all) {
        if (!m_references.contains(key) && (references.contains(key) || m_external.contains(key)))
            left << key;
    }
    m_references.insert(conversations::byMessageKeys(m_db, m_channel, left));
}

void IntakeGroup::loadConversations(const std::vector<ConversationId> &ids)
{
    std::vector<ContactId> contacts;
    for (Conversation &row : conversations::byIds(m_db, ids)) {
        auto conversation = std::make_shared<IntakeConversation>();
        conversation->row = std::move(row);
        conversation->before = conversation->row;
        contacts.push_back(conversation->row.contact);
        m_conversations.insert(conversation->row.id, conversation);
    }
    for (const Participant &participant : conversations::participants(m_db, ids)) {
        if (const auto conversation = m_conversations.value(participant.conversation))
            conversation->participants.push_back(participant);
    }
    QHash<ContactId, Contact> known;
    for (const Contact &contact : conversations::contacts(m_db, contacts))
        known.insert(contact.id, contact);
    const QHash<ConversationId, QStringList> named = labels::of(m_db, ids);
    const QHash<ConversationId, suggestions::Head> suggested = suggestions::heads(m_db, ids);
    const QHash<ConversationId, classifications::Newest> newest = classifications::newestInbound(m_db, ids);
    for (const ConversationId id : ids) {
        const auto conversation = m_conversations.value(id);
        if (!conversation)
            continue;
        conversation->contact = known.value(conversation->row.contact);
        conversation->labels = named.value(id);
        if (const auto it = suggested.constFind(id); it != suggested.cend())
            conversation->suggestion = *it;
        if (const auto it = newest.constFind(id); it != newest.cend())
            conversation->newest = *it;
    }
}

IntakeConversation *IntakeGroup::conversation(ConversationId id)
{
    if (!m_conversations.contains(id))
        loadConversations({id});
    return m_conversations.value(id).get();
}

IntakeConversation *IntakeGroup::byReferences(const QStringList &references)
{
    for (const QString &reference : references) {
        const QString key = indexKey(reference);
        if (const ConversationId id = m_references.value(key))
            return conversation(id);
    }
    return nullptr;
}

IntakeConversation *IntakeGroup::byThreadKey(const QString &threadKey)
{
    const auto known = conversations::byThreadKey(m_db, m_channel, threadKey);
    return known ? conversation(*known) : nullptr;
}

ContactId IntakeGroup::contactFor(const QString &kind, const Address &address, const QStringList &alsoAt)
{
    const ContactId contact = handled(kind, address);
    tell({contact, kind, address.address}, alsoAt);
    return contact;
}

void IntakeGroup::tell(const Handle &author, const QStringList &addresses)
{
    for (const QString &address : addresses) {
        const QString once = author.address + u'\n' + address;
        if (m_told.contains(once))
            continue;
        m_told.insert(once);
        const ContactId holder = conversations::addHandle(m_db, {author.contact, author.kind, address});
        if (holder != author.contact)
            matchTold(m_db, {author.contact, author.kind, address}, holder);
    }
}

ContactId IntakeGroup::handled(const QString &kind, const Address &address)
{
    if (kind == m_kind && m_askedContacts.contains(address.address)) {
        const auto known = m_contacts.constFind(address.address);
        const bool named = address.name.isEmpty() || known == m_contacts.constEnd() || known->name != address.address;
        if (known != m_contacts.constEnd() && named)
            return known->id;
    }
    const ContactId id = conversations::contactFor(m_db, kind, address);
    if (kind == m_kind) {
        m_askedContacts.insert(address.address);
        m_contacts.insert(address.address, conversations::contact(m_db, id));
    }
    return id;
}

IntakeConversation *IntakeGroup::open(Conversation row, const QString &threadKey, const Address &contact)
{
    auto conversation = std::make_shared<IntakeConversation>();
    row.id = conversations::insert(m_db, row, threadKey);
    const auto known = m_contacts.constFind(contact.address);
    conversation->contact =
        known != m_contacts.constEnd() && known->id == row.contact ? *known : conversations::contact(m_db, row.contact);
    conversation->row = std::move(row);
    conversation->isNew = true;
    m_conversations.insert(conversation->row.id, conversation);
    return conversation.get();
}

void IntakeGroup::join(IntakeConversation &conversation, const Participant &participant)
{
    const auto same = [&](const Participant &p) { return p.address.address == participant.address.address; };
    if (std::any_of(conversation.participants.begin(), conversation.participants.end(), same))
        return;
    conversations::addParticipant(m_db, participant);
    conversation.participants.push_back(participant);
}

void IntakeGroup::refer(const QString &reference, ConversationId conversation)
{
    const QString key = indexKey(reference);
    if (reference.isEmpty() || m_references.contains(key))
        return;
    conversations::addReference(m_db, m_channel, reference, conversation);
    m_references.insert(key, conversation);
}

void IntakeGroup::place(const QString &externalId, ConversationId conversation)
{
    const QString key = indexKey(externalId);
    if (!externalId.isEmpty() && !m_references.contains(key))
        m_references.insert(key, conversation);
}

MessageId IntakeGroup::insert(const Message &message, const QString &dedupeKey, const QByteArray &bodyBytes)
{
    const MessageId id = messages::insertUnnoted(m_db, message, dedupeKey, bodyBytes);
    if (!id)
        return id;
    m_messages.push_back(id);
    if (!dedupeKey.isEmpty())
        m_dedupe.insert(indexKey(dedupeKey), id);
    if (!message.externalId.isEmpty() && !m_external.contains(indexKey(message.externalId)))
        m_external.insert(indexKey(message.externalId), id);
    return id;
}

void IntakeGroup::suggest(IntakeConversation &conversation, Suggestion suggestion, const QString &classification)
{
    // The next message of this group looks at it as if it were stored.
    suggestions::Head head;
    head.state = Suggestion::State::Pending;
    head.category = suggestion.classification.category;
    head.route = suggestion.route;
    head.message = suggestion.message;
    head.description = suggestion.draft.description;
    conversation.suggestion = std::move(head);
    conversation.next = std::move(suggestion);
    conversation.nextClassification = classification;
}

const QString &IntakeGroup::normal(const QString &address)
{
    auto known = m_normal.constFind(address);
    if (known == m_normal.cend())
        known = m_normal.insert(address, normalAddress(address));
    return *known;
}

const std::vector<Address> &IntakeGroup::addressesIn(const QString &field)
{
    auto known = m_addresses.constFind(field);
    if (known == m_addresses.cend())
        known = m_addresses.insert(field, parseAddresses(field));
    return *known;
}

void IntakeGroup::finish()
{
    for (const auto &conversation : std::as_const(m_conversations)) {
        if (conversation->changed)
            conversations::update(m_db, conversation->row, conversation->before);
        if (conversation->next && conversation->isNew)
            suggestions::insertFirst(m_db, *conversation->next, conversation->nextClassification);
        else if (conversation->next)
            suggestions::replacePending(m_db, *conversation->next, conversation->nextClassification);
    }
    raw_messages::settleVisible(m_db, m_settled);
    noteNew();
}

MessageId IntakeGroup::know(const QString &externalId, MessageId message)
{
    if (message)
        m_external.insert(indexKey(externalId), message);
    return message;
}

void IntakeGroup::noteNew()
{
    search::note(m_db, m_messages);
    m_messages.clear();
}

} // namespace patchbay
