#include "core/engine/person_data.h"
#include "core/engine/person_scope.h"
#include "core/store/durable_file.h"
#include "core/store/identity_table.h"
#include "core/store/misc_tables.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QHash>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int exportPage = 100;
constexpr qint64 exportBytesAtOnce = 32 * 1024 * 1024;
constexpr qsizetype exportNameLimit = 80;

/// A name that means nothing to a file system, a shell or a spreadsheet.
QString exportName(const QString &given)
{
    QString name;
    for (const QChar c : given.right(exportNameLimit)) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'.'
            || c == u'-' || c == u'_';
        name += plain ? c : u'_';
    }
    return name;
}

/// The folder on its way: everything is written under a passing name. Used by one read after the other.
class ExportFolder {
public:
    ~ExportFolder() { abandon(); }

    /// Leaves nothing of an export that did not come to its end.
    void abandon()
    {
        m_data.close();
        if (!m_part.isEmpty())
            QDir(m_part).removeRecursively();
        m_part.clear();
    }

    Result<Done> begin(const QString &folder)
    {
        m_folder = QDir::cleanPath(QFileInfo(folder).absoluteFilePath());
        if (QFileInfo::exists(m_folder))
            return makeError(Error::Kind::Conflict,
                             u"%1 exists already; it was left as it is. Choose a new name."_s.arg(m_folder));
        const QString part = m_folder + u".part"_s;
        if (QFileInfo::exists(part) && !clear(part))
            return makeError(Error::Kind::Conflict, u"%1 is in the way; move it elsewhere."_s.arg(part));
        for (const char *name : {"", "/messages", "/files"}) {
            if (const auto made = makePrivateFolder(part + QLatin1String(name)); !made)
                return made;
            m_part = part;
        }
        m_data.setFileName(part + u"/data.json"_s);
        if (!m_data.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
            return fileError(u"write"_s, m_data.fileName(), m_data.errorString());
        return Done{};
    }

    Result<Done> write(const QByteArray &bytes)
    {
        if (m_data.write(bytes) != bytes.size())
            return fileError(u"write"_s, m_data.fileName(), m_data.errorString());
        return Done{};
    }

    /// `name` is relative to the folder.
    Result<Done> writeFile(const QString &name, const QByteArray &bytes)
    {
        ++files;
        return patchbay::writeFile(m_part + u'/' + name, bytes);
    }

    /// Whole and named, or not there.
    Result<QString> end()
    {
        if (!m_data.flush())
            return fileError(u"write"_s, m_data.fileName(), m_data.errorString());
        m_data.close();
        if (const auto synced = syncTree(m_part); !synced)
            return synced.error();
        if (const auto renamed = renameDurably(m_part, m_folder); !renamed)
            return renamed.error();
        m_part.clear();
        return m_folder;
    }

    QHash<QByteArray, QString> attachments; ///< names of the files by SHA-256, so that each is written once
    QStringList missing;
    QStringList subjects; ///< uids that audit rows may be about
    QJsonArray tasks;
    QJsonArray deliveries;
    QJsonArray localTasks;
    QJsonArray modelCalls;
    qint64 messages = 0;
    qint64 files = 0;

private:
    /// What a killed export left under this name, and nothing else.
    static bool clear(const QString &part)
    {
        const auto entries =
            QDir(part).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
        const bool ours = std::all_of(entries.begin(), entries.end(), [](const QString &name) {
            return name == "data.json"_L1 || name == "messages"_L1 || name == "files"_L1;
        });
        return ours && QDir(part).removeRecursively();
    }

    QString m_folder;
    QString m_part;
    QFile m_data;
};

QByteArray exportText(const QJsonObject &object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }
QByteArray exportText(const QJsonArray &array) { return QJsonDocument(array).toJson(QJsonDocument::Compact); }

/// The raw bytes beside data.json; a mail as .eml, what a chat sent as .raw.
Result<QJsonArray> exportSources(Database &db, const persons::Place &place, MessageId id, const QString &uid,
                                 ExportFolder &folder)
{
    QJsonArray all;
    for (const RawMessageId raw : persons::sourcesOf(db, id)) {
        const auto source = persons::source(db, raw);
        if (!source)
            break;
        const QString number = all.isEmpty() ? QString() : u"-%1"_s.arg(all.size() + 1);
        const QString name =
            u"messages/%1%2.%3"_s.arg(uid, number, place.handleKind == u"mail"_s ? u"eml"_s : u"raw"_s);
        if (const auto written = folder.writeFile(name, source->bytes); !written)
            return written.error();
        all.append(QJsonObject{{u"file"_s, name},
                               {u"source_key"_s, source->sourceKey},
                               {u"state"_s, source->state},
                               {u"received_at"_s, source->receivedAt.toDateTime().toString(Qt::ISODateWithMs)}});
    }
    return all;
}

Result<QJsonArray> exportAttachments(const QJsonArray &attachments, const BlobStore &files, ExportFolder &folder)
{
    QJsonArray all;
    for (const QJsonValue &value : attachments) {
        QJsonObject attachment = value.toObject();
        const QByteArray sha256 = attachment.value("sha256"_L1).toString().toLatin1();
        if (!sha256.isEmpty() && !folder.attachments.contains(sha256)) { // empty: it was never loaded
            QString name;
            const auto bytes = files.get(sha256);
            if (bytes) {
                name = u"files/%1-%2"_s.arg(int(folder.attachments.size()) + 1, 4, 10, QLatin1Char('0'))
                           .arg(exportName(attachment.value("name"_L1).toString()));
                if (const auto written = folder.writeFile(name, *bytes); !written)
                    return written.error();
            } else {
                folder.missing << bytes.error().message;
            }
            folder.attachments.insert(sha256, name);
        }
        attachment.insert(u"file"_s, folder.attachments.value(sha256));
        all.append(attachment);
    }
    return all;
}

void exportAppend(QJsonArray &all, const QJsonValue &more, QStringList &uids)
{
    for (const QJsonValue &value : more.toArray()) {
        all.append(value);
        uids << value.toObject().value("uid"_L1).toString();
    }
}

Result<Done> exportMessage(Database &db, const persons::Place &place, MessageId id, const BlobStore &files,
                           ExportFolder &folder)
{
    QJsonObject record = persons::messageRecord(db, id);
    if (!db.ok() || record.isEmpty())
        return db.finish(Done{});
    const QString uid = record.value("uid"_L1).toString();
    const auto sources = exportSources(db, place, id, uid, folder);
    if (!sources)
        return sources.error();
    const auto attachments = exportAttachments(record.value("attachments"_L1).toArray(), files, folder);
    if (!attachments)
        return attachments.error();
    record.insert(u"raw"_s, *sources);
    record.insert(u"attachments"_s, *attachments);
    return folder.write((folder.messages++ == 0 ? "\n" : ",\n") + exportText(record));
}

/// One page of a conversation; the last message looked at, none when there is no more.
Result<MessageId> exportLetters(Database &db, const persons::Person &person, const persons::Place &place,
                                MessageId after, const BlobStore &files, ExportFolder &folder)
{
    const auto page = persons::letters(db, place.id, after, exportPage);
    std::vector<MessageId> theirs;
    qint64 bytes = 0;
    MessageId last;
    for (const persons::Letter &letter : page) {
        if (bytes > exportBytesAtOnce)
            break;
        last = letter.id;
        if (!isTheirs(letter, person, place))
            continue;
        bytes += letter.rawBytes;
        if (const auto written = exportMessage(db, place, letter.id, files, folder); !written)
            return written.error();
        theirs.push_back(letter.id);
    }
    if (place.isWhole() ? !after : !theirs.empty()) { // of a whole conversation at once, with the first page
        const QJsonObject work = persons::workRecords(db, place.id, place.isWhole() ? nullptr : &theirs);
        exportAppend(folder.tasks, work.value("tasks"_L1), folder.subjects);
        exportAppend(folder.deliveries, work.value("deliveries"_L1), folder.subjects);
        exportAppend(folder.localTasks, work.value("local_tasks"_L1), folder.subjects);
        for (const QJsonValue &call : persons::modelCallRecords(db, place))
            folder.modelCalls.append(call);
    }
    return db.finish(last);
}

struct ExportPlan {
    persons::Person person = {};
    std::vector<persons::Place> places = {};
};

/// Everything before the messages.
Result<ExportPlan> exportHead(Database &db, ContactId contact, const QString &workspace, const QString &folderName,
                              ExportFolder &folder)
{
    const auto person = persons::byId(db, contact);
    if (!person)
        return db.error().value_or(makeError(Error::Kind::NotFound, u"This contact is not in the workspace."_s));
    if (const auto begun = folder.begin(folderName); !begun)
        return begun.error();
    ExportPlan plan{*person, allPlaces(db, *person)};
    QJsonArray conversations;
    for (const ContactId one : person->contacts)
        folder.subjects << identity::ownUid(db, one);
    for (const persons::Place &place : plan.places) {
        conversations.append(persons::conversationRecord(db, *person, place));
        if (place.isWhole())
            folder.subjects << place.uid;
    }
    QByteArray head = "{\"format\":\"patchbay-person\",\"version\":1,\"exported_at\":\""
        + db.now().toDateTime().toString(Qt::ISODateWithMs).toLatin1()
        + "\",\n\"workspace\":" + exportText(QJsonObject{{u"uid"_s, workspace}})
        + ",\n\"contact\":" + exportText(persons::contactRecord(db, *person))
        + ",\n\"conversations\":" + exportText(conversations) + ",\n\"messages\":[";
    if (const auto written = folder.write(head); !written)
        return written.error();
    return db.finish(std::move(plan));
}

Result<PersonExport> exportTail(Database &db, ExportFolder &folder)
{
    const QByteArray tail = "],\n\"tasks\":" + exportText(folder.tasks)
        + ",\n\"deliveries\":" + exportText(folder.deliveries) + ",\n\"local_tasks\":" + exportText(folder.localTasks)
        + ",\n\"model_calls\":" + exportText(folder.modelCalls)
        + ",\n\"audit\":" + exportText(persons::auditRecords(db, folder.subjects)) + "}\n";
    if (!db.ok())
        return *db.error();
    if (const auto written = folder.write(tail); !written)
        return written.error();
    const auto ended = folder.end();
    if (!ended)
        return ended.error();
    return PersonExport{*ended, folder.messages, folder.files, folder.missing};
}

} // namespace

QFuture<Result<PersonExport>> PersonData::exportTo(ContactId contact, QString folder)
{
    m_cancelled = std::make_shared<std::atomic<bool>>(false);
    return m_scope.run(exportNow(contact, std::move(folder)));
}

void PersonData::cancelExport()
{
    if (m_cancelled)
        m_cancelled->store(true);
}

Async<Result<PersonExport>> PersonData::exportNow(ContactId contact, QString folderName)
{
    const auto cancelled = m_cancelled;
    const auto folder = std::make_shared<ExportFolder>();
    auto head = [contact, folderName, folder, workspace = m_store.workspaceUid()](Database &db) {
        return exportHead(db, contact, workspace, folderName, *folder);
    };
    const Result<ExportPlan> plan = co_await finished(m_store.read(std::move(head)));
    if (!plan)
        co_return plan.error();
    std::optional<Error> failed;
    for (size_t i = 0; i < plan->places.size() && !failed; ++i) {
        MessageId last;
        do {
            auto page = [person = plan->person, place = plan->places[i], last, folder, files = &m_store.files()](
                            Database &db) { return exportLetters(db, person, place, last, *files, *folder); };
            const Result<MessageId> written = co_await finished(m_store.read(std::move(page)));
            if (cancelled->load())
                failed = makeError(Error::Kind::Cancelled, u"The export was cancelled; nothing was kept of it."_s);
            else if (!written)
                failed = written.error();
            last = written ? *written : MessageId{};
            Q_EMIT exported(folder->messages);
        } while (last && !failed);
    }
    auto tail = [folder, failed](Database &db) -> Result<PersonExport> {
        if (!failed)
            return exportTail(db, *folder);
        folder->abandon();
        return *failed;
    };
    const Result<PersonExport> done = co_await finished(m_store.read(std::move(tail)));
    if (!done || m_store.isReadOnly())
        co_return done;
    auto record = [uid = plan->person.contact.uid, me = m_me.id, count = done->messages](Database &db) {
        audit::add(db, me, "export_person", "contact", uid, {{u"messages"_s, count}});
        return db.finish(Done{});
    };
    const Result<Done> recorded = co_await finished(m_store.write(std::move(record)));
    if (!recorded)
        co_return recorded.error();
    co_return done;
}

} // namespace patchbay
