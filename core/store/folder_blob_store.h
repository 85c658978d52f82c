#pragma once

#include "core/store/blob_store.h"

#include <QtCore/QString>

namespace patchbay {

/// Files by content in a folder: ab/<sha256>, 0600 in folders of 0700. Names from outside never reach the disk.
class FolderBlobStore final : public BlobStore {
public:
    FolderBlobStore(QString folder, bool readOnly);
    Result<QByteArray> put(const QByteArray &bytes) override;
    Result<QByteArray> get(const QByteArray &sha256) const override;
    Result<std::vector<StoredFile>> list(const QByteArray &beginning) const override;
    Result<qint64> remove(const QByteArray &sha256) override;

private:
    QString pathOf(const QByteArray &sha256) const;

    QString m_folder;
    bool m_readOnly;
};

/// 64 lower-case hex digits.
bool isBlobName(const QByteArray &sha256);
/// The name of these bytes.
QByteArray blobName(const QByteArray &bytes);
/// "the file ... is missing" and "was changed", alike for all blob stores.
Error missingBlob(const QByteArray &sha256, const QString &place);
Error changedBlob(const QByteArray &sha256, const QString &place);

} // namespace patchbay
