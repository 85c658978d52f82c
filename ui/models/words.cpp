#include "ui/models/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

namespace patchbay::words {

namespace {

/// Hours and minutes; the C locale's short form has seconds.
QString clockTime(QTime time)
{
    const QLocale locale;
    return locale.language() == QLocale::C ? time.toString(QStringLiteral("HH:mm"))
                                           : locale.toString(time, QLocale::ShortFormat);
}

const Clock *wordsClock = nullptr;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Words)
};

} // namespace

QString count(int number, bool more) { return QString::number(number) + (more ? QLatin1String("+") : QLatin1String()); }

Timestamp now() { return wordsClock ? wordsClock->now() : SystemClock().now(); }

void followClock(const Clock *clock) { wordsClock = clock; }

QString shortTime(Timestamp at, Timestamp now)
{
    if (!at)
        return {};
    const QDateTime when = at.toDateTime().toLocalTime();
    const QDateTime today = now.toDateTime().toLocalTime();
    const qint64 seconds = (now.us - at.us) / 1000000;
    if (seconds >= 0 && seconds < 60)
        return Words::tr("now");
    if (seconds >= 0 && seconds < 3600)
        return Words::tr("%1 min").arg(seconds / 60);
    if (when.date() == today.date()) // the C locale would show seconds
        return QLocale() == QLocale::c() ? when.time().toString(QStringLiteral("HH:mm")) : clockTime(when.time());
    const qint64 days = when.date().daysTo(today.date());
    if (days > 0 && days < 7)
        return QLocale().dayName(when.date().dayOfWeek(), QLocale::ShortFormat);
    return QLocale().toString(when.date(),
                              when.date().year() == today.date().year() ? Words::tr("d MMM", "date format")
                                                                        : Words::tr("d MMM yyyy", "date format"));
}

QString fullTime(Timestamp at)
{
    if (!at)
        return Words::tr("never");
    const QDateTime when = at.toDateTime().toLocalTime();
    return QLocale().toString(when, Words::tr("ddd, d MMMM yyyy HH:mm:ss", "date format"));
}

QString duration(std::chrono::microseconds length)
{
    const qint64 seconds = length.count() / 1000000;
    if (seconds < 60)
        return Words::tr("less than a minute");
    if (seconds < 3600)
        return Words::tr("%n minute(s)", nullptr, int(seconds / 60));
    if (seconds < 2 * 86400)
        return Words::tr("%n hour(s)", nullptr, int(seconds / 3600));
    return Words::tr("%n day(s)", nullptr, int(seconds / 86400));
}

QString size(qint64 bytes) { return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat); }

QString files(const std::vector<OutboundFile> &files)
{
    constexpr size_t most = 8;
    QStringList names;
    for (size_t i = 0; i < std::min(files.size(), most); ++i)
        names << QStringLiteral("%1 (%2)").arg(oneLine(files[i].name, 60), size(files[i].size));
    const QString list = names.join(QStringLiteral(", "));
    return files.size() <= most ? list : Words::tr("%1 and %2 more").arg(list).arg(files.size() - most);
}

QString health(Health health)
{
    switch (health) {
    case Health::Unknown: return Words::tr("not tried yet");
    case Health::Ok: return Words::tr("connected");
    case Health::CatchingUp: return Words::tr("catching up");
    case Health::Offline: return Words::tr("offline");
    case Health::Failed: return Words::tr("failed");
    case Health::Paused: return Words::tr("paused");
    }
    return {};
}

QString routeHint(const Route &route, const std::vector<Target> &targets)
{
    QStringList names;
    for (const TargetId id : route.allTargets()) {
        for (const Target &target : targets) {
            if (target.id == id)
                names << oneLine(target.name, 30);
        }
    }
    if (names.isEmpty())
        return Words::tr("no target");
    switch (route.strategy) {
    case Route::Strategy::Single: return Words::tr("to %1").arg(names.front());
    case Route::Strategy::PrimaryBackup: return Words::tr("to %1").arg(names.join(Words::tr(", else ")));
    case Route::Strategy::ByCategory: return Words::tr("by category: %1").arg(names.join(QStringLiteral(", ")));
    case Route::Strategy::Parallel: return Words::tr("to each of %1").arg(names.join(QStringLiteral(", ")));
    }
    return {};
}

QString breaker(const Target &target, Timestamp now)
{
    switch (target.breakerAt(now)) {
    case Target::Breaker::Closed: return {};
    case Target::Breaker::Open:
        return Words::tr("No task goes there until %1, after %n failure(s) in a row", nullptr,
                         target.consecutiveFailures)
            .arg(QLocale().toString(target.breakerOpenUntil.toDateTime().toLocalTime().time(),
                                    QStringLiteral("HH:mm:ss")));
    case Target::Breaker::HalfOpen: return Words::tr("The next task tries whether it is back");
    }
    return {};
}

QString healthSign(Health health)
{
    switch (health) {
    case Health::Unknown: return QStringLiteral("○");
    case Health::Ok: return QStringLiteral("●");
    case Health::CatchingUp: return QStringLiteral("◐");
    case Health::Offline: return QStringLiteral("△");
    case Health::Failed: return QStringLiteral("✕");
    case Health::Paused: return QStringLiteral("‖");
    }
    return {};
}

QString priority(Priority priority)
{
    switch (priority) {
    case Priority::Low: return Words::tr("Low");
    case Priority::Normal: return Words::tr("Normal");
    case Priority::High: return Words::tr("High");
    case Priority::Urgent: return Words::tr("Urgent");
    }
    return {};
}

QString source(ClassificationSource source)
{
    switch (source) {
    case ClassificationSource::Rule: return Words::tr("by a rule");
    case ClassificationSource::LocalModel: return Words::tr("by the model on this computer");
    case ClassificationSource::RemoteModel: return Words::tr("by a remote model");
    case ClassificationSource::Person: return Words::tr("by a person");
    }
    return {};
}

QString deliveryState(DeliveryState state)
{
    switch (state) {
    case DeliveryState::Queued: return Words::tr("Queued");
    case DeliveryState::Sending: return Words::tr("Sending");
    case DeliveryState::Sent: return Words::tr("Sent");
    case DeliveryState::Failed: return Words::tr("Will retry");
    case DeliveryState::Unknown: return Words::tr("Unknown");
    case DeliveryState::Dead: return Words::tr("Not sent");
    case DeliveryState::Cancelled: return Words::tr("Taken back");
    }
    return {};
}

QString deliverySign(DeliveryState state)
{
    switch (state) {
    case DeliveryState::Queued: return QStringLiteral("◷");
    case DeliveryState::Sending: return QStringLiteral("↑");
    case DeliveryState::Sent: return QStringLiteral("✓");
    case DeliveryState::Failed: return QStringLiteral("↻");
    case DeliveryState::Unknown: return QStringLiteral("?");
    case DeliveryState::Dead: return QStringLiteral("✕");
    case DeliveryState::Cancelled: return QStringLiteral("↶");
    }
    return {};
}

QString deliveryState(const Delivery &delivery)
{
    if (delivery.isWithoutId())
        return Words::tr("Sent, no id");
    const bool linked = delivery.isLinked() && delivery.state == DeliveryState::Sent;
    return linked ? Words::tr("Linked") : deliveryState(delivery.state);
}

QString deliverySign(const Delivery &delivery)
{
    const bool linked = delivery.isLinked() && delivery.state == DeliveryState::Sent;
    return linked ? QStringLiteral("⇄") : deliverySign(delivery.state);
}

bool canTakeBack(const Delivery &delivery, Timestamp now)
{
    return delivery.state == DeliveryState::Queued && delivery.notBefore > now;
}

QString deliverySentence(const Delivery &delivery, Timestamp now)
{
    const QString said = oneLine(delivery.lastError, 400);
    switch (delivery.state) {
    case DeliveryState::Queued:
        if (canTakeBack(delivery, now))
            return Words::tr("Queued: goes out in %1 s, Z takes it back")
                .arg(((delivery.notBefore - now).count() + 999999) / 1000000);
        return Words::tr("Queued: goes out as soon as the connection allows");
    case DeliveryState::Sending: return Words::tr("Sending, attempt %1").arg(delivery.attempts);
    case DeliveryState::Sent:
        if (delivery.isLinked())
            return Words::tr("Linked %1 to %2: it was there before, nothing was sent")
                .arg(shortTime(delivery.linkedAt, now), oneLine(delivery.externalId, 80));
        if (delivery.settledBy)
            return Words::tr("Marked as sent by a person, %1").arg(shortTime(delivery.settledAt, now));
        if (delivery.isWithoutId())
            return Words::tr("Sent %1. The platform confirmed it without an id: %2")
                .arg(shortTime(delivery.settledAt, now),
                     delivery.response.isEmpty() ? Words::tr("it said no more") : oneLine(delivery.response));
        if (!delivery.notice().isEmpty())
            return Words::tr("Sent %1, but not all of it. %2").arg(shortTime(delivery.settledAt, now), said);
        if (!delivery.response.isEmpty())
            return Words::tr("Sent %1: %2").arg(shortTime(delivery.settledAt, now), oneLine(delivery.response));
        return Words::tr("Sent %1: %2").arg(shortTime(delivery.settledAt, now), oneLine(delivery.externalId));
    case DeliveryState::Failed:
        if (delivery.nextAttemptAt)
            return Words::tr("Failed, next try at %1: %2")
                .arg(QLocale().toString(delivery.nextAttemptAt.toDateTime().toLocalTime().time(),
                                        QStringLiteral("HH:mm:ss")),
                     said);
        return Words::tr("Failed: %1").arg(said);
    case DeliveryState::Unknown:
        return Words::tr("Nobody knows whether it arrived. Check over there, then settle it. %1").arg(said).trimmed();
    case DeliveryState::Dead:
        if (delivery.hasFailedThere())
            return Words::tr("It was accepted over there, but did not arrive: %1").arg(said);
        return Words::tr("Not sent and not tried again: %1").arg(said);
    case DeliveryState::Cancelled:
        if (delivery.isLinked())
            return Words::tr("The link was taken back");
        if (delivery.replacedBy)
            return said;
        return delivery.everAmbiguous ? Words::tr("Given up: a person saw that it had not arrived")
                                      : Words::tr("Taken back before it was sent");
    }
    return {};
}

QString deliveryHint(const Delivery &delivery)
{
    return delivery.isWithoutId()
        ? Words::tr("The platform said that it took this answer, and named no id for it. It cannot be looked up over "
                    "there, and whether it was delivered or read is not told.")
        : QString();
}

QString percent(double fraction) { return Words::tr("%1 %").arg(qRound(fraction * 100)); }

QString initials(const QString &name)
{
    QString letters;
    for (const QString &word : oneLine(name).split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (word.front().isLetterOrNumber())
            letters += word.front().toUpper();
        if (letters.size() == 2)
            break;
    }
    return letters.isEmpty() ? QStringLiteral("?") : letters;
}

QString oneLine(const QString &text, int limit)
{
    QString clean;
    clean.reserve(qMin(text.size(), qsizetype(limit)));
    bool space = false;
    for (const QChar c : text) {
        if (clean.size() >= limit) {
            clean += QChar(0x2026);
            break;
        }
        if (c.isSpace() || c.category() == QChar::Other_Control) {
            space = !clean.isEmpty();
            continue;
        }
        if (c.category() == QChar::Other_Format)
            continue;
        if (space)
            clean += QLatin1Char(' ');
        space = false;
        clean += c;
    }
    return clean;
}

} // namespace patchbay::words
