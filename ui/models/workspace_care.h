#pragma once

#include "ui/models/console_context.h"

#include <QtCore/QObject>

namespace patchbay {

/// What looks after the workspace, one work at a time: backup, compaction, a person's export or deletion. Says how far
/// it is and how it ended. GUI thread.
class WorkspaceCare final : public QObject {
    Q_OBJECT

public:
    explicit WorkspaceCare(const ConsoleContext &context, QObject *parent = nullptr);

    /// Into a new folder; empty: in the workspace's own backups.
    void backUp(const QString &folder);
    /// Removes files that nothing refers to, then makes the database small.
    void compactNow();
    void exportPerson(const PersonPreview &person, const QString &folder);
    void erasePerson(const PersonPreview &person);
    /// Ends the work where that is safe.
    void cancel();

    bool isBusy() const { return !m_doing.isEmpty(); }
    /// "Deleting…", empty when nothing runs.
    QString doing() const { return m_doing; }
    bool canCancel() const { return m_canCancel; }
    /// Out of total(), which is 0 while nobody knows.
    qint64 done() const { return m_done; }
    qint64 total() const { return m_total; }

Q_SIGNALS:
    void changed();
    void said(const QString &sentence);
    void failed(const QString &sentence);

private:
    bool begin(const QString &doing, qint64 total, bool canCancel);
    void end();
    void ended(const QString &sentence);
    void endedBadly(const Error &error);
    void compactDatabase(const Erased &removed);
    void rememberBackup(const QString &folder);

    ConsoleContext m_context;
    QString m_doing;
    bool m_canCancel = false;
    qint64 m_done = 0;
    qint64 m_total = 0;
};

} // namespace patchbay
