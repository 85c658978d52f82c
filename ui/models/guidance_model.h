#pragma once

#include "core/model/guidance.h"
#include "core/model/taxonomy.h"
#include "core/store/store.h"
#include "ui/models/rows_model.h"

namespace patchbay {

enum class GuidanceKind { Replies, Rules };

/// A canned reply, or a business rule in the same form: without a language, its number as the id.
struct GuidanceRow {
    CannedReply entry = {};
    QString category = {}; ///< its name; empty: for every category
    bool categoryRetired = false;
};

BusinessRule asRule(const CannedReply &entry);
CannedReply asEntry(const BusinessRule &rule);

/// All canned replies, or all business rules, of the workspace by title, as far as they fit a filter. GUI thread.
class GuidanceModel final : public RowsModel<GuidanceRow> {
    Q_OBJECT

public:
    enum Column { Title, Category_, Language, Text, Days, State, ColumnCount };

    GuidanceModel(Store &store, GuidanceKind kind, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void reload();
    /// Words that must all stand in title, text or category; case does not count.
    void setFilter(const QString &text);
    int total() const { return int(m_all.size()); } ///< without the filter
    int rowOfTitle(const QString &title) const;
    /// Categories that an entry may have.
    const Taxonomy &categories() const { return m_categories; }

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const GuidanceRow &row) const override { return row.entry.id.value; }

private:
    void narrow();

    Store &m_store;
    GuidanceKind m_kind;
    std::vector<GuidanceRow> m_all;
    Taxonomy m_categories;
    QStringList m_filter;
    quint64 m_epoch = 0;
};

/// "from 1 June 2026 until 31 July 2026"; "always".
QString validDaysText(const ValidDays &valid);

} // namespace patchbay
