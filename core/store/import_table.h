#pragma once

#include "core/store/database.h"

#include <QtCore/QJsonObject>
#include <QtCore/QSet>
#include <QtCore/QStringList>

namespace patchbay::imports {

enum class State { Running, Interrupted, Cancelled, Done, Failed };
QString nameOf(State state); ///< "running", ...

/// read = added + duplicate + quarantined + pending.
struct Counts {
    qint64 read =
        0; ///< items found in the files; of a resumed import since it was resumed, but at least what it stored
    qint64 added = 0; ///< new messages
    qint64 duplicate = 0; ///< here already: the same item, or the same message
    qint64 quarantined = 0; ///< kept with their raw bytes, but not readable
    qint64 pending = 0; ///< stored, and about to be one of the others
};

struct Import {
    ImportId id = {};
    QString uid = {};
    ChannelId channel = {};
    QStringList paths = {};
    QString format = {}; ///< empty: by each file's first bytes
    QJsonObject settings = {};
    State state = State::Running;
    QString error = {};
    Counts counts = {};
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0;
    QString owner = {}; ///< the process that runs it
    Timestamp seenAt = {}; ///< when that last said so
    Timestamp startedAt = {};
    Timestamp finishedAt = {};
};

/// Makes it, as running and owned by `owner`.
ImportId begin(Database &db, const Import &import);
/// Running again, from the first item on; Conflict when it is not one that may be resumed.
void resume(Database &db, ImportId id, const QString &owner);
/// Says that it still runs, and how far it came. `passed`: items that were here already and were not stored again.
void progress(Database &db, ImportId id, qint64 passed, qint64 bytesDone, qint64 bytesTotal);
/// Ends it and keeps its counts.
void finish(Database &db, ImportId id, State state, const QString &error);
/// Running ones whose process has ended are interrupted: in a folder all but those of `owner`, in a team those that
/// nobody spoke of for a minute.
void interruptAbandoned(Database &db, const QString &owner, bool shared);

std::optional<Import> byId(Database &db, ImportId id);
/// By its uid or the begin of it; NotFound or Conflict otherwise.
Result<Import> byUid(Database &db, const QString &uid);
std::vector<Import> newest(Database &db, int limit);

/// Those of the source keys that the channel has, in one look-up.
QSet<QString> known(Database &db, ChannelId channel, const QStringList &keys);

struct Reason {
    QString text = {};
    qint64 count = 0;
};
/// Why items of it were set aside, the most frequent first.
std::vector<Reason> reasons(Database &db, ImportId id, int limit);

} // namespace patchbay::imports
