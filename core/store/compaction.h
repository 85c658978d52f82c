#pragma once

#include "core/store/store.h"

namespace patchbay {

/// Writes the write-ahead log back into the database and empties it. Left for later while somebody reads; nothing to do
/// on a server.
QFuture<Result<Done>> emptyLog(Store &store);

/// Lets the write-ahead log of this process grow to 256 MB instead of 64 before it is written back: for a long run of
/// writes that nobody works beside, because a page that changes again and again is then written back once. The moment
/// in which it is written back is longer. Nothing to do on a server.
QFuture<Result<Done>> lengthenLog(Store &store);

/// Overwrites free pages with zeroes: they may still hold what was changed or moved before, which is not overwritten as
/// a rule. One step of several, each its own transaction; true when there is more to do. In a work of the writer; on a
/// server there is nothing to do.
bool overwriteFreePages(Database &db);

/// What a compaction gave back, in bytes of the database file.
struct Compacted {
    qint64 before = 0;
    qint64 after = 0;
};

/// How much free space a compaction needs, and where: the new copy is made beside the old one, then in its log.
struct CompactionNeed {
    qint64 bytes = 0;
    QString place = {};
    qint64 available = 0;

    bool isThere() const { return available >= bytes; }
};

/// Makes the database file as small as what is in it. Writes wait meanwhile, reads go on. Refused, with the figures,
/// when the disk has too little room, and on a server, whose VACUUM that is. Killed in the middle, the file is as it
/// was.
QFuture<Result<Compacted>> compact(Store &store);

} // namespace patchbay
