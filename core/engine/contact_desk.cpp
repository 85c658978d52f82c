#include "core/engine/contact_desk.h"

#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/erasure_table.h"
#include "core/store/misc_tables.h"
#include "core/store/person_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using State = ContactMatch::State;

constexpr int deskMatches = 20;
constexpr size_t deskParts = 100; ///< that one person may have

Error deskGone() { return makeError(Error::Kind::NotFound, u"This contact is not in the workspace any more."_s); }

QString deskName(const QString &name) { return name.simplified().left(80); }

QString deskOperator(Database &db, OperatorId id)
{
    for (const Operator &one : operators::all(db)) {
        if (one.id == id)
            return one.name;
    }
    return {};
}

/// The parts of the person that `contact` stands for; Conflict when it stands for nobody any more, or is being deleted.
Result<std::vector<ContactPart>> deskPerson(Database &db, ContactId contact)
{
    std::vector<ContactPart> parts = identity::partsOf(db, contact);
    if (parts.empty())
        return db.error().value_or(deskGone());
    const auto own =
        std::find_if(parts.begin(), parts.end(), [&](const ContactPart &part) { return part.contact.id == contact; });
    if (own != parts.begin() && own != parts.end())
        return makeError(Error::Kind::Conflict,
                         u"“%1” was merged into “%2” by %3 meanwhile. Look at them again."_s.arg(
                             deskName(own->contact.name), deskName(parts.front().contact.name),
                             deskName(deskOperator(db, own->mergedBy))));
    for (const ContactPart &part : parts) {
        if (erasures::unfinishedOf(db, part.contact.id))
            return makeError(Error::Kind::Conflict,
                             u"The data of “%1” is being deleted."_s.arg(deskName(parts.front().contact.name)));
    }
    return db.finish(std::move(parts));
}

std::vector<ContactId> deskIds(const std::vector<ContactPart> &parts)
{
    std::vector<ContactId> ids;
    for (const ContactPart &part : parts)
        ids.push_back(part.contact.id);
    return ids;
}

/// Neither row has the other one's name: a deletion of either leaves nothing of them.
void deskAudit(Database &db, OperatorId by, const char *action, const QString &one, const QString &other)
{
    audit::add(db, by, action, "contact", one, {{u"with"_s, other}});
    audit::add(db, by, action, "contact", other, {{u"with"_s, one}});
}

Result<ContactDesk::Merged> deskMerge(Database &db, OperatorId by, ContactId stays, ContactId joins)
{
    identity::holdAll(db);
    if (identity::personOf(db, stays) == identity::personOf(db, joins))
        return makeError(stays == joins ? Error::Kind::Refused : Error::Kind::Conflict,
                         u"They are one person already."_s);
    const auto one = deskPerson(db, stays);
    if (!one)
        return one.error();
    const auto other = deskPerson(db, joins);
    if (!other)
        return other.error();
    if (one->size() + other->size() > deskParts)
        return makeError(Error::Kind::Refused,
                         u"Together they would have %1 addresses; %2 is the limit."_s.arg(one->size() + other->size())
                             .arg(deskParts));
    identity::moveMatches(db, deskIds(*one), deskIds(*other), State::Open, State::Merged, by);
    identity::merge(db, stays, joins, by, db.now());
    const Contact &person = one->front().contact;
    const Contact &joined = other->front().contact;
    deskAudit(db, by, "merge_contacts", person.uid, joined.uid);
    return db.finish(ContactDesk::Merged{stays, joins, person, joined.name});
}

/// What was merged, with the person that it is in; Conflict when it is no part of one.
struct DeskPart {
    std::vector<ContactPart> person = {};
    ContactPart part = {};
    std::vector<ContactId> inside = {}; ///< the part, and what was merged into it
    std::vector<ContactId> rest = {};
};
Result<DeskPart> deskPart(Database &db, ContactId part)
{
    const ContactId top = identity::personOf(db, part);
    if (!top)
        return db.error().value_or(deskGone());
    const auto person = deskPerson(db, top);
    if (!person)
        return person.error();
    DeskPart found;
    found.person = *person;
    for (const ContactPart &one : *person) {
        if (one.contact.id == part)
            found.part = one;
    }
    found.inside = identity::below(*person, part);
    for (const ContactId id : deskIds(*person)) {
        if (std::find(found.inside.begin(), found.inside.end(), id) == found.inside.end())
            found.rest.push_back(id);
    }
    if (found.part.mergedInto)
        return found;
    if (found.person.size() == 1)
        return makeError(Error::Kind::Conflict,
                         u"Nothing is merged here: “%1” stands alone."_s.arg(deskName(found.part.contact.name)));
    return makeError(Error::Kind::Refused,
                     u"“%1” stands for the person. Split off one of those that were merged into it."_s.arg(
                         deskName(found.part.contact.name)));
}

Result<ContactDesk::Split> deskSplit(Database &db, OperatorId by, ContactId part)
{
    identity::holdAll(db);
    const auto found = deskPart(db, part);
    if (!found)
        return found.error();
    ContactDesk::Split split{part,
                             found->part.mergedInto,
                             found->part.mergedBy,
                             found->part.mergedAt,
                             found->part.contact.name,
                             found->part.contact.uid,
                             {}};
    identity::split(db, found->person.front().contact.id, part);
    split.matches = identity::moveMatches(db, found->inside, found->rest, State::Merged, State::Split, by);
    deskAudit(db, by, "split_contact", found->person.front().contact.uid, found->part.contact.uid);
    return db.finish(std::move(split));
}

Result<Done> deskUndoMerge(Database &db, OperatorId by, const ContactDesk::Merged &merged)
{
    identity::holdAll(db);
    const auto found = deskPart(db, merged.joins);
    if (!found)
        return found.error();
    if (found->part.mergedInto != merged.stays)
        return makeError(Error::Kind::Conflict, u"It was merged with somebody else meanwhile. Look again."_s);
    identity::split(db, found->person.front().contact.id, merged.joins);
    identity::moveMatches(db, found->inside, found->rest, State::Merged, State::Open, by);
    deskAudit(db, by, "undo_merge", found->person.front().contact.uid, found->part.contact.uid);
    return db.finish(Done{});
}

Result<Done> deskUndoSplit(Database &db, OperatorId by, const ContactDesk::Split &split)
{
    identity::holdAll(db);
    const auto part = deskPerson(db, split.part);
    if (!part)
        return part.error();
    const ContactId person = identity::personOf(db, split.from);
    if (!person)
        return db.error().value_or(deskGone());
    if (person == split.part)
        return makeError(Error::Kind::Conflict, u"They were merged the other way round meanwhile. Look again."_s);
    const auto other = deskPerson(db, person);
    if (!other)
        return other.error();
    identity::merge(db, split.from, split.part, split.mergedBy, split.mergedAt);
    identity::moveMatches(db, split.matches, State::Split, State::Merged, by);
    deskAudit(db, by, "undo_split", other->front().contact.uid, part->front().contact.uid);
    return db.finish(Done{});
}

Result<ContactDesk::Refused> deskRefuse(Database &db, OperatorId by, const QString &uid)
{
    identity::holdAll(db);
    const auto match = identity::match(db, uid);
    if (!match)
        return db.error().value_or(
            makeError(Error::Kind::NotFound, u"This suggestion is not in the workspace any more."_s));
    if (match->state != State::Open)
        return makeError(Error::Kind::Conflict, u"This suggestion was decided meanwhile."_s);
    ContactDesk::Refused refused;
    refused.matches =
        identity::moveMatches(db, identity::contactsOf(db, match->onePerson.id),
                              identity::contactsOf(db, match->otherPerson.id), State::Open, State::Refused, by);
    deskAudit(db, by, "refuse_match", match->onePerson.uid, match->otherPerson.uid);
    return db.finish(std::move(refused));
}

Result<PersonShown> deskShown(Database &db, ContactId contact)
{
    const auto shown = shownPerson(db, contact);
    if (!shown)
        return db.error().value_or(deskGone());
    return db.finish(*shown);
}

} // namespace

std::vector<Handle> PersonShown::handles() const
{
    std::vector<Handle> all;
    for (const ContactPart &part : parts)
        all.insert(all.end(), part.handles.begin(), part.handles.end());
    return all;
}

std::optional<PersonShown> shownPerson(Database &db, ContactId contact)
{
    PersonShown shown;
    shown.parts = identity::partsOf(db, contact);
    if (shown.parts.empty())
        return std::nullopt;
    shown.contact = shown.parts.front().contact;
    shown.figures = identity::figuresOf(db, deskIds(shown.parts));
    shown.matches = identity::openOf(db, shown.contact.id, deskMatches);
    return shown;
}

ContactDesk::ContactDesk(Store &store, Operator me)
    : m_store(store)
    , m_me(std::move(me))
{
}

QFuture<Result<PersonShown>> ContactDesk::show(QString contactOrAddress)
{
    return m_store.read([contactOrAddress](Database &db) -> Result<PersonShown> {
        const Result<ContactId> found = persons::findContact(db, contactOrAddress);
        return found ? deskShown(db, *found) : Result<PersonShown>(found.error());
    });
}

QFuture<Result<PersonShown>> ContactDesk::showOf(ContactId contact)
{
    return m_store.read([contact](Database &db) { return deskShown(db, contact); });
}

QFuture<Result<std::vector<PersonShown>>> ContactDesk::list(QString typed, int limit)
{
    return m_store.read([typed = typed.trimmed(), limit](Database &db) -> Result<std::vector<PersonShown>> {
        std::vector<PersonShown> all;
        for (const ContactId id :
             typed.isEmpty() ? identity::page(db, {}, limit) : identity::matching(db, typed, limit)) {
            if (auto shown = shownPerson(db, id))
                all.push_back(std::move(*shown));
        }
        return db.finish(std::move(all));
    });
}

QFuture<Result<std::vector<ContactMatch>>> ContactDesk::suggestions(int limit)
{
    return m_store.read([limit](Database &db) { return db.finish(identity::open(db, 0, limit)); });
}

QFuture<Result<ContactDesk::Merged>> ContactDesk::merge(ContactId stays, ContactId joins)
{
    return m_store.write([by = m_me.id, stays, joins](Database &db) { return deskMerge(db, by, stays, joins); });
}

QFuture<Result<Done>> ContactDesk::undoMerge(Merged merged)
{
    return m_store.write([by = m_me.id, merged](Database &db) { return deskUndoMerge(db, by, merged); });
}

QFuture<Result<ContactDesk::Split>> ContactDesk::split(ContactId part)
{
    return m_store.write([by = m_me.id, part](Database &db) { return deskSplit(db, by, part); });
}

QFuture<Result<Done>> ContactDesk::undoSplit(Split split)
{
    return m_store.write([by = m_me.id, split](Database &db) { return deskUndoSplit(db, by, split); });
}

QFuture<Result<ContactDesk::Refused>> ContactDesk::refuse(QString matchUid)
{
    return m_store.write([by = m_me.id, matchUid](Database &db) { return deskRefuse(db, by, matchUid); });
}

QFuture<Result<Done>> ContactDesk::undoRefuse(Refused refused)
{
    return m_store.write([by = m_me.id, refused](Database &db) -> Result<Done> {
        identity::holdAll(db);
        identity::moveMatches(db, refused.matches, State::Refused, State::Open, by);
        return db.finish(Done{});
    });
}

} // namespace patchbay
