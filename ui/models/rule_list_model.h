#pragma once

#include "ui/models/rows_model.h"
#include "ui/models/rule_editor.h"

namespace patchbay {

/// The rules in the order in which they are asked. GUI thread.
struct RuleRow {
    int place = 0;
    QString name = {};
    QString when = {};
    QString then = {};
    int errors = 0;
    int warnings = 0;
    std::optional<bool> holds = {}; ///< for the chosen conversation

    bool operator==(const RuleRow &) const = default;
};

class RuleListModel final : public RowsModel<RuleRow> {
    Q_OBJECT

public:
    enum Column { Order, Name, When, Then, Holds, Checks, ColumnCount };

    explicit RuleListModel(const RuleEditor &editor, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    qint64 key(const RuleRow &row) const override { return row.place; }
    bool same(const RuleRow &a, const RuleRow &b) const override { return a == b; }

private:
    void refresh();
    const RuleEditor &m_editor;
};

} // namespace patchbay
