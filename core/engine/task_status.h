#pragma once

#include "core/model/delivery.h"
#include "core/ports/crm_connector.h"
#include "core/store/task_watch_table.h"

namespace patchbay {

/// How often statuses are read back.
struct WatchLimits {
    std::chrono::milliseconds shortest{std::chrono::minutes(2)}; ///< after sending, and after a change
    std::chrono::milliseconds longest{std::chrono::hours(1)}; ///< within the first week without a change
    std::chrono::milliseconds oldest{std::chrono::hours(24)}; ///< for what has not changed for months
    std::chrono::milliseconds closedCheck{std::chrono::hours(6)}; ///< whether it was opened again
    std::chrono::hours closedFor{24 * 7};
    std::chrono::milliseconds goneCheck{std::chrono::hours(24)}; ///< whether it is there again
    std::chrono::hours goneFor{24 * 30};
    std::chrono::milliseconds firstPause{std::chrono::minutes(1)}; ///< at a target that could not be read; doubles
    std::chrono::milliseconds longestPause{std::chrono::hours(1)};
    std::chrono::milliseconds claim{std::chrono::minutes(3)}; ///< longer than any call
    std::chrono::milliseconds shownAgain{std::chrono::seconds(30)}; ///< an open conversation is not read more often
    std::chrono::milliseconds spread{std::chrono::hours(1)}; ///< over which old tasks are first read
    int perTarget = 2; ///< at once
    std::chrono::milliseconds pace{std::chrono::seconds(2)}; ///< between one turn and the next
    std::chrono::milliseconds look{std::chrono::seconds(15)}; ///< how often what is due is looked for
};

/// The workspace's own wish; minutes after sending, 0: statuses are read only when a person asks.
struct WatchSettings {
    int minutes = 2;

    bool isOff() const { return minutes == 0; }
    WatchLimits applied(WatchLimits limits) const;
};
WatchSettings watchSettings(Database &db);
void setWatchSettings(Database &db, const WatchSettings &settings);

/// How long a task is left alone after a reading at `now`; none: it is not read any more. The longer nothing changed
/// the longer, within the limits, and a tenth more or less by chance in [0, 1).
std::optional<std::chrono::milliseconds> untilNextReading(const task_watch::Watch &watch, bool closed, Timestamp now,
                                                          const WatchLimits &limits, double chance);
/// How long a target is left alone after a failed reading: what it asked for, or a time that doubles.
std::chrono::milliseconds pauseAfterFailure(const Error &error, int failures, const WatchLimits &limits, double chance);
/// The target itself is away or refuses all: it is left alone. Otherwise it is about this one task.
bool isAboutTarget(const Error &error);

/// The answer to one reading of a delivery's status, in one transaction: its and its task's columns, when it is read
/// again, and, when it differs from what was known, an event in the thread that moves nothing. NotFound is an answer:
/// the record is not there any more. Another error is kept beside what was known, which stays. Nothing when a newer
/// reading than `fence` began meanwhile, or when the delivery is not sent any more.
void noteReading(Database &db, DeliveryId delivery, qint64 fence, const Result<RemoteTask> &answer,
                 const WatchLimits &limits, double chance);
/// "Tracker 77: In progress → Done": plain text, each part bounded.
QString statusEvent(const QString &target, const QString &externalId, const QString &before, const QString &after);

} // namespace patchbay
