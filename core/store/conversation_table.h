#pragma once

#include "core/model/account.h"
#include "core/model/conversation.h"
#include "core/store/database.h"

#include <QtCore/QHash>

namespace patchbay::conversations {

/// What the rail offers. Order: newest first by sort_at, then id.
enum class View { MyQueue, AwaitingUs, Unassigned, Snoozed, All, Done };

/// A list row with everything it paints.
struct Summary {
    Conversation conversation = {};
    QString contactName = {};
    QString contactAddress = {};
    QString channelName = {};
    QString channelConnector = {};
    QString categoryName = {};
    QString assigneeName = {};
    bool hasPendingSuggestion = false;
    bool hasDraft = false; ///< of the asking operator
    int failedDeliveries = 0; ///< failed, unknown or dead
};

/// Counting stops here: a count must not cost more because a workspace has grown old.
inline constexpr int countLimit = 9'999;

struct ViewCount {
    View view = View::All;
    int count = 0; ///< at most countLimit
    bool more = false; ///< there are more than `count`
};

/// All ids of a view in list order, with their sort time, for ordered ids in memory.
struct Ordered {
    ConversationId id = {};
    Timestamp sortAt = {};
};
std::vector<Ordered> ordered(Database &db, View view, OperatorId me);
/// A page of them: at most `limit` that come after `before`, the newest when that is none.
std::vector<Ordered> orderedAfter(Database &db, View view, OperatorId me, std::optional<Ordered> before, int limit);
/// Those of `ids` that are in the view now.
std::vector<Ordered> orderedAmong(Database &db, View view, OperatorId me, const std::vector<ConversationId> &ids);
std::vector<Summary> summaries(Database &db, OperatorId me, const std::vector<ConversationId> &ids);
std::vector<ViewCount> counts(Database &db, OperatorId me);

std::optional<Conversation> byId(Database &db, ConversationId id);
/// By uid or a unique prefix of it (at least 4 characters); NotFound or Conflict with a sentence otherwise.
Result<Conversation> byUid(Database &db, const QString &uidOrPrefix);
/// Of the person whom the contact belongs to, over all channels, the newest first.
std::vector<Conversation> ofPerson(Database &db, ContactId contact, int limit);
/// Of one channel, the newest first.
std::vector<Conversation> ofChannel(Database &db, ChannelId channel, int limit);
std::vector<Participant> participants(Database &db, ConversationId id);
std::vector<Participant> participants(Database &db, const std::vector<ConversationId> &ids);
/// With the name and the uid of the person whom it belongs to.
Contact contact(Database &db, ContactId id);
std::vector<Contact> contacts(Database &db, const std::vector<ContactId> &ids);
std::vector<Handle> handles(Database &db, ContactId id);

/// In any order; held until this transaction ends.
std::vector<Conversation> byIds(Database &db, const std::vector<ConversationId> &ids);

ConversationId insert(Database &db, const Conversation &conversation, const QString &threadKey);
/// Writes what messages can change of a conversation, as a whole: `before` is what was read in the same transaction.
void update(Database &db, const Conversation &conversation, const Conversation &before);
/// What follows from a message that was added (count, snippet, sort_at, awaiting). Notes and events only count. An
/// automatic message never makes a conversation wait for us, nor does one that is `historical`. Where it stands between
/// others, who waits for whom is asked of the messages: `conversation` is written and read again for that.
void follow(Database &db, Conversation &conversation, const Message &message, bool historical);
/// The same for a conversation that is not at hand.
void messageAdded(Database &db, ConversationId id, const Message &message, bool historical = false);
void setStatus(Database &db, ConversationId id, ConversationStatus status, Timestamp snoozeUntil);
void setUnread(Database &db, ConversationId id, bool unread);
void setAssignee(Database &db, ConversationId id, OperatorId assignee);
void setCategory(Database &db, ConversationId id, CategoryId category, double confidence, Priority priority,
                 const QString &language);
void setPriority(Database &db, ConversationId id, Priority priority);
/// Snoozed ones whose time has come are open again; how many.
int wakeSnoozed(Database &db, Timestamp now);
/// When the next snoozed one wakes; none when none is snoozed.
Timestamp nextWakeAt(Database &db);

std::optional<ConversationId> byThreadKey(Database &db, ChannelId channel, const QString &threadKey);
/// Empty: it is mail.
QString threadKey(Database &db, ConversationId id);
/// The conversation that knows the first of these references.
std::optional<ConversationId> byReferences(Database &db, ChannelId channel, const QStringList &references);
/// Which of these ids are known to the channel although it may have no message with them: indexKey -> conversation.
/// This comes before byMessageKeys().
QHash<QString, ConversationId> byReferenceKeys(Database &db, ChannelId channel, const QStringList &indexKeys);
/// Which of these ids messages of the channel have: indexKey -> conversation, of several messages that of the first.
QHash<QString, ConversationId> byMessageKeys(Database &db, ChannelId channel, const QStringList &indexKeys);
/// For an id that no message here has.
void addReference(Database &db, ChannelId channel, const QString &reference, ConversationId id);

void addParticipant(Database &db, const Participant &participant);
void includeParticipant(Database &db, ConversationId id, const QString &address, bool included);
/// The contact with this handle, made when it is new.
ContactId contactFor(Database &db, const QString &kind, const Address &address);
/// A further address of a contact, of which one has at most 20. Who has it: the contact itself, or the one that had it
/// before; new ones are compared with the other contacts.
ContactId addHandle(Database &db, const Handle &handle);
/// Who has these addresses: address -> contact.
QHash<QString, Contact> contactsOf(Database &db, const QString &kind, const QStringList &addresses);

} // namespace patchbay::conversations
