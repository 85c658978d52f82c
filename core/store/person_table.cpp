#include "core/store/person_table.h"

#include "core/model/names.h"
#include "core/store/conversation_table.h"
#include "core/store/id_list.h"
#include "core/store/identity_table.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay::persons {

using namespace Qt::StringLiterals;

namespace {

/// How addresses are kept in a conversation: as its messages came in.
#define PATCHBAY_PERSON_KIND "CASE WHEN v.thread_key IS NULL THEN 'mail' ELSE ch.connector END"

QByteArray personMarks(qsizetype count) { return QByteArray("?, ").repeated(int(count)).chopped(2); }

QVariantList personValues(const QStringList &texts)
{
    QVariantList values;
    for (const QString &text : texts)
        values.append(text);
    return values;
}

QStringList personList(const QString &json)
{
    QStringList list;
    for (const QJsonValue &value : QJsonDocument::fromJson(json.toUtf8()).array())
        list << value.toString();
    return list;
}

std::vector<ContactId> personIds(const std::vector<Row> &rows)
{
    std::vector<ContactId> ids;
    for (const Row &row : rows)
        ids.push_back(row.id<ContactId>(0));
    return ids;
}

bool personOthersWrote(Database &db, const Person &person, const Place &place)
{
    QStringList own = addressesIn(person, place);
    if (own.isEmpty())
        own << u""_s; // a sender without an address
    QVariantList values{place.id.value};
    values += personValues(own);
    return !db.rows("SELECT 1 FROM message WHERE conversation_id = ? AND direction = 'inbound' AND author_address NOT "
                    "IN ("
                        + personMarks(own.size()) + ") LIMIT 1",
                    values)
                .empty();
}

/// Whose the conversation becomes: the last of the others who wrote, else who else takes part.
Address personSuccessor(Database &db, const Person &person, const Place &place)
{
    const QStringList own = addressesIn(person, place);
    for (const Row &row : db.rows("SELECT author_name, author_address FROM message WHERE conversation_id = ? AND "
                                  "direction = 'inbound' ORDER BY sort_at DESC, id DESC LIMIT 1000",
                                  {place.id.value})) {
        if (!own.contains(row.text(1)))
            return {row.text(0), row.text(1)};
    }
    for (const Participant &other : conversations::participants(db, place.id)) {
        if (!own.contains(other.address.address))
            return other.address;
    }
    return {};
}

} // namespace

std::optional<Person> byId(Database &db, ContactId id)
{
    Person person;
    person.contacts = identity::contactsOf(db, id);
    if (person.contacts.empty())
        return std::nullopt;
    person.contact = conversations::contact(db, person.contacts.front());
    for (const ContactId contact : person.contacts) {
        const auto more = conversations::handles(db, contact);
        person.handles.insert(person.handles.end(), more.begin(), more.end());
    }
    return person;
}

bool Person::has(ContactId id) const { return std::find(contacts.begin(), contacts.end(), id) != contacts.end(); }

Result<ContactId> findContact(Database &db, const QString &contactOrAddress)
{
    const QString wanted = contactOrAddress.trimmed().toLower();
    const QString shown = contactOrAddress.left(200);
    std::vector<ContactId> ids = personIds(db.rows("SELECT DISTINCT contact_id FROM handle WHERE address IN (?, ?)",
                                                   {wanted, contactOrAddress.trimmed()}));
    if (ids.empty() && wanted.size() >= 4)
        ids = personIds(
            db.rows("SELECT id FROM contact WHERE substr(uid, 1, ?) = ? LIMIT 2", {qint64(wanted.size()), wanted}));
    if (db.error())
        return *db.error();
    if (ids.empty())
        return makeError(Error::Kind::NotFound, u"Nobody in this workspace has the address or uid “%1”."_s.arg(shown));
    const ContactId person = identity::personOf(db, ids.front());
    const bool same =
        std::all_of(ids.begin(), ids.end(), [&](ContactId id) { return identity::personOf(db, id) == person; });
    if (ids.size() > 1 && !same) {
        QStringList uids;
        for (const ContactId id : ids)
            uids << identity::ownUid(db, id);
        return makeError(
            Error::Kind::Conflict,
            u"“%1” stands for several contacts (%2): name one by its uid."_s.arg(shown, uids.join(u", "_s)));
    }
    return db.finish(ids.front());
}

Result<Person> find(Database &db, const QString &contactOrAddress)
{
    const Result<ContactId> contact = findContact(db, contactOrAddress);
    if (!contact)
        return contact.error();
    const auto person = byId(db, *contact);
    if (db.error() || !person)
        return db.error().value_or(makeError(Error::Kind::NotFound, u"This contact is gone."_s));
    return *person;
}

QStringList addressesIn(const Person &person, const Place &place)
{
    QStringList own;
    for (const Handle &handle : person.handles) {
        if (handle.kind == place.handleKind)
            own << handle.address;
    }
    return own;
}

std::vector<Place> places(Database &db, const Person &person, ConversationId after, int limit)
{
    std::vector<ConversationId> ids;
    const auto collect = [&](const std::vector<Row> &rows) {
        for (const Row &row : rows)
            ids.push_back(row.id<ConversationId>(0));
    };
    for (const ContactId contact : person.contacts)
        collect(db.rows("SELECT id FROM conversation WHERE contact_id = ? AND id > ? ORDER BY id LIMIT ?",
                        {contact.value, after.value, limit}));
    for (const Handle &handle : person.handles)
        collect(db.rows("SELECT p.conversation_id FROM participant p JOIN conversation v ON v.id = p.conversation_id "
                        "JOIN channel ch ON ch.id = v.channel_id WHERE p.address = ? AND " PATCHBAY_PERSON_KIND
                        " = ? AND v.id > ? ORDER BY v.id LIMIT ?",
                        {handle.address, handle.kind, after.value, limit}));
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (qsizetype(ids.size()) > limit)
        ids.resize(size_t(limit));
    std::vector<Place> all;
    for (const ConversationId id : ids) {
        const auto row = db.row("SELECT v.uid, v.subject, v.contact_id, " PATCHBAY_PERSON_KIND
                                " FROM conversation v JOIN channel ch ON ch.id = v.channel_id WHERE v.id = ?",
                                {id.value});
        if (!row)
            break;
        Place place{id, row->text(0), row->text(1), row->text(3), person.has(row->id<ContactId>(2)), false};
        place.othersWrote = personOthersWrote(db, person, place);
        all.push_back(std::move(place));
    }
    return all;
}

std::vector<Letter> letters(Database &db, ConversationId conversation, MessageId after, int limit)
{
    std::vector<Letter> all;
    for (const Row &row : db.rows(
             "SELECT m.id, m.direction, m.author_address, m.to_addresses, m.cc_addresses, "
             "COALESCE((SELECT SUM(r.size) FROM raw_message r WHERE r.message_id = m.id AND r.body IS NOT NULL), 0) "
             "FROM message m WHERE m.conversation_id = ? AND m.id > ? ORDER BY m.id LIMIT ?",
             {conversation.value, after.value, limit})) {
        Letter letter{row.id<MessageId>(0), directionFrom(row.text(1)), row.text(2), {}, row.integer(5)};
        if (letter.direction == Direction::Outbound)
            letter.recipients = personList(row.text(3)) + personList(row.text(4));
        all.push_back(std::move(letter));
    }
    return all;
}

void leave(Database &db, const Person &person, const Place &place)
{
    if (place.isContact) {
        const Address next = personSuccessor(db, person, place);
        const ContactId contact = conversations::contactFor(db, place.handleKind, next);
        db.exec("UPDATE conversation SET contact_id = ? WHERE id = ?", {contact.value, place.id.value});
        db.exec("UPDATE participant SET is_contact = 1 WHERE conversation_id = ? AND address = ?",
                {place.id.value, next.address});
    }
    for (const QString &address : addressesIn(person, place)) {
        db.exec("DELETE FROM participant WHERE conversation_id = ? AND address = ?", {place.id.value, address});
        // What was done in the conversation stays to be known, but not that it was done about this address.
        QString pattern = address;
        for (const QChar c : {u'!', u'%', u'_'})
            pattern.replace(c, u'!' + QString(c));
        db.exec("UPDATE audit SET detail = '{}' WHERE subject_uid = ? AND LOWER(detail) LIKE ? ESCAPE '!'",
                {place.uid, QString(u'%' + pattern.toLower() + u'%')});
    }
    conversations::recount(db, place.id);
}

Removed remove(Database &db, const Person &person)
{
    Removed removed;
    removed.contacts = conversations::removeContactsWithout(db, person.contacts);
    return removed;
}

Open openDeliveries(Database &db, ConversationId conversation, const std::vector<MessageId> &messages, bool whole)
{
    Open open;
    const auto collect = [&](const Row &row) {
        const QString state = row.text(1);
        const bool waits = state == u"queued"_s || state == u"failed"_s;
        if (waits && !row.boolean(2))
            open.cancellable.push_back(row.id<DeliveryId>(0));
        else
            ++open.unsettled;
    };
    const QByteArray select =
        "SELECT id, state, ever_ambiguous FROM delivery WHERE state IN ('queued', 'failed', 'sending', 'unknown') AND ";
    if (whole) {
        for (const Row &row : db.rows(select + "conversation_id = ?", {conversation.value}))
            collect(row);
        return open;
    }
    // What a model is asked holds words of the whole conversation.
    for (const Row &row : db.rows(select + "kind = 'question' AND conversation_id = ?", {conversation.value}))
        collect(row);
    forIdList(db, select + "kind <> 'question' AND message_id IN ", {}, {}, messages, collect);
    forIdList(
        db,
        select
            + "task_id IN (SELECT t.id FROM task t JOIN suggestion s ON s.id = t.suggestion_id WHERE s.message_id IN ",
        ")", {}, messages, collect);
    return open;
}

} // namespace patchbay::persons
