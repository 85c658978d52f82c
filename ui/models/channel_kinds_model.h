#pragma once

#include "core/ports/catalog.h"
#include "ui/models/rows_model.h"

namespace patchbay {

/// What a channel can be: the connectors of this build, in the catalog's order, narrowed by what was typed. The catalog
/// outlives it. GUI thread.
class ChannelKindsModel final : public RowsModel<const ChatConnectorInfo *> {
    Q_OBJECT

public:
    enum Column { Title, Arrives, Answers, HeldAgainst, ColumnCount };

    explicit ChannelKindsModel(const Catalog &catalog, QObject *parent = nullptr);

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Keeps those whose title or id have every word of it; case does not count.
    void narrow(const QString &typed);

protected:
    qint64 key(const ChatConnectorInfo *const &row) const override;
    bool same(const ChatConnectorInfo *const &, const ChatConnectorInfo *const &) const override { return true; }

private:
    static QString text(const ChatConnectorInfo &info, int column);

    const Catalog &m_catalog;
};

} // namespace patchbay
