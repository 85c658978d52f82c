#include "ui/models/target_words.h"

#include "core/ports/repeats.h"
#include "ui/models/words.h"

#include <QtCore/QCoreApplication>

namespace patchbay::words {

namespace {

struct TargetWords {
    Q_DECLARE_TR_FUNCTIONS(TargetWords)
};

QString repeatDeed(Idempotency repeats)
{
    switch (repeats) {
    case Idempotency::Native: return TargetWords::tr("folds a repeat");
    case Idempotency::Upsert: return TargetWords::tr("writes the same record");
    case Idempotency::Lookup: return TargetWords::tr("searches for our key first");
    case Idempotency::None: break;
    }
    return TargetWords::tr("a repeat needs you");
}

} // namespace

QString repeats(Idempotency repeats)
{
    return QStringLiteral("%1: %2").arg(QString(repeatLetter(repeats)), repeatDeed(repeats));
}

QString heldAgainst(const CrmConnectorInfo &info)
{
    return info.id == QLatin1String("local") ? TargetWords::tr("built in") : heldAgainst(info.contract);
}

QString heldAgainst(const ContractNote &contract)
{
    if (contract.source.isEmpty())
        return TargetWords::tr("unverified");
    const QString source = contract.date.isEmpty() ? oneLine(contract.source)
                                                   : TargetWords::tr("%1, of %2", "a contract and its date")
                                                         .arg(oneLine(contract.source), oneLine(contract.date, 40));
    return contract.verified ? TargetWords::tr("✓ verified: %1").arg(source)
                             : TargetWords::tr("unverified: %1").arg(source);
}

QString breakerState(const Target &target, Timestamp now)
{
    switch (target.breakerAt(now)) {
    case Target::Breaker::Closed: return TargetWords::tr("closed", "a breaker");
    case Target::Breaker::Open:
        return TargetWords::tr("open until %1", "a breaker")
            .arg(target.breakerOpenUntil.toDateTime().toLocalTime().time().toString(QStringLiteral("HH:mm")));
    case Target::Breaker::HalfOpen: break;
    }
    return TargetWords::tr("half-open", "a breaker");
}

QString openTasks(const targets::Figures &figures)
{
    QStringList parts;
    if (figures.waiting > 0)
        parts << TargetWords::tr("%n waiting", nullptr, figures.waiting);
    if (figures.retrying > 0)
        parts << TargetWords::tr("%n failed, will retry", nullptr, figures.retrying);
    if (figures.notSent > 0)
        parts << TargetWords::tr("%n failed, not sent", nullptr, figures.notSent);
    if (figures.unknown > 0)
        parts << TargetWords::tr("%n unknown", nullptr, figures.unknown);
    return parts.isEmpty() ? TargetWords::tr("none") : parts.join(QStringLiteral("; "));
}

} // namespace patchbay::words
