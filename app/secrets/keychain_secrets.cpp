#include "app/secrets/keychain_secrets.h"

#include "core/base/log.h"

#include <QtCore/QPromise>
#ifdef PATCHBAY_HAS_DBUS
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusMetaType>
#include <QtDBus/QDBusObjectPath>
#include <QtDBus/QDBusPendingCallWatcher>
#include <QtDBus/QDBusPendingReply>
#endif

#if __has_include(<qt6keychain/keychain.h>)
#include <qt6keychain/keychain.h>
#else
#include <qtkeychain/keychain.h>
#endif

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString keychainAccount(const SecretKey &key) { return key.workspaceUid + u'/' + key.accountUid + u'/' + key.field; }

QString keychainService() { return u"patchbay"_s; }

/// Whether the desktop's secret service holds this entry behind a lock that was not opened. QtKeychain says "not found"
/// both of an entry that is not there and of one whose unlocking the person declined.
QFuture<Result<bool>> askForLockedEntry(const QString &account)
{
    auto promise = std::make_shared<QPromise<Result<bool>>>();
    promise->start();
#ifdef PATCHBAY_HAS_DBUS
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (bus.isConnected()) {
        qDBusRegisterMetaType<QMap<QString, QString>>();
        QDBusMessage call = QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                                           u"org.freedesktop.Secret.Service"_s, u"SearchItems"_s);
        const QMap<QString, QString> wanted{{u"server"_s, keychainService()}, {u"user"_s, account}};
        call << QVariant::fromValue(wanted);
        auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call));
        QObject::connect(watcher, &QDBusPendingCallWatcher::finished, watcher, [promise, watcher] {
            const QDBusPendingReply<QList<QDBusObjectPath>, QList<QDBusObjectPath>> reply = *watcher;
            // A wallet that is no such service answers by itself that its person declined: no lock to see here.
            promise->addResult(Result<bool>(!reply.isError() && !reply.argumentAt<1>().isEmpty()));
            promise->finish();
            watcher->deleteLater();
        });
        return promise->future();
    }
#else
    Q_UNUSED(account)
#endif
    promise->addResult(Result<bool>(false));
    promise->finish();
    return promise->future();
}

} // namespace

struct KeychainSecrets::Answer {
    QKeychain::Error error = QKeychain::NoError;
    QString sentence = {};
    QString value = {};

    /// Starts the job; it deletes itself. A locked keychain may ask the person, so the answer can take minutes.
    template <class Job> static QFuture<Result<Answer>> to(Job *job, const QString &account)
    {
        auto promise = std::make_shared<QPromise<Result<Answer>>>();
        promise->start();
        job->setKey(account);
        job->setInsecureFallback(false);
        QObject::connect(job, &QKeychain::Job::finished, job, [promise, job](QKeychain::Job *) {
            Answer answer{job->error(), job->errorString(), {}};
            if constexpr (std::is_same_v<Job, QKeychain::ReadPasswordJob>)
                answer.value = job->textData();
            promise->addResult(Result<Answer>(std::move(answer)));
            promise->finish();
        });
        job->start();
        return promise->future();
    }

    static QFuture<Result<Answer>> toWriting(const QString &account, const QString &value)
    {
        auto *writer = new QKeychain::WritePasswordJob(keychainService());
        writer->setTextData(value);
        return to(writer, account);
    }

    Error refusal() const
    {
        return makeError(Error::Kind::Unauthorized,
                         tr("The keychain is locked or does not answer (%1). Unlock it and try again.").arg(sentence));
    }
};

void KeychainSecrets::probe() { m_scope.run(look()); }

Async<Result<Done>> KeychainSecrets::look()
{
    QFuture<Result<Answer>> job =
        Answer::to(new QKeychain::ReadPasswordJob(keychainService()), u"is there a keychain"_s);
    const Result<Answer> answer = co_await finished(job);
    if (!answer)
        co_return answer.error();
    (void)judge(*answer);
    co_return Done{};
}

/// What an answer says about the keychain as such, which is what limitation() tells.
KeychainSecrets::State KeychainSecrets::judge(const Answer &answer)
{
    switch (answer.error) {
    case QKeychain::NoError:
        // It works: what it did not take before goes into it now.
        if (!m_memory.isEmpty() && !m_moving)
            m_scope.run(moveIntoKeychain());
        [[fallthrough]];
    case QKeychain::EntryNotFound:
        m_reached = true;
        setLimitation({});
        return State::Reached;
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
    case QKeychain::CouldNotDeleteEntry:
        m_reached = true;
        setLimitation({});
        return State::Refused;
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
    case QKeychain::OtherError: break;
    }
    setLimitation(tr("No keychain here (%1): passwords are kept for this run only.").arg(answer.sentence));
    return State::Missing;
}

void KeychainSecrets::setLimitation(const QString &sentence)
{
    // While one secret is in memory only, it is true of that one whatever the keychain says now.
    const QString wanted = sentence.isEmpty() && !m_memory.isEmpty() ? m_limitation : sentence;
    if (m_limitation == wanted)
        return;
    m_limitation = wanted;
    if (!wanted.isEmpty())
        logWarning("secrets", wanted);
    Q_EMIT limitationChanged();
}

Async<Result<Done>> KeychainSecrets::moveIntoKeychain()
{
    m_moving = true;
    const QHash<QString, QString> waiting = m_memory;
    for (auto one = waiting.constBegin(); one != waiting.constEnd(); ++one) {
        QFuture<Result<Answer>> job = Answer::toWriting(one.key(), one.value());
        const Result<Answer> answer = co_await finished(job);
        if (!answer || answer->error != QKeychain::NoError)
            continue;
        if (m_memory.value(one.key()) == one.value())
            m_memory.remove(one.key());
    }
    m_moving = false;
    setLimitation({});
    co_return Done{};
}

Async<Result<bool>> KeychainSecrets::isLocked(QString account)
{
    QFuture<Result<bool>> asking = askForLockedEntry(account);
    co_return co_await finished(asking);
}

Async<Result<std::optional<QString>>> KeychainSecrets::read(SecretKey key)
{
    const QString account = keychainAccount(key);
    if (const auto known = m_memory.constFind(account); known != m_memory.cend())
        co_return std::optional<QString>(known.value());
    QFuture<Result<Answer>> job = Answer::to(new QKeychain::ReadPasswordJob(keychainService()), account);
    const Result<Answer> answer = co_await finished(job);
    if (!answer)
        co_return answer.error();
    const bool wasThere = m_reached;
    const State state = judge(*answer);
    if (state == State::Refused || (state == State::Missing && wasThere))
        co_return answer->refusal(); // it may hold this secret
    if (answer->error == QKeychain::NoError)
        co_return std::optional<QString>(answer->value);
    if (state == State::Reached) {
        const Result<bool> locked = co_await isLocked(account);
        if (locked && *locked)
            co_return makeError(Error::Kind::Unauthorized, tr("The keychain is locked. Unlock it and try again."));
    }
    co_return std::optional<QString>();
}

Async<Result<Done>> KeychainSecrets::write(SecretKey key, QString value)
{
    const QString account = keychainAccount(key);
    QFuture<Result<Answer>> job = Answer::toWriting(account, value);
    const Result<Answer> answer = co_await finished(job);
    if (!answer)
        co_return answer.error();
    if (answer->error == QKeychain::NoError)
        m_memory.remove(account);
    const State state = judge(*answer);
    if (state == State::Refused)
        co_return answer->refusal();
    if (state == State::Missing)
        m_memory.insert(account, value);
    co_return Done{};
}

Result<Done> KeychainSecrets::canReplace(SecretKey key) const
{
    if (m_limitation.isEmpty())
        return Done{};
    return makeError(Error::Kind::Refused,
                     u"“%1” renews its sign-in while it works, and there is no keychain to keep it: %2"_s.arg(
                         key.accountName, m_limitation));
}

Async<Result<Done>> KeychainSecrets::remove(SecretKey key)
{
    const QString account = keychainAccount(key);
    const bool wasHere = m_memory.remove(account) > 0;
    QFuture<Result<Answer>> job = Answer::to(new QKeychain::DeletePasswordJob(keychainService()), account);
    const Result<Answer> answer = co_await finished(job);
    if (!answer)
        co_return answer.error();
    const State state = judge(*answer);
    if (state == State::Refused || (state == State::Missing && !wasHere))
        co_return answer->refusal();
    co_return Done{};
}

} // namespace patchbay
