#pragma once

#include "core/store/check.h"
#include "core/store/raw_message_table.h"
#include "core/store/size.h"

#include <QtCore/QObject>

namespace patchbay {

/// One line of the workspace page. `id` is stable, so that a line can be changed alone.
struct FigureLine {
    enum class Look { Plain, Good, Warning, Danger };

    QString id = {};
    QString label = {};
    QString value = {};
    Look look = Look::Plain;
};

/// A heading with its lines.
struct FigureGroup {
    QString title = {};
    std::vector<FigureLine> lines = {};
};

/// What the workspace page says: where it is, whether it is whole, what came in, where the bytes are. Read anew when
/// asked; what takes long comes later, line by line. GUI thread.
class WorkspaceFigures final : public QObject {
    Q_OBJECT

public:
    explicit WorkspaceFigures(Store &store, QObject *parent = nullptr);

    /// Reads everything that takes less than about a second; a large database's tables and integrity only when asked.
    void reload();
    /// Reads the whole database.
    void checkNow();
    void countTables();
    bool isReading() const { return m_reading > 0; }
    bool isChecking() const { return m_checking; }
    std::vector<FigureGroup> groups() const;

Q_SIGNALS:
    void changed();
    void failed(const QString &sentence);

private:
    struct Basics {
        raw_messages::Counters kept = {};
        qint64 erased = 0;
        int schema = 0;
        int retentionMonths = 0;
        QString lastBackup = {}; ///< made from here, elsewhere
        Timestamp lastBackupAt = {};
    };
    static Result<Basics> readBasics(Database &db);
    /// Reads one part; its error is a line of its own.
    template <class T> void read(QFuture<Result<T>> future, std::optional<T> &part);
    FigureGroup health() const;
    FigureGroup counters() const;
    FigureGroup sizes() const;
    FigureGroup care() const;

    Store &m_store;
    std::optional<Basics> m_basics;
    std::optional<DatabaseSize> m_database;
    std::optional<FilesSize> m_files;
    std::optional<BackupsSize> m_backups;
    std::optional<CheckReport> m_check;
    int m_reading = 0;
    bool m_checking = false;
    bool m_withTables = false;
};

} // namespace patchbay
