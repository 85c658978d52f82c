#include "core/model/names.h"
#include "core/store/id_list.h"
#include "core/store/identity_table.h"

#include <algorithm>

namespace patchbay::identity {

using namespace Qt::StringLiterals;

namespace {

constexpr const char *matchSelect =
    "SELECT m.id, m.uid, m.kind, m.value, m.one_id, m.one_source, m.one_written, m.other_id, m.other_source, "
    "m.other_written, m.state, m.found_at, a.id, a.uid, a.name, b.id, b.uid, b.name FROM contact_match m "
    "JOIN contact a ON a.id = " PATCHBAY_PERSON_OF("m.one_id") " JOIN contact b ON b.id = " PATCHBAY_PERSON_OF(
        "m.other_id") " WHERE ";

ContactMatch matchFrom(const Row &row)
{
    ContactMatch match;
    match.id = row.integer(0);
    match.uid = row.text(1);
    match.kind = matchKindFrom(row.text(2));
    match.value = row.text(3);
    match.one = {row.id<ContactId>(4), row.text(5), row.text(6)};
    match.other = {row.id<ContactId>(7), row.text(8), row.text(9)};
    match.state = matchStateFrom(row.text(10));
    match.foundAt = row.time(11);
    match.onePerson = {row.id<ContactId>(12), row.text(13), row.text(14)};
    match.otherPerson = {row.id<ContactId>(15), row.text(16), row.text(17)};
    return match;
}

bool matchHas(const std::vector<ContactId> &ids, qint64 id)
{
    return std::any_of(ids.begin(), ids.end(), [id](ContactId one) { return one.value == id; });
}

/// Ids and states of what is between these and those.
std::vector<std::pair<qint64, ContactMatch::State>> matchesBetween(Database &db, const std::vector<ContactId> &these,
                                                                   const std::vector<ContactId> &those)
{
    std::vector<std::pair<qint64, ContactMatch::State>> all;
    const auto collect = [&](const Row &row) {
        if (matchHas(those, row.integer(2)))
            all.emplace_back(row.integer(0), matchStateFrom(row.text(1)));
    };
    forIdList(db, "SELECT id, state, other_id FROM contact_match WHERE one_id IN ", {}, {}, these, collect);
    forIdList(db, "SELECT id, state, one_id FROM contact_match WHERE other_id IN ", {}, {}, these, collect);
    return all;
}

/// What people have said of two persons decides about a reason that turns up later.
ContactMatch::State matchStateAmong(Database &db, const ContactMatch &match)
{
    using State = ContactMatch::State;
    const ContactId one = personOf(db, match.one.contact);
    const ContactId other = personOf(db, match.other.contact);
    if (one == other)
        return State::Merged;
    const auto known = matchesBetween(db, contactsOf(db, one), contactsOf(db, other));
    const bool refused = std::any_of(known.begin(), known.end(), [](const auto &each) {
        return each.second == State::Refused || each.second == State::Split;
    });
    return refused ? State::Refused : State::Open;
}

} // namespace

void addMatch(Database &db, ContactMatch match)
{
    if (match.one.contact > match.other.contact)
        std::swap(match.one, match.other);
    const ContactMatch::State state = matchStateAmong(db, match);
    db.exec("INSERT INTO contact_match (uid, one_id, other_id, kind, value, one_source, one_written, other_source, "
            "other_written, state, found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (one_id, other_id, "
            "kind, value) DO NOTHING",
            {newUid(db.clock()), match.one.contact.value, match.other.contact.value, nameOf(match.kind), match.value,
             match.one.source, match.one.written, match.other.source, match.other.written, nameOf(state), db.now().us});
    touch(db, {match.one.contact, match.other.contact});
}

std::optional<ContactMatch> match(Database &db, const QString &uid)
{
    const auto rows = db.rows(QByteArray(matchSelect) + "m.uid = ?", {uid});
    return rows.empty() ? std::nullopt : std::optional(matchFrom(rows.front()));
}

std::vector<ContactMatch> openOf(Database &db, ContactId person, int limit)
{
    std::vector<ContactMatch> all;
    const std::vector<ContactId> contacts = contactsOf(db, person);
    for (const ContactId id : contacts) {
        for (const char *side : {"m.one_id", "m.other_id"}) {
            const QByteArray sql =
                QByteArray(matchSelect) + side + " = ? AND m.state = 'open' ORDER BY m.id DESC LIMIT ?";
            for (const Row &row : db.rows(sql, {id.value, limit}))
                all.push_back(matchFrom(row).seenFrom(contacts.front()));
        }
    }
    std::sort(all.begin(), all.end(), [](const ContactMatch &a, const ContactMatch &b) {
        return std::pair(!a.isWeak(), a.id) > std::pair(!b.isWeak(), b.id);
    });
    if (qsizetype(all.size()) > limit)
        all.resize(size_t(limit));
    return all;
}

std::vector<ContactMatch> open(Database &db, qint64 before, int limit)
{
    const QByteArray from = before > 0 ? "m.state = 'open' AND m.id < ?" : "m.state = 'open'";
    const QVariantList values = before > 0 ? QVariantList{before, limit} : QVariantList{limit};
    std::vector<ContactMatch> all;
    for (const Row &row : db.rows(QByteArray(matchSelect) + from + " ORDER BY m.id DESC LIMIT ?", values))
        all.push_back(matchFrom(row));
    return all;
}

std::vector<qint64> moveMatches(Database &db, const std::vector<ContactId> &these, const std::vector<ContactId> &those,
                                ContactMatch::State from, ContactMatch::State to, OperatorId by)
{
    std::vector<qint64> moved;
    for (const auto &[id, state] : matchesBetween(db, these, those)) {
        if (state == from)
            moved.push_back(id);
    }
    moveMatches(db, moved, from, to, by);
    return moved;
}

void moveMatches(Database &db, const std::vector<qint64> &matches, ContactMatch::State from, ContactMatch::State to,
                 OperatorId by)
{
    for (const qint64 id : matches) {
        const auto row = db.rows("UPDATE contact_match SET state = ?, decided_by = ?, decided_at = ? WHERE id = ? AND "
                                 "state = ? RETURNING one_id, other_id",
                                 {nameOf(to), by.value, db.now().us, id, nameOf(from)});
        for (const Row &both : row)
            touch(db, {both.id<ContactId>(0), both.id<ContactId>(1)});
    }
}

} // namespace patchbay::identity
