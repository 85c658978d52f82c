#pragma once

#include "core/model/channel_event.h"
#include "ui/models/rows_model.h"

namespace patchbay {

/// What happened to one channel, newest first. GUI thread.
class ChannelLogModel final : public RowsModel<ChannelEvent> {
    Q_OBJECT

public:
    enum Column { Time, What, Details, ColumnCount };

    using RowsModel::RowsModel;

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void show(std::vector<ChannelEvent> events) { assign(std::move(events)); }
    /// The row as a line, for the clipboard.
    QString line(int row) const;

protected:
    qint64 key(const ChannelEvent &row) const override { return row.id; }
    bool same(const ChannelEvent &a, const ChannelEvent &b) const override { return a == b; }
};

} // namespace patchbay
