#include "app/ctl/account_settings.h"
#include "core/model/names.h"
#include "core/store/conversation_table.h"
#include "core/store/model_table.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QJsonObject modelJson(const ModelAccount &model)
{
    return {{u"uid"_s, model.uid},
            {u"name"_s, model.name},
            {u"connector"_s, model.connector},
            {u"settings"_s, model.settings},
            {u"health"_s, nameOf(model.health)},
            {u"detail"_s, model.healthDetail}};
}

Result<std::vector<ModelAccount>> readModels(Database &db) { return db.finish(model_accounts::all(db)); }

Result<ModelAccount> modelNamed(const std::vector<ModelAccount> &all, const QString &name)
{
    for (const ModelAccount &model : all) {
        if (model.name == name)
            return model;
    }
    return makeError(Error::Kind::NotFound, u"There is no model \"%1\"."_s.arg(name));
}

Async<Result<CtlOutput>> runModelsAdd(CtlRun *run)
{
    Application &app = *run->app;
    const QString connector = run->arguments.at(0);
    const ModelConnectorInfo *info = app.catalog().model(connector);
    if (!info) {
        QStringList known;
        for (const ModelConnectorInfo &one : app.catalog().models)
            known << one.id;
        co_return makeError(
            Error::Kind::NotFound,
            u"There is no connector \"%1\". Known: %2."_s.arg(connector, known.join(u", "_s)));
    }
    const Result<QJsonObject> settings = settingsFrom(*run, info->form, {});
    if (!settings)
        co_return settings.error();
    QFuture<Result<ModelAccount>> adding = app.modelCommands().add(connector, run->option(u"name"_s), *settings);
    const Result<ModelAccount> added = co_await finished(adding);
    if (!added)
        co_return added.error();
    co_return CtlOutput{modelJson(*added), u"Added model \"%1\".\n"_s.arg(forTerminal(added->name)), 0};
}

Async<Result<CtlOutput>> runModelsList(CtlRun *run)
{
    QFuture<Result<std::vector<ModelAccount>>> reading = run->app->store().read(readModels);
    const Result<std::vector<ModelAccount>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    QFuture<Result<ModelMeter>> metering = run->app->modelCommands().meter();
    const Result<ModelMeter> meter = co_await finished(metering);
    if (!meter)
        co_return meter.error();
    CtlOutput output;
    QJsonArray list;
    for (const ModelAccount &model : *all) {
        list.append(modelJson(model));
        output.text += u"%1  (%2)  %3  %4\n"_s.arg(forTerminal(model.name), model.connector, nameOf(model.health),
                                                   forTerminal(model.healthDetail));
    }
    const ModelPolicy &policy = meter->policy;
    output.text += policy.allowed ? u"Allowed%1, budget of a month %2 %3.\n"_s.arg(
                                        policy.automatic ? u", also by itself"_s : QString(),
                                        moneyText(policy.budget), policy.currency)
                                  : u"Not allowed in this workspace.\n"_s;
    output.json = {{u"models"_s, list},
                   {u"allowed"_s, policy.allowed},
                   {u"automatic"_s, policy.automatic},
                   {u"account"_s, policy.account},
                   {u"budget"_s, moneyText(policy.budget)},
                   {u"currency"_s, policy.currency}};
    co_return output;
}

Async<Result<CtlOutput>> runModelsTest(CtlRun *run)
{
    Application &app = *run->app;
    QFuture<Result<std::vector<ModelAccount>>> reading = app.store().read(readModels);
    const Result<std::vector<ModelAccount>> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    const Result<ModelAccount> model = modelNamed(*all, run->arguments.at(0));
    if (!model)
        co_return model.error();
    AccountConfig config{model->uid, model->name, model->settings, {}, model->addedAt};
    const ModelConnectorInfo *info = app.catalog().model(model->connector);
    for (const FormField &field : info ? info->form : std::vector<FormField>{}) {
        if (field.kind != FormField::Kind::Secret)
            continue;
        const SecretKey key{app.store().workspaceUid(), model->uid, model->name, field.key};
        const Result<std::optional<QString>> secret = co_await app.secrets().read(key);
        if (!secret)
            co_return secret.error();
        if (secret->has_value())
            config.secrets.insert(field.key, **secret);
    }
    QFuture<Result<QString>> testing = app.models()->test(model->connector, config);
    const Result<QString> sentence = co_await finished(testing);
    if (!sentence)
        co_return sentence.error();
    co_return CtlOutput{{{u"result"_s, *sentence}}, forTerminal(*sentence) + u'\n', 0};
}

QString allowProblem(const CtlRun &run)
{
    if (run.has(u"budget"_s) && !moneyFrom(run.option(u"budget"_s)))
        return u"--budget wants an amount such as 20 or 7.50."_s;
    return {};
}

Async<Result<CtlOutput>> setAllowed(CtlRun *run, bool allowed)
{
    Application &app = *run->app;
    QFuture<Result<ModelMeter>> metering = app.modelCommands().meter();
    const Result<ModelMeter> meter = co_await finished(metering);
    if (!meter)
        co_return meter.error();
    ModelPolicy policy = meter->policy;
    policy.allowed = allowed;
    policy.automatic = allowed && run->has(u"automatic"_s);
    if (run->has(u"budget"_s))
        policy.budget = moneyFrom(run->option(u"budget"_s)).value_or(Money{});
    if (run->has(u"currency"_s))
        policy.currency = run->option(u"currency"_s);
    if (run->has(u"model"_s)) {
        QFuture<Result<std::vector<ModelAccount>>> reading = app.store().read(readModels);
        const Result<std::vector<ModelAccount>> all = co_await finished(reading);
        const Result<ModelAccount> model = all ? modelNamed(*all, run->option(u"model"_s)) : all.error();
        if (!model)
            co_return model.error();
        policy.account = model->uid;
    }
    QFuture<Result<Done>> setting = app.modelCommands().setPolicy(policy);
    const Result<Done> set = co_await finished(setting);
    if (!set)
        co_return set.error();
    co_return co_await runModelsList(run);
}

Async<Result<CtlOutput>> runModelsAllow(CtlRun *run) { return setAllowed(run, true); }
Async<Result<CtlOutput>> runModelsForbid(CtlRun *run) { return setAllowed(run, false); }

Timestamp monthWanted(const CtlRun &run)
{
    const QDate month = QDate::fromString(run.option(u"month"_s) + u"-01"_s, Qt::ISODate);
    return month.isValid() ? Timestamp::from(QDateTime(month, QTime(0, 0), Qt::UTC)) : Timestamp{};
}

QString usageProblem(const CtlRun &run)
{
    return run.has(u"month"_s) && !monthWanted(run) ? u"--month wants a month such as 2026-03."_s : QString();
}

Async<Result<CtlOutput>> runModelsUsage(CtlRun *run)
{
    QFuture<Result<ModelMeter>> metering = run->app->modelCommands().meter(monthWanted(*run));
    const Result<ModelMeter> meter = co_await finished(metering);
    if (!meter)
        co_return meter.error();
    CtlOutput output;
    QJsonArray list;
    const QString currency = meter->policy.currency;
    for (const model_calls::Usage &row : meter->usage) {
        list.append(QJsonObject{{u"model"_s, row.modelName},
                                {u"purpose"_s, nameOf(row.purpose)},
                                {u"calls"_s, row.calls},
                                {u"input_tokens"_s, row.inputTokens},
                                {u"output_tokens"_s, row.outputTokens},
                                {u"spent"_s, moneyText(row.spent)}});
        output.text += u"%1  %2  %3 calls  %4 tokens asked  %5 answered  %6 %7\n"_s.arg(
            forTerminal(row.modelName), nameOf(row.purpose), QString::number(row.calls),
            QString::number(row.inputTokens), QString::number(row.outputTokens), moneyText(row.spent), currency);
    }
    output.text += u"%1: %2 of %3 %4 spent or held.\n"_s.arg(meter->month.toDateTime().toString(u"yyyy-MM"_s),
                                                             moneyText(meter->committed),
                                                             moneyText(meter->policy.budget), currency);
    output.json = {{u"month"_s, meter->month.toDateTime().toString(u"yyyy-MM"_s)},
                   {u"usage"_s, list},
                   {u"committed"_s, moneyText(meter->committed)},
                   {u"budget"_s, moneyText(meter->policy.budget)},
                   {u"currency"_s, currency}};
    co_return output;
}

QString ledgerProblem(const CtlRun &run)
{
    bool isNumber = false;
    const int limit = run.option(u"limit"_s).toInt(&isNumber);
    return run.has(u"limit"_s) && (!isNumber || limit < 1) ? u"--limit wants a whole number of 1 or more."_s : QString();
}

Async<Result<CtlOutput>> runModelsLedger(CtlRun *run)
{
    const int limit = run->has(u"limit"_s) ? run->option(u"limit"_s).toInt() : 100;
    QFuture<Result<std::vector<model_calls::Entry>>> reading = run->app->modelCommands().ledger({}, limit);
    const Result<std::vector<model_calls::Entry>> entries = co_await finished(reading);
    if (!entries)
        co_return entries.error();
    CtlOutput output;
    QJsonArray list;
    for (const model_calls::Entry &entry : *entries) {
        const ModelCall &call = entry.call;
        list.append(QJsonObject{{u"at"_s, isoTime(call.startedAt)},
                                {u"state"_s, nameOf(call.state)},
                                {u"model"_s, entry.modelName},
                                {u"host"_s, call.host},
                                {u"purpose"_s, nameOf(call.purpose)},
                                {u"operator"_s, entry.operatorName},
                                {u"conversation"_s, entry.conversationUid},
                                {u"bytes"_s, call.bytes},
                                {u"redactions"_s, call.redactions},
                                {u"sha256"_s, call.sha256},
                                {u"text"_s, call.text},
                                {u"input_tokens"_s, call.inputTokens},
                                {u"output_tokens"_s, call.outputTokens},
                                {u"cost"_s, moneyText(call.cost)}});
        output.text += u"%1  %2  %3 (%4)  %5  by %6  about %7  %8 bytes, %9 struck out\n"_s.arg(
            isoTime(call.startedAt), nameOf(call.state), forTerminal(entry.modelName), forTerminal(call.host),
            nameOf(call.purpose), forTerminal(entry.operatorName),
            entry.conversationUid.isEmpty() ? u"somebody who was deleted"_s : entry.conversationUid,
            QString::number(call.bytes), QString::number(call.redactions));
    }
    output.json.insert(u"calls"_s, list);
    co_return output;
}

QString askProblem(const CtlRun &run)
{
    if (run.has(u"purpose"_s) && !purposeFrom(run.option(u"purpose"_s)))
        return u"--purpose is classify, reply, summary or translation."_s;
    return {};
}

CtlOutput answerOutput(const questions::Shown &shown)
{
    const Question &question = shown.question;
    const QString text = ModelCommands::draftText(question);
    CtlOutput output;
    output.json = {{u"question"_s, question.uid},
                   {u"purpose"_s, nameOf(question.purpose)},
                   {u"model"_s, shown.modelName},
                   {u"state"_s, question.isAnswered() ? u"answered"_s : shown.isWaiting() ? u"waiting"_s : u"refused"_s},
                   {u"answer"_s, question.answer},
                   {u"text"_s, text},
                   {u"error"_s, shown.error}};
    const QString reason = question.answer.value("reason"_L1).toString();
    output.text = question.isAnswered()
        ? u"%1\n%2"_s.arg(forTerminal(text), reason.isEmpty() ? QString() : forTerminal(reason) + u'\n')
        : u"%1: %2\n"_s.arg(shown.isWaiting() ? u"Waiting"_s : u"Refused"_s, forTerminal(shown.error));
    output.status = question.isAnswered() ? 0 : 1;
    return output;
}

Async<Result<CtlOutput>> runAsk(CtlRun *run)
{
    Application &app = *run->app;
    const QString uid = run->arguments.at(0);
    const QString modelName = run->option(u"model"_s);
    auto look = [uid, modelName](Database &db) -> Result<std::pair<ConversationId, ModelId>> {
        const Result<Conversation> conversation = conversations::byUid(db, uid);
        if (!conversation)
            return conversation.error();
        const auto model = modelName.isEmpty() ? std::nullopt : model_accounts::byName(db, modelName);
        if (!modelName.isEmpty() && !model)
            return makeError(Error::Kind::NotFound, u"There is no model \"%1\"."_s.arg(modelName));
        return db.finish(std::pair(conversation->id, model ? model->id : ModelId{}));
    };
    QFuture<Result<std::pair<ConversationId, ModelId>>> looking = app.store().read(look);
    const auto named = co_await finished(looking);
    if (!named)
        co_return named.error();
    const Purpose purpose = purposeFrom(run->option(u"purpose"_s)).value_or(Purpose::Classify);
    QFuture<Result<Question>> asking =
        app.modelCommands().ask(named->first, purpose, run->option(u"language"_s), named->second, run->has(u"anew"_s));
    const Result<Question> asked = co_await finished(asking);
    if (!asked)
        co_return asked.error();
    if (!asked->isAnswered()) {
        const Result<Done> worked = co_await app.askModels();
        if (!worked)
            co_return worked.error();
    }
    auto show = [id = asked->id](Database &db) { return db.finish(questions::shown(db, id).value_or(questions::Shown{})); };
    QFuture<Result<questions::Shown>> showing = app.store().read(show);
    const Result<questions::Shown> shown = co_await finished(showing);
    if (!shown)
        co_return shown.error();
    co_return answerOutput(*shown);
}

} // namespace

QList<CtlCommand> modelCommands()
{
    const QCommandLineOption name(u"name"_s, u"What to call it; unique in the workspace."_s, u"NAME"_s);
    const QCommandLineOption set(u"set"_s, u"A field of the connector's form; secrets are refused."_s, u"FIELD=VALUE"_s);
    const QCommandLineOption automatic(u"automatic"_s, u"Ask by itself when the local model abstains."_s);
    const QCommandLineOption budget(u"budget"_s, u"What a calendar month (UTC) may cost."_s, u"AMOUNT"_s);
    const QCommandLineOption currency(u"currency"_s, u"Of budget and prices (EUR)."_s, u"CODE"_s);
    const QCommandLineOption model(u"model"_s, u"The model that is asked."_s, u"NAME"_s);
    const QCommandLineOption month(u"month"_s, u"Another month, such as 2026-03."_s, u"MONTH"_s);
    const QCommandLineOption limit(u"limit"_s, u"At most so many (100)."_s, u"N"_s);
    const QCommandLineOption purpose(u"purpose"_s, u"classify, reply, summary or translation."_s, u"PURPOSE"_s);
    const QCommandLineOption language(u"language"_s, u"Of a summary or translation, such as en."_s, u"CODE"_s);
    const QCommandLineOption anew(u"anew"_s, u"Also when the same was answered before."_s);
    return {
        {{u"models"_s, u"add"_s}, u"CONNECTOR --name NAME [--set FIELD=VALUE]..."_s, u"Connect a remote model."_s,
         {u"patchbayctl models add openai_compatible --name Local --set url=http://127.0.0.1:8080/v1 --set model=small"_s},
         CtlAccess::Write, 1, 1, {name, set}, addProblem, runModelsAdd},
        {{u"models"_s, u"list"_s}, {}, u"Models, and what the workspace allows them."_s, {}, CtlAccess::Read, 0, 0, {}, nullptr, runModelsList},
        {{u"models"_s, u"test"_s}, u"NAME"_s, u"Sign in and look for the model; no customer's word leaves."_s, {}, CtlAccess::Write, 1, 1, {}, nullptr, runModelsTest},
        {{u"models"_s, u"allow"_s}, u"[--automatic] [--budget AMOUNT] [--currency CODE] [--model NAME]"_s,
         u"Let customers' words leave for models, redacted."_s, {u"patchbayctl models allow --budget 20 --currency EUR"_s},
         CtlAccess::Write, 0, 0, {automatic, budget, currency, model}, allowProblem, runModelsAllow},
        {{u"models"_s, u"forbid"_s}, {}, u"Let nothing leave for models any more."_s, {}, CtlAccess::Write, 0, 0, {}, nullptr, runModelsForbid},
        {{u"models"_s, u"usage"_s}, u"[--month MONTH]"_s, u"Tokens and money by model and purpose."_s, {}, CtlAccess::Read, 0, 0, {month}, usageProblem, runModelsUsage},
        {{u"models"_s, u"ledger"_s}, u"[--limit N]"_s, u"What left, to whom, about which conversation; newest first."_s,
         {u"patchbayctl --json models ledger --limit 20"_s}, CtlAccess::Read, 0, 0, {limit}, ledgerProblem, runModelsLedger},
        {{u"ask"_s}, u"CONVERSATION [--purpose PURPOSE] [--language CODE] [--model NAME] [--anew]"_s,
         u"Ask a remote model about a conversation and wait for its answer."_s, {u"patchbayctl ask 0192f3 --purpose summary"_s},
         CtlAccess::Write, 1, 1, {purpose, language, model, anew}, askProblem, runAsk},
    };
}

} // namespace patchbay
