#pragma once

#include "core/engine/replay.h"
#include "ui/models/rows_model.h"
#include "ui/models/rule_editor.h"

namespace patchbay {

/// A conversation that the draft would decide otherwise.
struct RuleTrialRow {
    ReplayChange change = {};
    QString contact = {};
    QString subject = {};
    QString what = {}; ///< "category, priority": what would be another one
    QString from = {};
    QString to = {};
};

/// Tries the edited rules on history: what would change, as counts and as a list that leads to each conversation.
/// Writes nothing; the inbox works meanwhile. GUI thread.
class RuleTrial final : public RowsModel<RuleTrialRow> {
    Q_OBJECT

public:
    enum Column { Contact, Subject, What, From, To, ColumnCount };

    RuleTrial(const ConsoleContext &context, const RuleEditor &editor, QObject *parent = nullptr);

    /// Conversations whose newest message is of the last `days`; 0: all of them.
    void run(int days);
    void cancel();
    bool isRunning() const { return m_running; }
    qint64 done() const { return m_done; }
    qint64 total() const { return m_total; }
    const std::optional<ReplayResult> &result() const { return m_result; }
    /// "37 of 4,210 conversations would change."
    QString sentence() const;
    /// One line for each way from a category and route to another ones, the most frequent first.
    QStringList moves() const;

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void stateChanged();
    void failed(const QString &sentence);

protected:
    qint64 key(const RuleTrialRow &row) const override { return row.change.message.value; }

private:
    void ended(const Result<ReplayResult> &result);
    void readRows();
    QString nameOf(CategoryId category) const;
    QString way(CategoryId category, int route) const;
    static QString kinds(quint8 kinds);

    ConsoleContext m_context;
    const RuleEditor &m_editor;
    Replay m_replay;
    CancelToken m_cancel;
    std::shared_ptr<const Snapshot> m_snapshot;
    std::optional<ReplayResult> m_result;
    bool m_running = false;
    qint64 m_done = 0;
    qint64 m_total = 0;
};

} // namespace patchbay
