#include "core/store/identity_table.h"

#include "core/store/conversation_table.h"
#include "core/store/id_list.h"

#include <algorithm>

namespace patchbay::identity {

using namespace Qt::StringLiterals;

namespace {

ContactPart identityPart(const Row &row)
{
    ContactPart part;
    part.contact = {row.id<ContactId>(0), row.text(1), row.text(2)};
    part.mergedInto = row.id<ContactId>(3);
    part.mergedBy = row.id<OperatorId>(4);
    part.mergedAt = row.time(5);
    return part;
}

QString identityPattern(const QString &typed)
{
    QString pattern = typed.toLower();
    for (const QChar c : {u'\\', u'%', u'_'})
        pattern.replace(c, u'\\' + QString(c));
    return pattern + u'%';
}

} // namespace

ContactId personOf(Database &db, ContactId contact)
{
    const auto row = db.row("SELECT COALESCE(person_id, id) FROM contact WHERE id = ?", {contact.value});
    return row ? row->id<ContactId>(0) : ContactId{};
}

QString ownUid(Database &db, ContactId contact)
{
    const auto row = db.row("SELECT uid FROM contact WHERE id = ?", {contact.value});
    return row ? row->text(0) : QString();
}

std::vector<ContactId> contactsOf(Database &db, ContactId person)
{
    std::vector<ContactId> all;
    const ContactId top = personOf(db, person);
    if (!top)
        return all;
    all.push_back(top);
    for (const Row &row : db.rows("SELECT id FROM contact WHERE person_id = ? ORDER BY merged_at, id", {top.value}))
        all.push_back(row.id<ContactId>(0));
    return all;
}

std::vector<ContactPart> partsOf(Database &db, ContactId person)
{
    std::vector<ContactPart> all;
    for (const ContactId id : contactsOf(db, person)) {
        const auto row =
            db.row("SELECT id, uid, name, merged_into, merged_by, merged_at FROM contact WHERE id = ?", {id.value});
        if (!row)
            continue;
        all.push_back(identityPart(*row));
        all.back().handles = conversations::handles(db, id);
    }
    return all;
}

std::vector<ContactId> below(const std::vector<ContactPart> &parts, ContactId top)
{
    std::vector<ContactId> found{top};
    for (size_t i = 0; i < found.size(); ++i) {
        for (const ContactPart &part : parts) {
            const bool known = std::find(found.begin(), found.end(), part.contact.id) != found.end();
            if (part.mergedInto == found[i] && !known)
                found.push_back(part.contact.id);
        }
    }
    return found;
}

void merge(Database &db, ContactId into, ContactId joins, OperatorId by, Timestamp at)
{
    const ContactId person = personOf(db, into);
    const std::vector<ContactId> moved = contactsOf(db, joins);
    db.exec("UPDATE contact SET merged_into = ?, merged_by = ?, merged_at = ? WHERE id = ?",
            {into.value, by.value, at.us, joins.value});
    for (const ContactId id : moved)
        db.exec("UPDATE contact SET person_id = ? WHERE id = ?", {person.value, id.value});
    touch(db, contactsOf(db, person));
}

void split(Database &db, ContactId person, ContactId top)
{
    const std::vector<ContactPart> parts = partsOf(db, person);
    db.exec("UPDATE contact SET merged_into = NULL, merged_by = NULL, merged_at = 0, person_id = NULL WHERE id = ?",
            {top.value});
    for (const ContactId id : below(parts, top)) {
        if (id != top)
            db.exec("UPDATE contact SET person_id = ? WHERE id = ?", {top.value, id.value});
    }
    std::vector<ContactId> all;
    for (const ContactPart &part : parts)
        all.push_back(part.contact.id);
    touch(db, all);
}

void holdAll(Database &db) { db.oneAtATime("identity"); }

void touch(Database &db, const std::vector<ContactId> &contacts)
{
    forIdList(db, "SELECT id FROM conversation WHERE contact_id IN ", {}, {}, contacts,
              [&](const Row &row) { db.changes().conversations.insert(row.id<ConversationId>(0)); });
}

std::vector<ContactId> page(Database &db, ContactId before, int limit)
{
    std::vector<ContactId> all;
    const auto rows = before
        ? db.rows("SELECT id FROM contact WHERE person_id IS NULL AND id < ? ORDER BY id DESC LIMIT ?",
                  {before.value, limit})
        : db.rows("SELECT id FROM contact WHERE person_id IS NULL ORDER BY id DESC LIMIT ?", {limit});
    for (const Row &row : rows)
        all.push_back(row.id<ContactId>(0));
    return all;
}

std::vector<ContactId> matching(Database &db, const QString &typed, int limit)
{
    const QString begins = identityPattern(typed);
    const QString within = u'%' + begins;
    std::vector<ContactId> all;
    for (const char *sql :
         {"SELECT COALESCE(person_id, id) FROM contact WHERE LOWER(name) LIKE ? ESCAPE '\\' ORDER BY CASE WHEN "
          "LOWER(name) LIKE ? ESCAPE '\\' THEN 0 ELSE 1 END, name, id LIMIT ?",
          "SELECT COALESCE(k.person_id, k.id) FROM handle h JOIN contact k ON k.id = h.contact_id WHERE "
          "LOWER(h.address) LIKE ? ESCAPE '\\' ORDER BY CASE WHEN LOWER(h.address) LIKE ? ESCAPE '\\' THEN 0 ELSE 1 "
          "END, h.address LIMIT ?"}) {
        for (const Row &row : db.rows(sql, {within, begins, limit})) {
            const auto id = row.id<ContactId>(0);
            if (int(all.size()) < limit && std::find(all.begin(), all.end(), id) == all.end())
                all.push_back(id);
        }
    }
    return all;
}

Figures figuresOf(Database &db, const std::vector<ContactId> &contacts)
{
    Figures figures;
    for (const ContactId id : contacts) {
        const auto row =
            db.row("SELECT COUNT(*), COALESCE(MAX(sort_at), 0) FROM conversation WHERE contact_id = ?", {id.value});
        if (!row)
            break;
        figures.conversations += row->integer(0);
        figures.lastAt = std::max(figures.lastAt, row->time(1));
    }
    return figures;
}

void addPhone(Database &db, const Phone &phone)
{
    db.exec("INSERT INTO contact_phone (contact_id, phone, source, written) VALUES (?, ?, ?, ?) ON CONFLICT "
            "(contact_id, phone) DO NOTHING",
            {phone.contact.value, phone.phone, phone.side.source, phone.side.written});
}

std::vector<Phone> phonesOf(Database &db, const std::vector<ContactId> &contacts)
{
    std::vector<Phone> all;
    for (const ContactId id : contacts) {
        for (const Row &row : db.rows(
                 "SELECT phone, source, written FROM contact_phone WHERE contact_id = ? ORDER BY phone", {id.value}))
            all.push_back({id, row.text(0), {id, row.text(1), row.text(2)}});
    }
    return all;
}

std::vector<Phone> holdersOf(Database &db, const QString &phone, ContactId except, int limit)
{
    std::vector<Phone> all;
    for (const Row &row : db.rows("SELECT contact_id, source, written FROM contact_phone WHERE phone = ? AND "
                                  "contact_id <> ? ORDER BY contact_id LIMIT ?",
                                  {phone, except.value, limit}))
        all.push_back({row.id<ContactId>(0), phone, {row.id<ContactId>(0), row.text(1), row.text(2)}});
    return all;
}

std::vector<Handle> handlesWith(Database &db, const QString &address, ContactId except, int limit)
{
    std::vector<Handle> all;
    for (const Row &row : db.rows("SELECT contact_id, kind, address FROM handle WHERE address = ? AND contact_id <> ? "
                                  "ORDER BY contact_id LIMIT ?",
                                  {address, except.value, limit}))
        all.push_back({row.id<ContactId>(0), row.text(1), row.text(2)});
    return all;
}

QByteArray newestBody(Database &db, const Handle &handle)
{
    const auto row = db.row("SELECT m.body FROM message m WHERE m.conversation_id = (SELECT v.id FROM conversation v "
                            "WHERE v.contact_id = ? ORDER BY v.sort_at DESC LIMIT 1) AND m.direction = 'inbound' AND "
                            "m.author_address = ? ORDER BY m.sort_at DESC LIMIT 1",
                            {handle.contact.value, handle.address});
    return row ? row->blob(0) : QByteArray();
}

std::vector<Handle> waiting(Database &db, int limit)
{
    std::vector<Handle> all;
    for (const Row &row : db.rows("SELECT b.contact_id, COALESCE(h.kind, ''), COALESCE(h.address, '') FROM "
                                  "(SELECT contact_id FROM contact_backlog ORDER BY contact_id DESC LIMIT ?) b LEFT "
                                  "JOIN handle h ON h.contact_id = b.contact_id",
                                  {limit}))
        all.push_back({row.id<ContactId>(0), row.text(1), row.text(2)});
    return all;
}

void done(Database &db, const std::vector<Handle> &handles)
{
    std::vector<ContactId> ids;
    for (const Handle &handle : handles)
        ids.push_back(handle.contact);
    forIdList(db, "DELETE FROM contact_backlog WHERE contact_id IN ", " RETURNING 1", {}, ids, [](const Row &) {});
}

qint64 waitingCount(Database &db)
{
    const auto row = db.row("SELECT COUNT(*) FROM contact_backlog");
    return row ? row->integer(0) : 0;
}

void forget(Database &db, const std::vector<ContactId> &contacts)
{
    for (const char *table : {"contact_backlog WHERE contact_id", "contact_phone WHERE contact_id",
                              "contact_match WHERE one_id", "contact_match WHERE other_id"})
        forIdList(db, QByteArray("DELETE FROM ") + table + " IN ", " RETURNING 1", {}, contacts, [](const Row &) {});
}

} // namespace patchbay::identity
