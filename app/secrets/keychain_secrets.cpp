#include "app/secrets/keychain_secrets.h"

#include "core/base/log.h"

#include <QtCore/QPromise>

#if __has_include(<qt6keychain/keychain.h>)
#include <qt6keychain/keychain.h>
#else
#include <qtkeychain/keychain.h>
#endif

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct KeychainAnswer {
    QKeychain::Error error = QKeychain::NoError;
    QString sentence;
    QString value;
};

QString keychainAccount(const SecretKey &key)
{
    return key.workspaceUid + u'/' + key.accountUid + u'/' + key.field;
}

/// Starts the job; it deletes itself. A locked keychain may ask the person, so the answer can take minutes.
template <class Job>
QFuture<Result<KeychainAnswer>> startKeychainJob(Job *job, const QString &account)
{
    auto promise = std::make_shared<QPromise<Result<KeychainAnswer>>>();
    promise->start();
    job->setKey(account);
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, job, [promise, job](QKeychain::Job *) {
        KeychainAnswer answer{job->error(), job->errorString(), {}};
        if constexpr (std::is_same_v<Job, QKeychain::ReadPasswordJob>)
            answer.value = job->textData();
        promise->addResult(Result<KeychainAnswer>(std::move(answer)));
        promise->finish();
    });
    job->start();
    return promise->future();
}

QString keychainService()
{
    return u"patchbay"_s;
}

} // namespace

void KeychainSecrets::keepInMemory(const QString &why)
{
    if (!m_limitation.isEmpty())
        return;
    logWarning("secrets", u"no keychain: "_s + why);
    m_limitation = tr("No keychain here (%1): passwords are kept for this run only.").arg(why);
    Q_EMIT limitationChanged();
}

Async<Result<std::optional<QString>>> KeychainSecrets::read(SecretKey key)
{
    const QString account = keychainAccount(key);
    if (const auto known = m_memory.constFind(account); known != m_memory.cend())
        co_return std::optional<QString>(known.value());
    QFuture<Result<KeychainAnswer>> job = startKeychainJob(new QKeychain::ReadPasswordJob(keychainService()), account);
    const Result<KeychainAnswer> answer = co_await finished(job);
    if (!answer)
        co_return answer.error();
    if (answer->error == QKeychain::NoError)
        co_return std::optional<QString>(answer->value);
    if (answer->error != QKeychain::EntryNotFound)
        keepInMemory(answer->sentence);
    co_return std::optional<QString>();
}

Async<Result<Done>> KeychainSecrets::write(SecretKey key, QString value)
{
    const QString account = keychainAccount(key);
    auto *writer = new QKeychain::WritePasswordJob(keychainService());
    writer->setTextData(value);
    QFuture<Result<KeychainAnswer>> job = startKeychainJob(writer, account);
    const Result<KeychainAnswer> answer = co_await finished(job);
    if (!answer)
        co_return answer.error();
    if (answer->error == QKeychain::NoError) {
        m_memory.remove(account);
        co_return Done{};
    }
    keepInMemory(answer->sentence);
    m_memory.insert(account, value);
    co_return Done{};
}

Async<Result<Done>> KeychainSecrets::remove(SecretKey key)
{
    const QString account = keychainAccount(key);
    m_memory.remove(account);
    QFuture<Result<KeychainAnswer>> job = startKeychainJob(new QKeychain::DeletePasswordJob(keychainService()), account);
    const Result<KeychainAnswer> answer = co_await finished(job);
    if (!answer)
        co_return answer.error();
    if (answer->error != QKeychain::NoError && answer->error != QKeychain::EntryNotFound && m_limitation.isEmpty())
        co_return makeError(Error::Kind::Refused, tr("The keychain did not delete it: %1.").arg(answer->sentence));
    co_return Done{};
}

} // namespace patchbay
