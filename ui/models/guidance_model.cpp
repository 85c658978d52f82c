#include "ui/models/guidance_model.h"

#include "core/store/guidance_table.h"
#include "core/store/taxonomy_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QLocale>

#include <algorithm>

namespace patchbay {

namespace {

struct GuidanceRead {
    std::vector<GuidanceRow> rows = {};
    Taxonomy categories = {};
};

Result<GuidanceRead> guidanceRead(Database &db, GuidanceKind kind)
{
    GuidanceRead read;
    const Taxonomy all = categories::all(db);
    const auto add = [&](const CannedReply &entry) {
        const Category *category = categoryIn(all, entry.category);
        read.rows.push_back({entry, category ? category->name : QString(), category && category->isRetired()});
    };
    if (kind == GuidanceKind::Replies) {
        for (const CannedReply &reply : canned_replies::all(db))
            add(reply);
    } else {
        for (const BusinessRule &rule : business_rules::all(db))
            add(asEntry(rule));
    }
    for (const Category &category : all) {
        if (!category.isRetired())
            read.categories.push_back(category);
    }
    return db.finish(std::move(read));
}

QDate guidanceToday() { return words::now().toDateTime().toLocalTime().date(); }

QString guidanceDay(QDate day) { return QLocale().toString(day, QLocale::ShortFormat); }

} // namespace

BusinessRule asRule(const CannedReply &entry)
{
    return {{entry.id.value}, entry.uid, entry.title, entry.category, entry.text, entry.valid};
}

CannedReply asEntry(const BusinessRule &rule)
{
    return {{rule.id.value}, rule.uid, rule.title, rule.category, {}, rule.text, rule.valid};
}

QString validDaysText(const ValidDays &valid)
{
    if (valid.from.isValid() && valid.until.isValid())
        return GuidanceModel::tr("from %1 until %2").arg(guidanceDay(valid.from), guidanceDay(valid.until));
    if (valid.from.isValid())
        return GuidanceModel::tr("from %1 on").arg(guidanceDay(valid.from));
    if (valid.until.isValid())
        return GuidanceModel::tr("until %1").arg(guidanceDay(valid.until));
    return GuidanceModel::tr("always");
}

GuidanceModel::GuidanceModel(Store &store, GuidanceKind kind, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
    , m_kind(kind)
{
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.taxonomy || changes.everything)
            reload();
    });
}

void GuidanceModel::reload()
{
    const quint64 epoch = ++m_epoch;
    const auto work = [kind = m_kind](Database &db) { return guidanceRead(db, kind); };
    whenDone(this, m_store.read(work), [this, epoch](const Result<GuidanceRead> &read) {
        if (epoch != m_epoch)
            return;
        if (!read) {
            Q_EMIT failed(read.error().message);
            return;
        }
        m_all = read->rows;
        m_categories = read->categories;
        narrow();
    });
}

void GuidanceModel::setFilter(const QString &text)
{
    m_filter = text.simplified().toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    narrow();
}

void GuidanceModel::narrow()
{
    std::vector<GuidanceRow> fitting;
    std::copy_if(m_all.begin(), m_all.end(), std::back_inserter(fitting), [this](const GuidanceRow &row) {
        const QString all =
            QString(row.entry.title + QLatin1Char('\n') + row.entry.text + QLatin1Char('\n') + row.category)
                .toCaseFolded();
        return std::all_of(m_filter.begin(), m_filter.end(),
                           [&all](const QString &word) { return all.contains(word); });
    });
    assign(std::move(fitting));
    Q_EMIT loaded();
}

int GuidanceModel::rowOfTitle(const QString &title) const
{
    for (size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].entry.title == title)
            return int(i);
    }
    return -1;
}

QVariant GuidanceModel::data(const QModelIndex &index, int role) const
{
    const GuidanceRow *row = at(index);
    if (!row)
        return {};
    const CannedReply &entry = row->entry;
    const QDate today = guidanceToday();
    const QString state = entry.valid.holds(today) ? tr("✓ Today")
        : entry.valid.isOver(today)                ? tr("✕ Over")
                                                   : tr("○ Not yet");
    const QString category = row->category.isEmpty() ? tr("every one")
        : row->categoryRetired                       ? tr("%1 (retired)").arg(words::oneLine(row->category, 60))
                                                     : words::oneLine(row->category, 60);
    if (role == Qt::AccessibleTextRole && index.column() == Title)
        return tr("%1, category: %2, %3, %4")
            .arg(words::oneLine(entry.title), category, validDaysText(entry.valid), state);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Title: return words::oneLine(entry.title);
    case Category_: return category;
    case Language: return entry.language.isEmpty() ? tr("every one") : words::oneLine(entry.language, 8);
    case Text: return words::oneLine(entry.text, 200);
    case Days: return validDaysText(entry.valid);
    case State: return state;
    default: return {};
    }
}

QVariant GuidanceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Title: return tr("Title");
    case Category_: return tr("Category");
    case Language: return tr("Language");
    case Text: return tr("Text");
    case Days: return tr("Valid");
    case State: return tr("State");
    default: return {};
    }
}

} // namespace patchbay
