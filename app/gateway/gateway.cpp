#include "app/gateway/gateway.h"

#include "app/gateway/health_page.h"
#include "core/base/log.h"
#include "core/engine/channel_log.h"

#include <QtNetwork/QHostAddress>

#include <condition_variable>
#include <map>
#include <mutex>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds askAgain{5}; // for Retry-After
const QLatin1StringView hooksPath("/hooks/");
const QLatin1StringView healthPath("/healthz");
constexpr qsizetype uidLength = 36;
constexpr qsizetype longestPath = 512;

/// "/hooks/<uid>", with or without a rest.
bool isHookPath(const QString &path)
{
    const qsizetype end = hooksPath.size() + uidLength;
    return path.size() <= longestPath && path.startsWith(hooksPath) && isUid(path.mid(hooksPath.size(), uidLength))
        && (path.size() == end || path.at(end) == u'/');
}

GatewayReply busyReply(const char *sentence)
{
    GatewayReply reply;
    reply.reply.status = 503;
    reply.reply.body = QByteArrayLiteral("{\"error\":\"") + sentence + "\"}";
    reply.retryAfter = askAgain;
    return reply;
}

/// What threads of the face wait at. One for all requests, shared with them, so that it outlives the gateway.
struct AnswerDesk {
    std::mutex mutex;
    std::condition_variable answered;
    bool closed = false;
};

/// One request on its way from a thread of the face to the event loop's and back.
struct HookExchange {
    std::shared_ptr<AnswerDesk> desk;
    GatewayRequest request = {};
    std::optional<GatewayReply> reply = {};
    bool abandoned = false; ///< nobody waits any more

    /// False: too late.
    bool settle(GatewayReply with)
    {
        const std::lock_guard locked(desk->mutex);
        if (abandoned)
            return false;
        reply = std::move(with);
        desk->answered.notify_all();
        return true;
    }

    GatewayReply wait(std::chrono::milliseconds longest)
    {
        std::unique_lock locked(desk->mutex);
        desk->answered.wait_for(locked, longest, [this] { return reply || desk->closed; });
        abandoned = !reply;
        return reply ? *reply : busyReply("It could not be stored in time. Send it again.");
    }
};

} // namespace

Result<Done> checkGatewayOptions(const GatewayOptions &options)
{
    const QHostAddress address(options.address);
    if (address.isNull())
        return makeError(Error::Kind::Refused, u"\"%1\" is no IP address of this computer."_s.arg(options.address));
    if (!address.isLoopback() && !options.exposed) {
        return makeError(
            Error::Kind::Refused,
            u"Other computers reach %1, and what they send there is not encrypted. Put a tunnel or a "
            "reverse proxy with TLS in front of 127.0.0.1 instead, or say --expose."_s.arg(options.address));
    }
    const QUrl url(options.publicUrl, QUrl::StrictMode);
    const bool isWeb = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
    if (!options.publicUrl.isEmpty() && (!url.isValid() || !isWeb || url.host().isEmpty() || url.hasQuery()))
        return makeError(Error::Kind::Refused,
                         u"\"%1\" is no address such as https://hooks.example.org."_s.arg(options.publicUrl));
    return Done{};
}

struct Gateway::Private {
    Private(Gateway *gateway, Store &s, Channels &c, GatewayOptions given);

    GatewayReply ask(GatewayRequest request);
    Async<Result<Done>> take(std::shared_ptr<HookExchange> exchange);
    Async<GatewayReply> healthOf(HookRequest request);
    Async<GatewayReply> hook(GatewayRequest request);
    void count(ChannelId channel, int status);

    Gateway *q;
    Store &store;
    Channels &channels;
    GatewayOptions options;
    std::shared_ptr<AnswerDesk> desk = std::make_shared<AnswerDesk>();
    std::map<qint64, HookFigures> figures = {};
    int port = 0;
    bool ending = false;
    std::unique_ptr<HttpFace> face = {};
    AsyncScope scope = {};
};

Gateway::Private::Private(Gateway *gateway, Store &s, Channels &c, GatewayOptions given)
    : q(gateway)
    , store(s)
    , channels(c)
    , options(std::move(given))
{
    while (options.publicUrl.endsWith(u'/'))
        options.publicUrl.chop(1);
}

/// On a thread of the face.
GatewayReply Gateway::Private::ask(GatewayRequest request)
{
    auto exchange = std::make_shared<HookExchange>();
    exchange->desk = desk;
    exchange->request = std::move(request);
    QMetaObject::invokeMethod(
        q, [this, exchange] { scope.run(take(exchange)); }, Qt::QueuedConnection);
    return exchange->wait(options.limits.answerTime);
}

Async<Result<Done>> Gateway::Private::take(std::shared_ptr<HookExchange> exchange)
{
    const bool health = exchange->request.path == healthPath;
    auto working = health ? healthOf(exchange->request.hook) : hook(exchange->request);
    const GatewayReply reply = co_await std::move(working);
    if (!exchange->settle(reply))
        logWarning("gateway", u"A request was answered too late; its sender will repeat it."_s);
    co_return Done{};
}

Async<GatewayReply> Gateway::Private::healthOf(HookRequest request)
{
    GatewayReply out;
    out.reply.status = 404;
    if (!isAskedFromHere(request))
        co_return out;
    QFuture<Result<QJsonObject>> reading = store.read(&readHealth);
    const Result<QJsonObject> read = co_await finished(reading);
    out.reply = healthReply(read, channels.hookChannels(), figures, face->figures());
    co_return out;
}

Async<GatewayReply> Gateway::Private::hook(GatewayRequest request)
{
    GatewayReply out;
    const QString uid = request.path.mid(hooksPath.size(), uidLength);
    request.hook.rest = request.path.mid(hooksPath.size() + uidLength + 1);
    const std::vector<HookChannel> all = channels.hookChannels();
    const auto found =
        std::find_if(all.begin(), all.end(), [&uid](const HookChannel &channel) { return channel.uid == uid; });
    if (found == all.end()) {
        out.reply.status = 404;
        co_return out;
    }
    const ChannelId channel = found->id;
    if (found->connector) {
        auto receiving = found->connector->receive(std::move(request.hook));
        out.reply = co_await std::move(receiving);
    } else {
        out = busyReply("The channel is not receiving just now.");
    }
    if (out.reply.status == 503 || out.reply.status == 429)
        out.retryAfter = askAgain;
    count(channel, out.reply.status);
    co_return out;
}

void Gateway::Private::count(ChannelId channel, int status)
{
    HookFigures &of = figures[channel.value];
    if (status == 401 || status == 503)
        channels.log().count(channel,
                             status == 401 ? ChannelEvent::Kind::RequestRefused : ChannelEvent::Kind::RequestNotStored);
    if (status >= 200 && status < 300)
        ++of.accepted;
    else if (status == 401)
        ++of.refused;
    else if (status == 503)
        ++of.failed;
    else
        ++of.others;
}

Gateway::Gateway(Store &store, Channels &channels, Intake &intake, GatewayOptions options)
    : d(std::make_unique<Private>(this, store, channels, std::move(options)))
{
    connect(&intake, &Intake::accepted, this, [this](ChannelId channel, int stored, int known) {
        HookFigures &of = d->figures[channel.value];
        of.stored += stored;
        of.doubled += known;
    });
}

Gateway::~Gateway()
{
    if (isListening())
        d->channels.setGateway(false);
    {
        const std::lock_guard locked(d->desk->mutex);
        d->desk->closed = true;
        d->desk->answered.notify_all();
    }
    d->face.reset();
}

Result<Done> Gateway::start()
{
    if (const Result<Done> checked = checkGatewayOptions(d->options); !checked)
        return checked;
    const auto isKnown = [](const QString &path) { return path == healthPath || isHookPath(path); };
    d->face = std::make_unique<HttpFace>(d->options.limits, isKnown,
                                         [this](GatewayRequest request) { return d->ask(std::move(request)); });
    const Result<int> listening = d->face->listen(d->options.address, d->options.port);
    if (!listening) {
        d->face.reset();
        return listening.error();
    }
    d->port = *listening;
    d->channels.setGateway(true, [this](const QString &uid) { return QUrl(addressOf(uid)); });
    logInfo("gateway", u"Listening on %1."_s.arg(address()));
    return Done{};
}

Async<Result<Done>> Gateway::end()
{
    if (!isListening() || d->ending)
        co_return Done{};
    d->ending = true;
    QFuture<Result<Done>> closing = d->face->close();
    const Result<Done> closed = co_await finished(closing);
    d->channels.setGateway(false);
    d->port = 0;
    d->ending = false;
    d->face.reset();
    co_return closed;
}

bool Gateway::isListening() const { return d->port != 0; }

QString Gateway::address() const
{
    const bool isV6 = d->options.address.contains(u':');
    const QString host = isV6 ? u'[' + d->options.address + u']' : d->options.address;
    return u"http://%1:%2"_s.arg(host).arg(d->port);
}

QString Gateway::addressOf(const QString &channelUid) const
{
    return (d->options.publicUrl.isEmpty() ? address() : d->options.publicUrl) + hooksPath + channelUid;
}

HookFigures Gateway::figuresOf(ChannelId channel) const
{
    const auto found = d->figures.find(channel.value);
    return found == d->figures.end() ? HookFigures() : found->second;
}

} // namespace patchbay
