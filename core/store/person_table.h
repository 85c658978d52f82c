#pragma once

#include "core/model/conversation.h"
#include "core/store/message_removal.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

namespace patchbay::persons {

/// A person with all addresses: whose data is exported or deleted.
struct Person {
    Contact contact = {}; ///< that stands for the person
    std::vector<ContactId> contacts = {}; ///< that one, and those that were merged into it
    std::vector<Handle> handles = {}; ///< of all of them

    bool has(ContactId contact) const;
};

/// The person of whom this contact is a part, or all.
std::optional<Person> byId(Database &db, ContactId id);
/// By an address of theirs, or a contact's uid or a unique prefix of it: the contact itself, which may be a part of a
/// person. NotFound or Conflict with a sentence.
Result<ContactId> findContact(Database &db, const QString &contactOrAddress);
/// The person whom that contact belongs to.
Result<Person> find(Database &db, const QString &contactOrAddress);

/// A conversation that the person is in.
struct Place {
    ConversationId id = {};
    QString uid = {};
    QString subject = {};
    QString handleKind = {}; ///< of addresses there: "mail", or the chat connector's id
    bool isContact = false; ///< it is the person's own conversation
    bool othersWrote = false;

    /// Nobody else has a part in it: it goes as a whole.
    bool isWhole() const { return isContact && !othersWrote; }
};
/// Up to `limit` of them, by id, after `after`.
std::vector<Place> places(Database &db, const Person &person, ConversationId after, int limit);
/// The person's addresses in such a conversation.
QStringList addressesIn(const Person &person, const Place &place);

/// What decides whose a message is.
struct Letter {
    MessageId id = {};
    Direction direction = Direction::Inbound;
    QString author = {};
    QStringList recipients = {}; ///< as written, of ours only
    qint64 rawBytes = 0;
};
/// Oldest first, up to `limit` after `after`.
std::vector<Letter> letters(Database &db, ConversationId conversation, MessageId after, int limit);

/// Takes the person out of a conversation that others stay in; when it was the person's, it becomes that of whoever
/// wrote last among the others.
void leave(Database &db, const Person &person, const Place &place);
/// The contacts with their handles, once no conversation refers to them; audit rows that name it say no more whom.
Removed remove(Database &db, const Person &person);

/// Deliveries in the person's conversations, by how they stand in the way of a deletion.
struct Open {
    std::vector<DeliveryId> cancellable = {}; ///< surely not sent
    int unsettled = 0; ///< being sent, or may have been: a person settles them first
};
/// Those about `messages`, or with `whole` all of the conversation.
Open openDeliveries(Database &db, ConversationId conversation, const std::vector<MessageId> &messages, bool whole);

/// How much hangs on these messages of a conversation, as a removal would take it along.
Removed countOf(Database &db, const Place &place, const std::vector<MessageId> &messages);
qint64 messageCount(Database &db, ConversationId conversation);
/// Notes of operators among them.
qint64 noteCount(Database &db, const std::vector<MessageId> &messages);
/// Files of these messages that no other message has.
struct OwnFiles {
    qint64 count = 0;
    qint64 bytes = 0;
};
OwnFiles ownFiles(Database &db, const std::vector<MessageId> &messages);
/// Tasks that were made at targets, "Jira: PB-12": a deletion here leaves them there.
QStringList tasksElsewhere(Database &db, ConversationId conversation);
/// Items in the channels of these conversations that nobody could read: whose they are is not known.
qint64 unreadItems(Database &db, const std::vector<ConversationId> &conversations);

/// Documented records for an export, with stable keys (docs/personal_data.md).
QJsonObject contactRecord(Database &db, const Person &person);
QJsonObject conversationRecord(Database &db, const Person &person, const Place &place);
QJsonObject messageRecord(Database &db, MessageId id);
/// Tasks, deliveries and rows of the task list of a conversation; with `messages` only what came of these.
QJsonObject workRecords(Database &db, ConversationId conversation, const std::vector<MessageId> *messages);
/// What left for remote models about a conversation, with its words and the answers where nobody else wrote there.
QJsonArray modelCallRecords(Database &db, const Place &place);
/// Audit rows about these subjects.
QJsonArray auditRecords(Database &db, const QStringList &subjectUids);

/// The raw bytes of a message, one at a time because each may be large.
struct Source {
    QString sourceKey = {};
    QString state = {};
    Timestamp receivedAt = {};
    QByteArray bytes = {};
};
std::vector<RawMessageId> sourcesOf(Database &db, MessageId id);
std::optional<Source> source(Database &db, RawMessageId id);

} // namespace patchbay::persons
