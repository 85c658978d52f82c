#include "app/application.h"

#include "app/secrets/folder_secrets.h"
#include "app/secrets/keychain_secrets.h"
#include "core/engine/accounts_secrets.h"
#include "core/engine/task_files.h"
#include "core/engine/workspace_setup.h"
#include "core/net/network_transport.h"
#include "core/net/network_web_socket.h"
#include "core/net/tls_stream.h"
#include "core/store/account_table.h"
#include "core/store/classifier_table.h"
#include "core/store/import_table.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QRandomGenerator>
#include <QtCore/QStandardPaths>
#include <QtCore/QSysInfo>
#include <QtCore/QThread>
#include <QtCore/QThreadPool>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace patchbay {

using namespace Qt::StringLiterals;

void tuneAllocator()
{
#ifdef __GLIBC__
    constexpr int keep = 2 * 1024 * 1024;
    mallopt(M_TRIM_THRESHOLD, keep);
    mallopt(M_TOP_PAD, keep / 4);
    mallopt(M_MMAP_THRESHOLD, keep);
#endif
}

namespace {

constexpr std::chrono::milliseconds longestEnd{5000}; // for a running delivery when the work ends

QString osUserName()
{
    for (const char *variable : {"USER", "LOGNAME", "USERNAME"}) {
        const QString name = qEnvironmentVariable(variable);
        if (!name.isEmpty())
            return name;
    }
    return u"operator"_s;
}

/// Names this process among all that may have claimed a delivery.
QString processOwner(const Clock &clock)
{
    return u"%1/%2/%3"_s.arg(QSysInfo::machineHostName(), QString::number(QCoreApplication::applicationPid()),
                             newUid(clock));
}

struct Prepared {
    Operator me = {};
    std::shared_ptr<const Snapshot> snapshot = {};
};

Result<Prepared> prepareWorkspace(Database &db, const Pack *pack)
{
    if (const Result<Done> done = setUpWorkspace(db, pack); !done)
        return done.error();
    const QString user = osUserName();
    Prepared prepared{operators::forOsUser(db, user, user), Snapshots::build(db)};
    const Classifier &classifier = *prepared.snapshot->classifier;
    if (!prepared.snapshot->lessons.isEmpty() && classifiers::fingerprint(db) != classifier.fingerprint())
        classifiers::store(db, {classifier.fingerprint(), classifier.stored()});
    return db.finish(std::move(prepared));
}

/// Beside an owner nothing is written: an operator that is not there yet stays unnamed.
Result<Prepared> lookAtWorkspace(Database &db)
{
    Prepared prepared;
    prepared.snapshot = Snapshots::build(db);
    const QString user = osUserName();
    for (const Operator &known : operators::all(db)) {
        if (known.osUser == user)
            prepared.me = known;
    }
    return db.finish(std::move(prepared));
}

/// On its way from the worker to the event loop's thread. When nobody takes it there, it is closed there all the same.
struct OpenedStore {
    std::unique_ptr<Store> store = {};

    ~OpenedStore()
    {
        if (store && store->thread() != QThread::currentThread())
            store.release()->deleteLater();
    }
};
using OpenedStoreResult = Result<std::shared_ptr<OpenedStore>>;

QFuture<OpenedStoreResult> openStoreInWorker(StoreOptions options)
{
    auto promise = std::make_shared<QPromise<OpenedStoreResult>>();
    promise->start();
    QFuture<OpenedStoreResult> future = promise->future();
    QThreadPool::globalInstance()->start([promise, options = std::move(options), home = QThread::currentThread()] {
        Result<std::unique_ptr<Store>> opened = Store::open(options);
        if (opened) {
            auto held = std::make_shared<OpenedStore>();
            held->store = std::move(*opened);
            held->store->moveToThread(home);
            promise->addResult(OpenedStoreResult(std::move(held)));
        } else {
            promise->addResult(OpenedStoreResult(opened.error()));
        }
        promise->finish();
    });
    return future;
}

} // namespace

Application::~Application() = default;

Async<Result<std::unique_ptr<Application>>> Application::open(ApplicationOptions options)
{
    if (const Result<Done> address = checkWorkspaceAddress(options.location); !address)
        co_return address.error();
    StoreOptions storeOptions; // without a clock of ours: the worker may outlive who asked
    storeOptions.location = options.location;
    storeOptions.create = options.create;
    storeOptions.readOnly = options.readOnly;
    storeOptions.name = options.name;
    storeOptions.sample = options.sample;
    QFuture<OpenedStoreResult> opening = openStoreInWorker(storeOptions);
    const OpenedStoreResult opened = co_await finished(opening);
    if (!opened)
        co_return opened.error();
    std::unique_ptr<Application> app(new Application);
    app->m_store = std::move((*opened)->store);

    auto prepare = [pack = options.pack](Database &db) { return prepareWorkspace(db, pack.get()); };
    QFuture<Result<Prepared>> preparing =
        options.readOnly ? app->m_store->read(lookAtWorkspace) : app->m_store->write(std::move(prepare));
    Result<Prepared> prepared = co_await finished(preparing);
    if (!prepared)
        co_return prepared.error();
    if (!options.readOnly) {
        auto look = [owner = app->m_store->owner(), shared = app->m_store->isShared()](Database &db) -> Result<Done> {
            imports::interruptAbandoned(db, owner, shared);
            return db.finish(Done{});
        };
        QFuture<Result<Done>> looking = app->m_store->write(std::move(look));
        const Result<Done> looked = co_await finished(looking);
        if (!looked)
            co_return looked.error();
    }
    app->m_me = prepared->me;
    app->m_snapshots.replace(prepared->snapshot);
    app->build(options);
    co_return std::move(app);
}

void Application::build(const ApplicationOptions &options)
{
    if (options.secretsFolder.isEmpty()) {
        auto keychain = std::make_unique<KeychainSecrets>();
        if (options.lookForKeychain)
            keychain->probe();
        m_secrets = std::move(keychain);
    } else {
        m_secrets = std::make_unique<FolderSecrets>(options.secretsFolder);
    }
    m_transport = std::make_unique<NetworkTransport>();
    m_services.transport = m_transport.get();
    m_services.makeStream = [] { return std::make_unique<TlsStream>(); };
    m_services.makeWebSocket = [] { return makeNetworkWebSocket(); };
    m_services.clock = &m_clock;
    m_services.random = [] { return QRandomGenerator::global()->generateDouble(); };
    m_services.randomBytes = [](int count) {
        QByteArray bytes(count, Qt::Uninitialized);
        QRandomGenerator::system()->generate(bytes.begin(), bytes.end());
        return bytes;
    };
    m_services.storeSecret = [this](const AccountConfig &account, const QString &field, const QString &value) {
        return m_secrets->replace(secretKeyOf(m_store->workspaceUid(), account, field), value);
    };
    m_services.readFile = [this](const QByteArray &sha256) { return readTaskFile(m_store->files(), sha256); };
    m_catalog = makeCatalog(m_services);
    m_catalog.crms.insert(m_catalog.crms.begin(), localTasksInfo(*m_store));
    m_personData = std::make_unique<PersonData>(*m_store, m_me);
    m_contacts = std::make_unique<ContactDesk>(*m_store, m_me);
    m_modelCommands = std::make_unique<ModelCommands>(*m_store, m_catalog, m_snapshots, m_me);
    m_taxonomy = std::make_unique<TaxonomyDesk>(*m_store, m_snapshots, m_me);
    if (options.readOnly)
        return;
    m_intake = std::make_unique<Intake>(*m_store, m_catalog, m_snapshots);
    m_channels = std::make_unique<Channels>(*m_store, m_catalog, *m_secrets, *m_intake);
    m_gatewayKeeper = std::make_unique<GatewayKeeper>(*m_store, *m_channels, *m_intake, m_services.random);
    m_targets = std::make_unique<Targets>(*m_store, m_catalog, *m_secrets);
    m_models = std::make_unique<Models>(*m_store, m_catalog, *m_secrets, m_snapshots);
    m_commands = std::make_unique<Commands>(*m_store, m_catalog, m_snapshots, m_me);
    m_outbox = std::make_unique<Outbox>(
        *m_store, [this](const Delivery &delivery) { return destinationOf(delivery); }, processOwner(m_clock),
        OutboxLimits{}, m_services.random);
    m_taskWatch = std::make_unique<TaskWatch>(
        *m_store, [this](TargetId target) { return m_targets->live(target); }, WatchLimits{}, m_services.random);
    m_modelBatches = std::make_unique<ModelBatches>(*m_store, m_snapshots,
                                                    [this](ModelId model) { return m_models->language(model); });
    m_scheduler = std::make_unique<Scheduler>(*m_store);
    m_ruleDesk = std::make_unique<RuleDesk>(*m_store, m_snapshots, m_me);
    for (const Operator &one : m_snapshots.current()->operators) {
        if (one.isSystem)
            m_ruleAcceptor = std::make_unique<RuleAcceptor>(*m_store, m_catalog, m_snapshots, one);
    }
    m_snapshotKeeper = std::make_unique<SnapshotKeeper>(*m_store, m_snapshots);
    m_history = std::make_unique<HistoryIntake>(*m_store, m_catalog, m_snapshots);
    m_searchIndexer = std::make_unique<SearchIndexer>(*m_store);
    m_contactMatcher = std::make_unique<ContactMatcher>(*m_store, m_catalog);
    m_erasures = std::make_unique<Erasures>(*m_store, m_snapshots, m_me);
}

Result<Destination *> Application::destinationOf(const Delivery &delivery)
{
    if (delivery.channel) {
        const Result<ChatConnector *> channel = m_channels->live(delivery.channel);
        if (!channel)
            return channel.error();
        return static_cast<Destination *>(*channel);
    }
    if (delivery.kind == DeliveryKind::Question)
        return m_models->live(delivery);
    const Result<CrmConnector *> target = m_targets->live(delivery.target);
    if (!target)
        return target.error();
    return static_cast<Destination *>(*target);
}

Async<Result<Done>> Application::loadAccounts()
{
    QFuture<Result<Done>> channels = m_channels->load();
    QFuture<Result<Done>> targets = m_targets->load();
    QFuture<Result<Done>> models = m_models->load();
    const Result<Done> channelsReady = co_await finished(channels);
    if (!channelsReady)
        co_return channelsReady.error();
    const Result<Done> targetsReady = co_await finished(targets);
    if (!targetsReady)
        co_return targetsReady.error();
    co_return co_await finished(models);
}

Async<Result<int>> Application::readBatches()
{
    QFuture<Result<Done>> loading = m_models->load();
    const Result<Done> loaded = co_await finished(loading);
    if (!loaded)
        co_return loaded.error();
    QFuture<Result<int>> reading = m_modelBatches->runOnce();
    co_return co_await finished(reading);
}

Async<Result<Done>> Application::askModels()
{
    QFuture<Result<Done>> loading = m_models->load();
    const Result<Done> loaded = co_await finished(loading);
    if (!loaded)
        co_return loaded.error();
    const auto onlyModels = [this](const Delivery &delivery) -> Result<Destination *> {
        if (delivery.kind == DeliveryKind::Question)
            return m_models->live(delivery);
        return makeError(Error::Kind::Offline, u"Only models are asked now."_s);
    };
    const auto asking =
        std::make_unique<Outbox>(*m_store, onlyModels, processOwner(m_clock), OutboxLimits{}, m_services.random);
    QFuture<Result<Done>> working = asking->runOnce();
    co_return co_await finished(working);
}

void Application::startWorking(const std::vector<ChannelId> &only)
{
    m_intake->drain(); // what was stored and not read yet when the program ended
    m_channels->start(only);
    m_outbox->start();
    m_taskWatch->start();
    m_modelBatches->start();
    m_scheduler->start();
    m_searchIndexer->start();
    m_contactMatcher->start();
    m_erasures->resume();
    if (m_ruleAcceptor)
        m_ruleAcceptor->start();
    m_taxonomy->resume();
}

void Application::stopWorking()
{
    m_scheduler->stop();
    if (m_ruleAcceptor)
        m_ruleAcceptor->stop();
    m_searchIndexer->stop();
    m_contactMatcher->stop();
    m_taskWatch->stop();
    m_modelBatches->stop();
    m_outbox->stop();
    m_channels->stop();
}

Async<Result<Done>> Application::endWorking()
{
    if (m_gatewayKeeper)
        (void)co_await m_gatewayKeeper->end();
    stopWorking();
    QElapsedTimer timer;
    timer.start();
    while (m_outbox->running() > 0 && timer.elapsed() < longestEnd.count())
        co_await sleepFor(std::chrono::milliseconds(50));
    co_return Done{};
}

Result<Done> checkWorkspaceAddress(const QString &location)
{
    if (!location.contains(u"://"_s))
        return Done{};
    const QUrl url(location);
    const bool inQuery = QUrlQuery(url).hasQueryItem(u"password"_s);
    // An address that is no URL may still carry one: the text between the colon and the last @ of its authority.
    const QString authority = location.section(u"://"_s, 1).section(u'/', 0, 0);
    const bool inAuthority = !url.password().isEmpty() || authority.section(u'@', 0, -2).contains(u':');
    if (!inQuery && !inAuthority)
        return Done{};
    return makeError(Error::Kind::Refused,
                     u"The workspace's address has a password in it, which everybody on this computer can read. Leave "
                     "it out and put a line host:port:database:user:password into the file ~/.pgpass (mode 0600), "
                     "where the PostgreSQL library looks for it."_s);
}

QString defaultWorkspaceFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/patchbay/Default.patchbay"_s;
}

QString sampleWorkspaceFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/patchbay/Sample.patchbay"_s;
}

} // namespace patchbay
