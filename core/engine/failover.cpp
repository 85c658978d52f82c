#include "core/engine/failover.h"

#include "core/store/account_table.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int movedAtOnce = 256;

QString targetName(Database &db, TargetId id)
{
    const auto target = targets::byId(db, id);
    return target ? target->name : u"a target that is no longer there"_s;
}

/// Of an attempt whose end is known: nothing of it, nor of an earlier one, can be over there. A look-up that found
/// nothing has settled what was open before this attempt.
bool surelyNotTaken(const AttemptEnd &end, const deliveries::Outcome &outcome)
{
    if (outcome.ambiguous || outcome.state == DeliveryState::Unknown || outcome.state == DeliveryState::Sent)
        return false;
    const bool lookedUp = end.facts.idempotency == Idempotency::Lookup && !end.whileLookingUp;
    return !end.delivery.everAmbiguous || lookedUp;
}

/// "Redmine refused: 422 ... It went to Local tasks instead."
QString movedWords(Database &db, const Delivery &delivery, const QString &errorKind, const QString &words)
{
    const QString from = targetName(db, delivery.target);
    const QString to = targetName(db, delivery.backups.front().target);
    const QString how = errorKind == kindName(Error::Kind::Refused) ? u"%1 refused: %2"_s
        : errorKind == kindName(Error::Kind::Unauthorized)          ? u"%1 asks for sign-in: %2"_s
                                                                    : u"%1 did not take it: %2"_s;
    return u"%1 It went to %2 instead."_s.arg(how.arg(from, words.endsWith(u'.') ? words : words + u'.'), to);
}

bool moveOn(Database &db, const Delivery &delivery, const QString &errorKind, const QString &words)
{
    if (delivery.backups.empty())
        return false;
    return deliveries::moveToBackup(db, delivery, movedWords(db, delivery, errorKind, words)).has_value();
}

} // namespace

void failOver(Database &db, const AttemptEnd &end, const deliveries::Outcome &outcome)
{
    const Delivery &delivery = end.delivery;
    if (delivery.backups.empty() || !surelyNotTaken(end, outcome))
        return;
    const Timestamp now = db.now();
    const bool over = outcome.state == DeliveryState::Dead;
    const bool signIn = outcome.errorKind == kindName(Error::Kind::Unauthorized);
    if (over || signIn || deliveries::breakerOf(db, delivery).openUntil > now)
        moveOn(db, delivery, outcome.errorKind, outcome.error);
}

int failOverWaiting(Database &db)
{
    db.oneAtATime("claim"); // as a claim does: of two workstations one moves it
    int moved = 0;
    for (const Delivery &delivery : deliveries::waitingWithBackup(db, db.now(), movedAtOnce)) {
        const auto target = targets::byId(db, delivery.target);
        const QString words = target && !target->healthDetail.isEmpty()
            ? target->healthDetail
            : u"it failed %1 times"_s.arg(target ? target->consecutiveFailures : 0);
        moved += moveOn(db, delivery, {}, words) ? 1 : 0;
    }
    return moved;
}

bool failOverUnreachable(Database &db, DeliveryId id, const QString &why)
{
    db.oneAtATime("claim");
    const auto delivery = deliveries::byId(db, id);
    return delivery && !delivery->everAmbiguous && moveOn(db, *delivery, {}, why);
}

} // namespace patchbay
