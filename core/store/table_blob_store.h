#pragma once

#include "core/store/blob_store.h"
#include "core/store/read_pool.h"
#include "core/store/write_queue.h"

namespace patchbay {

/// Files by content in the table `blob`, for workspaces on a server. Has connections of its own, so that a work of the
/// Store may call it; a call waits for the server, so it never comes from the GUI thread.
class TableBlobStore final : public BlobStore {
public:
    TableBlobStore(const ConnectionSpec &writer, const ConnectionSpec &reader, bool readOnly);
    Result<QByteArray> put(const QByteArray &bytes) override;
    Result<QByteArray> get(const QByteArray &sha256) const override;
    Result<std::vector<StoredFile>> list(const QByteArray &beginning) const override;
    Result<qint64> remove(const QByteArray &sha256) override;

private:
    QString m_place;
    std::unique_ptr<WriteQueue> m_writer;
    std::unique_ptr<ReadPool> m_reader;
};

} // namespace patchbay
