#pragma once

#include "core/engine/task_plan.h"
#include "core/model/operator.h"
#include "core/store/conversation_table.h"
#include "core/store/store.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// The routes, and what they can lead to. GUI thread.
class RoutesModel final : public RowsModel<Route> {
    Q_OBJECT

public:
    enum Column { Name, Leads, Mapped, ColumnCount };

    explicit RoutesModel(Store &store, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void reload();
    const std::vector<Target> &targets() const { return m_targets; }
    const Taxonomy &taxonomy() const { return m_taxonomy; }

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const Route &row) const override { return row.id.value; }

private:
    struct Everything {
        std::vector<Route> routes = {};
        std::vector<Target> targets = {};
        Taxonomy taxonomy = {};
    };

    Store &m_store;
    std::vector<Target> m_targets;
    Taxonomy m_taxonomy;
    quint64 m_epoch = 0;
    QTimer m_timer;
};

/// What a route that is being edited would make of a conversation's newest suggestion; a sentence when it cannot be
/// used.
Result<TaskPlan> tryRoute(Database &db, const Route &route, ConversationId conversation, const QString &operatorName);
/// Conversations to try a route on, newest first; `first` leads when it is there.
std::vector<conversations::Summary> conversationsToTry(Database &db, OperatorId me, ConversationId first);

} // namespace patchbay
