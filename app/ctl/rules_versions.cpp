#include "app/ctl/ctl.h"

#include "app/ctl/rules_output.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString versionsProblem(const CtlRun &run)
{
    for (const QString &argument : run.arguments) {
        bool isNumber = false;
        if (argument.toInt(&isNumber) < 1 || !isNumber)
            return u"A version is a whole number, 1 or more; \"rules list\" shows them."_s;
    }
    return {};
}

struct RuleVersions {
    std::vector<rule_sets::Version> versions = {};
    std::vector<rule_drafts::Draft> drafts = {};
    QHash<OperatorId, QString> names = {};
    bool secondPerson = false;
};

Result<RuleVersions> readVersions(Database &db)
{
    RuleVersions all{rule_sets::versions(db), rule_drafts::all(db), {}, wantsSecondPerson(db)};
    for (const Operator &one : operators::all(db))
        all.names.insert(one.id, one.name);
    return db.finish(std::move(all));
}

Async<Result<CtlOutput>> runList(CtlRun *run)
{
    auto reading = run->app->store().read(readVersions);
    const Result<RuleVersions> all = co_await finished(reading);
    if (!all)
        co_return all.error();
    CtlOutput output;
    QJsonArray versions;
    for (const rule_sets::Version &one : all->versions) {
        versions.append(
            QJsonObject{{u"version"_s, one.version},
                        {u"uid"_s, one.uid},
                        {u"published_at"_s, isoTime(one.publishedAt)},
                        {u"published_by"_s, all->names.value(one.publishedBy)},
                        {u"written_by"_s, all->names.value(one.writtenBy ? one.writtenBy : one.publishedBy)},
                        {u"comment"_s, one.comment},
                        {u"restores"_s, one.restores}});
        output.text +=
            u"%1  %2  %3  %4\n"_s.arg(QString::number(one.version), isoTime(one.publishedAt),
                                      forTerminal(all->names.value(one.publishedBy)), forTerminal(one.comment));
    }
    QJsonArray drafts;
    for (const rule_drafts::Draft &one : all->drafts) {
        drafts.append(QJsonObject{{u"uid"_s, one.uid},
                                  {u"based_on"_s, one.basedOn},
                                  {u"written_by"_s, all->names.value(one.author)},
                                  {u"updated_at"_s, isoTime(one.updatedAt)},
                                  {u"comment"_s, one.comment},
                                  {u"shadow_until"_s, isoTime(one.shadowUntil)},
                                  {u"shadow_messages"_s, one.shadowSeen},
                                  {u"shadow_differs"_s, one.shadowDiffers}});
        output.text += u"draft %1  %2  %3  %4\n"_s.arg(
            one.uid, isoTime(one.updatedAt), forTerminal(all->names.value(one.author)), forTerminal(one.comment));
        if (one.shadowFrom)
            output.text += u"    in the shadow until %1: %2 of %3 messages would be decided otherwise\n"_s
                               .arg(isoTime(one.shadowUntil))
                               .arg(one.shadowDiffers)
                               .arg(one.shadowSeen);
    }
    output.json = {{u"versions"_s, versions}, {u"drafts"_s, drafts}, {u"second_person"_s, all->secondPerson}};
    co_return output;
}

/// The document of a version; of the live one when none is named.
Result<QByteArray> versionDocument(Database &db, int version)
{
    return db.finish(rule_sets::document(db, version > 0 ? version : rule_sets::current(db).version));
}

Async<Result<CtlOutput>> runShow(CtlRun *run)
{
    auto reading = run->app->store().read(
        [version = run->arguments.value(0).toInt()](Database &db) { return versionDocument(db, version); });
    const Result<QByteArray> document = co_await finished(reading);
    if (!document)
        co_return document.error();
    CtlOutput output;
    output.text = QString::fromUtf8(*document);
    output.json = {{u"document"_s, output.text}};
    output.text = forTerminal(output.text);
    co_return output;
}

/// Between two versions: those that are named, or one and the live one, or the live one and the one before it.
Async<Result<CtlOutput>> runDiff(CtlRun *run)
{
    auto reading = run->app->store().read([words = run->arguments](Database &db) -> Result<RuleDiff> {
        const int live = rule_sets::current(db).version;
        const int from = words.isEmpty() ? live - 1 : words.at(0).toInt();
        const int to = words.size() > 1 ? words.at(1).toInt() : live;
        const QByteArray before = rule_sets::document(db, from);
        const QByteArray after = rule_sets::document(db, to);
        if (!db.ok())
            return *db.error();
        const auto a = parseRuleSet(before, from);
        const auto b = parseRuleSet(after, to);
        if (!a || !b)
            return a ? b.error() : a.error();
        return db.finish(diffRules(*a, *b));
    });
    const Result<RuleDiff> diff = co_await finished(reading);
    if (!diff)
        co_return diff.error();
    co_return diffOutput(*diff);
}

QString shadowProblem(const CtlRun &run)
{
    bool isNumber = false;
    const int days = run.option(u"days"_s).toInt(&isNumber);
    if (!isNumber || days < 1 || days > 90)
        return u"--days wants a whole number from 1 to 90."_s;
    return QFile::exists(run.arguments.first()) ? QString() : u"There is no file %1."_s.arg(run.arguments.first());
}

Async<Result<CtlOutput>> runShadow(CtlRun *run)
{
    QFile file(run->arguments.first());
    if (!file.open(QIODevice::ReadOnly))
        co_return makeError(Error::Kind::NotFound, u"%1 cannot be read: %2"_s.arg(file.fileName(), file.errorString()));
    RuleDesk &desk = *run->app->ruleDesk();
    auto saving = desk.saveDraft({}, file.read(16 * 1024 * 1024), run->option(u"comment"_s));
    const Result<RuleDraftId> draft = co_await finished(saving);
    if (!draft)
        co_return draft.error();
    auto starting = desk.startShadow(*draft, run->option(u"days"_s).toInt());
    const Result<Done> started = co_await finished(starting);
    if (!started)
        co_return started.error();
    CtlOutput output;
    output.json = {{u"days"_s, run->option(u"days"_s).toInt()}};
    output.text =
        u"The rules are asked about each new message for %1 days, and change nothing.\n"_s.arg(run->option(u"days"_s));
    co_return output;
}

constexpr int versionsMostDifferences = 1000;

QString differencesProblem(const CtlRun &run)
{
    bool isNumber = !run.has(u"limit"_s);
    const int limit = run.has(u"limit"_s) ? run.option(u"limit"_s).toInt(&isNumber) : 1;
    return isNumber && limit >= 1 && limit <= versionsMostDifferences
        ? QString()
        : u"--limit wants a whole number from 1 to 1000."_s;
}

struct ShadowListed {
    std::optional<rule_drafts::Draft> draft = {};
    std::vector<std::pair<rule_drafts::Difference, Conversation>> differences = {};
};

Result<ShadowListed> readDifferences(Database &db, int limit)
{
    ShadowListed listed;
    listed.draft = rule_drafts::lastInShadow(db);
    if (!listed.draft)
        return makeError(Error::Kind::NotFound,
                         u"No draft was asked beside the live rules yet; \"rules shadow\" begins that."_s);
    for (const rule_drafts::Difference &one : rule_drafts::differences(db, listed.draft->id, 0, limit))
        listed.differences.emplace_back(one, conversations::byId(db, one.conversation).value_or(Conversation{}));
    return db.finish(std::move(listed));
}

Async<Result<CtlOutput>> runDifferences(CtlRun *run)
{
    const int limit = run->has(u"limit"_s) ? run->option(u"limit"_s).toInt() : 20;
    auto reading = run->app->store().read([limit](Database &db) { return readDifferences(db, limit); });
    const Result<ShadowListed> listed = co_await finished(reading);
    if (!listed)
        co_return listed.error();
    CtlOutput output;
    QJsonArray list;
    output.text = u"Draft %1: %2 of %3 messages decided otherwise.\n"_s.arg(listed->draft->uid)
                      .arg(listed->draft->shadowDiffers)
                      .arg(listed->draft->shadowSeen);
    for (const auto &[one, conversation] : listed->differences) {
        list.append(QJsonObject{{u"conversation"_s, conversation.uid},
                                {u"subject"_s, conversation.subject},
                                {u"at"_s, isoTime(one.at)},
                                {u"from"_s, one.live},
                                {u"to"_s, one.draft}});
        output.text +=
            u"%1  %2  %3\n    %4 -> %5\n"_s.arg(conversation.uid, isoTime(one.at), forTerminal(conversation.subject),
                                                forTerminal(one.live), forTerminal(one.draft));
    }
    output.json = {{u"draft"_s, listed->draft->uid},
                   {u"messages"_s, listed->draft->shadowSeen},
                   {u"differs"_s, listed->draft->shadowDiffers},
                   {u"differences"_s, list}};
    co_return output;
}

QString secondPersonProblem(const CtlRun &run)
{
    const QString &word = run.arguments.first();
    return word == u"on"_s || word == u"off"_s ? QString() : u"Say on or off."_s;
}

Async<Result<CtlOutput>> runSecondPerson(CtlRun *run)
{
    const bool on = run->arguments.first() == u"on"_s;
    auto setting = run->app->ruleDesk()->requireSecondPerson(on);
    const Result<Done> done = co_await finished(setting);
    if (!done)
        co_return done.error();
    CtlOutput output;
    output.json = {{u"second_person"_s, on}};
    output.text =
        on ? u"Rules are published by somebody who did not write them.\n"_s : u"Who writes rules may publish them.\n"_s;
    co_return output;
}

} // namespace

QList<CtlCommand> ruleVersionCommands()
{
    const QCommandLineOption days(u"days"_s, u"How long."_s, u"N"_s);
    const QCommandLineOption limit(u"limit"_s, u"So many (20)."_s, u"N"_s);
    const QCommandLineOption comment(u"comment"_s, u"Why, for the list of versions."_s, u"TEXT"_s);
    return {
        {{u"rules"_s, u"list"_s},
         {},
         u"The versions of the rules, newest first, and the drafts."_s,
         {u"patchbayctl rules list"_s},
         CtlAccess::Read,
         0,
         0,
         {},
         nullptr,
         runList},
        {{u"rules"_s, u"show"_s},
         u"[VERSION]"_s,
         u"The rule file of a version (of the one that holds)."_s,
         {u"patchbayctl rules show 3"_s},
         CtlAccess::Read,
         0,
         1,
         {},
         versionsProblem,
         runShow},
        {{u"rules"_s, u"diff"_s},
         u"[FROM [TO]]"_s,
         u"What differs between two versions, by the names of the rules."_s,
         {u"patchbayctl rules diff 2 3"_s},
         CtlAccess::Read,
         0,
         2,
         {},
         versionsProblem,
         runDiff},
        {{u"rules"_s, u"shadow"_s},
         u"FILE --days N [--comment TEXT]"_s,
         u"Asks a rule file beside the live rules about each new message, and counts what it would decide otherwise."_s,
         {u"patchbayctl rules shadow rules.json --days 7"_s},
         CtlAccess::Write,
         1,
         1,
         {days, comment},
         shadowProblem,
         runShadow},
        {{u"rules"_s, u"differences"_s},
         u"[--limit N]"_s,
         u"What the draft in the shadow (or the last one that was) would have decided otherwise, newest first."_s,
         {u"patchbayctl rules differences --limit 50"_s},
         CtlAccess::Read,
         0,
         0,
         {limit},
         differencesProblem,
         runDifferences},
        {{u"rules"_s, u"review"_s},
         u"on|off"_s,
         u"Whether another person than its author has to publish a draft."_s,
         {u"patchbayctl rules review on"_s},
         CtlAccess::Write,
         1,
         1,
         {},
         secondPersonProblem,
         runSecondPerson},
    };
}

} // namespace patchbay
