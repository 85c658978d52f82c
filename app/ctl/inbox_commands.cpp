#include "app/ctl/ctl.h"

#include "app/ctl/conversation_json.h"
#include "core/store/suggestion_table.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>

#include <cstdio>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 largestInput = 1024 * 1024;

QString wantedView(const CtlRun &run) { return run.has(u"view"_s) ? run.option(u"view"_s) : u"all"_s; }

/// What is wrong with an option that wants a whole number of 1 or more.
QString numberProblem(const CtlRun &run, const QString &name)
{
    bool isNumber = false;
    const int number = run.option(name).toInt(&isNumber);
    return run.has(name) && (!isNumber || number < 1) ? u"--%1 wants a whole number of 1 or more."_s.arg(name)
                                                      : QString();
}

QString listProblem(const CtlRun &run)
{
    const QString view = wantedView(run);
    if (!viewFrom(view))
        return u"There is no view \"%1\". Views: %2."_s.arg(view, viewNames().join(u", "_s));
    return numberProblem(run, u"limit"_s);
}

QString acceptProblem(const CtlRun &run)
{
    if (run.has(u"link"_s) && run.has(u"another"_s))
        return u"Say --link or --another, not both."_s;
    return numberProblem(run, u"shown"_s);
}

QString replyProblem(const CtlRun &run)
{
    return run.arguments.size() < 2 && !run.has(u"file"_s) ? u"Say what to reply, or name a --file."_s : QString();
}

Async<Result<CtlOutput>> runConversationsList(CtlRun *run)
{
    const std::optional<conversations::View> view = viewFrom(wantedView(*run));
    const int limit = run->has(u"limit"_s) ? run->option(u"limit"_s).toInt() : 100;
    const OperatorId me = run->app->me().id;
    auto work = [view, limit, me](Database &db) -> Result<std::vector<conversations::Summary>> {
        std::vector<ConversationId> ids;
        for (const conversations::Ordered &one : conversations::ordered(db, *view, me)) {
            if (int(ids.size()) == limit)
                break;
            ids.push_back(one.id);
        }
        return db.finish(conversations::summaries(db, me, ids));
    };
    QFuture<Result<std::vector<conversations::Summary>>> reading = run->app->store().read(work);
    const Result<std::vector<conversations::Summary>> rows = co_await finished(reading);
    if (!rows)
        co_return rows.error();
    CtlOutput output;
    QJsonArray list;
    for (const conversations::Summary &row : *rows) {
        list.append(summaryJson(row));
        output.text += summaryLine(row);
    }
    output.json.insert(u"conversations"_s, list);
    co_return output;
}

Async<Result<CtlOutput>> runConversationsShow(CtlRun *run)
{
    const Result<Conversation> conversation = co_await namedConversation(run);
    if (!conversation)
        co_return conversation.error();
    const ConversationId id = conversation->id;
    const OperatorId me = run->app->me().id;
    auto work = [id, me](Database &db) -> Result<ConversationDetail> { return db.finish(readDetail(db, id, me)); };
    QFuture<Result<ConversationDetail>> reading = run->app->store().read(work);
    const Result<ConversationDetail> detail = co_await finished(reading);
    if (!detail)
        co_return detail.error();
    co_return CtlOutput{detailJson(*detail), detailText(*detail), 0};
}

/// An open task is there already: it is taken with --link, otherwise the caller is told.
Async<Result<CtlOutput>> linkOrAsk(CtlRun *run, ConversationId id, int shown, Commands::OpenTask open)
{
    if (!run->has(u"link"_s)) {
        co_return makeError(
            Error::Kind::Conflict,
            u"There is an open task for this already: \"%1\" at %2 (%3). --link answers with it, --another makes a second one."_s
                .arg(open.title, open.target, open.uid));
    }
    QFuture<Result<Commands::Linked>> linking = run->app->commands()->link(id, shown, open.task);
    const Result<Commands::Linked> linked = co_await finished(linking);
    if (!linked)
        co_return linked.error();
    co_return CtlOutput{{{u"task"_s, linked->taskUid}, {u"linked"_s, true}},
                        u"Linked to the open task %1.\n"_s.arg(linked->taskUid),
                        0};
}

Async<Result<CtlOutput>> runAccept(CtlRun *run)
{
    const Result<Conversation> conversation = co_await namedConversation(run);
    if (!conversation)
        co_return conversation.error();
    const ConversationId id = conversation->id;
    auto work = [id](Database &db) -> Result<std::optional<Suggestion>> {
        return db.finish(suggestions::pending(db, id));
    };
    QFuture<Result<std::optional<Suggestion>>> reading = run->app->store().read(work);
    const Result<std::optional<Suggestion>> pending = co_await finished(reading);
    if (!pending)
        co_return pending.error();
    const int shown =
        run->has(u"shown"_s) ? run->option(u"shown"_s).toInt() : (pending->has_value() ? (*pending)->version : 0);
    const Commands::IfOpen ifOpen = run->has(u"another"_s) ? Commands::IfOpen::Another : Commands::IfOpen::Ask;
    QFuture<Result<Commands::Accepted>> accepting = run->app->commands()->accept(id, shown, ifOpen);
    const Result<Commands::Accepted> accepted = co_await finished(accepting);
    if (!accepted)
        co_return accepted.error();
    if (accepted->open)
        co_return co_await linkOrAsk(run, id, shown, *accepted->open);
    const QString first = accepted->deliveryUids.value(0);
    co_return CtlOutput{
        {{u"task"_s, accepted->taskUid},
         {u"delivery"_s, first},
         {u"deliveries"_s, QJsonArray::fromStringList(accepted->deliveryUids)}},
        u"Accepted: task %1, delivery %2 is queued.\n"_s.arg(accepted->taskUid, accepted->deliveryUids.join(u", "_s)),
        0};
}

Async<Result<CtlOutput>> runReply(CtlRun *run)
{
    const Result<Conversation> conversation = co_await namedConversation(run);
    if (!conversation)
        co_return conversation.error();
    const Result<QString> text = textOrStandardInput(run->arguments.value(1));
    if (!text)
        co_return text.error();
    std::vector<OutboundFile> files;
    const QStringList paths = run->parser->values(u"file"_s);
    for (const QString &path : paths) {
        QFuture<Result<OutboundFile>> keeping = run->app->commands()->keepFile(path);
        const Result<OutboundFile> kept = co_await finished(keeping);
        if (!kept)
            co_return kept.error();
        files.push_back(*kept);
    }
    QFuture<Result<Commands::Reply>> replying = run->app->commands()->reply(conversation->id, *text, std::move(files));
    const Result<Commands::Reply> reply = co_await finished(replying);
    if (!reply)
        co_return reply.error();
    const QString messages =
        reply->deliveries.size() > 1 ? u" as %1 messages"_s.arg(reply->deliveries.size()) : QString();
    co_return CtlOutput{{{u"delivery"_s, reply->deliveryUid}, {u"messages"_s, qint64(reply->deliveries.size())}},
                        u"Reply %1 is queued%2.\n"_s.arg(reply->deliveryUid, messages),
                        0};
}

Async<Result<CtlOutput>> runClassify(CtlRun *run)
{
    const Result<QString> text = textOrStandardInput(run->arguments.value(0, u"-"_s));
    if (!text)
        co_return text.error();
    const std::shared_ptr<const Snapshot> snapshot = run->app->snapshots().current();
    const Classification classification = snapshot->classifier->classify(QString(), *text);
    QString name;
    for (const Category &category : snapshot->taxonomy) {
        if (category.id == classification.category)
            name = category.name;
    }
    CtlOutput output;
    output.json = toJson(classification);
    output.json.insert(u"category"_s, name);
    output.json.remove(u"runner_up"_s);
    output.text = u"%1  %2 %\n"_s.arg(forTerminal(name), QString::number(qRound(classification.confidence * 100)));
    for (const Evidence &evidence : classification.because)
        output.text += u"  %1  %2\n"_s.arg(evidence.weight, 7, 'f', 3).arg(forTerminal(evidence.words));
    co_return output;
}

} // namespace

Result<QString> textOrStandardInput(const QString &argument)
{
    if (argument != u"-"_s)
        return argument;
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return makeError(Error::Kind::Refused, u"Standard input cannot be read."_s);
    return QString::fromUtf8(input.read(largestInput));
}

Async<Result<Conversation>> namedConversation(CtlRun *run)
{
    const QString uid = run->arguments.at(0);
    auto work = [uid](Database &db) -> Result<Conversation> { return conversations::byUid(db, uid); };
    QFuture<Result<Conversation>> reading = run->app->store().read(work);
    co_return co_await finished(reading);
}

QList<CtlCommand> inboxCommands()
{
    const QCommandLineOption view(u"view"_s, u"all, open queue views or done."_s, u"VIEW"_s);
    const QCommandLineOption limit(u"limit"_s, u"At most so many (100)."_s, u"N"_s);
    const QCommandLineOption link(u"link"_s, u"Where a task is open at the target already, answer with that one."_s);
    const QCommandLineOption another(u"another"_s, u"Where a task is open at the target already, make a second one."_s);
    const QCommandLineOption version(u"shown"_s, u"The suggestion's version that was shown."_s, u"N"_s);
    const QCommandLineOption file(u"file"_s, u"Goes along, as it is now; may be given more than once."_s, u"PATH"_s);
    return {
        {{u"conversations"_s, u"list"_s},
         u"[--view VIEW] [--limit N]"_s,
         u"Newest first."_s,
         {u"patchbayctl --json conversations list --view awaiting-us"_s},
         CtlAccess::Read,
         0,
         0,
         {view, limit},
         listProblem,
         runConversationsList},
        {{u"conversations"_s, u"show"_s},
         u"CONVERSATION"_s,
         u"Messages, suggestion with its reasons, tasks, deliveries."_s,
         {},
         CtlAccess::Read,
         1,
         1,
         {},
         nullptr,
         runConversationsShow},
        {{u"accept"_s},
         u"CONVERSATION [--shown N] [--link|--another]"_s,
         u"Accept its suggestion: one task, once."_s,
         {u"patchbayctl accept 0192f3"_s},
         CtlAccess::Write,
         1,
         1,
         {version, link, another},
         acceptProblem,
         runAccept},
        {{u"reply"_s},
         u"CONVERSATION TEXT|- [--file PATH]..."_s,
         u"Queue a reply to the contact; with --file the text may be left out."_s,
         {u"echo \"It is on its way.\" | patchbayctl reply 0192f3 -"_s,
          u"patchbayctl reply 0192f3 \"Here it is.\" --file invoice.pdf"_s},
         CtlAccess::Write,
         1,
         2,
         {file},
         replyProblem,
         runReply},
        {{u"classify"_s},
         u"[TEXT|-]"_s,
         u"What the local model makes of a text, and why."_s,
         {u"patchbayctl classify \"My invoice is wrong\""_s},
         CtlAccess::Read,
         0,
         1,
         {},
         nullptr,
         runClassify},
    };
}

} // namespace patchbay
