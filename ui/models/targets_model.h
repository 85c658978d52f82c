#pragma once

#include "core/ports/catalog.h"
#include "core/store/store.h"
#include "core/store/target_figures.h"
#include "core/store/task_watch_table.h"
#include "ui/models/console_context.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// One target, how it fares, and what its connector is.
struct TargetRow {
    Target target = {};
    targets::Figures figures = {};
    const CrmConnectorInfo *info = nullptr; ///< null: this build has no such connector
    QString problem = {}; ///< why this workstation cannot deliver to it; empty: it can
    task_watch::Trouble reading = {}; ///< its statuses cannot be read just now; tasks may go there all the same

    /// In a team what this workstation lacks is not in the database: it is shown here, and only here.
    Health health() const { return problem.isEmpty() ? target.health : Health::Failed; }
    /// What went wrong last, in the other side's words where it said some; empty: nothing.
    QString lastError() const;
    bool hasSettings() const { return info && !info->form.empty(); }
};

/// The targets by name, with figures that are functions of the database alone; follows commits and the clock, and keeps
/// its rows in place. GUI thread.
class TargetsModel final : public RowsModel<TargetRow> {
    Q_OBJECT

public:
    enum Column { Name, Connector, State, Breaker, Open, LastSent, Repeats, HeldAgainst, LastError, ColumnCount };

    explicit TargetsModel(const ConsoleContext &context, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void reload();

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const TargetRow &row) const override { return row.target.id.value; }
    bool same(const TargetRow &a, const TargetRow &b) const override;

private:
    struct Known {
        Target target = {};
        targets::Figures figures = {};
        task_watch::Trouble reading = {};
    };
    using Everything = std::vector<Known>;
    void show(const Everything &all);
    QString text(const TargetRow &row, int column) const;
    void tick();
    void startClock();

    Store &m_store;
    const Targets &m_targets;
    const Catalog &m_catalog;
    quint64 m_epoch = 0;
    QTimer m_timer;
    QTimer m_clock; ///< ages grow and breakers half-open without a commit
};

} // namespace patchbay
