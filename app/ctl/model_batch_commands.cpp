#include "app/ctl/ctl.h"
#include "core/store/model_table.h"

#include <QtCore/QJsonArray>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString batchProblem(const CtlRun &run)
{
    for (const QString &option : {u"since"_s, u"until"_s}) {
        if (run.has(option) && !timeNamed(run.option(option)))
            return u"--%1 wants a day (2026-03-01), a time (2026-03-01T12:00:00Z) or a number of days (30d)."_s.arg(
                option);
    }
    bool isNumber = false;
    const int limit = run.option(u"limit"_s).toInt(&isNumber);
    if (run.has(u"limit"_s) && (!isNumber || limit < 1 || limit > mostAskedInBatches))
        return u"--limit wants a whole number from 1 to %1."_s.arg(mostAskedInBatches);
    return {};
}

QJsonObject askedJson(const BatchAsked &asked, bool isPlan)
{
    return {{u"model"_s, asked.modelName},
            {u"plan"_s, isPlan},
            {u"asked"_s, asked.asked},
            {u"known"_s, asked.known},
            {u"waiting"_s, asked.waiting},
            {u"without_words"_s, asked.speechless},
            {u"highest_price"_s, moneyText(asked.highest)},
            {u"budget_left"_s, moneyText({std::max<qint64>(asked.left.micros, 0)})},
            {u"currency"_s, asked.currency},
            {u"batches"_s, QJsonArray::fromStringList(asked.batches)}};
}

QString askedText(const BatchAsked &asked, bool isPlan)
{
    QString text = isPlan ? u"%1 would be asked about %2 conversations, for at most %3 %4. Nothing was asked.\n"_s
                          : u"%1 is asked about %2 conversations, for at most %3 %4.\n"_s;
    text = text.arg(forTerminal(asked.modelName), QString::number(asked.asked), moneyText(asked.highest),
                    forTerminal(asked.currency));
    if (isPlan)
        text += u"Of this month's budget %1 %2 is left.\n"_s.arg(moneyText({std::max<qint64>(asked.left.micros, 0)}),
                                                                 forTerminal(asked.currency));
    if (asked.known > 0)
        text += u"%1 more have the same words as one that was answered before.\n"_s.arg(asked.known);
    if (asked.waiting > 0)
        text += u"%1 more wait for an answer already.\n"_s.arg(asked.waiting);
    if (asked.speechless > 0)
        text += u"%1 more have no words to ask about.\n"_s.arg(asked.speechless);
    return text;
}

Async<Result<CtlOutput>> runModelsBatch(CtlRun *run)
{
    Application &app = *run->app;
    BatchRequest request;
    request.span.since = run->has(u"since"_s) ? timeNamed(run->option(u"since"_s)) : Timestamp{};
    request.span.before = run->has(u"until"_s) ? timeNamed(run->option(u"until"_s)) : Timestamp{};
    request.limit = run->has(u"limit"_s) ? run->option(u"limit"_s).toInt() : request.limit;
    if (run->has(u"model"_s)) {
        auto look = [name = run->option(u"model"_s)](Database &db) -> Result<ModelId> {
            const auto model = model_accounts::byName(db, name);
            if (!model)
                return makeError(Error::Kind::NotFound, u"There is no model \"%1\"."_s.arg(name));
            return db.finish(model->id);
        };
        QFuture<Result<ModelId>> looking = app.store().read(look);
        const Result<ModelId> model = co_await finished(looking);
        if (!model)
            co_return model.error();
        request.model = *model;
    }
    const bool isPlan = run->has(u"plan"_s);
    QFuture<Result<BatchAsked>> asking =
        isPlan ? app.modelCommands().planBatches(request) : app.modelCommands().askInBatches(request);
    const Result<BatchAsked> asked = co_await finished(asking);
    if (!asked)
        co_return asked.error();
    CtlOutput output{askedJson(*asked, isPlan), askedText(*asked, isPlan), 0};
    if (isPlan || asked->batches.isEmpty())
        co_return output;
    const Result<Done> worked = co_await app.askModels();
    if (!worked)
        co_return worked.error();
    output.text += u"See what became of them with: patchbayctl models batches --read\n"_s;
    co_return output;
}

QJsonObject batchJson(const model_batches::Shown &shown)
{
    const ModelBatch &batch = shown.batch;
    return {{u"uid"_s, batch.uid},
            {u"model"_s, shown.modelName},
            {u"operator"_s, shown.operatorName},
            {u"state"_s, nameOf(batch.state)},
            {u"id_over_there"_s, batch.externalId},
            {u"questions"_s, shown.questions},
            {u"answered"_s, shown.answered},
            {u"refused"_s, shown.refused},
            {u"cost"_s, moneyText(shown.cost)},
            {u"error"_s, batch.error},
            {u"made"_s, isoTime(batch.createdAt)},
            {u"sent"_s, isoTime(batch.sentAt)},
            {u"asked_again"_s, batch.state == ModelBatch::State::Running ? isoTime(batch.nextAt) : QString()},
            {u"ended"_s, isoTime(batch.endedAt)}};
}

Async<Result<CtlOutput>> runModelsBatches(CtlRun *run)
{
    Application &app = *run->app;
    if (run->has(u"read"_s)) {
        const Result<Done> sent = co_await app.askModels(); // what has not left yet
        if (!sent)
            co_return sent.error();
        const Result<int> read = co_await app.readBatches();
        if (!read)
            co_return read.error();
    }
    const int limit = run->has(u"limit"_s) ? run->option(u"limit"_s).toInt() : 20;
    QFuture<Result<std::vector<model_batches::Shown>>> listing = app.modelCommands().batches(limit);
    const Result<std::vector<model_batches::Shown>> all = co_await finished(listing);
    if (!all)
        co_return all.error();
    CtlOutput output;
    QJsonArray list;
    for (const model_batches::Shown &shown : *all) {
        list.append(batchJson(shown));
        output.text += u"%1  %2  %3  %4 questions  %5 answered  %6 refused  %7  %8\n"_s.arg(
            isoTime(shown.batch.createdAt), forTerminal(shown.modelName), nameOf(shown.batch.state),
            QString::number(shown.questions), QString::number(shown.answered), QString::number(shown.refused),
            moneyText(shown.cost), forTerminal(shown.batch.error));
    }
    output.json.insert(u"batches"_s, list);
    co_return output;
}

} // namespace

QList<CtlCommand> modelBatchCommands()
{
    const QCommandLineOption since(
        u"since"_s, u"Conversations whose newest message is not older: a day, a time or 30d."_s, u"WHEN"_s);
    const QCommandLineOption until(u"until"_s, u"Conversations whose newest message is older."_s, u"WHEN"_s);
    const QCommandLineOption limit(u"limit"_s, u"At most so many, the newest first (200; of batches 20)."_s, u"N"_s);
    const QCommandLineOption model(u"model"_s, u"The model that is asked."_s, u"NAME"_s);
    const QCommandLineOption plan(u"plan"_s, u"Say how many, and what they may cost; ask nothing."_s);
    const QCommandLineOption read(u"read"_s, u"Send what has not left yet, and ask for answers now."_s);
    return {
        {{u"models"_s, u"batch"_s},
         u"[--since WHEN] [--until WHEN] [--limit N] [--model NAME] [--plan]"_s,
         u"Ask a model, in batches, about conversations that the local model abstained from."_s,
         {u"patchbayctl models batch --since 90d --plan"_s, u"patchbayctl models batch --since 90d"_s},
         CtlAccess::Write,
         0,
         0,
         {since, until, limit, model, plan},
         batchProblem,
         runModelsBatch},
        {{u"models"_s, u"batches"_s},
         u"[--read] [--limit N]"_s,
         u"What became of batches, the newest first."_s,
         {u"patchbayctl models batches --read"_s},
         CtlAccess::Write,
         0,
         0,
         {read, limit},
         batchProblem,
         runModelsBatches},
    };
}

} // namespace patchbay
