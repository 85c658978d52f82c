#pragma once

#include "core/ports/secret_store.h"

#include <QtCore/QHash>
#include <QtCore/QObject>

namespace patchbay {

/// Secrets in the operating system's keychain: service "patchbay", account `<workspace uid>/<account uid>/<field>`. Where
/// there is no keychain, they are kept in memory for this run only, and limitation() says so; never in a file.
class KeychainSecrets final : public QObject, public SecretStore {
    Q_OBJECT

public:
    KeychainSecrets() = default;

    Async<Result<std::optional<QString>>> read(SecretKey key) override;
    Async<Result<Done>> write(SecretKey key, QString value) override;
    Async<Result<Done>> remove(SecretKey key) override;
    QString limitation() const override { return m_limitation; }

Q_SIGNALS:
    void limitationChanged();

private:
    void keepInMemory(const QString &why);

    QHash<QString, QString> m_memory; ///< what the keychain did not take
    QString m_limitation;
};

} // namespace patchbay
