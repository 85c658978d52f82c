#include "app/ctl/account_settings.h"
#include "app/ctl/until_signal.h"
#include "core/store/account_table.h"
#include "core/store/channel_event_table.h"
#include "core/store/channel_lag.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct ListedChannels {
    std::vector<Channel> channels = {};
    std::map<qint64, channels::Lag> lags = {};
};

Result<std::vector<Channel>> readChannels(Database &db) { return db.finish(channels::all(db)); }

Result<ListedChannels> readListed(Database &db)
{
    return db.finish(ListedChannels{channels::all(db), channels::allLags(db, db.now())});
}

/// Null: nobody can say. Of mail the time is the sender's.
QJsonValue lagJson(const ListedChannels &listed, const Channel &channel, const ChatConnectorInfo *info)
{
    const auto found = listed.lags.find(channel.id.value);
    if (found == listed.lags.end() || !info || !info->isChat)
        return QJsonValue::Null;
    const auto seconds = [](const std::optional<std::chrono::seconds> &lag) {
        return lag ? QJsonValue(qint64(lag->count())) : QJsonValue();
    };
    return QJsonObject{{u"usual_seconds"_s, seconds(found->second.usual)},
                       {u"now_seconds"_s, seconds(found->second.now)},
                       {u"catching_up_seconds"_s, seconds(found->second.catchingUp)},
                       {u"messages"_s, found->second.of}};
}

/// What the platform told of the sign-in and of its limits; empty: nothing that is news.
QString standingLine(const ChannelStanding &standing, Timestamp now)
{
    QStringList parts;
    if (standing.signInUntil)
        parts << (standing.signInUntil > now ? u"sign-in ends %1"_s : u"sign-in expired %1: sign in again"_s)
                     .arg(isoTime(standing.signInUntil));
    if (standing.refusedAt)
        parts << u"sign-in refused since %1: sign in again"_s.arg(isoTime(standing.refusedAt));
    if (standing.waitsUntil > now)
        parts << u"waits until %1, as the platform asked"_s.arg(isoTime(standing.waitsUntil));
    return parts.isEmpty() ? QString() : u'(' + parts.join(u"; "_s) + u')';
}

Async<Result<CtlOutput>> runChannelsList(CtlRun *run)
{
    QFuture<Result<ListedChannels>> reading = run->app->store().read(readListed);
    const Result<ListedChannels> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    CtlOutput output;
    QJsonArray list;
    const Timestamp now = SystemClock().now();
    for (const Channel &channel : all->channels) {
        QJsonObject json = accountJson(channel);
        json.insert(u"paused"_s, channel.paused);
        json.insert(u"account"_s, channel.account);
        json.insert(u"sign_in"_s,
                    QJsonObject{{u"until"_s, isoTime(channel.standing.signInUntil)},
                                {u"refused_since"_s, isoTime(channel.standing.refusedAt)}});
        const bool waits = channel.standing.waitsUntil > now;
        json.insert(u"waits_until"_s, waits ? isoTime(channel.standing.waitsUntil) : QString());
        json.insert(u"lag"_s, lagJson(*all, channel, run->app->catalog().chat(channel.connector)));
        list.append(json);
        output.text +=
            accountLine(channel.name, channel.connector, channel.health,
                        QStringList{channel.healthDetail, standingLine(channel.standing, now)}.join(u' ').trimmed());
    }
    output.json.insert(u"channels"_s, list);
    co_return output;
}

/// Who the account is over there, where its secrets are stored already and the platform can be asked; else it is looked
/// at when the channel starts.
Async<QString> accountIfTold(Application *app, QString connector, AccountConfig config)
{
    const ChatConnectorInfo *info = app->catalog().chat(connector);
    const Result<AccountConfig> whole = co_await withSecrets(app, std::move(config), info->form);
    if (!whole)
        co_return QString();
    QFuture<Result<QString>> asking = app->channels()->identify(connector, *whole);
    const Result<QString> who = co_await finished(asking);
    co_return who ? *who : QString();
}

Async<Result<CtlOutput>> runChannelsAdd(CtlRun *run)
{
    Application &app = *run->app;
    const QString connector = run->arguments.at(0);
    const ChatConnectorInfo *info = app.catalog().chat(connector);
    if (!info) {
        QStringList known;
        for (const ChatConnectorInfo &one : app.catalog().chats)
            known << one.id;
        co_return unknownConnector(connector, known);
    }
    const Result<QJsonObject> settings = settingsFrom(*run, info->form, info->quietFields);
    if (!settings)
        co_return settings.error();
    AccountConfig config;
    config.uid = newUid(SystemClock());
    config.name = run->option(u"name"_s);
    config.settings = *settings;
    const QString account = co_await accountIfTold(&app, connector, config);
    QFuture<Result<Channel>> adding = app.commands()->addChannel(connector, config.name, *settings, account);
    const Result<Channel> added = co_await finished(adding);
    if (!added)
        co_return added.error();
    co_return CtlOutput{accountJson(*added), u"Added channel \"%1\".\n"_s.arg(added->name), 0};
}

Async<Result<CtlOutput>> runChannelsTest(CtlRun *run)
{
    Application &app = *run->app;
    const QString name = run->arguments.at(0);
    QFuture<Result<std::vector<Channel>>> reading = app.store().read(readChannels);
    const Result<std::vector<Channel>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    for (const Channel &channel : *all) {
        if (channel.name != name)
            continue;
        const ChatConnectorInfo *info = app.catalog().chat(channel.connector);
        if (!info)
            break;
        const Result<AccountConfig> config = co_await withSecrets(&app, configOf(channel), info->form);
        if (!config)
            co_return config.error();
        QFuture<Result<QString>> testing = app.channels()->test(channel.connector, *config);
        const Result<QString> sentence = co_await finished(testing);
        if (!sentence)
            co_return sentence.error();
        co_return CtlOutput{{{u"result"_s, *sentence}}, forTerminal(*sentence) + u'\n', 0};
    }
    co_return makeError(Error::Kind::NotFound, u"There is no channel \"%1\"."_s.arg(name));
}

CtlOutput logOutput(std::vector<ChannelEvent> newestFirst)
{
    CtlOutput output;
    QJsonArray list;
    for (auto event = newestFirst.crbegin(); event != newestFirst.crend(); ++event) {
        list.append(QJsonObject{{u"at"_s, isoTime(event->at)},
                                {u"began_at"_s, isoTime(event->beganAt)},
                                {u"kind"_s, nameOf(event->kind)},
                                {u"times"_s, event->times},
                                {u"trouble"_s, event->isTrouble()},
                                {u"detail"_s, event->detail}});
        const QString times = event->times > 1 ? u" x%1"_s.arg(event->times) : QString();
        output.text +=
            u"%1  %2%3  %4\n"_s.arg(isoTime(event->at), nameOf(event->kind), times, forTerminal(event->detail));
    }
    output.json.insert(u"events"_s, list);
    return output;
}

Async<Result<CtlOutput>> runChannelsLog(CtlRun *run)
{
    const QString name = run->arguments.at(0);
    auto read = [name, trouble = run->has(u"trouble"_s)](Database &db) -> Result<std::vector<ChannelEvent>> {
        const auto channel = channels::byName(db, name);
        if (!channel && db.ok())
            return makeError(Error::Kind::NotFound, u"There is no channel \"%1\"."_s.arg(name));
        return db.finish(channel ? channel_events::of(db, channel->id, trouble) : std::vector<ChannelEvent>());
    };
    QFuture<Result<std::vector<ChannelEvent>>> reading = run->app->store().read(std::move(read));
    Result<std::vector<ChannelEvent>> events = co_await finished(reading);
    if (!events)
        co_return events.error();
    co_return logOutput(std::move(*events));
}

/// Fetches once from the named channels (all when none is named), reads what came, and says how each fared.
Async<Result<CtlOutput>> fetchAllOnce(CtlRun *run, std::vector<Channel> wanted)
{
    CtlOutput output;
    QJsonArray list;
    for (const Channel &channel : wanted) {
        QFuture<Result<Done>> fetching = run->app->channels()->fetchOnce(channel.id);
        const Result<Done> fetched = co_await finished(fetching);
        const QString sentence = fetched ? u"caught up"_s : fetched.error().message;
        list.append(QJsonObject{{u"name"_s, channel.name}, {u"ok"_s, fetched.ok()}, {u"detail"_s, sentence}});
        output.text += u"%1: %2\n"_s.arg(forTerminal(channel.name), forTerminal(sentence));
        if (!fetched)
            output.status = 1;
    }
    QFuture<Result<Done>> draining = run->app->intake()->drain();
    const Result<Done> drained = co_await finished(draining);
    if (!drained)
        co_return drained.error();
    output.json.insert(u"channels"_s, list);
    co_return output;
}

/// The channels with these names, or all that can be fetched from when none is named; an error names those that are not
/// there.
Result<std::vector<Channel>> channelsToStart(const std::vector<Channel> &all, const QStringList &names)
{
    std::vector<Channel> wanted;
    QStringList unknown = names;
    for (const Channel &channel : all) {
        unknown.removeAll(channel.name);
        if (names.isEmpty() ? channel.connector != u"file"_s && !channel.paused : names.contains(channel.name))
            wanted.push_back(channel);
    }
    if (!unknown.isEmpty())
        return makeError(Error::Kind::NotFound, u"There is no channel \"%1\"."_s.arg(unknown.join(u"\", \""_s)));
    return wanted;
}

/// Works until a signal; then deliveries that are under way may end.
Async<Result<CtlOutput>> workUntilSignal(Application *app, std::vector<ChannelId> only)
{
    app->startWorking(only);
    QFuture<Result<Done>> waiting = untilSignal();
    const Result<Done> signalled = co_await finished(waiting);
    const Result<Done> ended = co_await app->endWorking();
    if (!signalled)
        co_return signalled.error();
    if (!ended)
        co_return ended.error();
    co_return CtlOutput{};
}

Async<Result<CtlOutput>> runChannelsStart(CtlRun *run)
{
    Application &app = *run->app;
    QFuture<Result<std::vector<Channel>>> reading = app.store().read(readChannels);
    const Result<std::vector<Channel>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    Result<std::vector<Channel>> wanted = channelsToStart(*all, run->arguments);
    if (!wanted)
        co_return wanted.error();
    const Result<Done> loaded = co_await app.loadAccounts();
    if (!loaded)
        co_return loaded.error();
    if (run->has(u"once"_s)) {
        if (wanted->empty())
            co_return makeError(Error::Kind::NotFound, u"There is no channel to fetch from."_s);
        co_return co_await fetchAllOnce(run, std::move(*wanted));
    }
    std::vector<ChannelId> only;
    if (!run->arguments.isEmpty()) {
        for (const Channel &channel : *wanted) {
            if (channel.paused)
                co_return makeError(
                    Error::Kind::Refused,
                    u"The channel \"%1\" is paused: resume it in the console, or fetch once with --once."_s.arg(
                        channel.name));
            QFuture<Result<Done>> proving = app.channels()->prove(channel.id);
            const Result<Done> ours = co_await finished(proving);
            if (!ours && ours.error().kind == Error::Kind::Conflict)
                co_return ours.error(); // what else is wrong may pass: then it receives
            only.push_back(channel.id);
        }
    }
    co_return co_await workUntilSignal(run->app.get(), std::move(only));
}

} // namespace

QList<CtlCommand> channelCommands()
{
    const QCommandLineOption name(u"name"_s, u"What to call it; unique in the workspace."_s, u"NAME"_s);
    const QCommandLineOption set(u"set"_s, u"A field of the connector's form; secrets are refused."_s,
                                 u"FIELD=VALUE"_s);
    const QCommandLineOption trouble(u"trouble"_s, u"Only what a person may have to look into."_s);
    const QCommandLineOption once(u"once"_s, u"Fetch what is there now, then end."_s);
    return {
        {{u"channels"_s, u"add"_s},
         u"CONNECTOR --name NAME [--set FIELD=VALUE]..."_s,
         u"Connect a channel."_s,
         {u"patchbayctl channels add mail --name Support --set address=support@example.org --set imap_host=imap.example.org --set smtp_host=smtp.example.org"_s},
         CtlAccess::Write,
         1,
         1,
         {name, set},
         addProblem,
         runChannelsAdd},
        {{u"channels"_s, u"list"_s},
         {},
         u"Channels and how they fare."_s,
         {},
         CtlAccess::Read,
         0,
         0,
         {},
         nullptr,
         runChannelsList},
        {{u"channels"_s, u"log"_s},
         u"NAME [--trouble]"_s,
         u"What happened to a channel, oldest first: at most 500 happenings are kept."_s,
         {u"patchbayctl channels log Support --trouble"_s},
         CtlAccess::Read,
         1,
         1,
         {trouble},
         nullptr,
         runChannelsLog},
        {{u"channels"_s, u"test"_s},
         u"NAME"_s,
         u"Sign in and read; changes nothing."_s,
         {},
         CtlAccess::Write,
         1,
         1,
         {},
         nullptr,
         runChannelsTest},
        {{u"channels"_s, u"start"_s},
         u"[NAME]... [--once]"_s,
         u"Receive (from these channels alone, when named) and deliver until SIGTERM; or fetch once."_s,
         {u"patchbayctl --secrets /etc/patchbay/secrets channels start --once"_s},
         CtlAccess::Write,
         0,
         -1,
         {once},
         nullptr,
         runChannelsStart},
    };
}

} // namespace patchbay
