#pragma once

#include "core/model/identity.h"
#include "core/store/database.h"

/// The contact that stands for the person, in SQL: joins as `k` by the contact's id.
#define PATCHBAY_PERSON_OF(contactId)                                                                                  \
    "(SELECT COALESCE(part.person_id, part.id) FROM contact part WHERE part.id = " contactId ")"

namespace patchbay::identity {

/// The contact that stands for the person of this one: itself when it was not merged. None when it is not there.
ContactId personOf(Database &db, ContactId contact);
/// The contact's own, whatever it was merged into.
QString ownUid(Database &db, ContactId contact);
/// All contacts of the person, the one that stands for it first.
std::vector<ContactId> contactsOf(Database &db, ContactId person);
std::vector<ContactPart> partsOf(Database &db, ContactId person);

/// What was merged into these, one after the other, and these themselves.
std::vector<ContactId> below(const std::vector<ContactPart> &parts, ContactId top);
/// Makes `joins`, which stands for a person, part of the person of `into`. The caller has looked, and holds holdAll().
void merge(Database &db, ContactId into, ContactId joins, OperatorId by, Timestamp at);
/// Takes out what was merged into the person as `top`, with all that was merged into that before.
void split(Database &db, ContactId person, ContactId top);
/// Of several workstations one at a time changes who is one person, until its transaction ends.
void holdAll(Database &db);
/// Makes the contacts' conversations read again by who shows them.
void touch(Database &db, const std::vector<ContactId> &contacts);

/// A page of persons, the newest first, after `before` (none: from the newest).
std::vector<ContactId> page(Database &db, ContactId before, int limit);
/// Persons with a name or an address that holds what was typed, those that begin with it first.
std::vector<ContactId> matching(Database &db, const QString &typed, int limit);
struct Figures {
    qint64 conversations = 0;
    Timestamp lastAt = {};
};
Figures figuresOf(Database &db, const std::vector<ContactId> &contacts);

/// A number of a contact, in E.164.
struct Phone {
    ContactId contact = {};
    QString phone = {};
    EvidenceSide side = {};
};
void addPhone(Database &db, const Phone &phone);
std::vector<Phone> phonesOf(Database &db, const std::vector<ContactId> &contacts);
/// Other contacts with this number; at most `limit`.
std::vector<Phone> holdersOf(Database &db, const QString &phone, ContactId except, int limit);
/// Handles of other contacts with this address, of whatever kind.
std::vector<Handle> handlesWith(Database &db, const QString &address, ContactId except, int limit);
/// The body of the contact's newest message; empty where it wrote none.
QByteArray newestBody(Database &db, const Handle &handle);

/// Stores a suggestion, once for each reason. Where a person said of these two that they are not one, it stays said.
void addMatch(Database &db, ContactMatch match);
std::optional<ContactMatch> match(Database &db, const QString &uid);
/// Open suggestions between this person and others: weak ones last, the newest first.
std::vector<ContactMatch> openOf(Database &db, ContactId person, int limit);
/// A page of all that are open, the newest first, after `before` (0: from the newest).
std::vector<ContactMatch> open(Database &db, qint64 before, int limit);
/// What is suggested between these and those goes from one state into another; which.
std::vector<qint64> moveMatches(Database &db, const std::vector<ContactId> &these, const std::vector<ContactId> &those,
                                ContactMatch::State from, ContactMatch::State to, OperatorId by);
/// The same for these suggestions; what is in another state by now stays so.
void moveMatches(Database &db, const std::vector<qint64> &matches, ContactMatch::State from, ContactMatch::State to,
                 OperatorId by);

/// Handles of contacts that nobody compared with the others yet; taken from the list with done().
std::vector<Handle> waiting(Database &db, int limit);
void done(Database &db, const std::vector<Handle> &handles);
qint64 waitingCount(Database &db);

/// Before contacts go: what was known of them and of who they may be.
void forget(Database &db, const std::vector<ContactId> &contacts);

} // namespace patchbay::identity
