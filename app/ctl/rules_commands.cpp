#include "app/ctl/ctl.h"

#include "app/ctl/rules_output.h"
#include "core/engine/rules_cases.h"
#include "core/store/account_table.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 rulesFileLimit = 16 * 1024 * 1024;

Result<QByteArray> rulesFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::NotFound, u"%1 cannot be read: %2"_s.arg(path, file.errorString()));
    if (file.size() > rulesFileLimit)
        return makeError(Error::Kind::Refused, u"%1 is larger than 16 MB."_s.arg(path));
    return file.read(rulesFileLimit);
}

QString rulesUnreadable(const CtlRun &run)
{
    for (const QString &path : run.arguments) {
        if (const auto file = rulesFile(path); !file)
            return file.error().message;
    }
    return {};
}

/// With --workspace its names are looked at too.
Async<Result<CtlOutput>> runLint(CtlRun *run)
{
    const QByteArray document = *rulesFile(run->arguments.first());
    std::optional<RuleNames> names;
    if (run->has(u"workspace"_s)) {
        run->open.readOnly = true;
        Result<std::unique_ptr<Application>> app = co_await Application::open(run->open);
        if (!app)
            co_return app.error();
        run->app = std::move(*app);
        auto reading =
            run->app->store().read([](Database &db) -> Result<RuleNames> { return db.finish(ruleNames(db)); });
        const Result<RuleNames> known = co_await finished(reading);
        if (!known)
            co_return known.error();
        names = *known;
    }
    co_return lintOutput(run->arguments.first(), lintDocument(document, names ? &*names : nullptr));
}

Async<Result<CtlOutput>> runTest(CtlRun *run)
{
    const Result<RuleSet> rules = parseRuleSet(*rulesFile(run->arguments.at(0)), 0);
    if (!rules)
        co_return rules.error();
    const auto cases = parseRuleCases(*rulesFile(run->arguments.at(1)));
    if (!cases)
        co_return cases.error();
    CtlOutput output;
    QJsonArray list;
    int failed = 0;
    for (const RuleCase &one : *cases) {
        const QStringList failures = failuresOf(one, *rules);
        failed += failures.isEmpty() ? 0 : 1;
        list.append(QJsonObject{{u"case"_s, one.name},
                                {u"passed"_s, failures.isEmpty()},
                                {u"failures"_s, QJsonArray::fromStringList(failures)}});
        for (const QString &failure : failures)
            output.text += forTerminal(u"FAIL %1: %2"_s.arg(one.name, failure)) + u'\n';
    }
    output.text += u"%1 passed, %2 failed\n"_s.arg(int(cases->size()) - failed).arg(failed);
    output.json = {{u"cases"_s, list}, {u"passed"_s, int(cases->size()) - failed}, {u"failed"_s, failed}};
    output.status = failed > 0 ? 1 : 0;
    co_return output;
}

QString publishProblem(const CtlRun &run)
{
    if (run.arguments.isEmpty() != run.has(u"draft"_s))
        return u"Name a file, or a draft with --draft."_s;
    return rulesUnreadable(run);
}

CtlOutput publishedOutput(int version)
{
    CtlOutput output;
    output.json = {{u"version"_s, version}};
    output.text = u"Version %1 of the rules holds from now on.\n"_s.arg(version);
    return output;
}

Result<RuleDraftId> draftByUid(Database &db, const QString &uid)
{
    for (const rule_drafts::Draft &draft : rule_drafts::all(db)) {
        if (draft.uid == uid)
            return db.finish(draft.id);
    }
    return makeError(Error::Kind::NotFound, u"There is no draft %1; \"rules list\" shows them."_s.arg(uid));
}

/// What somebody else wrote.
Async<Result<CtlOutput>> runPublishDraft(CtlRun *run)
{
    auto finding =
        run->app->store().read([uid = run->option(u"draft"_s)](Database &db) { return draftByUid(db, uid); });
    const Result<RuleDraftId> draft = co_await finished(finding);
    if (!draft)
        co_return draft.error();
    auto publishing = run->app->ruleDesk()->publish(*draft);
    const Result<int> version = co_await finished(publishing);
    if (!version)
        co_return version.error();
    co_return publishedOutput(*version);
}

Async<Result<CtlOutput>> runPublish(CtlRun *run)
{
    if (run->has(u"draft"_s))
        co_return co_await runPublishDraft(run);
    RuleDesk &desk = *run->app->ruleDesk();
    const QByteArray document = *rulesFile(run->arguments.first());
    auto saving = desk.saveDraft({}, document, run->option(u"comment"_s));
    const Result<RuleDraftId> draft = co_await finished(saving);
    if (!draft)
        co_return draft.error();
    auto publishing = desk.publish(*draft);
    const Result<int> version = co_await finished(publishing);
    if (!version) {
        // It stays for the second person; what the linter refused does not.
        auto asking =
            run->app->store().read([](Database &db) -> Result<bool> { return db.finish(wantsSecondPerson(db)); });
        const Result<bool> second = co_await finished(asking);
        auto names = run->app->store().read([](Database &db) -> Result<RuleNames> { return db.finish(ruleNames(db)); });
        const Result<RuleNames> known = co_await finished(names);
        const bool waits = second && *second && known && !hasErrors(lintDocument(document, &*known));
        if (!waits) {
            auto removing = desk.removeDraft(*draft);
            (void)co_await finished(removing);
        }
        co_return version.error();
    }
    co_return publishedOutput(*version);
}

QString rollbackProblem(const CtlRun &run)
{
    bool isNumber = run.arguments.isEmpty();
    if (!isNumber && run.arguments.first().toInt(&isNumber) < 1)
        isNumber = false;
    return isNumber ? QString() : u"VERSION is a whole number, 1 or more; \"rules list\" shows them."_s;
}

Async<Result<CtlOutput>> runRollback(CtlRun *run)
{
    auto rolling = run->app->ruleDesk()->rollBack(run->arguments.value(0).toInt());
    const Result<int> version = co_await finished(rolling);
    if (!version)
        co_return version.error();
    CtlOutput output;
    output.json = {{u"version"_s, *version}};
    output.text = u"Version %1, with the rules as they were, holds from now on.\n"_s.arg(*version);
    co_return output;
}

} // namespace

QList<CtlCommand> rulesCommands()
{
    const QCommandLineOption draft(u"draft"_s, u"Publish this draft instead of a file."_s, u"UID"_s);
    const QCommandLineOption comment(u"comment"_s, u"Why, for the list of versions."_s, u"TEXT"_s);
    return {
        {{u"rules"_s, u"lint"_s},
         u"FILE"_s,
         u"What is wrong with a rule file; with --workspace, whether its names are there too. Status 1: an error."_s,
         {u"patchbayctl rules lint rules.json"_s},
         CtlAccess::None,
         1,
         1,
         {},
         rulesUnreadable,
         runLint},
        {{u"rules"_s, u"test"_s},
         u"FILE CASES"_s,
         u"Whether a rule file decides the messages of a file of cases as they expect. Status 1: it does not."_s,
         {u"patchbayctl rules test rules.json cases.json"_s},
         CtlAccess::None,
         2,
         2,
         {},
         rulesUnreadable,
         runTest},
        {{u"rules"_s, u"publish"_s},
         u"FILE [--comment TEXT] | --draft UID"_s,
         u"Makes a rule file the next version; where a second person is wanted, a draft for them."_s,
         {u"patchbayctl rules publish rules.json --comment 'Refunds to the warehouse'"_s},
         CtlAccess::Write,
         0,
         1,
         {comment, draft},
         publishProblem,
         runPublish},
        {{u"rules"_s, u"rollback"_s},
         u"[VERSION]"_s,
         u"Publishes an older version again (the one before), as a new one."_s,
         {u"patchbayctl rules rollback"_s},
         CtlAccess::Write,
         0,
         1,
         {},
         rollbackProblem,
         runRollback},
    };
}

} // namespace patchbay
