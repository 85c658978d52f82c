#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QtCore/QByteArray>

#include <vector>

namespace patchbay {

/// A file as it lies in a BlobStore.
struct StoredFile {
    QByteArray sha256 = {};
    qint64 size = 0;
    Timestamp storedAt = {}; ///< none where the place does not tell
};

/// Files by their content: a folder files/ab/<sha256>, or a table on PostgreSQL. Any thread.
class BlobStore {
public:
    virtual ~BlobStore() = default;
    /// Stores durably (file and folder synced) and gives the SHA-256 as 64 hex digits; the same bytes are kept once. To
    /// be called before the row that names it is committed.
    virtual Result<QByteArray> put(const QByteArray &bytes) = 0;
    /// Checks the hash: changed bytes are an error.
    virtual Result<QByteArray> get(const QByteArray &sha256) const = 0;
    /// The names that begin with these two hex digits, unordered: the whole store in 256 answers.
    virtual Result<std::vector<StoredFile>> list(const QByteArray &beginning) const = 0;
    /// Gives the bytes that became free; 0 for one that is not there. Only for loose_files, which knows that nobody
    /// refers to it.
    virtual Result<qint64> remove(const QByteArray &sha256) = 0;
};

} // namespace patchbay
