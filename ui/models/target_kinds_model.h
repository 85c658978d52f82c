#pragma once

#include "core/ports/catalog.h"
#include "ui/models/rows_model.h"

namespace patchbay {

/// What a target can be: the connectors of this build, in the catalog's order, narrowed by what was typed. The catalog
/// outlives it. GUI thread.
class TargetKindsModel final : public RowsModel<const CrmConnectorInfo *> {
    Q_OBJECT

public:
    enum Column { Title, Makes, Repeats, HeldAgainst, ColumnCount };

    explicit TargetKindsModel(const Catalog &catalog, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Keeps those whose title, id or objects have every word of it; case does not count.
    void narrow(const QString &typed);

protected:
    qint64 key(const CrmConnectorInfo *const &row) const override;
    bool same(const CrmConnectorInfo *const &, const CrmConnectorInfo *const &) const override { return true; }

private:
    const Catalog &m_catalog;
};

} // namespace patchbay
