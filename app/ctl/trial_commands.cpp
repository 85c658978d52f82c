#include "app/ctl/trial_output.h"
#include "core/store/conversation_table.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QFile>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 trialFileLimit = 16 * 1024 * 1024;
constexpr int trialMostChanges = 1000;

QString trialProblem(const CtlRun &run)
{
    if (run.has(u"since"_s) && !timeNamed(run.option(u"since"_s)))
        return u"--since wants a day (2026-03-01), a time (2026-03-01T12:00:00Z) or a number of days (30d)."_s;
    for (const QString &name : {u"last"_s, u"changes"_s}) {
        bool isNumber = false;
        const int value = run.option(name).toInt(&isNumber);
        if (run.has(name) && (!isNumber || value < 1 || (name == u"changes"_s && value > trialMostChanges)))
            return name == u"last"_s ? u"--last wants a whole number, 1 or more."_s
                                     : u"--changes wants a whole number from 1 to 1000."_s;
    }
    return {};
}

QString replayProblem(const CtlRun &run)
{
    const QString problem = trialProblem(run);
    QFile file(run.arguments.first());
    if (!problem.isEmpty() || file.open(QIODevice::ReadOnly))
        return problem;
    return u"%1 cannot be read: %2"_s.arg(file.fileName(), file.errorString());
}

QString thresholdProblem(const CtlRun &run)
{
    bool isNumber = false;
    const double wanted = run.arguments.first().toDouble(&isNumber);
    if (!isNumber || (wanted != 0 && !(wanted >= 0.5 && wanted <= 0.999)))
        return u"SHARE is a number from 0.5 to 0.999, or 0 for the threshold of a new workspace."_s;
    return trialProblem(run);
}

QString splitProblem(const CtlRun &run)
{
    const auto parts = run.parser->values(u"part"_s).size();
    bool isNumber = true;
    const int doubtful = run.has(u"doubtful"_s) ? run.option(u"doubtful"_s).toInt(&isNumber) : 0;
    if (parts < 2)
        return u"Name two parts or more, each with --part NAME or --part NAME=WORD,WORD."_s;
    if (!isNumber || doubtful < 0 || doubtful > parts)
        return u"--doubtful wants the number of a part, from 1; without it what fits none surely goes to Unsorted."_s;
    return trialProblem(run);
}

/// The newest changes and the lessons, with names; as many of each as are wanted.
Result<TrialReport> trialReport(Database &db, TrialResult result, size_t wanted)
{
    TrialReport report;
    for (const ReplayChange &change : result.replay.page(0, wanted)) {
        if (const auto conversation = conversations::byId(db, change.conversation))
            report.changes.push_back({conversation->uid, conversation->subject, change});
    }
    const auto add = [&](const std::vector<LessonId> &ids, bool better) {
        for (size_t i = 0; i < std::min(wanted, ids.size()); ++i) {
            if (const auto lesson = lessons::byId(db, ids[ids.size() - 1 - i]))
                report.lessons.push_back({lesson->uid, lesson->text, result.liveName(lesson->category), better});
        }
    };
    add(result.replay.worse, false);
    add(result.replay.better, true);
    report.result = std::move(result);
    return db.finish(std::move(report));
}

/// Tries it, on a workspace that is open.
Async<Result<CtlOutput>> runTrial(CtlRun *run, TrialDraft draft)
{
    TrialOptions options;
    options.span.since = run->has(u"since"_s) ? timeNamed(run->option(u"since"_s)) : Timestamp{};
    options.span.most = run->option(u"last"_s).toLongLong();
    options.messages = run->has(u"each"_s) ? ReplayRequest::Messages::Each : ReplayRequest::Messages::Newest;
    options.classifyAgain = run->has(u"again"_s);
    Trial trial(run->app->store(), run->app->snapshots());
    auto trying = trial.run(draft, options);
    const Result<TrialResult> result = co_await finished(std::move(trying));
    if (!result)
        co_return result.error();
    const int shown = run->has(u"changes"_s) ? run->option(u"changes"_s).toInt() : 20;
    auto naming = run->app->store().read(
        [result = *result, shown](Database &db) { return trialReport(db, result, size_t(shown)); });
    const Result<TrialReport> report = co_await finished(std::move(naming));
    if (!report)
        co_return report.error();
    co_return trialOutput(draft, *report);
}

Async<Result<CtlOutput>> runReplay(CtlRun *run)
{
    QFile file(run->arguments.first());
    if (!file.open(QIODevice::ReadOnly) || file.size() > trialFileLimit)
        co_return makeError(Error::Kind::Refused,
                            u"%1 cannot be read, or is larger than 16 MB."_s.arg(file.fileName()));
    Result<RuleSet> rules = parseRuleSet(file.read(trialFileLimit), 0);
    if (!rules)
        co_return rules.error();
    TrialDraft draft = std::move(*rules);
    co_return co_await runTrial(run, std::move(draft));
}

/// The workspace, as its owner where the draft is to hold afterwards.
Async<Result<Done>> openForTrial(CtlRun *run)
{
    run->open.readOnly = !run->has(u"apply"_s);
    Result<std::unique_ptr<Application>> app = co_await Application::open(run->open);
    if (!app)
        co_return app.error();
    run->app = std::move(*app);
    co_return Done{};
}

CtlOutput appliedOutput(CtlOutput output, const QString &sentence)
{
    output.json.insert(u"applied"_s, true);
    output.text += sentence + u'\n';
    return output;
}

Async<Result<CtlOutput>> runThreshold(CtlRun *run)
{
    const Result<Done> opened = co_await openForTrial(run);
    if (!opened)
        co_return opened.error();
    const double wanted = run->arguments.first().toDouble();
    TrialDraft draft = ThresholdDraft{wanted};
    Result<CtlOutput> tried = co_await runTrial(run, std::move(draft));
    if (!tried || !run->has(u"apply"_s))
        co_return tried;
    auto setting = run->app->commands()->setWantedPrecision(wanted);
    const Result<Done> set = co_await finished(std::move(setting));
    if (!set)
        co_return set.error();
    co_return appliedOutput(std::move(*tried), u"The threshold holds from the next message on."_s);
}

Result<Category> trialCategory(Database &db, const QString &name)
{
    const auto category = categories::byName(db, name);
    if (!category || category->mergedInto)
        return db.error().value_or(
            makeError(Error::Kind::NotFound, u"There is no category “%1” in this workspace."_s.arg(name)));
    return db.finish(*category);
}

/// What the words of the command line ask for.
Result<TaxonomyDraft> trialTaxonomyDraft(Database &db, const QString &deed, const QStringList &words,
                                         const QStringList &parts, int doubtful)
{
    const Result<Category> category = trialCategory(db, words.first());
    if (!category)
        return category.error();
    TaxonomyDraft draft;
    draft.category = category->id;
    draft.changed = *category;
    if (deed == "rename"_L1) {
        draft.changed.name = words.at(1);
    } else if (deed == "merge"_L1) {
        const Result<Category> into = trialCategory(db, words.at(1));
        if (!into)
            return into.error();
        draft.kind = TaxonomyDraft::Kind::Merge;
        draft.into = into->id;
    } else if (deed == "retire"_L1) {
        draft.kind = TaxonomyDraft::Kind::Retire;
    } else {
        draft.kind = TaxonomyDraft::Kind::Split;
        draft.split.doubtful = doubtful - 1;
        for (const QString &text : parts) {
            SplitPart part;
            part.made.name = text.section(u'=', 0, 0).simplified();
            part.made.keywords = text.section(u'=', 1).split(u',', Qt::SkipEmptyParts);
            part.made.defaultPriority = category->defaultPriority;
            if (const auto there = categories::byName(db, part.made.name); there && !there->mergedInto)
                part.existing = there->id;
            draft.split.parts.push_back(std::move(part));
        }
    }
    return db.finish(std::move(draft));
}

/// One of the desk's commands, as a sentence about it.
Async<Result<QString>> applyTaxonomy(CtlRun *run, TaxonomyDraft draft)
{
    TaxonomyDesk &desk = run->app->taxonomy();
    const int version = draft.changed.version;
    if (draft.kind == TaxonomyDraft::Kind::Retire) {
        auto retiring = desk.retire(draft.category, version);
        const Result<Done> done = co_await finished(std::move(retiring));
        if (!done)
            co_return done.error();
        co_return u"It is retired."_s;
    }
    auto changing = draft.kind == TaxonomyDraft::Kind::Merge ? desk.merge(draft.category, version, draft.into)
        : draft.kind == TaxonomyDraft::Kind::Split           ? desk.split(draft.category, version, draft.split)
                                                             : desk.change(draft.changed);
    const Result<TaxonomyMoved> moved = co_await finished(std::move(changing));
    if (!moved)
        co_return moved.error();
    co_return u"It is done; conversations moved: %1, lessons: %2."_s.arg(moved->conversations).arg(moved->lessons);
}

Async<Result<CtlOutput>> runTaxonomy(CtlRun *run, QString deed)
{
    const Result<Done> opened = co_await openForTrial(run);
    if (!opened)
        co_return opened.error();
    const bool splits = deed == "split"_L1;
    const QStringList parts = splits ? run->parser->values(u"part"_s) : QStringList();
    const int doubtful = splits ? run->option(u"doubtful"_s).toInt() : 0;
    auto reading = run->app->store().read([deed, words = run->arguments, parts, doubtful](Database &db) {
        return trialTaxonomyDraft(db, deed, words, parts, doubtful);
    });
    const Result<TaxonomyDraft> draft = co_await finished(std::move(reading));
    if (!draft)
        co_return draft.error();
    TrialDraft tried = *draft;
    Result<CtlOutput> output = co_await runTrial(run, std::move(tried));
    if (!output || !run->has(u"apply"_s))
        co_return output;
    const Result<QString> applied = co_await applyTaxonomy(run, *draft);
    if (!applied)
        co_return applied.error();
    co_return appliedOutput(std::move(*output), *applied);
}

Async<Result<CtlOutput>> runRename(CtlRun *run) { return runTaxonomy(run, u"rename"_s); }
Async<Result<CtlOutput>> runMerge(CtlRun *run) { return runTaxonomy(run, u"merge"_s); }
Async<Result<CtlOutput>> runSplit(CtlRun *run) { return runTaxonomy(run, u"split"_s); }
Async<Result<CtlOutput>> runRetire(CtlRun *run) { return runTaxonomy(run, u"retire"_s); }

} // namespace

Timestamp timeNamed(const QString &text)
{
    bool isNumber = false;
    const int days = text.endsWith(u'd') ? text.chopped(1).toInt(&isNumber) : 0;
    if (isNumber && days > 0)
        return SystemClock().now() - std::chrono::hours(24) * days;
    QDateTime at = QDateTime::fromString(text, Qt::ISODate);
    if (text.size() == 10)
        at.setTimeSpec(Qt::UTC);
    return Timestamp::from(at);
}

QList<CtlCommand> trialCommands()
{
    const QCommandLineOption since(u"since"_s, u"Conversations with a message since then: a day, a time or 30d."_s,
                                   u"WHEN"_s);
    const QCommandLineOption last(u"last"_s, u"Only the N newest conversations."_s, u"N"_s);
    const QCommandLineOption each(u"each"_s, u"Every message from outside, not just the newest of a conversation."_s);
    const QCommandLineOption again(u"again"_s, u"Ask the model anew instead of taking what was decided then."_s);
    const QCommandLineOption changes(u"changes"_s, u"Show so many changed conversations (20)."_s, u"N"_s);
    const QCommandLineOption apply(u"apply"_s, u"Then make it hold."_s);
    const QCommandLineOption part(u"part"_s, u"A part: a new name or a category, with key words; said twice or more."_s,
                                  u"NAME[=WORD,WORD]"_s);
    const QCommandLineOption doubtful(u"doubtful"_s, u"The part for what fits none surely, from 1 (Unsorted)."_s,
                                      u"N"_s);
    const QList<QCommandLineOption> span{since, last, each, changes};
    const QList<QCommandLineOption> all = span + QList<QCommandLineOption>{again, apply};
    const auto deed = [&all](CtlCommand command) {
        command.words.prepend(u"try"_s);
        command.synopsis += u" [--since WHEN] [--last N] [--each] [--changes N] [--again] [--apply]"_s;
        command.access = CtlAccess::None;
        command.options += all;
        return command;
    };
    return {
        {{u"rules"_s, u"replay"_s},
         u"FILE [--since WHEN] [--last N] [--each] [--again] [--changes N]"_s,
         u"What a rule file would have decided otherwise than the rules that hold. Changes nothing."_s,
         {u"patchbayctl rules replay rules.json --since 30d"_s},
         CtlAccess::Read,
         1,
         1,
         span + QList<QCommandLineOption>{again},
         replayProblem,
         runReplay},
        {{u"try"_s, u"threshold"_s},
         u"SHARE [--since WHEN] [--last N] [--each] [--changes N] [--apply]"_s,
         u"What would be abstained from where SHARE of the answers are to be right (0: as a new workspace has it)."_s,
         {u"patchbayctl try threshold 0.95 --since 30d"_s},
         CtlAccess::None,
         1,
         1,
         span + QList<QCommandLineOption>{apply},
         thresholdProblem,
         runThreshold},
        deed({{u"rename"_s},
              u"CATEGORY NAME"_s,
              u"What another name of a category would change."_s,
              {u"patchbayctl try rename Delivery Parcels --again"_s},
              CtlAccess::None,
              2,
              2,
              {},
              trialProblem,
              runRename}),
        deed({{u"merge"_s},
              u"CATEGORY INTO"_s,
              u"What a merge of a category into another one would change."_s,
              {u"patchbayctl try merge Refund Billing --since 90d"_s},
              CtlAccess::None,
              2,
              2,
              {},
              trialProblem,
              runMerge}),
        deed({{u"split"_s},
              u"CATEGORY --part NAME[=WORD,WORD] --part ... [--doubtful N]"_s,
              u"Where the parts of a category would take what it has."_s,
              {u"patchbayctl try split Delivery --part Lost=lost,missing --part Late=late,delay"_s},
              CtlAccess::None,
              1,
              1,
              {part, doubtful},
              splitProblem,
              runSplit}),
        deed({{u"retire"_s},
              u"CATEGORY"_s,
              u"What would become of a category's messages without it."_s,
              {u"patchbayctl try retire Feedback"_s},
              CtlAccess::None,
              1,
              1,
              {},
              trialProblem,
              runRetire}),
    };
}

} // namespace patchbay
