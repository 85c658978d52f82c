#pragma once

#include "core/store/store.h"

#include <QtCore/QTemporaryDir>
#include <QtCore/QUuid>
#include <QtTest/QtTest>

namespace patchbay::tests {

/// Waits for a Store's answer while the event loop runs; a Cancelled error after `ms` without one. Tests only.
template <class T> Result<T> answer(QFuture<Result<T>> future, int ms = 20000)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, ms) || future.resultCount() == 0)
        return makeError(Error::Kind::Cancelled, QStringLiteral("the test waited %1 ms in vain").arg(ms));
    return future.result();
}

/// Runs `work` as one write and checks that it was stored.
template <class F> auto written(Store &store, F work)
{
    auto done = answer(store.write(work));
    if (!done)
        QTest::qFail(qPrintable(done.error().message), __FILE__, __LINE__);
    return done ? std::move(done).value() : typename std::decay_t<decltype(done)>::value_type{};
}

/// "sqlite" and "postgres": for initTestCase_data, so that each test of a class runs on both.
inline void addDialects()
{
    QTest::addColumn<QString>("dialect");
    QTest::newRow("sqlite") << QStringLiteral("sqlite");
    QTest::newRow("postgres") << QStringLiteral("postgres");
}

/// A new, empty place for one workspace: a folder of its own, or a schema of its own on the server that
/// PATCHBAY_TEST_POSTGRES names ("postgresql://user@127.0.0.1:port/database").
class StorePlace {
public:
    explicit StorePlace(const QString &dialect = QStringLiteral("sqlite"))
        : m_postgres(dialect == QLatin1String("postgres"))
    {
        m_location = m_postgres
            ? QStringLiteral("%1?schema=t_%2").arg(server(), QUuid::createUuid().toString(QUuid::Id128))
            : m_folder.filePath(QStringLiteral("Desk.patchbay"));
    }

    /// A place that may have been opened before, by a process that was killed.
    static StorePlace at(const QString &location) { return StorePlace(location, Known{}); }

    static QString server() { return qEnvironmentVariable("PATCHBAY_TEST_POSTGRES"); }
    /// False when the test needs a server and there is none: skip it then.
    bool isReachable() const { return !m_postgres || !server().isEmpty(); }
    bool isPostgres() const { return m_postgres; }
    QString location() const { return m_location; }
    /// A path beside the workspace.
    QString beside(const QString &name) const { return m_folder.filePath(name); }

    StoreOptions options(const Clock *clock = nullptr) const
    {
        StoreOptions options;
        options.location = m_location;
        options.create = true;
        options.clock = clock;
        options.serverClock = clock;
        options.name = QStringLiteral("Desk");
        return options;
    }
    Result<std::unique_ptr<Store>> open(const Clock *clock = nullptr) const { return Store::open(options(clock)); }

private:
    struct Known {};
    StorePlace(const QString &location, Known)
        : m_postgres(false)
        , m_location(location)
    {
    }

    QTemporaryDir m_folder;
    bool m_postgres;
    QString m_location;
};

} // namespace patchbay::tests

/// For the first line of a test that runs on both dialects: `place` is where its workspace goes.
#define PATCHBAY_STORE_PLACE(place)                                                                                    \
    QFETCH_GLOBAL(QString, dialect);                                                                                   \
    const patchbay::tests::StorePlace place(dialect);                                                                  \
    PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL")
