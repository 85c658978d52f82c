#include "app/gateway/gateway_keeper.h"

#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds longestWait = std::chrono::minutes(5);

} // namespace

GatewayKeeper::GatewayKeeper(Store &store, Channels &channels, Intake &intake, std::function<double()> random,
                             std::chrono::milliseconds firstWait)
    : m_store(store)
    , m_channels(channels)
    , m_intake(intake)
    , m_backoff(firstWait, longestWait, std::move(random))
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &GatewayKeeper::tryNow);
    connect(&channels, &Channels::problemsChanged, this, &GatewayKeeper::follow);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.settings || changes.everything)
            follow();
    });
}

Async<Result<Done>> GatewayKeeper::begin()
{
    m_follows = true;
    co_return co_await keep();
}

Result<Done> GatewayKeeper::start(GatewayOptions options)
{
    m_gateway.reset(); // it may have the port
    auto gateway = std::make_unique<Gateway>(m_store, m_channels, m_intake, std::move(options));
    const Result<Done> started = gateway->start();
    if (started)
        m_gateway = std::move(gateway);
    return started;
}

Async<Result<Done>> GatewayKeeper::end()
{
    m_follows = false;
    m_retry.stop();
    if (!m_gateway)
        co_return Done{};
    co_return co_await m_gateway->end();
}

GatewayState GatewayKeeper::state() const
{
    GatewayState now;
    now.settings = m_settings;
    now.isNeeded = !m_channels.hookChannels().empty();
    if (m_gateway && m_gateway->isListening())
        now.listensAt = m_gateway->address();
    now.problem = m_problem;
    now.triesAgainAt = m_triesAgainAt;
    return now;
}

QString GatewayKeeper::addressOf(const QString &channelUid) const
{
    const bool listens = m_gateway && m_gateway->isListening();
    return listens ? m_gateway->addressOf(channelUid) : hookAddress(m_settings, channelUid);
}

QFuture<Result<Done>> GatewayKeeper::change(GatewaySettings settings)
{
    return m_scope.run(stored(std::move(settings)));
}

Async<Result<Done>> GatewayKeeper::stored(GatewaySettings settings)
{
    auto write = [settings](Database &db) { return writeGatewaySettings(db, settings); };
    QFuture<Result<Done>> writing = m_store.write(std::move(write));
    const Result<Done> written = co_await finished(writing);
    if (!written)
        co_return written.error();
    m_triesAgainAt = {};
    co_return co_await keep();
}

void GatewayKeeper::tryNow()
{
    m_triesAgainAt = {};
    follow();
}

void GatewayKeeper::follow()
{
    if (m_follows)
        m_scope.run(keep());
}

Async<Result<Done>> GatewayKeeper::keep()
{
    m_again = true;
    if (m_isKeeping) { // it looks once more before it ends
        QFuture<Result<Done>> running = m_keeping.future();
        co_return co_await finished(std::move(running));
    }
    m_isKeeping = true;
    m_keeping = {};
    m_keeping.start();
    Result<Done> kept = Done{};
    while (std::exchange(m_again, false))
        kept = co_await keepOnce();
    m_isKeeping = false;
    QPromise<Result<Done>> ended = std::move(m_keeping); // whoever hears of the change may begin the next
    Q_EMIT changed();
    ended.addResult(kept);
    ended.finish();
    co_return kept;
}

Async<Result<Done>> GatewayKeeper::keepOnce()
{
    auto read = [shared = m_store.isShared()](Database &db) { return readGatewaySettings(db, shared); };
    QFuture<Result<GatewaySettings>> reading = m_store.read(std::move(read));
    const Result<GatewaySettings> settings = co_await finished(reading);
    if (!settings)
        co_return settings.error();
    if (!m_follows) { // it ended meanwhile, or listens as it was told to
        m_settings = *settings;
        co_return Done{};
    }
    const bool wanted = settings->allowed && !m_channels.hookChannels().empty();
    const bool isSame = *settings == m_settings;
    m_settings = *settings;
    if (wanted && isSame && m_gateway && m_gateway->isListening())
        co_return Done{};
    const bool waits = wanted && isSame && m_triesAgainAt > SystemClock().now();
    if (waits) // what the channels do frees no port
        co_return Done{};
    if (m_gateway) {
        (void)co_await m_gateway->end();
        m_gateway.reset();
    }
    const Result<Done> listening = wanted ? start(optionsOf(*settings)) : Result<Done>(Done{});
    note(listening);
    co_return listening;
}

void GatewayKeeper::note(const Result<Done> &listening)
{
    if (listening) {
        m_backoff.reset();
        m_retry.stop();
        m_problem.clear();
        m_triesAgainAt = {};
        return;
    }
    const std::chrono::milliseconds wait = m_backoff.next();
    const bool isNew = m_problem != listening.error().message;
    m_problem = listening.error().message;
    m_triesAgainAt = SystemClock().now() + wait;
    m_retry.start(wait);
    logWarning("gateway", u"%1 Trying again in %2 s."_s.arg(m_problem).arg((wait.count() + 999) / 1000));
    if (isNew)
        Q_EMIT failed(m_problem);
}

} // namespace patchbay
