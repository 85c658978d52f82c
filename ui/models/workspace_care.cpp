#include "ui/models/workspace_care.h"

#include "core/store/backup.h"
#include "core/store/compaction.h"
#include "core/store/misc_tables.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

namespace patchbay {

using namespace Qt::StringLiterals;

WorkspaceCare::WorkspaceCare(const ConsoleContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
{
    if (context.personData)
        connect(context.personData, &PersonData::exported, this, [this](qint64 messages) {
            m_done = messages;
            Q_EMIT changed();
        });
    if (context.erasures)
        connect(context.erasures, &Erasures::progressed, this, [this](const Removed &removed) {
            m_done = removed.messages;
            Q_EMIT changed();
        });
}

bool WorkspaceCare::begin(const QString &doing, qint64 total, bool canCancel)
{
    if (isBusy()) {
        Q_EMIT failed(tr("Wait until this has ended: %1").arg(m_doing));
        return false;
    }
    m_doing = doing;
    m_canCancel = canCancel;
    m_done = 0;
    m_total = total;
    Q_EMIT changed();
    return true;
}

void WorkspaceCare::end()
{
    m_doing.clear();
    m_canCancel = false;
    Q_EMIT changed();
}

void WorkspaceCare::ended(const QString &sentence)
{
    end();
    Q_EMIT said(sentence);
}

void WorkspaceCare::endedBadly(const Error &error)
{
    end();
    Q_EMIT failed(error.message);
}

void WorkspaceCare::backUp(const QString &folder)
{
    if (!begin(tr("Backing up…"), 0, false))
        return;
    whenDone(this, backup(m_context.store, folder), [this](const Result<QString> &made) {
        if (!made)
            return endedBadly(made.error());
        rememberBackup(*made);
        ended(tr("Backed up to %1").arg(words::oneLine(*made, 300)));
    });
}

/// A copy elsewhere is not found by looking into the workspace's own folder.
void WorkspaceCare::rememberBackup(const QString &folder)
{
    auto work = [folder](Database &db) -> Result<Done> {
        settings::set(db, u"last_backup"_s, folder);
        settings::set(db, u"last_backup_at"_s, QString::number(db.now().us));
        return db.finish(Done{});
    };
    whenDone(this, m_context.store.write(std::move(work)), [this](const Result<Done> &kept) {
        if (!kept)
            Q_EMIT failed(kept.error().message);
        Q_EMIT changed();
    });
}

void WorkspaceCare::compactNow()
{
    if (!m_context.erasures || !begin(tr("Compacting… Changes wait meanwhile."), 0, false))
        return;
    whenDone(this, m_context.erasures->removeUnreferenced(), [this](const Result<Erased> &removed) {
        if (!removed)
            return endedBadly(removed.error());
        compactDatabase(*removed);
    });
}

void WorkspaceCare::compactDatabase(const Erased &removed)
{
    whenDone(this, compact(m_context.store), [this, removed](const Result<Compacted> &done) {
        if (!done)
            return endedBadly(done.error());
        QString sentence =
            tr("The database had %1 and has %2 now.").arg(words::size(done->before), words::size(done->after));
        if (removed.files > 0)
            sentence += QLatin1Char(' ')
                + tr("%n file(s) removed that nothing referred to: %1.", nullptr, int(removed.files))
                      .arg(words::size(removed.bytes));
        ended(sentence);
    });
}

void WorkspaceCare::exportPerson(const PersonPreview &person, const QString &folder)
{
    if (!m_context.personData || !begin(tr("Exporting…"), person.counts.messages, true))
        return;
    whenDone(this, m_context.personData->exportTo(person.person.contact.id, folder),
             [this](const Result<PersonExport> &done) {
                 if (!done)
                     return endedBadly(done.error());
                 QString sentence = tr("%n message(s) exported to %1.", nullptr, int(done->messages))
                                        .arg(words::oneLine(done->folder, 300));
                 if (!done->missing.isEmpty())
                     sentence += QLatin1Char(' ')
                         + tr("Missing from the workspace: %n file(s).", nullptr, int(done->missing.size()));
                 ended(sentence);
             });
}

void WorkspaceCare::erasePerson(const PersonPreview &person)
{
    if (!m_context.erasures || !begin(tr("Deleting…"), person.counts.messages, false))
        return;
    whenDone(this, m_context.erasures->erasePerson(person.person.contact.id, person.person.contacts),
             [this](const Result<Erased> &erased) {
                 if (!erased)
                     return endedBadly(erased.error());
                 QString sentence = tr("%n message(s) deleted.", nullptr, int(erased->removed.messages));
                 if (erased->filesWait)
                     sentence += QLatin1Char(' ') + tr("Some files go as soon as what is being read has been read.");
                 if (!m_context.store.isShared())
                     sentence += QLatin1Char(' ') + tr("Compact overwrites the last traces in the file.");
                 ended(sentence);
             });
}

void WorkspaceCare::cancel()
{
    if (m_canCancel && m_context.personData)
        m_context.personData->cancelExport();
}

} // namespace patchbay
