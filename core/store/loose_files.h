#pragma once

#include "core/model/outbound_file.h"
#include "core/store/blob_store.h"
#include "core/store/database.h"

namespace patchbay::loose_files {

struct Swept {
    qint64 files = 0;
    qint64 bytes = 0;
    qint64 left = 0; ///< not looked at yet
    bool waiting = false; ///< items are being read, which may be about to refer to one of them: ask again later
};

/// Removes at most `limit` of the files that removed messages let go of and that no other message has. In a write, so
/// that nothing refers to one of them meanwhile: a file is stored while its item is pending, and then there is none.
Result<Swept> sweep(Database &db, BlobStore &files, int limit);

/// Hands those of these files to the next sweep that nothing refers to.
void letGo(Database &db, const std::vector<OutboundFile> &files);
/// It is about to be referred to: the next sweep leaves it.
void keep(Database &db, const QByteArray &sha256);

/// How many wait for it.
qint64 count(Database &db);

/// Those of a folder's files (two hex digits, see BlobStore::list) that no message and no draft refers to and that are
/// older than `before`. Files without a known age count as old.
std::vector<StoredFile> unreferenced(Database &db, const std::vector<StoredFile> &stored, Timestamp before);
/// Hands them to the next sweep.
void add(Database &db, const std::vector<StoredFile> &files);

} // namespace patchbay::loose_files
