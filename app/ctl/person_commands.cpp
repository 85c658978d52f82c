#include "app/ctl/ctl.h"

#include "app/ctl/care_text.h"
#include "core/store/size.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

QString sizeText(qint64 bytes)
{
    return bytes < 10'000 ? u"%1 bytes"_s.arg(bytes) : u"%1 MB"_s.arg(double(bytes) / 1e6, 0, 'f', 2);
}

QString countsText(const Removed &r)
{
    return u"  %1 messages (%2 as they came, with %3 attachments)\n  %4 conversations as a whole\n"_s.arg(r.messages)
               .arg(r.items)
               .arg(r.attachments)
               .arg(r.conversations)
        + u"  %1 classifications, %2 lessons, %3 suggestions, %4 tasks, %5 deliveries\n"_s.arg(r.classifications)
              .arg(r.lessons)
              .arg(r.suggestions)
              .arg(r.tasks)
              .arg(r.deliveries);
}

QString erasedText(const Erased &e)
{
    return u"Deleted:\n"_s + countsText(e.removed)
        + u"  %1 files, %2%3\n"_s.arg(e.files).arg(
            sizeText(e.bytes),
            e.filesWait ? u"; others wait until what is being read has been read, and go with the next start"_s
                        : QString());
}

QJsonObject erasedJson(const Erased &e)
{
    QJsonObject json = erasures::toJson(e.removed);
    json.insert(u"files"_s, e.files);
    json.insert(u"file_bytes"_s, e.bytes);
    json.insert(u"files_waiting"_s, e.filesWait);
    return json;
}

namespace {

/// The workspace: beside an owner where nothing is to be changed.
Async<Result<Done>> openFor(CtlRun *run, bool readOnly)
{
    run->open.readOnly = readOnly;
    Result<std::unique_ptr<Application>> app = co_await Application::open(run->open);
    if (!app)
        co_return app.error();
    run->app = std::move(*app);
    co_return Done{};
}

QJsonObject previewJson(const PersonPreview &p)
{
    QJsonArray handles;
    for (const Handle &handle : p.person.handles)
        handles.append(QJsonObject{{u"kind"_s, handle.kind}, {u"address"_s, handle.address}});
    QJsonArray shared;
    for (const PersonPreview::Shared &one : p.shared)
        shared.append(QJsonObject{{u"conversation"_s, one.uid},
                                  {u"subject"_s, one.subject},
                                  {u"theirs"_s, one.theirs},
                                  {u"left"_s, one.left}});
    QJsonObject counts = erasures::toJson(p.counts);
    counts.insert(u"notes"_s, p.notes);
    counts.insert(u"files"_s, p.files);
    counts.insert(u"file_bytes"_s, p.fileBytes);
    return {
        {u"contact"_s,
         QJsonObject{{u"uid"_s, p.person.contact.uid}, {u"name"_s, p.person.contact.name}, {u"handles"_s, handles}}},
        {u"counts"_s, counts},
        {u"shared_conversations"_s, shared},
        {u"deliveries_to_cancel"_s, p.toCancel},
        {u"deliveries_unsettled"_s, p.unsettled},
        {u"tasks_elsewhere"_s, QJsonArray::fromStringList(p.elsewhere)},
        {u"unread_items"_s, p.unread},
        {u"refused"_s, p.refusal()}};
}

QString previewText(const PersonPreview &p, int backups)
{
    QStringList addresses;
    for (const Handle &handle : p.person.handles)
        addresses << handle.address;
    QString text = u"%1 <%2>, %3\nWhat would be deleted:\n"_s.arg(
        forTerminal(p.person.contact.name), forTerminal(addresses.join(u", "_s)), p.person.contact.uid);
    text += countsText(p.counts);
    text += u"  %1 notes among the messages; %2 files that nobody else has, %3\n"_s.arg(p.notes).arg(p.files).arg(
        sizeText(p.fileBytes));
    if (!p.shared.empty())
        text += u"Conversations in which others take part; what others wrote, and answers to them, stays:\n"_s;
    for (const PersonPreview::Shared &one : p.shared)
        text += u"  %1  %2 messages go, %3 stay: %4\n"_s.arg(one.uid)
                    .arg(one.theirs)
                    .arg(one.left)
                    .arg(forTerminal(one.subject));
    if (p.toCancel > 0)
        text += u"%1 deliveries that wait are cancelled first.\n"_s.arg(p.toCancel);
    for (const QString &task : p.elsewhere)
        text += u"Stays there: %1\n"_s.arg(forTerminal(task));
    if (p.unread > 0)
        text += u"%1 items of the same channels could not be read, so nobody knows whose they are. They stay.\n"_s.arg(
            p.unread);
    if (backups > 0)
        text += u"%1 backups in the workspace still have all of it. They stay until you remove them.\n"_s.arg(backups);
    if (p.unsettled > 0)
        text += u"REFUSED for now: %1\n"_s.arg(p.refusal());
    return text;
}

Async<Result<CtlOutput>> runPersonExport(CtlRun *run)
{
    PersonData &data = run->app->personData();
    QFuture<Result<PersonPreview>> looking = data.preview(run->arguments.at(0));
    const Result<PersonPreview> found = co_await finished(looking);
    if (!found)
        co_return found.error();
    QFuture<Result<PersonExport>> exporting = data.exportTo(found->person.contact.id, run->option(u"to"_s));
    const Result<PersonExport> done = co_await finished(exporting);
    if (!done)
        co_return done.error();
    CtlOutput output;
    output.json = {{u"folder"_s, done->folder},
                   {u"messages"_s, done->messages},
                   {u"files"_s, done->files},
                   {u"missing"_s, QJsonArray::fromStringList(done->missing)}};
    output.text = u"Exported %1 messages and %2 files to %3\n"_s.arg(done->messages).arg(done->files).arg(done->folder);
    for (const QString &missing : done->missing)
        output.text += missing + u'\n';
    co_return output;
}

Async<Result<CtlOutput>> runPersonDelete(CtlRun *run)
{
    const bool yes = run->has(u"yes"_s);
    const Result<Done> opened = co_await openFor(run, !yes);
    if (!opened)
        co_return opened.error();
    if (yes) { // what a kill left comes first: it may be this very person
        QFuture<Result<Erased>> resuming = run->app->erasures()->resume();
        const Result<Erased> resumed = co_await finished(resuming);
        if (!resumed)
            co_return resumed.error();
        if (resumed->removed.contacts > 0 || resumed->files > 0) {
            QFuture<Result<PersonPreview>> again = run->app->personData().preview(run->arguments.at(0));
            const Result<PersonPreview> left = co_await finished(again);
            if (!left && left.error().kind == Error::Kind::NotFound)
                co_return CtlOutput{erasedJson(*resumed), erasedText(*resumed), 0};
        }
    }
    QFuture<Result<PersonPreview>> looking = run->app->personData().preview(run->arguments.at(0));
    const Result<PersonPreview> preview = co_await finished(looking);
    if (!preview)
        co_return preview.error();
    if (!yes) {
        const BackupsSize backups = measureBackups(run->app->store().location());
        CtlOutput output{previewJson(*preview), previewText(*preview, backups.count), 0};
        output.json.insert(u"backups"_s, backups.count);
        output.json.insert(u"deleted"_s, false);
        output.text += u"Nothing was deleted. Say --yes to delete it.\n"_s;
        co_return output;
    }
    QFuture<Result<Erased>> erasing =
        run->app->erasures()->erasePerson(preview->person.contact.id, preview->person.contacts);
    const Result<Erased> erased = co_await finished(erasing);
    if (!erased)
        co_return erased.error();
    CtlOutput output{erasedJson(*erased), erasedText(*erased), 0};
    if (!run->app->store().isShared())
        output.text += u"Pieces of short texts may be left inside the database file: \"compact\" makes it anew.\n"_s;
    co_return output;
}

} // namespace

QList<CtlCommand> personCommands()
{
    const QCommandLineOption to(u"to"_s, u"The new folder."_s, u"FOLDER"_s);
    const QCommandLineOption yes(u"yes"_s, u"Delete; without it the command only says what would go."_s);
    const auto needsFolder = [](const CtlRun &run) {
        return run.option(u"to"_s).isEmpty() ? u"Say --to FOLDER."_s : QString();
    };
    return {
        {{u"person"_s, u"export"_s},
         u"CONTACT|ADDRESS --to FOLDER"_s,
         u"Everything about one person into a new folder: data.json, messages as they came, files."_s,
         {u"patchbayctl person export ana@example.org --to ~/ana"_s},
         CtlAccess::Read,
         1,
         1,
         {to},
         needsFolder,
         runPersonExport},
        {{u"person"_s, u"delete"_s},
         u"CONTACT|ADDRESS [--yes]"_s,
         u"Show what would be deleted of one person's data, or delete it. A deletion that was killed goes on."_s,
         {u"patchbayctl person delete ana@example.org --yes"_s},
         CtlAccess::None,
         1,
         1,
         {yes},
         nullptr,
         runPersonDelete},
    };
}

} // namespace patchbay
