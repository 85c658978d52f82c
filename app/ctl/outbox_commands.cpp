#include "app/ctl/ctl.h"

#include "core/model/names.h"
#include "core/store/delivery_table.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int longestList = 10000;

QJsonObject entryJson(const deliveries::Entry &entry)
{
    const Delivery &d = entry.delivery;
    return {{u"uid"_s, d.uid},
            {u"kind"_s, nameOf(d.kind)},
            {u"state"_s, nameOf(d.state)},
            {u"destination"_s, entry.destination},
            {u"title"_s, entry.title},
            {u"key"_s, d.key},
            {u"attempts"_s, d.attempts},
            {u"next_attempt_at"_s, isoTime(d.nextAttemptAt)},
            {u"error"_s, d.notice().isEmpty() ? d.lastError : QString()},
            {u"notice"_s, d.notice()},
            {u"error_kind"_s, d.errorKind},
            {u"external_id"_s, d.externalId},
            {u"without_id"_s, d.isWithoutId()},
            {u"external_url"_s, d.externalUrl},
            {u"response"_s, d.response},
            {u"moved_to_backup"_s, bool(d.replacedBy)},
            {u"linked"_s, d.isLinked()}};
}

Async<Result<CtlOutput>> runOutboxList(CtlRun *run)
{
    const deliveries::Filter filter = run->has(u"all"_s) ? deliveries::Filter::All : deliveries::Filter::Open;
    auto work = [filter](Database &db) -> Result<std::vector<deliveries::Entry>> {
        return db.finish(deliveries::list(db, filter, longestList));
    };
    QFuture<Result<std::vector<deliveries::Entry>>> reading = run->app->store().read(work);
    const Result<std::vector<deliveries::Entry>> entries = co_await finished(reading);
    if (!entries)
        co_return entries.error();
    CtlOutput output;
    QJsonArray list;
    for (const deliveries::Entry &entry : *entries) {
        list.append(entryJson(entry));
        output.text += u"%1  %2  %3 -> %4  %5\n"_s.arg(
            entry.delivery.uid,
            entry.delivery.isLinked() && entry.delivery.state == DeliveryState::Sent ? u"linked"_s
                                                                                     : nameOf(entry.delivery.state),
            forTerminal(entry.title), forTerminal(entry.destination), forTerminal(entry.delivery.lastError));
    }
    output.json.insert(u"deliveries"_s, list);
    co_return output;
}

Async<Result<CtlOutput>> runOutboxRun(CtlRun *run)
{
    Application &app = *run->app;
    const Result<Done> loaded = co_await app.loadAccounts();
    if (!loaded)
        co_return loaded.error();
    QFuture<Result<Done>> running = app.outbox()->runOnce();
    const Result<Done> ran = co_await finished(running);
    if (!ran)
        co_return ran.error();
    co_return co_await runOutboxList(run);
}

/// Finds the entry and hands it to one of the operator's decisions.
Async<Result<CtlOutput>> decide(CtlRun *run, QFuture<Result<Done>> (*decision)(Commands &, DeliveryId, const CtlRun &))
{
    const QString uid = run->arguments.at(0);
    auto work = [uid](Database &db) -> Result<Delivery> { return deliveries::byUid(db, uid); };
    QFuture<Result<Delivery>> reading = run->app->store().read(work);
    const Result<Delivery> delivery = co_await finished(reading);
    if (!delivery)
        co_return delivery.error();
    QFuture<Result<Done>> deciding = decision(*run->app->commands(), delivery->id, *run);
    const Result<Done> decided = co_await finished(deciding);
    if (!decided)
        co_return decided.error();
    co_return CtlOutput{{{u"uid"_s, delivery->uid}}, u"Done.\n"_s, 0};
}

QFuture<Result<Done>> retryDecision(Commands &commands, DeliveryId id, const CtlRun &)
{
    return commands.retryDelivery(id);
}
QFuture<Result<Done>> cancelDecision(Commands &commands, DeliveryId id, const CtlRun &)
{
    return commands.cancelDelivery(id);
}
QFuture<Result<Done>> settleDecision(Commands &commands, DeliveryId id, const CtlRun &run)
{
    return commands.settleDelivery(id,
                                   run.has(u"sent"_s)          ? Settlement::Sent
                                       : run.has(u"give-up"_s) ? Settlement::GiveUp
                                                               : Settlement::SendAgain);
}

Async<Result<CtlOutput>> runOutboxRetry(CtlRun *run) { return decide(run, retryDecision); }
Async<Result<CtlOutput>> runOutboxCancel(CtlRun *run) { return decide(run, cancelDecision); }

Async<Result<CtlOutput>> runOutboxSettle(CtlRun *run) { return decide(run, settleDecision); }

QString settleProblem(const CtlRun &run)
{
    const int said = int(run.has(u"sent"_s)) + int(run.has(u"not-sent"_s)) + int(run.has(u"give-up"_s));
    return said == 1 ? QString() : u"Say what you found: --sent, --not-sent or --give-up."_s;
}

} // namespace

QList<CtlCommand> outboxCommands()
{
    const QCommandLineOption all(u"all"_s, u"Also what is sent or cancelled."_s);
    const QCommandLineOption sent(u"sent"_s, u"The other side has it."_s);
    const QCommandLineOption notSent(u"not-sent"_s, u"The other side does not have it; it is sent again."_s);
    const QCommandLineOption giveUp(u"give-up"_s,
                                    u"The other side does not have it, and it is not to be sent any more."_s);
    return {
        {{u"outbox"_s, u"list"_s},
         u"[--all]"_s,
         u"What waits, failed or needs a decision."_s,
         {},
         CtlAccess::Read,
         0,
         0,
         {all},
         nullptr,
         runOutboxList},
        {{u"outbox"_s, u"run"_s},
         u"[--all]"_s,
         u"Deliver what is due now."_s,
         {u"patchbayctl --secrets /etc/patchbay/secrets outbox run"_s},
         CtlAccess::Write,
         0,
         0,
         {all},
         nullptr,
         runOutboxRun},
        {{u"outbox"_s, u"retry"_s},
         u"ID"_s,
         u"Try a failed or dead one now; a task that came out of a backup too, after a look-up."_s,
         {},
         CtlAccess::Write,
         1,
         1,
         {},
         nullptr,
         runOutboxRetry},
        {{u"outbox"_s, u"cancel"_s},
         u"ID"_s,
         u"Take back what has not been sent."_s,
         {},
         CtlAccess::Write,
         1,
         1,
         {},
         nullptr,
         runOutboxCancel},
        {{u"outbox"_s, u"settle"_s},
         u"ID --sent|--not-sent|--give-up"_s,
         u"Say how an unknown one ended."_s,
         {u"patchbayctl outbox settle 0192f3 --sent"_s},
         CtlAccess::Write,
         1,
         1,
         {sent, notSent, giveUp},
         settleProblem,
         runOutboxSettle},
    };
}

} // namespace patchbay
