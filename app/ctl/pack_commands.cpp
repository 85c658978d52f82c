#include "app/ctl/ctl.h"

#include "core/engine/pack_import.h"

#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QSaveFile>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 packFileLimit = 2 * 1024 * 1024 + 1; // one byte more than a pack may have

QString packCounts(const Pack &pack)
{
    const auto rules = QJsonDocument::fromJson(pack.rules).object().value("rules"_L1).toArray().size();
    return u"%1 categories, %2 rules, %3 replies, %4 business rules"_s.arg(pack.categories.size())
        .arg(rules)
        .arg(pack.replies.size())
        .arg(pack.guides.size());
}

QJsonObject packJson(const Pack &pack) { return QJsonDocument::fromJson(packDocument(pack)).object(); }

Async<Result<CtlOutput>> runPackList(CtlRun *)
{
    CtlOutput output;
    QJsonArray list;
    for (const QString &name : builtInPackNames()) {
        const Result<Pack> pack = builtInPack(name);
        if (!pack)
            co_return pack.error();
        list.append(QJsonObject{{u"name"_s, pack->name},
                                {u"title"_s, pack->title},
                                {u"description"_s, pack->description},
                                {u"categories"_s, qint64(pack->categories.size())}});
        output.text += u"%1  %2\n    %3\n"_s.arg(pack->name.leftJustified(18), pack->description, packCounts(*pack));
    }
    output.json.insert(u"packs"_s, list);
    co_return output;
}

Async<Result<CtlOutput>> runPackShow(CtlRun *run)
{
    const Result<Pack> pack = namedPack(run->arguments.at(0));
    if (!pack)
        co_return pack.error();
    co_return CtlOutput{packJson(*pack), forTerminal(QString::fromUtf8(packDocument(*pack))), 0};
}

Async<Result<CtlOutput>> runPackCheck(CtlRun *run)
{
    const Result<Pack> pack = namedPack(run->arguments.at(0));
    if (!pack)
        co_return pack.error();
    CtlOutput output;
    output.json = {{u"ok"_s, true}, {u"name"_s, pack->name}};
    output.text = u"%1 is good: %2\n"_s.arg(pack->name, packCounts(*pack));
    co_return output;
}

QString packSign(PackChange::Kind kind)
{
    return kind == PackChange::Kind::Added ? u"+"_s : kind == PackChange::Kind::Changed ? u"~"_s : u"-"_s;
}

CtlOutput packOutput(const PackDiff &diff, bool imported)
{
    CtlOutput output;
    QJsonArray changes;
    for (const PackChange &change : diff.changes) {
        QJsonObject one{{u"change"_s, nameOf(change.kind)}, {u"what"_s, nameOf(change.what)}, {u"name"_s, change.name}};
        if (change.kind != PackChange::Kind::Added)
            one.insert(u"before"_s, change.before);
        if (change.kind != PackChange::Kind::Removed)
            one.insert(u"after"_s, change.after);
        changes.append(one);
        output.text += u"%1 %2 %3\n"_s.arg(packSign(change.kind), nameOf(change.what).replace(u'_', u' '),
                                           forTerminal(change.name));
    }
    output.json = {{u"imported"_s, imported},
                   {u"changes"_s, changes},
                   {u"notes"_s, QJsonArray::fromStringList(diff.notes)},
                   {u"added"_s, diff.count(PackChange::Kind::Added)},
                   {u"changed"_s, diff.count(PackChange::Kind::Changed)},
                   {u"removed"_s, diff.count(PackChange::Kind::Removed)}};
    for (const QString &note : diff.notes)
        output.text += u"Note: %1\n"_s.arg(forTerminal(note));
    const QString counts = u"%1 added, %2 changed, %3 removed"_s.arg(diff.count(PackChange::Kind::Added))
                               .arg(diff.count(PackChange::Kind::Changed))
                               .arg(diff.count(PackChange::Kind::Removed));
    output.text += diff.isEmpty() ? u"Nothing to change.\n"_s
        : imported                ? u"Imported: %1.\n"_s.arg(counts)
                                  : u"Nothing was imported. It would be: %1.\n"_s.arg(counts);
    return output;
}

Async<Result<CtlOutput>> runPackImport(CtlRun *run)
{
    const Result<Pack> pack = namedPack(run->arguments.at(0));
    if (!pack)
        co_return pack.error();
    const bool dry = run->has(u"dry-run"_s);
    run->open.readOnly = dry; // beside an open console too
    Result<std::unique_ptr<Application>> app = co_await Application::open(run->open);
    if (!app)
        co_return app.error();
    run->app = std::move(*app);
    PackImport how;
    how.retireOthers = run->has(u"retire-others"_s);
    QFuture<Result<PackDiff>> comparing = run->app->taxonomy().comparePack(*pack, how);
    const Result<PackDiff> diff = co_await finished(comparing);
    if (!diff)
        co_return diff.error();
    if (dry)
        co_return packOutput(*diff, false);
    QFuture<Result<PackDiff>> importing = run->app->taxonomy().importPack(*pack, how, diff->mark());
    const Result<PackDiff> done = co_await finished(importing);
    if (!done)
        co_return done.error();
    co_return packOutput(*done, true);
}

Async<Result<CtlOutput>> runPackExport(CtlRun *run)
{
    const QString path = run->arguments.at(0);
    const QString base = QFileInfo(path).completeBaseName();
    const QString name = run->has(u"name"_s) ? run->option(u"name"_s) : base;
    const QString title = run->has(u"title"_s) ? run->option(u"title"_s) : run->app->store().workspaceName();
    if (QFileInfo::exists(path))
        co_return makeError(Error::Kind::Refused, u"%1 is there already; nothing is written over."_s.arg(path));
    QFuture<Result<Pack>> reading = run->app->taxonomy().exportPack(name, title);
    const Result<Pack> pack = co_await finished(reading);
    if (!pack)
        co_return pack.error();
    QSaveFile file(path);
    const QByteArray document = packDocument(*pack);
    if (!file.open(QIODevice::WriteOnly) || file.write(document) != document.size() || !file.commit())
        co_return makeError(Error::Kind::Storage, u"%1 could not be written: %2"_s.arg(path, file.errorString()));
    CtlOutput output;
    output.json = {{u"file"_s, path}, {u"name"_s, pack->name}, {u"categories"_s, qint64(pack->categories.size())}};
    output.text = u"Exported to %1: %2\n"_s.arg(path, packCounts(*pack));
    co_return output;
}

} // namespace

Result<Pack> namedPack(const QString &nameOrFile)
{
    if (builtInPackNames().contains(nameOrFile))
        return builtInPack(nameOrFile);
    if (!QFileInfo::exists(nameOrFile))
        return makeError(
            Error::Kind::NotFound,
            u"There is neither a file nor a pack “%1”. Packs: %2."_s.arg(nameOrFile, builtInPackNames().join(u", "_s)));
    QFile file(nameOrFile);
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::Storage, u"%1 cannot be read: %2"_s.arg(nameOrFile, file.errorString()));
    return parsePack(file.read(packFileLimit), nameOrFile);
}

QList<CtlCommand> packCommands()
{
    const QCommandLineOption dry(u"dry-run"_s, u"Only tell what would change; works beside an open console."_s);
    const QCommandLineOption others(u"retire-others"_s, u"Retire categories that the pack does not have."_s);
    const QCommandLineOption name(u"name"_s, u"The pack's name; as the file, when it is left out."_s, u"NAME"_s);
    const QCommandLineOption title(u"title"_s, u"The pack's title; the workspace's name, when it is left out."_s,
                                   u"TITLE"_s);
    return {
        {{u"packs"_s, u"list"_s},
         {},
         u"Domain packs that come with Patchbay."_s,
         {u"patchbayctl packs list"_s},
         CtlAccess::None,
         0,
         0,
         {},
         nullptr,
         runPackList},
        {{u"packs"_s, u"show"_s},
         u"NAME|FILE"_s,
         u"Everything that a pack has, as JSON."_s,
         {u"patchbayctl packs show retail"_s},
         CtlAccess::None,
         1,
         1,
         {},
         nullptr,
         runPackShow},
        {{u"packs"_s, u"check"_s},
         u"FILE"_s,
         u"Read a pack strictly; exit status 1 names line and field of what is wrong."_s,
         {u"patchbayctl packs check shop.json"_s},
         CtlAccess::None,
         1,
         1,
         {},
         nullptr,
         runPackCheck},
        {{u"packs"_s, u"import"_s},
         u"NAME|FILE [--dry-run] [--retire-others]"_s,
         u"Bring a pack in, and tell what was added (+), changed (~) and removed (-)."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay packs import retail --dry-run"_s},
         CtlAccess::None,
         1,
         1,
         {dry, others},
         nullptr,
         runPackImport},
        {{u"packs"_s, u"export"_s},
         u"FILE [--name NAME] [--title TITLE]"_s,
         u"Write categories, live rules, canned replies and business rules as a pack."_s,
         {u"patchbayctl --workspace ~/Desk.patchbay packs export desk.json"_s},
         CtlAccess::Read,
         1,
         1,
         {name, title},
         nullptr,
         runPackExport},
    };
}

} // namespace patchbay
