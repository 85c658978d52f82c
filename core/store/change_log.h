#pragma once

#include "core/store/database.h"

namespace patchbay::change_log {

/// Other processes read these rows to learn what a commit touched; they are written inside it.
void add(Database &db, const QString &origin, const ChangeSet &changes);
/// Forgets rows older than a day.
void trim(Database &db);

/// The stored form, compact JSON, and back.
QByteArray toJson(const ChangeSet &changes);
ChangeSet fromJson(const QByteArray &document);

struct News {
    qint64 newest = 0; ///< to ask from next time
    Timestamp askedAt = {}; ///< likewise
    ChangeSet changes = {};
};
/// What others than `origin` committed after row `since`, when the last question was asked at `askedAt`. If that is so
/// long ago that rows may be forgotten (the machine slept), the answer is that everything changed.
News since(Database &db, qint64 since, Timestamp askedAt, const QString &origin);
/// The newest row's number, 0 when there is none.
qint64 newest(Database &db);

} // namespace patchbay::change_log
