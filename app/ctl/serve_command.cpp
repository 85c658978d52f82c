#include "app/ctl/ctl.h"
#include "app/ctl/until_signal.h"
#include "app/gateway/gateway_settings.h"
#include "core/store/account_table.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <cstdio>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int highestPort = 65535;

QString portProblem(const CtlRun &run)
{
    if (!run.has(u"port"_s))
        return {};
    bool isNumber = false;
    const int port = run.option(u"port"_s).toInt(&isNumber);
    return isNumber && port >= 0 && port <= highestPort
        ? QString()
        : u"--port needs a number from 0 (any that is free) to %1."_s.arg(highestPort);
}

Async<Result<GatewaySettings>> storedSettings(Application *app)
{
    auto read = [shared = app->store().isShared()](Database &db) { return readGatewaySettings(db, shared); };
    QFuture<Result<GatewaySettings>> reading = app->store().read(std::move(read));
    co_return co_await finished(reading);
}

void overrideSettings(const CtlRun &run, GatewaySettings &settings)
{
    if (run.has(u"port"_s))
        settings.port = run.option(u"port"_s).toInt();
    if (run.has(u"public-url"_s))
        settings.publicUrl = run.option(u"public-url"_s);
}

/// What is printed as soon as it listens, so that a script can go on.
CtlOutput listeningOutput(const Gateway &gateway, const std::vector<HookChannel> &channels)
{
    CtlOutput output;
    QJsonArray list;
    output.text = u"Listening on %1\n"_s.arg(gateway.address());
    for (const HookChannel &channel : channels) {
        const QString address = gateway.addressOf(channel.uid);
        list.append(QJsonObject{{u"name"_s, channel.name}, {u"address"_s, address}});
        output.text += u"%1: %2\n"_s.arg(forTerminal(channel.name), address);
    }
    if (channels.empty())
        output.text += u"There is no channel yet whose platform calls us.\n"_s;
    output.json = {{u"listening"_s, gateway.address()}, {u"channels"_s, list}};
    return output;
}

void printNow(const CtlOutput &output, bool json)
{
    const QByteArray bytes =
        json ? QJsonDocument(output.json).toJson(QJsonDocument::Compact) + '\n' : output.text.toUtf8();
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stdout);
    std::fflush(stdout);
}

Async<Result<CtlOutput>> runServe(CtlRun *run)
{
    Application &app = *run->app;
    Result<GatewaySettings> settings = co_await storedSettings(&app);
    if (!settings)
        co_return settings.error();
    overrideSettings(*run, *settings);
    GatewayOptions options = optionsOf(*settings);
    options.exposed = run->has(u"expose"_s);
    if (run->has(u"bind"_s))
        options.address = run->option(u"bind"_s);
    const Result<Done> loaded = co_await app.loadAccounts();
    if (!loaded)
        co_return loaded.error();
    const Result<Done> listening = app.startGateway(std::move(options));
    if (!listening)
        co_return listening.error();
    app.startWorking();
    printNow(listeningOutput(*app.gateway(), app.channels()->hookChannels()), run->has(u"json"_s));
    QFuture<Result<Done>> waiting = untilSignal();
    const Result<Done> signalled = co_await finished(waiting);
    const Result<Done> ended = co_await app.endWorking();
    if (!signalled)
        co_return signalled.error();
    if (!ended)
        co_return ended.error();
    CtlOutput output;
    output.json.insert(u"ended"_s, true);
    co_return output;
}

/// The settings, and the address of each channel whose platform calls us.
CtlOutput settingsOutput(const GatewaySettings &settings, const std::vector<Channel> &channels, const Catalog &catalog)
{
    CtlOutput output;
    output.text = u"The console %1 for what platforms send, on port %2 of this computer.\n"_s
                      .arg(settings.allowed ? u"listens"_s : u"does not listen"_s)
                      .arg(settings.port);
    QJsonArray list;
    for (const Channel &channel : channels) {
        const ChatConnectorInfo *info = catalog.chat(channel.connector);
        if (!info || !info->isCalled(channel.settings))
            continue;
        const QString address = hookAddress(settings, channel.uid);
        list.append(QJsonObject{{u"name"_s, channel.name}, {u"address"_s, address}});
        output.text += u"%1: %2\n"_s.arg(forTerminal(channel.name), forTerminal(address));
    }
    output.json = {{u"allowed"_s, settings.allowed},
                   {u"port"_s, settings.port},
                   {u"public_url"_s, settings.publicUrl},
                   {u"channels"_s, list}};
    return output;
}

Async<Result<CtlOutput>> shownSettings(Application *app, GatewaySettings settings)
{
    auto read = [](Database &db) { return db.finish(channels::all(db)); };
    QFuture<Result<std::vector<Channel>>> reading = app->store().read(std::move(read));
    const Result<std::vector<Channel>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    co_return settingsOutput(settings, *all, app->catalog());
}

Async<Result<CtlOutput>> runGatewayShow(CtlRun *run)
{
    const Result<GatewaySettings> settings = co_await storedSettings(run->app.get());
    if (!settings)
        co_return settings.error();
    co_return co_await shownSettings(run->app.get(), *settings);
}

Async<Result<CtlOutput>> runGatewaySet(CtlRun *run)
{
    Result<GatewaySettings> settings = co_await storedSettings(run->app.get());
    if (!settings)
        co_return settings.error();
    overrideSettings(*run, *settings);
    if (run->has(u"allow"_s) || run->has(u"forbid"_s))
        settings->allowed = run->has(u"allow"_s);
    auto write = [wanted = *settings](Database &db) { return writeGatewaySettings(db, wanted); };
    QFuture<Result<Done>> writing = run->app->store().write(std::move(write));
    const Result<Done> written = co_await finished(writing);
    if (!written)
        co_return written.error();
    co_return co_await shownSettings(run->app.get(), *settings);
}

QString gatewayProblem(const CtlRun &run)
{
    if (run.has(u"allow"_s) && run.has(u"forbid"_s))
        return u"--allow and --forbid contradict each other."_s;
    return portProblem(run);
}

} // namespace

QList<CtlCommand> serveCommands()
{
    const QCommandLineOption port(u"port"_s, u"Where to listen; 0: any that is free."_s, u"N"_s);
    const QCommandLineOption bind(u"bind"_s, u"An IP address of this computer instead of 127.0.0.1."_s, u"ADDRESS"_s);
    const QCommandLineOption expose(
        u"expose"_s, u"Let other computers reach --bind; what they send there is not encrypted on its way."_s);
    const QCommandLineOption url(
        u"public-url"_s, u"Of the tunnel or reverse proxy in front, for the addresses that are shown."_s, u"URL"_s);
    const QCommandLineOption allow(u"allow"_s, u"The console listens as soon as a channel needs it."_s);
    const QCommandLineOption forbid(u"forbid"_s, u"The console never listens."_s);
    return {
        {{u"serve"_s},
         u"[--port N] [--bind ADDRESS --expose] [--public-url URL]"_s,
         u"The gateway: receive what platforms send to this computer, and deliver, until SIGTERM. Prints the "
         "channels' addresses when it listens."_s,
         {u"patchbayctl --secrets /etc/patchbay/secrets serve --public-url https://hooks.example.org"_s},
         CtlAccess::Write,
         0,
         0,
         {port, bind, expose, url},
         portProblem,
         runServe},
        {{u"gateway"_s, u"set"_s},
         u"[--allow|--forbid] [--port N] [--public-url URL]"_s,
         u"Whether and where the console listens for what platforms send."_s,
         {u"patchbayctl gateway set --allow --public-url https://hooks.example.org"_s},
         CtlAccess::Write,
         0,
         0,
         {allow, forbid, port, url},
         gatewayProblem,
         runGatewaySet},
        {{u"gateway"_s, u"show"_s},
         {},
         u"Whether and where the console listens, and the address of each channel whose platform calls us."_s,
         {},
         CtlAccess::Read,
         0,
         0,
         {},
         nullptr,
         runGatewayShow},
    };
}

} // namespace patchbay
