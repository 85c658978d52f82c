#pragma once

#include "core/engine/evaluation.h"
#include "core/engine/intake_parse.h"

#include <QtCore/QHash>
#include <QtCore/QSet>

#include <memory>

namespace patchbay {

/// A conversation as a group of items finds and leaves it.
struct IntakeConversation {
    Conversation row = {};
    Conversation before = {}; ///< as it was read
    Contact contact = {};
    std::vector<Participant> participants = {};
    QStringList labels = {};
    std::optional<suggestions::Head> suggestion = {}; ///< the newest
    std::optional<classifications::Newest> newest = {}; ///< inbound message, with its classification
    std::optional<Suggestion> next = {}; ///< to take the place of a pending suggestion
    QString nextClassification = {}; ///< its JSON
    bool isNew = false; ///< made in this transaction
    bool changed = false;

    Address contactAddress(const Address &otherwise) const;
};

/// What one transaction of the Intake knows of one channel: everything that its items may refer to is read at once, and
/// what changes about conversations is written once, at the end. Lives for that transaction; messages are inserted as
/// they come.
class IntakeGroup {
public:
    IntakeGroup(Database &db, ChannelId channel);

    /// Reads what these items may refer to: known keys, ids, references, senders, conversations.
    void prepare(const std::vector<const InboundMessage *> &messages, const QString &connector);
    /// Writes conversations and suggestions, and lets the new messages be indexed.
    void finish();

    MessageId byDedupeKey(const QString &key) const { return m_dedupe.value(indexKey(key)); }
    MessageId byExternalId(const QString &id) const { return m_external.value(indexKey(id)); }
    /// Items that came earlier are about the message with this id.
    bool isAwaited(const QString &externalId) const { return m_awaited.contains(indexKey(externalId)); }
    /// From now on this message has this id; gives the message.
    MessageId know(const QString &externalId, MessageId message);
    void await(const QString &externalId) { m_awaited.insert(indexKey(externalId)); }
    IntakeConversation *conversation(ConversationId id);
    /// The conversation that knows the first of these; null: none does.
    IntakeConversation *byReferences(const QStringList &references);
    IntakeConversation *byThreadKey(const QString &threadKey);
    /// The contact with this handle, made when it is new. `alsoAt`: what the platform has in its records of it.
    ContactId contactFor(const QString &kind, const Address &address, const QStringList &alsoAt);

    IntakeConversation *open(Conversation conversation, const QString &threadKey, const Address &contact);
    void join(IntakeConversation &conversation, const Participant &participant);
    void refer(const QString &reference, ConversationId conversation);
    /// A message with this id is stored there.
    void place(const QString &externalId, ConversationId conversation);
    /// Stores a message of this conversation; 0 when its key was stored meanwhile.
    MessageId insert(const Message &message, const QString &dedupeKey, const QByteArray &bodyBytes);
    /// Lets the new messages be indexed: before the text of one changes.
    void noteNew();
    /// That an item which waited became this message.
    void settleVisible(RawMessageId item, MessageId message) { m_settled.emplace_back(item, message); }
    /// The suggestion that takes the place of a pending one, and the JSON of its classification.
    void suggest(IntakeConversation &conversation, Suggestion suggestion, const QString &classification);
    /// The local model abstained from its newest message.
    void doubt(ConversationId conversation) { m_doubted.insert(conversation); }
    const QSet<ConversationId> &doubted() const { return m_doubted; }
    /// normalAddress(), remembered: the items of a group name the same people again and again.
    const QString &normal(const QString &address);
    /// Who is named in a To or Cc.
    const std::vector<Address> &addressesIn(const QString &field);

private:
    void prepareReferences(const QSet<QString> &references, const QSet<QString> &external);
    ContactId handled(const QString &kind, const Address &address);
    void tell(const Handle &author, const QStringList &addresses);
    void loadConversations(const std::vector<ConversationId> &ids);

    Database &m_db;
    ChannelId m_channel;
    QHash<QString, MessageId> m_dedupe;
    QHash<QString, MessageId> m_external;
    QSet<QString> m_awaited; ///< ids of messages that items wait for
    QHash<QString, ConversationId> m_references;
    QHash<QString, Contact> m_contacts; ///< of the kind that prepare() was told
    QSet<QString> m_askedContacts;
    QString m_kind;
    QHash<QString, QString> m_normal;
    QHash<QString, std::vector<Address>> m_addresses;
    QSet<QString> m_told; ///< what tell() did already
    QHash<ConversationId, std::shared_ptr<IntakeConversation>> m_conversations;
    QSet<ConversationId> m_doubted;
    std::vector<MessageId> m_messages; ///< new ones
    std::vector<std::pair<RawMessageId, MessageId>> m_settled;
};

} // namespace patchbay
