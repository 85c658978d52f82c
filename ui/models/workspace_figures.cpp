#include "ui/models/workspace_figures.h"

#include "core/store/erased_items.h"
#include "core/store/misc_tables.h"
#include "core/store/retention_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 figuresSmallDatabase = 64 * 1024 * 1024; // read whole in well under a second
constexpr size_t figuresTables = 8;
constexpr std::chrono::hours figuresBackupAge{7 * 24};

using Look = FigureLine::Look;

} // namespace

WorkspaceFigures::WorkspaceFigures(Store &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
}

Result<WorkspaceFigures::Basics> WorkspaceFigures::readBasics(Database &db)
{
    Basics basics;
    basics.kept = raw_messages::kept(db);
    basics.erased = erased_items::count(db);
    basics.schema = schemaVersionOf(db);
    basics.retentionMonths = retention::months(db);
    basics.lastBackup = settings::get(db, u"last_backup"_s);
    basics.lastBackupAt = {settings::get(db, u"last_backup_at"_s, u"0"_s).toLongLong()};
    return db.finish(std::move(basics));
}

template <class T> void WorkspaceFigures::read(QFuture<Result<T>> future, std::optional<T> &part)
{
    ++m_reading;
    whenDone(this, std::move(future), [this, &part](const Result<T> &answer) {
        --m_reading;
        if (answer)
            part = *answer;
        else
            Q_EMIT failed(answer.error().message);
        Q_EMIT changed();
    });
}

void WorkspaceFigures::reload()
{
    read(m_store.read(readBasics), m_basics);
    read(measureFiles(m_store), m_files);
    read(measureBackups(m_store), m_backups);
    ++m_reading;
    const SizeDetail detail = m_withTables || m_store.isShared() ? SizeDetail::Tables : SizeDetail::Total;
    whenDone(this, measureDatabase(m_store, detail), [this](const Result<DatabaseSize> &size) {
        --m_reading;
        if (size) {
            m_database = *size;
            const bool small = size->bytes < figuresSmallDatabase && !m_store.isShared();
            if (small && !m_withTables)
                countTables();
            if (small && !m_check)
                checkNow();
        } else {
            Q_EMIT failed(size.error().message);
        }
        Q_EMIT changed();
    });
}

void WorkspaceFigures::countTables()
{
    m_withTables = true;
    read(measureDatabase(m_store, SizeDetail::Tables), m_database);
}

void WorkspaceFigures::checkNow()
{
    if (m_checking)
        return;
    m_checking = true;
    Q_EMIT changed();
    whenDone(this, m_store.read(checkDatabase), [this](const Result<CheckReport> &report) {
        m_checking = false;
        if (report)
            m_check = *report;
        else
            Q_EMIT failed(report.error().message);
        Q_EMIT changed();
    });
}

std::vector<FigureGroup> WorkspaceFigures::groups() const { return {health(), counters(), sizes(), care()}; }

FigureGroup WorkspaceFigures::health() const
{
    FigureGroup group{tr("Health"), {}};
    group.lines.push_back({u"place"_s, tr("Place"), words::oneLine(m_store.location(), 400), Look::Plain});
    FigureLine integrity{u"integrity"_s, tr("Integrity"), tr("not checked since Patchbay was started"), Look::Plain};
    if (m_store.isShared()) {
        integrity.value = tr("the server guards its own pages and references");
    } else if (m_checking) {
        integrity.value = tr("being checked…");
    } else if (m_check) {
        integrity.value = m_check->ok()
            ? tr("whole: every page and every reference")
            : tr("damaged: %1; %n broken reference(s). Restore a backup.", nullptr, m_check->brokenReferences)
                  .arg(words::oneLine(m_check->integrity, 300));
        integrity.look = m_check->ok() ? Look::Good : Look::Danger;
    }
    group.lines.push_back(integrity);
    if (m_basics)
        group.lines.push_back({u"schema"_s, tr("Schema"), QString::number(m_basics->schema), Look::Plain});
    return group;
}

FigureGroup WorkspaceFigures::counters() const
{
    FigureGroup group{tr("What came in"), {}};
    if (!m_basics)
        return group;
    const raw_messages::Counters &kept = m_basics->kept;
    const auto add = [&](const QString &id, const QString &label, qint64 value, Look look = Look::Plain) {
        group.lines.push_back({id, label, QLocale().toString(value), look});
    };
    add(u"received"_s, tr("Received"), kept.received);
    add(u"visible"_s, tr("Visible"), kept.visible);
    add(u"duplicate"_s, tr("Came twice"), kept.duplicate);
    add(u"quarantined"_s, tr("Could not be read"), kept.quarantined,
        kept.quarantined > 0 ? Look::Warning : Look::Plain);
    if (kept.noted > 0)
        add(u"noted"_s, tr("Edits, reactions, receipts and the like"), kept.noted);
    add(u"pending"_s, tr("Being read"), kept.pending);
    group.lines.push_back({u"adds_up"_s, tr("Adds up"),
                           kept.addsUp() ? tr("yes: nothing was lost on the way in") : tr("no: run patchbayctl check"),
                           kept.addsUp() ? Look::Good : Look::Danger});
    if (m_basics->erased > 0)
        add(u"erased"_s, tr("Deleted on purpose"), m_basics->erased);
    return group;
}

FigureGroup WorkspaceFigures::sizes() const
{
    FigureGroup group{tr("Size"), {}};
    if (m_database) {
        const DatabaseSize &size = *m_database;
        group.lines.push_back({u"database"_s, tr("Database"), words::size(size.bytes), Look::Plain});
        for (size_t i = 0; i < std::min(size.tables.size(), figuresTables); ++i)
            group.lines.push_back({u"table."_s + size.tables[i].name, tr("  of which %1").arg(size.tables[i].name),
                                   words::size(size.tables[i].bytes), Look::Plain});
        if (!m_store.isShared()) {
            group.lines.push_back(
                {u"free"_s, tr("Compacting gives back"),
                 size.free > 0 ? tr("at least %1").arg(words::size(size.free)) : tr("next to nothing"), Look::Plain});
            group.lines.push_back({u"log"_s, tr("Write-ahead log"), words::size(size.log), Look::Plain});
        }
        if (!size.note.isEmpty())
            group.lines.push_back({u"note"_s, tr("Note"), size.note, Look::Plain});
    }
    if (m_files)
        group.lines.push_back({u"files"_s, tr("Files"),
                               tr("%1 in %n file(s)", nullptr, int(m_files->count)).arg(words::size(m_files->bytes)),
                               Look::Plain});
    if (m_backups && !m_store.isShared())
        group.lines.push_back({u"backups"_s, tr("Backups here"),
                               tr("%1 in %n backup(s)", nullptr, m_backups->count).arg(words::size(m_backups->bytes)),
                               Look::Plain});
    return group;
}

FigureGroup WorkspaceFigures::care() const
{
    FigureGroup group{tr("Care"), {}};
    if (!m_basics || !m_backups)
        return group;
    const bool elsewhere = m_basics->lastBackupAt > m_backups->newestAt;
    const Timestamp at = elsewhere ? m_basics->lastBackupAt : m_backups->newestAt;
    FigureLine backup{u"last_backup"_s, tr("Last backup"), tr("none that is known here"), Look::Warning};
    if (at) {
        backup.value = tr("%1, %2").arg(words::fullTime(at),
                                        words::oneLine(elsewhere ? m_basics->lastBackup : m_backups->newest, 300));
        backup.look = words::now() - at > figuresBackupAge ? Look::Warning : Look::Good;
    }
    group.lines.push_back(backup);
    group.lines.push_back(
        {u"retention"_s, tr("Closed conversations"),
         m_basics->retentionMonths == 0
             ? tr("kept for ever")
             : tr("called old after %n month(s); nothing is deleted by itself", nullptr, m_basics->retentionMonths),
         Look::Plain});
    return group;
}

} // namespace patchbay
