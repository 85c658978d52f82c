#pragma once

#include "core/ports/secret_store.h"

#include <QtCore/QHash>
#include <QtCore/QObject>

namespace patchbay {

/// Secrets in the operating system's keychain: service "patchbay", account `<workspace uid>/<account uid>/<field>`.
/// Where there is no keychain, they are kept in memory until there is one, at most for this run, and limitation() says
/// so; never in a file. A keychain that is there but locked, or that refuses, is an error. Event loop's thread.
class KeychainSecrets final : public QObject, public SecretStore {
    Q_OBJECT

public:
    KeychainSecrets() = default;

    /// Asks for an entry that is not there, so that limitation() is known before somebody types a secret.
    void probe();

    Async<Result<std::optional<QString>>> read(SecretKey key) override;
    Async<Result<Done>> write(SecretKey key, QString value) override;
    Async<Result<Done>> remove(SecretKey key) override;
    Result<Done> canReplace(SecretKey key) const override;
    QString limitation() const override { return m_limitation; }

Q_SIGNALS:
    void limitationChanged();

private:
    struct Answer;
    enum class State { Reached, Refused, Missing };

    State judge(const Answer &answer);
    Async<Result<bool>> isLocked(QString account);
    Async<Result<Done>> look();
    Async<Result<Done>> moveIntoKeychain();
    void setLimitation(const QString &sentence);

    QHash<QString, QString> m_memory; ///< what the keychain did not take
    QString m_limitation;
    bool m_reached = false; ///< it answered before in this run
    bool m_moving = false;
    AsyncScope m_scope;
};

} // namespace patchbay
