#include "core/engine/task_status.h"

#include "core/mail/html_body.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/task_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using std::chrono::milliseconds;

constexpr auto watchSettingKey = "tasks.status_minutes"_L1;
constexpr int watchLongestMinutes = 24 * 60;
constexpr qsizetype statusLimit = 200; ///< characters that are kept
constexpr qsizetype eventPartLimit = 60; ///< of them in an event

/// One line without control and format characters, bounded.
QString statusLine(const QString &text, qsizetype limit)
{
    QString clean;
    bool space = false;
    for (const QChar c : text) {
        if (clean.size() >= limit)
            return clean + QChar(0x2026);
        if (c.isSpace() || c.category() == QChar::Other_Control) {
            space = !clean.isEmpty();
        } else if (c.category() != QChar::Other_Format) {
            if (space)
                clean += u' ';
            space = false;
            clean += c;
        }
    }
    return clean;
}

void addStatusEvent(Database &db, const Delivery &delivery, const QString &before, const QString &after)
{
    const auto conversation = conversations::byId(db, delivery.conversation);
    if (!conversation)
        return;
    const auto target = targets::byId(db, delivery.target);
    Message event;
    event.conversation = conversation->id;
    event.channel = conversation->channel;
    event.direction = Direction::Event;
    event.text = statusEvent(target ? target->name : u""_s, delivery.externalId, before, after);
    event.body = bodyFromText(event.text, false);
    event.providerAt = event.arrivedAt = event.sortAt = db.now();
    messages::insert(db, event, {});
    conversations::messageAdded(db, conversation->id, event);
}

/// What the target said is there now.
void noteAnswer(Database &db, const Delivery &delivery, task_watch::Watch &watch, const RemoteTask &remote, bool gone)
{
    const QString status = statusLine(remote.status, statusLimit);
    const bool changed = status != delivery.remoteStatus || remote.closed != delivery.remoteClosed;
    // The first reading tells where it begins; only its end is news already.
    const bool news = watch.readAt || !delivery.remoteStatus.isEmpty() || remote.closed;
    watch.readAt = db.now();
    watch.gone = gone;
    watch.failures = 0;
    watch.error.clear();
    if (changed) {
        watch.changedAt = db.now();
        tasks::setStatusAt(db, delivery.id, status, remote.closed);
        if (news)
            addStatusEvent(db, delivery, delivery.remoteStatus, status);
    }
    db.changes().tasks.insert(delivery.task); // "read just now" is on the screen
}

void noteTargetTrouble(Database &db, TargetId target, const Error &error, const WatchLimits &limits, double chance)
{
    task_watch::Trouble trouble = task_watch::troubleAt(db, target);
    const Timestamp now = db.now();
    trouble.notBefore = now + pauseAfterFailure(error, trouble.failures, limits, chance);
    ++trouble.failures;
    trouble.error = statusLine(error.message, 400);
    trouble.errorKind = kindName(error.kind);
    trouble.failedAt = now;
    task_watch::setTrouble(db, target, trouble);
}

} // namespace

WatchLimits WatchSettings::applied(WatchLimits limits) const
{
    if (!isOff())
        limits.shortest = std::chrono::minutes(minutes);
    limits.longest = std::max(limits.longest, limits.shortest);
    limits.oldest = std::max(limits.oldest, limits.longest);
    return limits;
}

WatchSettings watchSettings(Database &db)
{
    bool isNumber = false;
    const int minutes = settings::get(db, watchSettingKey).toInt(&isNumber);
    return isNumber ? WatchSettings{std::clamp(minutes, 0, watchLongestMinutes)} : WatchSettings{};
}

void setWatchSettings(Database &db, const WatchSettings &settings)
{
    patchbay::settings::set(db, watchSettingKey, QString::number(std::clamp(settings.minutes, 0, watchLongestMinutes)));
}

std::optional<milliseconds> untilNextReading(const task_watch::Watch &watch, bool closed, Timestamp now,
                                             const WatchLimits &limits, double chance)
{
    const auto unchanged = std::chrono::duration_cast<milliseconds>(now - watch.changedAt);
    milliseconds wait = std::clamp(unchanged / 4, limits.shortest, limits.longest);
    wait = std::clamp(unchanged / (24 * 7), wait, limits.oldest);
    if (watch.gone || closed) {
        if (unchanged >= milliseconds(watch.gone ? limits.goneFor : limits.closedFor))
            return std::nullopt;
        wait = watch.gone ? limits.goneCheck : limits.closedCheck;
    }
    wait = std::min(wait * (1 << std::min(watch.failures, 10)), std::max(limits.oldest, wait));
    return milliseconds(qint64(double(wait.count()) * (0.9 + 0.2 * chance)));
}

milliseconds pauseAfterFailure(const Error &error, int failures, const WatchLimits &limits, double chance)
{
    const milliseconds doubled = std::min(limits.firstPause * (1 << std::min(failures, 12)), limits.longestPause);
    // Never sooner than it was asked for; spread, so that a team does not come back as one.
    return std::max(doubled, error.retryAfter) + milliseconds(qint64(double(doubled.count()) * 0.2 * chance));
}

bool isAboutTarget(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Offline:
    case Error::Kind::Timeout:
    case Error::Kind::RateLimited:
    case Error::Kind::Unauthorized:
    case Error::Kind::Remote: return true;
    default: return false;
    }
}

void noteReading(Database &db, DeliveryId id, qint64 fence, const Result<RemoteTask> &answer, const WatchLimits &limits,
                 double chance)
{
    const auto delivery = deliveries::byId(db, id);
    auto watch = task_watch::of(db, id);
    if (!delivery || !watch || watch->fence != fence || delivery->state != DeliveryState::Sent)
        return;
    const bool gone = !answer && answer.error().kind == Error::Kind::NotFound;
    bool closed = delivery->remoteClosed;
    if (answer || gone) {
        const RemoteTask remote = gone ? RemoteTask{u"not found there"_s, true, {}} : *answer;
        noteAnswer(db, *delivery, *watch, remote, gone);
        task_watch::setTrouble(db, delivery->target, {});
        closed = remote.closed;
    } else {
        watch->error = statusLine(answer.error().message, 400);
        if (isAboutTarget(answer.error()))
            noteTargetTrouble(db, delivery->target, answer.error(), limits, chance);
        else
            ++watch->failures;
        db.changes().tasks.insert(delivery->task);
    }
    const auto wait = untilNextReading(*watch, closed, db.now(), limits, chance);
    watch->nextAt = wait ? db.now() + *wait : Timestamp{};
    task_watch::store(db, *watch);
}

QString statusEvent(const QString &target, const QString &externalId, const QString &before, const QString &after)
{
    // A UUID names nothing that a person would look for.
    QString what = statusLine(target, eventPartLimit);
    if (!isUid(externalId))
        what += u' ' + statusLine(externalId, eventPartLimit);
    const QString now = statusLine(after, eventPartLimit);
    // One arg() with all parts: what stands in one is no place for another.
    return before.isEmpty() ? u"%1: %2"_s.arg(what, now)
                            : u"%1: %2 \u2192 %3"_s.arg(what, statusLine(before, eventPartLimit), now);
}

} // namespace patchbay
