#include "core/engine/erasure_steps.h"

#include "core/engine/person_scope.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/identity_table.h"
#include "core/store/misc_tables.h"
#include "core/store/retention_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int erasurePage = 500;
constexpr size_t erasureMessages = 100;
constexpr qint64 erasureBytes = 32 * 1024 * 1024; // raw ones are hashed, so that they do not come again
constexpr int erasureConversations = 50;

Error erasureUnsettled(int count)
{
    return makeError(Error::Kind::Conflict,
                     u"%1 deliveries are being sent or may have been sent, so nothing more was deleted. Settle each in "
                     "the Outbox, then delete again."_s.arg(count));
}

/// What waits is cancelled; false, and an error of the transaction, when something may have been sent.
bool erasureCancel(Database &db, const persons::Open &open, OperatorId by)
{
    if (open.unsettled > 0)
        db.fail(erasureUnsettled(open.unsettled));
    for (const DeliveryId id : open.cancellable) {
        if (!deliveries::cancel(db, id, by))
            db.fail(erasureUnsettled(1)); // it went out at this moment
    }
    return db.ok();
}

/// The first messages that `wanted` picks, as many as one transaction takes.
template <class Wanted> std::vector<MessageId> erasureBatch(Database &db, ConversationId conversation, Wanted wanted)
{
    std::vector<MessageId> batch;
    qint64 bytes = 0;
    MessageId last;
    for (;;) {
        const auto page = persons::letters(db, conversation, last, erasurePage);
        for (const persons::Letter &letter : page) {
            if (!wanted(letter))
                continue;
            batch.push_back(letter.id);
            bytes += letter.rawBytes;
            if (batch.size() >= erasureMessages || bytes >= erasureBytes)
                return batch;
        }
        if (page.size() < erasurePage)
            return batch;
        last = page.back().id;
    }
}

Removed erasureInPlace(Database &db, const persons::Person &person, const persons::Place &place, OperatorId by)
{
    const auto batch =
        erasureBatch(db, place.id, [&](const persons::Letter &letter) { return isTheirs(letter, person, place); });
    if (!erasureCancel(db, persons::openDeliveries(db, place.id, batch, place.isWhole()), by))
        return {};
    if (batch.empty() && place.isWhole())
        return conversations::remove(db, place.id);
    if (batch.empty()) {
        persons::leave(db, person, place);
        return {};
    }
    const Removed removed = messages::remove(db, batch);
    conversations::recount(db, place.id);
    return removed;
}

/// The last row about it says that it was done, by whom and how much, and nothing about the person.
void erasureEnds(Database &db, const Erasure &erasure, const QString &workspaceUid, const char *action)
{
    audit::add(db, erasure.by, action, "workspace", workspaceUid, erasures::toJson(erasure.removed));
    erasures::setState(db, erasure.id, Erasure::State::Files);
}

Removed erasurePersonStep(Database &db, const Erasure &erasure, bool &ended)
{
    const auto person = persons::byId(db, erasure.contact);
    if (!person) {
        ended = true;
        return {};
    }
    const auto places = persons::places(db, *person, {}, 1);
    if (!places.empty())
        return erasureInPlace(db, *person, places.front(), erasure.by);
    ended = true;
    return persons::remove(db, *person);
}

Removed erasureRetentionStep(Database &db, const Erasure &erasure, bool &ended)
{
    Removed removed;
    for (int i = 0; i < erasureConversations && removed.messages < qint64(erasureMessages) && db.ok(); ++i) {
        const auto old = retention::nextClosed(db, erasure.before);
        if (!old) {
            ended = true;
            return removed;
        }
        const auto batch = erasureBatch(db, *old, [](const persons::Letter &) { return true; });
        removed += messages::remove(db, batch);
        if (persons::messageCount(db, *old) > 0) { // a large one: the next step goes on with it
            conversations::recount(db, *old);
            return removed;
        }
        const auto conversation = conversations::byId(db, *old);
        removed += conversations::remove(db, *old);
        if (conversation)
            removed.contacts += conversations::removeContactsWithout(db, {conversation->contact});
    }
    return removed;
}

} // namespace

Result<qint64> beginPersonErasure(Database &db, ContactId contact, std::vector<ContactId> shown, OperatorId by)
{
    db.oneAtATime("erasure");
    identity::holdAll(db); // nobody joins or leaves the person from now on
    const auto person = persons::byId(db, contact);
    if (!person)
        return db.error().value_or(makeError(Error::Kind::NotFound, u"This contact is not in the workspace."_s));
    std::vector<ContactId> now = person->contacts;
    std::sort(now.begin(), now.end());
    std::sort(shown.begin(), shown.end());
    if (!shown.empty() && shown != now)
        return makeError(Error::Kind::Conflict,
                         u"Contacts were merged or split meanwhile, so this is another person than the one that was "
                         "shown. Nothing was deleted; look again."_s);
    contact = person->contact.id;
    if (const auto known = erasures::unfinishedOf(db, contact))
        return db.finish(known->id);
    int unsettled = 0;
    std::vector<persons::Open> waiting;
    for (const persons::Place &place : allPlaces(db, *person)) {
        waiting.push_back(persons::openDeliveries(db, place.id, allTheirs(db, *person, place), place.isWhole()));
        unsettled += waiting.back().unsettled;
    }
    if (unsettled > 0)
        return erasureUnsettled(unsettled);
    for (const persons::Open &open : waiting)
        erasureCancel(db, open, by);
    Erasure erasure;
    erasure.kind = Erasure::Kind::Person;
    erasure.contact = contact;
    erasure.by = by;
    return db.finish(erasures::insert(db, erasure));
}

Result<qint64> beginRetention(Database &db, Timestamp before, OperatorId by)
{
    if (!before || before > monthsBefore(db.now(), 1))
        return makeError(Error::Kind::Refused, u"Only conversations older than a month are deleted as old ones."_s);
    Erasure erasure;
    erasure.kind = Erasure::Kind::Retention;
    erasure.before = before;
    erasure.by = by;
    return db.finish(erasures::insert(db, erasure));
}

Result<ErasureStep> erasureStep(Database &db, qint64 id, const QString &workspaceUid, bool stop)
{
    db.oneAtATime("erasure");
    const auto erasure = erasures::byId(db, id);
    if (db.error() || !erasure)
        return db.error().value_or(makeError(Error::Kind::NotFound, u"This deletion is not in the workspace."_s));
    if (erasure->state != Erasure::State::Running)
        return db.finish(ErasureStep{false, erasure->removed});
    const retention::Overwriting overwriting(db);
    const bool isPerson = erasure->kind == Erasure::Kind::Person;
    bool ended = !isPerson && stop;
    if (!ended)
        erasures::addRemoved(
            db, id, isPerson ? erasurePersonStep(db, *erasure, ended) : erasureRetentionStep(db, *erasure, ended));
    const auto now = erasures::byId(db, id);
    if (ended && now)
        erasureEnds(db, *now, workspaceUid, isPerson ? "erase_person" : "erase_old_conversations");
    return db.finish(ErasureStep{!ended, now ? now->removed : Removed{}});
}

Result<RetentionPreview> previewRetention(Database &db, Timestamp before)
{
    RetentionPreview preview;
    preview.before = before;
    preview.counts = retention::countOlder(db, before);
    preview.kept = retention::keptBack(db, before);
    preview.oldest = retention::oldestClosed(db);
    return db.finish(preview);
}

} // namespace patchbay
