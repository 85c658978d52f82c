#pragma once

#include "core/ports/secret_store.h"

namespace patchbay {

/// Secrets as files `<account name>.<field>` in a folder that an administrator, or the service manager, fills. Read only;
/// a file that others can read is refused. One trailing line end is not part of the secret.
class FolderSecrets final : public SecretStore {
public:
    explicit FolderSecrets(QString folder);

    Async<Result<std::optional<QString>>> read(SecretKey key) override;
    /// Always refused: the sentence names the file to make.
    Async<Result<Done>> write(SecretKey key, QString value) override;
    Async<Result<Done>> remove(SecretKey key) override;
    QString limitation() const override { return {}; }

private:
    Result<QString> pathOf(const SecretKey &key) const;

    QString m_folder;
};

} // namespace patchbay
