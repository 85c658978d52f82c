#pragma once

#include <QtCore/QAbstractTableModel>

#include <algorithm>
#include <vector>

namespace patchbay {

/// A table over a vector of values that turns "this is how it is now" into exact row changes, so that selection, scroll
/// position and screen readers keep their place. `key(row)` names a row for good. GUI thread.
template <class RowType> class RowsModel : public QAbstractTableModel {
public:
    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    const RowType *at(int row) const
    {
        return row >= 0 && size_t(row) < m_rows.size() ? &m_rows[size_t(row)] : nullptr;
    }
    const RowType *at(const QModelIndex &index) const { return index.isValid() ? at(index.row()) : nullptr; }
    int rowOf(qint64 wanted) const
    {
        for (size_t i = 0; i < m_rows.size(); ++i) {
            if (key(m_rows[i]) == wanted)
                return int(i);
        }
        return -1;
    }

protected:
    virtual qint64 key(const RowType &row) const = 0;
    /// True when nothing that is shown differs: such rows are not announced as changed.
    virtual bool same(const RowType &, const RowType &) const { return false; }

    /// Removes, moves, inserts and updates until the rows are `next`.
    void assign(std::vector<RowType> next)
    {
        removeMissing(next);
        for (size_t i = 0; i < next.size(); ++i) {
            const int found = i < m_rows.size() ? rowOf(key(next[i])) : -1;
            if (found < 0) {
                beginInsertRows({}, int(i), int(i));
                m_rows.insert(m_rows.begin() + std::ptrdiff_t(i), std::move(next[i]));
                endInsertRows();
                continue;
            }
            if (found != int(i)) {
                beginMoveRows({}, found, found, {}, int(i));
                std::rotate(m_rows.begin() + std::ptrdiff_t(i), m_rows.begin() + found, m_rows.begin() + found + 1);
                endMoveRows();
            }
            const bool unchanged = same(m_rows[i], next[i]);
            m_rows[i] = std::move(next[i]);
            if (!unchanged)
                Q_EMIT this->dataChanged(this->index(int(i), 0), this->index(int(i), this->columnCount() - 1));
        }
    }

    std::vector<RowType> m_rows;

private:
    void removeMissing(const std::vector<RowType> &next)
    {
        for (int i = int(m_rows.size()) - 1; i >= 0; --i) {
            const qint64 wanted = key(m_rows[size_t(i)]);
            if (std::any_of(next.begin(), next.end(), [&](const RowType &row) { return key(row) == wanted; }))
                continue;
            beginRemoveRows({}, i, i);
            m_rows.erase(m_rows.begin() + i);
            endRemoveRows();
        }
    }
};

} // namespace patchbay
