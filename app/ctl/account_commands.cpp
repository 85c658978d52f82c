#include "app/ctl/account_settings.h"
#include "core/engine/accounts_secrets.h"
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

Error unknownConnector(const QString &id, const QStringList &known)
{
    return makeError(Error::Kind::NotFound, u"There is no connector \"%1\". Known: %2."_s.arg(id, known.join(u", "_s)));
}

QString accountLine(const QString &name, const QString &connector, Health health, const QString &detail)
{
    return u"%1  (%2)  %3  %4\n"_s.arg(forTerminal(name), connector, nameOf(health), forTerminal(detail));
}

Async<Result<AccountConfig>> withSecrets(Application *app, AccountConfig config, std::vector<FormField> form)
{
    for (const FormField &field : form) {
        if (field.kind != FormField::Kind::Secret)
            continue;
        const Result<std::optional<QString>> secret =
            co_await app->secrets().read(secretKeyOf(app->store().workspaceUid(), config, field.key));
        if (!secret)
            co_return secret.error();
        if (secret->has_value())
            config.secrets.insert(field.key, **secret);
    }
    co_return config;
}

namespace {

Result<std::vector<Target>> readTargets(Database &db) { return db.finish(targets::all(db)); }

Async<Result<CtlOutput>> runTargetsList(CtlRun *run)
{
    QFuture<Result<std::vector<Target>>> reading = run->app->store().read(readTargets);
    const Result<std::vector<Target>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    CtlOutput output;
    const Timestamp now = SystemClock().now();
    QJsonArray list;
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
        const Result<AccountConfig> config = co_await withSecrets(&app, configOf(target), info->form);
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

} // namespace

QList<CtlCommand> accountCommands()
{
    const QCommandLineOption name(u"name"_s, u"What to call it; unique in the workspace."_s, u"NAME"_s);
    const QCommandLineOption set(u"set"_s, u"A field of the connector's form; secrets are refused."_s, u"FIELD=VALUE"_s);
    const QCommandLineOption byDefault(u"default"_s, u"Route tasks to it."_s);
    return {
        {{u"targets"_s, u"add"_s}, u"CONNECTOR --name NAME [--set FIELD=VALUE]... [--default]"_s, u"Connect a target."_s,
         {u"patchbayctl targets add redmine --name Tracker --set url=https://redmine.example.org --set project=support --default"_s},
         CtlAccess::Write, 1, 1, {name, set, byDefault}, addProblem, runTargetsAdd},
        {{u"targets"_s, u"list"_s}, {}, u"Targets and how they fare."_s, {}, CtlAccess::Read, 0, 0, {}, nullptr, runTargetsList},
        {{u"targets"_s, u"test"_s}, u"NAME"_s, u"Sign in and read; changes nothing."_s, {}, CtlAccess::Write, 1, 1, {}, nullptr, runTargetsTest},
    };
}

} // namespace patchbay
