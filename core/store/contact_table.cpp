#include "core/store/conversation_table.h"

#include "core/store/id_list.h"
#include "core/store/identity_table.h"

namespace patchbay::conversations {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype contactNameLimit = 200;
constexpr qint64 mostHandles = 20; ///< of a contact: whoever writes may change what the records have of them

QString contactNameOf(const Address &address)
{
    const QString name = address.name.simplified().left(contactNameLimit);
    return name.isEmpty() ? address.address.left(contactNameLimit) : name;
}

/// A person who was known by the bare address only gets the name that came now.
void contactNamed(Database &db, ContactId id, const Address &address)
{
    const QString name = address.name.simplified().left(contactNameLimit);
    if (!name.isEmpty())
        db.exec("UPDATE contact SET name = ? WHERE id = ? AND name = ?", {name, id.value, address.address});
}

} // namespace

std::vector<Participant> participants(Database &db, ConversationId id)
{
    std::vector<Participant> all;
    for (const Row &row : db.rows("SELECT address, name, is_contact, included, first_seen_at FROM participant WHERE "
                                  "conversation_id = ? ORDER BY is_contact DESC, first_seen_at, address",
                                  {id.value}))
        all.push_back({id, Address{row.text(1), row.text(0)}, row.boolean(2), row.boolean(3), row.time(4)});
    return all;
}

std::vector<Participant> participants(Database &db, const std::vector<ConversationId> &ids)
{
    std::vector<Participant> all;
    forIdList(db,
              "SELECT conversation_id, address, name, is_contact, included, first_seen_at FROM participant WHERE "
              "conversation_id IN ",
              " ORDER BY conversation_id, is_contact DESC, first_seen_at, address", {}, ids, [&all](const Row &row) {
                  all.push_back({row.id<ConversationId>(0), Address{row.text(2), row.text(1)}, row.boolean(3),
                                 row.boolean(4), row.time(5)});
              });
    return all;
}

void addParticipant(Database &db, const Participant &p)
{
    db.exec("INSERT INTO participant (conversation_id, address, name, is_contact, included, first_seen_at) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (conversation_id, address) DO NOTHING",
            {p.conversation.value, p.address.address, p.address.name, p.isContact, p.included, p.firstSeenAt.us});
    db.changes().conversations.insert(p.conversation);
}

void includeParticipant(Database &db, ConversationId id, const QString &address, bool included)
{
    db.exec("UPDATE participant SET included = ? WHERE conversation_id = ? AND address = ?",
            {included, id.value, address});
    db.changes().conversations.insert(id);
}

Contact contact(Database &db, ContactId id)
{
    const auto row = db.row("SELECT uid, name FROM contact k WHERE k.id = " PATCHBAY_PERSON_OF("?"), {id.value});
    return row ? Contact{id, row->text(0), row->text(1)} : Contact{};
}

std::vector<Contact> contacts(Database &db, const std::vector<ContactId> &ids)
{
    std::vector<Contact> all;
    forIdList(db,
              "SELECT own.id, k.uid, k.name FROM contact own JOIN contact k ON k.id = COALESCE(own.person_id, own.id) "
              "WHERE own.id IN ",
              {}, {}, ids, [&all](const Row &row) {
                  all.push_back({row.id<ContactId>(0), row.text(1), row.text(2)});
              });
    return all;
}

std::vector<Handle> handles(Database &db, ContactId id)
{
    std::vector<Handle> all;
    for (const Row &row :
         db.rows("SELECT kind, address FROM handle WHERE contact_id = ? ORDER BY kind, address", {id.value}))
        all.push_back({id, row.text(0), row.text(1)});
    return all;
}

ContactId contactFor(Database &db, const QString &kind, const Address &address)
{
    const auto known = [&]() -> ContactId {
        const auto row =
            db.row("SELECT contact_id FROM handle WHERE kind = ? AND address = ?", {kind, address.address});
        return row ? row->id<ContactId>(0) : ContactId{};
    };
    const bool hasHandle = !address.address.isEmpty();
    if (const ContactId id = hasHandle ? known() : ContactId{}) {
        contactNamed(db, id, address);
        return id;
    }
    const QString name = contactNameOf(address);
    const ContactId id{db.insert("INSERT INTO contact (uid, name, created_at) VALUES (?, ?, ?) RETURNING id",
                                 {newUid(db.clock()), name.isEmpty() ? u"Unknown sender"_s : name, db.now().us})};
    if (!hasHandle)
        return id; // nobody else may be taken for this one
    if (db.exec(
            "INSERT INTO handle (kind, address, contact_id) VALUES (?, ?, ?) ON CONFLICT (kind, address) DO NOTHING",
            {kind, address.address, id.value})
            == 1
        || !db.ok()) {
        db.exec("INSERT INTO contact_backlog (contact_id) VALUES (?)", {id.value});
        db.changes().contacts = true;
        return id;
    }
    db.exec("DELETE FROM contact WHERE id = ?", {id.value}); // another workstation was faster
    return known();
}

ContactId addHandle(Database &db, const Handle &handle)
{
    const auto holder =
        db.row("SELECT contact_id FROM handle WHERE kind = ? AND address = ?", {handle.kind, handle.address});
    if (holder)
        return holder->id<ContactId>(0);
    const auto known = db.row("SELECT COUNT(*) FROM handle WHERE contact_id = ?", {handle.contact.value});
    if (!known || known->integer(0) >= mostHandles)
        return handle.contact;
    db.exec("INSERT INTO handle (kind, address, contact_id) VALUES (?, ?, ?) ON CONFLICT (kind, address) DO NOTHING",
            {handle.kind, handle.address, handle.contact.value});
    db.exec("INSERT INTO contact_backlog (contact_id) VALUES (?) ON CONFLICT (contact_id) DO NOTHING",
            {handle.contact.value});
    db.changes().contacts = true;
    return handle.contact;
}

QHash<QString, Contact> contactsOf(Database &db, const QString &kind, const QStringList &addresses)
{
    QHash<QString, Contact> found;
    forTextList(db,
                "SELECT h.address, own.id, k.uid, k.name FROM handle h JOIN contact own ON own.id = h.contact_id JOIN "
                "contact k ON k.id = COALESCE(own.person_id, own.id) WHERE h.kind = ? AND h.address IN ",
                {}, {kind}, addresses, [&found](const Row &row) {
                    found.insert(row.text(0), {row.id<ContactId>(1), row.text(2), row.text(3)});
                });
    return found;
}

} // namespace patchbay::conversations
