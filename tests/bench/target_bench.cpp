#include "bench/target_bench.h"

#include "bench/measure.h"
#include "connectors/kit/services.h"
#include "core/engine/accounts.h"
#include "core/engine/outbox.h"
#include "core/net/network_transport.h"
#include "core/store/account_table.h"
#include "core/store/delivery_table.h"
#include "core/store/misc_tables.h"
#include "support/await.h"
#include "support/recorded_side.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QProcess>

#include <algorithm>
#include <cstdio>

#include <unistd.h>

namespace patchbay::bench {

using namespace Qt::StringLiterals;
using tests::RecordedSide;

namespace {

constexpr int warmUp = 50; ///< signs in, reads the vendor's facts
constexpr int measured = 1000;

template <class T> T need(Result<T> result)
{
    if (!result)
        qFatal("%s", qPrintable(result.error().message));
    return std::move(result).value();
}

/// What the connectors take the time from: each look is 1.5 s later, so that the vendor's rate limit, which stands as
/// it is, never makes them wait. Their access tokens grow old the faster for it, and are renewed.
class FastClock final : public Clock {
public:
    explicit FastClock(Timestamp start)
        : m_now(start)
    {
    }
    Timestamp now() const override { return m_now = m_now + std::chrono::milliseconds(1500); }

private:
    mutable Timestamp m_now;
};

/// The other side as a process of its own, whose CPU is not ours.
class FarProcess {
public:
    explicit FarProcess(const QString &connector)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QCoreApplication::applicationFilePath(), {u"--connector"_s, connector, u"far-server"_s});
        if (!m_process.waitForReadyRead(30000))
            qFatal("The other side of %s does not start", qPrintable(connector));
        m_port = m_process.readLine().trimmed().toInt();
    }
    ~FarProcess()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished(5000);
    }
    /// The same path and query at the other side's.
    QUrl at(const QUrl &url) const
    {
        QUrl there = url;
        there.setScheme(u"http"_s);
        there.setHost(u"127.0.0.1"_s);
        there.setPort(m_port);
        return there;
    }
    double cpuMs() const
    {
        QFile file(u"/proc/%1/stat"_s.arg(m_process.processId()));
        if (!file.open(QIODevice::ReadOnly))
            return 0;
        const QByteArray line = file.readAll();
        const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
        return (fields.value(11).toDouble() + fields.value(12).toDouble()) * 1000 / double(sysconf(_SC_CLK_TCK));
    }

private:
    QProcess m_process;
    int m_port = 0;
};

/// Counts what is asked on its way to the network.
class CountingTransport final : public Transport {
public:
    explicit CountingTransport(Transport &below)
        : m_below(below)
    {
    }
    Async<Result<Reply>> perform(Request request) override
    {
        ++requests;
        return m_below.perform(std::move(request));
    }
    int requests = 0;

private:
    Transport &m_below;
};

struct TargetCost {
    QString title = {};
    double perSecond = 0;
    double cpuMs = 0; ///< of this process for each task
    double farCpuMs = 0;
    double requests = 0;
};

/// A workspace with one target, and the Outbox that works for it.
class TargetBench {
public:
    TargetBench(const QString &folder, const QString &connector)
        : m_folder(folder + u"/targets-"_s + connector + u".patchbay"_s)
    {
        QDir(m_folder).removeRecursively();
        StoreOptions options;
        options.location = m_folder;
        options.create = true;
        m_store = need(Store::open(options));
        m_target.connector = connector;
        m_target.name = connector;
        need(tests::await(m_store->write([this](Database &db) -> Result<Done> {
            m_me = operators::forOsUser(db, u"bench"_s, u"Bench"_s).id;
            m_target.id = targets::insert(db, m_target);
            m_target = targets::byId(db, m_target.id).value_or(Target{});
            Channel channel;
            channel.connector = u"mail"_s;
            channel.name = u"Support"_s;
            m_channel = channels::insert(db, channel);
            return db.finish(Done{});
        })));
    }
    ~TargetBench()
    {
        m_outbox.reset();
        m_connector.reset();
        m_store.reset();
        QDir(m_folder).removeRecursively();
    }

    Store &store() { return *m_store; }
    const Target &target() const { return m_target; }
    void use(std::unique_ptr<CrmConnector> connector)
    {
        m_connector = std::move(connector);
        auto resolve = [this](const Delivery &) -> Result<Destination *> {
            return static_cast<Destination *>(m_connector.get());
        };
        m_outbox = std::make_unique<Outbox>(*m_store, resolve, u"bench"_s, OutboxLimits{}, [] { return 0.5; });
    }

    /// Puts so many tasks into the queue, each of a conversation of its own, and delivers them.
    Stopwatch queue(int count, const QString &key, const QJsonObject &payload)
    {
        need(tests::await(m_store->write([&](Database &db) -> Result<Done> {
            for (int i = 0; i < count; ++i) {
                Delivery task;
                task.kind = DeliveryKind::Task;
                task.conversation = addConversation(db);
                task.target = m_target.id;
                task.operatorId = m_me;
                task.key = key.chopped(12) + QString::number(++m_number, 16).rightJustified(12, u'0');
                task.payload = payload;
                deliveries::insert(db, task);
            }
            return db.finish(Done{});
        }),
                          std::chrono::minutes(2)));
        return Stopwatch();
    }
    void deliver()
    {
        need(tests::await(m_outbox->runOnce(), std::chrono::minutes(10)));
        const auto open = need(tests::await(
            m_store->read([](Database &db) { return db.finish(deliveries::list(db, deliveries::Filter::Open, 1)); })));
        if (!open.empty())
            qFatal("%s: not every task arrived: %s", qPrintable(m_target.name),
                   qPrintable(open.front().delivery.lastError));
    }

private:
    ConversationId addConversation(Database &db) const
    {
        const qint64 contact = db.insert("INSERT INTO contact (uid, name, created_at) VALUES (?, ?, ?) RETURNING id",
                                         {newUid(db.clock()), u"Ann"_s, db.now().us});
        return {db.insert("INSERT INTO conversation (uid, channel_id, contact_id, subject, status, unread, "
                          "awaiting_us, first_at, sort_at) VALUES (?, ?, ?, ?, 'open', 0, 1, ?, ?) RETURNING id",
                          {newUid(db.clock()), m_channel.value, contact, u"Refund"_s, db.now().us, db.now().us})};
    }

    QString m_folder;
    std::unique_ptr<Store> m_store;
    Target m_target;
    OperatorId m_me;
    ChannelId m_channel;
    int m_number = 0;
    std::unique_ptr<CrmConnector> m_connector;
    std::unique_ptr<Outbox> m_outbox;
};

TargetCost measure(TargetBench &bench, const QString &title, const RecordedSide &side, const FarProcess *far,
                   const CountingTransport *transport)
{
    const QString key = side.create.request().key;
    const QJsonObject payload = side.create.request().payload;
    bench.queue(warmUp, key, payload);
    bench.deliver();
    const int before = transport ? transport->requests : 0;
    const double farBefore = far ? far->cpuMs() : 0;
    const Stopwatch watch = bench.queue(measured, key, payload);
    bench.deliver();
    TargetCost cost;
    cost.title = title;
    cost.perSecond = measured / watch.wallMs() * 1000;
    cost.cpuMs = watch.cpuMs() / measured;
    cost.farCpuMs = far ? (far->cpuMs() - farBefore) / measured : 0;
    cost.requests = transport ? double(transport->requests - before) / measured : 0;
    std::printf("%s: %.0f tasks/s, %.2f ms of CPU each\n", qPrintable(title), cost.perSecond, cost.cpuMs);
    std::fflush(stdout);
    return cost;
}

TargetCost measureLocal(const BenchOptions &options)
{
    TargetBench bench(options.folder, u"local"_s);
    const CrmConnectorInfo info = localTasksInfo(bench.store());
    AccountConfig account;
    account.uid = bench.target().uid;
    bench.use(info.create(account));
    return measure(bench, info.title, RecordedSide::of(u"jira"_s), nullptr, nullptr); // any task, any key
}

TargetCost measureTarget(const BenchOptions &options, const QString &id)
{
    const RecordedSide side = RecordedSide::of(id);
    const FarProcess far(id);
    NetworkTransport network([&far](const QUrl &url) { return far.at(url); });
    CountingTransport transport(network);
    const FastClock clock(tests::timeOf(side.create));
    ConnectorServices services{&transport, {}, &clock, [] { return 0.0; }};
    services.storeSecret = [](AccountConfig, QString, QString) { return tests::CrmBench::storedNow(); };
    const Catalog catalog = makeCatalog(services);
    const CrmConnectorInfo &info = *catalog.crm(id);
    TargetBench bench(options.folder, id);
    bench.use(info.create(tests::accountOf(side.create, info)));
    const TargetCost cost = measure(bench, info.title, side, &far, &transport);
    const Request count("GET", far.at(QUrl(u"http://x/__creations"_s)));
    const Reply made = need(tests::await(network.perform(count)));
    if (made.body.toInt() != warmUp + measured)
        qFatal("%s was asked to make %d tasks, not %d", qPrintable(id), made.body.toInt(), warmUp + measured);
    return cost;
}

void printTargets(const std::vector<TargetCost> &all, const TargetCost &local)
{
    std::printf("\n| target | tasks/s | beside the fastest | CPU of each task | beside Local tasks | requests | the "
                "other side's CPU |\n|---|---|---|---|---|---|---|\n");
    const double fastest = std::max_element(all.begin(), all.end(), [](const TargetCost &a, const TargetCost &b) {
                               return a.perSecond < b.perSecond;
                           })->perSecond;
    for (const TargetCost &one : all) {
        std::printf("| %s | %.0f | %.2f | %.2f ms | %.1f | %.1f | %.2f ms |\n", qPrintable(one.title), one.perSecond,
                    one.perSecond / fastest, one.cpuMs, one.cpuMs / local.cpuMs, one.requests, one.farCpuMs);
    }
    std::printf(
        "\n%d tasks each, %d before them unmeasured; every one arrived, and once. CPU is this process's, all "
        "threads; the other side is another process.\nSwitched: every address leads to loopback, without TLS; "
        "the connectors' clock runs ahead, so that the vendors' rate limits, which are in force, are never waited "
        "for. All else is what operators run.\n",
        measured, warmUp);
}

} // namespace

void benchTargets(const BenchOptions &options)
{
    std::vector<TargetCost> all{measureLocal(options)};
    for (const CrmConnectorInfo &crm : tests::wholeCatalog().crms) {
        if (options.connector.isEmpty() || options.connector == crm.id)
            all.push_back(measureTarget(options, crm.id));
    }
    printTargets(all, all.front());
}

} // namespace patchbay::bench
