#pragma once

#include "core/ports/secret_store.h"

namespace patchbay {

/// Secrets as files `<account name>.<field>` in a folder that an administrator, or the service manager, fills. Only what
/// the other side renews is written, and that so that a power cut leaves the old one or the new one; a file that others
/// can read is refused. One trailing line end is not part of the secret.
class FolderSecrets final : public SecretStore {
public:
    explicit FolderSecrets(QString folder);

    Async<Result<std::optional<QString>>> read(SecretKey key) override;
    /// Always refused: the sentence names the file to make.
    Async<Result<Done>> write(SecretKey key, QString value) override;
    Async<Result<Done>> remove(SecretKey key) override;
    Async<Result<Done>> replace(SecretKey key, QString value) override;
    /// Refused when the folder cannot be written.
    Result<Done> canReplace(SecretKey key) const override;
    QString limitation() const override { return {}; }

private:
    Result<QString> pathOf(const SecretKey &key) const;

    QString m_folder;
};

} // namespace patchbay
