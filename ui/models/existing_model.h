#pragma once

#include "core/engine/remote_records.h"
#include "core/engine/task_form.h"
#include "ui/models/console_context.h"
#include "ui/models/rows_model.h"

#include <QtCore/QHash>
#include <QtCore/QSet>

namespace patchbay {

/// A task of ours, or a record that a target has of the person.
struct ExistingRow {
    qint64 key = 0;
    std::optional<ExistingTask> ours = {}; ///< none: the target's own record
    RemoteRecord record = {}; ///< of ours: as it is known here
    TargetId target = {};
    QString targetName = {};

    bool isOpen() const { return ours ? ours->isOpen() : !record.closed; }
};

/// What is there already of a conversation's contact: our tasks over all conversations, then what the targets say when
/// they are asked. Asking never blocks; what it came to is in asked(). GUI thread.
class ExistingModel final : public RowsModel<ExistingRow> {
    Q_OBJECT

public:
    enum Column { What, Where, State, There, Age, ColumnCount };

    ExistingModel(const ConsoleContext &context, ConversationId conversation, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Our tasks, read again.
    void reload();
    /// Asks each of these for the records of the draft's contact; those that were asked before are not.
    void ask(const std::vector<Target> &targets, const TaskPayload &about);
    void askAgain();
    /// How it stands with one target.
    struct Asked {
        enum class State { Asking, Answered, None, Failed, Offline, Cannot };
        Target target = {};
        State state = State::Asking;
        QString words = {}; ///< the other side's, of a failure
        int found = 0;
    };
    const std::vector<Asked> &asked() const { return m_asked; }
    /// In a sentence.
    static QString sentence(const Asked &asked);
    /// The contact's own tasks were read at least once.
    bool isLoaded() const { return m_loaded; }
    /// Whether the conversation has a task that is open at one of these.
    bool hasOpenAt(const std::vector<TargetId> &targets) const;
    RemoteRecords &records() { return m_records; }

Q_SIGNALS:
    /// Rows or asked() are others now.
    void changed();
    void failed(const QString &sentence);

protected:
    qint64 key(const ExistingRow &row) const override { return row.key; }

private:
    void askOne(const Target &target);
    void answered(TargetId target, const Result<std::vector<RemoteRecord>> &records);
    void settle(TargetId target, Asked::State state, const QString &words, int found);
    void show();
    qint64 keyOf(TargetId target, const QString &record);

    ConsoleContext m_context;
    ConversationId m_conversation;
    RemoteRecords m_records;
    TaskPayload m_about;
    std::vector<ExistingTask> m_ours;
    QHash<qint64, std::vector<RemoteRecord>> m_theirs; ///< by target
    std::vector<Asked> m_asked;
    QHash<QString, qint64> m_keys; ///< of the targets' records; negative
    bool m_loaded = false;
    quint64 m_epoch = 0;
};

} // namespace patchbay
