#include "app/ctl/account_settings.h"
#include "app/ctl/until_signal.h"
#include "core/model/names.h"
#include "core/store/account_table.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

const FormField *fieldNamed(const std::vector<FormField> &form, const QString &key)
{
    for (const FormField &field : form) {
        if (field.key == key)
            return &field;
    }
    return nullptr;
}

} // namespace

Result<QJsonObject> settingsFrom(CtlRun &run, const std::vector<FormField> &form, const QStringList &quietFields)
{
    QJsonObject settings;
    for (const FormField &field : form) {
        if (field.kind != FormField::Kind::Secret && !field.initial.isEmpty())
            settings.insert(field.key, field.initial);
    }
    for (const QString &pair : run.parser->values(u"set"_s)) {
        const QString key = pair.section(u'=', 0, 0);
        const FormField *field = fieldNamed(form, key);
        if (pair.contains(u'=') && quietFields.contains(key)) {
            settings.insert(key, pair.section(u'=', 1));
            continue;
        }
        if (!pair.contains(u'=') || !field) {
            QStringList known;
            for (const FormField &one : form)
                known << one.key;
            return run.wrong(u"--set %1: there is no such field. Fields: %2."_s.arg(pair, known.join(u", "_s)));
        }
        if (field->kind == FormField::Kind::Secret) {
            return run.wrong(u"%1 is a secret and not for the command line: put it into the file %2.%1 of the folder "
                             "that --secrets names, or type it in the console."_s.arg(key, run.option(u"name"_s)));
        }
        settings.insert(key, pair.section(u'=', 1));
    }
    return settings;
}

QString addProblem(const CtlRun &run)
{
    return run.option(u"name"_s).trimmed().isEmpty() ? u"Say with --name NAME what to call it."_s : QString();
}

namespace {

Error unknownConnector(const QString &id, const QStringList &known)
{
    return makeError(Error::Kind::NotFound, u"There is no connector \"%1\". Known: %2."_s.arg(id, known.join(u", "_s)));
}

QString accountLine(const QString &name, const QString &connector, Health health, const QString &detail)
{
    return u"%1  (%2)  %3  %4\n"_s.arg(forTerminal(name), connector, nameOf(health), forTerminal(detail));
}

template <class Account>
QJsonObject accountJson(const Account &account)
{
    return {{u"uid"_s, account.uid},       {u"name"_s, account.name},
            {u"connector"_s, account.connector}, {u"settings"_s, account.settings},
            {u"health"_s, nameOf(account.health)}, {u"detail"_s, account.healthDetail}};
}

template <class Account>
CtlOutput accountList(const std::vector<Account> &accounts, const QString &key)
{
    CtlOutput output;
    QJsonArray list;
    for (const Account &account : accounts) {
        list.append(accountJson(account));
        output.text += accountLine(account.name, account.connector, account.health, account.healthDetail);
    }
    output.json.insert(key, list);
    return output;
}

Result<std::vector<Channel>> readChannels(Database &db) { return db.finish(channels::all(db)); }
Result<std::vector<Target>> readTargets(Database &db) { return db.finish(targets::all(db)); }

Async<Result<CtlOutput>> runChannelsList(CtlRun *run)
{
    QFuture<Result<std::vector<Channel>>> reading = run->app->store().read(readChannels);
    const Result<std::vector<Channel>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    co_return accountList(*all, u"channels"_s);
}

Async<Result<CtlOutput>> runTargetsList(CtlRun *run)
{
    QFuture<Result<std::vector<Target>>> reading = run->app->store().read(readTargets);
    const Result<std::vector<Target>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    CtlOutput output = accountList(*all, u"targets"_s);
    const Timestamp now = SystemClock().now();
    QJsonArray list;
    output.text.clear();
    for (const Target &target : *all) {
        QJsonObject json = accountJson(target);
        const Target::Breaker breaker = target.breakerAt(now);
        json.insert(u"breaker"_s, QJsonObject{{u"state"_s, breaker == Target::Breaker::Closed ? u"closed"_s : breaker == Target::Breaker::Open ? u"open"_s : u"half_open"_s}, {u"open_until"_s, isoTime(target.breakerOpenUntil)},
                                              {u"failures"_s, target.consecutiveFailures}});
        list.append(json);
        QString detail = target.healthDetail;
        if (breaker == Target::Breaker::Open)
            detail += u" (breaker open until %1)"_s.arg(isoTime(target.breakerOpenUntil));
        else if (breaker == Target::Breaker::HalfOpen)
            detail += u" (breaker half-open: the next task tries it)"_s;
        output.text += accountLine(target.name, target.connector, target.health, detail);
    }
    output.json.insert(u"targets"_s, list);
    co_return output;
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
    QFuture<Result<Channel>> adding = app.commands()->addChannel(connector, run->option(u"name"_s), *settings);
    const Result<Channel> added = co_await finished(adding);
    if (!added)
        co_return added.error();
    co_return CtlOutput{accountJson(*added), u"Added channel \"%1\".\n"_s.arg(added->name), 0};
}

Async<Result<CtlOutput>> runTargetsAdd(CtlRun *run)
{
    Application &app = *run->app;
    const QString connector = run->arguments.at(0);
    const CrmConnectorInfo *info = app.catalog().crm(connector);
    if (!info) {
        QStringList known;
        for (const CrmConnectorInfo &one : app.catalog().crms)
            known << one.id;
        co_return unknownConnector(connector, known);
    }
    const Result<QJsonObject> settings = settingsFrom(*run, info->form, {});
    if (!settings)
        co_return settings.error();
    QFuture<Result<Target>> adding = app.commands()->addTarget(connector, run->option(u"name"_s), *settings);
    const Result<Target> added = co_await finished(adding);
    if (!added)
        co_return added.error();
    if (run->has(u"default"_s)) {
        QFuture<Result<Done>> routing = app.commands()->routeToTarget(added->id);
        const Result<Done> routed = co_await finished(routing);
        if (!routed)
            co_return routed.error();
    }
    co_return CtlOutput{accountJson(*added), u"Added target \"%1\".\n"_s.arg(added->name), 0};
}

/// Settings and secrets of a stored account, for a test of it.
template <class Account>
Async<Result<AccountConfig>> storedConfig(Application *app, Account account, std::vector<FormField> form)
{
    AccountConfig config{account.uid, account.name, account.settings, {}, account.addedAt};
    for (const FormField &field : form) {
        if (field.kind != FormField::Kind::Secret)
            continue;
        SecretKey key;
        key.workspaceUid = app->store().workspaceUid();
        key.accountUid = account.uid;
        key.accountName = account.name;
        key.field = field.key;
        const Result<std::optional<QString>> secret = co_await app->secrets().read(key);
        if (!secret)
            co_return secret.error();
        if (secret->has_value())
            config.secrets.insert(field.key, **secret);
    }
    co_return config;
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
        const Result<AccountConfig> config = co_await storedConfig(&app, channel, info->form);
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

Async<Result<CtlOutput>> runTargetsTest(CtlRun *run)
{
    Application &app = *run->app;
    const QString name = run->arguments.at(0);
    QFuture<Result<std::vector<Target>>> reading = app.store().read(readTargets);
    const Result<std::vector<Target>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    for (const Target &target : *all) {
        if (target.name != name)
            continue;
        const CrmConnectorInfo *info = app.catalog().crm(target.connector);
        if (!info)
            break;
        const Result<AccountConfig> config = co_await storedConfig(&app, target, info->form);
        if (!config)
            co_return config.error();
        QFuture<Result<QString>> testing = app.targets()->test(target.connector, *config);
        const Result<QString> sentence = co_await finished(testing);
        if (!sentence)
            co_return sentence.error();
        co_return CtlOutput{{{u"result"_s, *sentence}}, forTerminal(*sentence) + u'\n', 0};
    }
    co_return makeError(Error::Kind::NotFound, u"There is no target \"%1\"."_s.arg(name));
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
                co_return makeError(Error::Kind::Refused, u"The channel \"%1\" is paused: resume it in the console, or fetch once with --once."_s.arg(channel.name));
            only.push_back(channel.id);
        }
    }
    co_return co_await workUntilSignal(run->app.get(), std::move(only));
}

} // namespace

QList<CtlCommand> accountCommands()
{
    const QCommandLineOption name(u"name"_s, u"What to call it; unique in the workspace."_s, u"NAME"_s);
    const QCommandLineOption set(u"set"_s, u"A field of the connector's form; secrets are refused."_s, u"FIELD=VALUE"_s);
    const QCommandLineOption byDefault(u"default"_s, u"Route tasks to it."_s);
    const QCommandLineOption once(u"once"_s, u"Fetch what is there now, then end."_s);
    return {
        {{u"channels"_s, u"add"_s}, u"CONNECTOR --name NAME [--set FIELD=VALUE]..."_s, u"Connect a channel."_s,
         {u"patchbayctl channels add mail --name Support --set address=support@example.org --set imap_host=imap.example.org --set smtp_host=smtp.example.org"_s},
         CtlAccess::Write, 1, 1, {name, set}, addProblem, runChannelsAdd},
        {{u"channels"_s, u"list"_s}, {}, u"Channels and how they fare."_s, {}, CtlAccess::Read, 0, 0, {}, nullptr, runChannelsList},
        {{u"channels"_s, u"test"_s}, u"NAME"_s, u"Sign in and read; changes nothing."_s, {}, CtlAccess::Write, 1, 1, {}, nullptr, runChannelsTest},
        {{u"channels"_s, u"start"_s}, u"[NAME]... [--once]"_s, u"Receive (from these channels alone, when named) and deliver until SIGTERM; or fetch once."_s,
         {u"patchbayctl --secrets /etc/patchbay/secrets channels start --once"_s}, CtlAccess::Write, 0, -1, {once}, nullptr, runChannelsStart},
        {{u"targets"_s, u"add"_s}, u"CONNECTOR --name NAME [--set FIELD=VALUE]... [--default]"_s, u"Connect a target."_s,
         {u"patchbayctl targets add redmine --name Tracker --set url=https://redmine.example.org --set project=support --default"_s},
         CtlAccess::Write, 1, 1, {name, set, byDefault}, addProblem, runTargetsAdd},
        {{u"targets"_s, u"list"_s}, {}, u"Targets and how they fare."_s, {}, CtlAccess::Read, 0, 0, {}, nullptr, runTargetsList},
        {{u"targets"_s, u"test"_s}, u"NAME"_s, u"Sign in and read; changes nothing."_s, {}, CtlAccess::Write, 1, 1, {}, nullptr, runTargetsTest},
    };
}

} // namespace patchbay
