#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>

namespace patchbay {

/// Files by their content: a folder files/ab/<sha256>, or a table on PostgreSQL. Any thread.
class BlobStore {
public:
    virtual ~BlobStore() = default;
    /// Stores durably (file and folder synced) and gives the SHA-256 as 64 hex digits; the same bytes are kept once. To
    /// be called before the row that names it is committed.
    virtual Result<QByteArray> put(const QByteArray &bytes) = 0;
    /// Checks the hash: changed bytes are an error.
    virtual Result<QByteArray> get(const QByteArray &sha256) const = 0;
};

} // namespace patchbay
