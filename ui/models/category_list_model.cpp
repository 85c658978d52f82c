#include "ui/models/category_list_model.h"

#include "core/store/taxonomy_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

#include <algorithm>

namespace patchbay {

namespace {

Result<std::vector<CategoryRow>> categoryRows(Database &db)
{
    const QHash<CategoryId, CategoryCounts> counts = categories::counts(db);
    std::vector<CategoryRow> rows;
    for (const Category &category : categories::all(db)) {
        if (!category.mergedInto)
            rows.push_back({category, counts.value(category.id)});
    }
    std::stable_partition(rows.begin(), rows.end(), [](const CategoryRow &row) { return !row.category.isRetired(); });
    return db.finish(std::move(rows));
}

QString categoryNames(const QStringList &names)
{
    QStringList shown;
    for (const QString &name : names)
        shown << words::oneLine(name, 60);
    return shown.join(QStringLiteral(", "));
}

} // namespace

CategoryListModel::CategoryListModel(Store &store, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(200);
    connect(&m_timer, &QTimer::timeout, this, &CategoryListModel::reload);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        const bool counted =
            changes.taxonomy || changes.lessons || changes.everything || !changes.conversations.isEmpty();
        m_stale = m_stale || counted;
        if (counted && m_follows && !m_timer.isActive())
            m_timer.start();
    });
}

void CategoryListModel::follow(bool follows)
{
    m_follows = follows;
    if (follows && m_stale)
        reload();
}

void CategoryListModel::reload()
{
    const quint64 epoch = ++m_epoch;
    m_stale = false;
    whenDone(this, m_store.read(categoryRows), [this, epoch](const Result<std::vector<CategoryRow>> &rows) {
        if (epoch != m_epoch)
            return;
        if (!rows) {
            Q_EMIT failed(rows.error().message);
            return;
        }
        assign(*rows);
        Q_EMIT loaded();
    });
}

Taxonomy CategoryListModel::others(CategoryId than) const
{
    Taxonomy found;
    for (const CategoryRow &row : m_rows) {
        const Category &category = row.category;
        if (category.id != than && !category.isRetired() && !category.isUnsorted)
            found.push_back(category);
    }
    return found;
}

QVariant CategoryListModel::data(const QModelIndex &index, int role) const
{
    const CategoryRow *row = at(index);
    if (!row)
        return {};
    const Category &category = row->category;
    const QString state = category.isRetired() ? tr("✕ Retired")
        : category.isUnsorted                  ? tr("○ All the rest")
                                               : tr("✓ In use");
    if (role == Qt::AccessibleTextRole && index.column() == Name)
        return tr("%1, %2, priority %3, conversations: %4, lessons: %5")
            .arg(words::oneLine(category.name), state, words::priority(category.defaultPriority))
            .arg(row->counts.conversations)
            .arg(row->counts.lessons);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name: return words::oneLine(category.name);
    case Description: return words::oneLine(category.description);
    case Priority_: return words::priority(category.defaultPriority);
    case Words: return QLocale().toString(category.keywords.size());
    case Conversations: return QLocale().toString(row->counts.conversations);
    case Lessons: return QLocale().toString(row->counts.lessons);
    case State: return state;
    default: return {};
    }
}

QVariant CategoryListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Category");
    case Description: return tr("What it is about");
    case Priority_: return tr("Priority");
    case Words: return tr("Key words");
    case Conversations: return tr("Conversations");
    case Lessons: return tr("Lessons");
    case State: return tr("State");
    default: return {};
    }
}

QString namedByText(const NamedBy &named)
{
    const auto text = [](const char *source) { return QCoreApplication::translate("CategoryListModel", source); };
    QStringList lines;
    const auto line = [&](const char *source, const QStringList &names) {
        if (!names.isEmpty())
            lines << text(source).arg(categoryNames(names));
    };
    line(QT_TRANSLATE_NOOP("CategoryListModel", "Live rules that follow: %1"), named.rules);
    line(QT_TRANSLATE_NOOP("CategoryListModel", "Drafts of rules that follow: %1"), named.drafts);
    line(QT_TRANSLATE_NOOP("CategoryListModel", "Saved searches that follow: %1"), named.searches);
    line(QT_TRANSLATE_NOOP("CategoryListModel", "Routes that follow: %1"), named.routes);
    line(QT_TRANSLATE_NOOP("CategoryListModel", "Saved searches that would grow too long and stay: %1"), named.tooLong);
    return lines.join(QLatin1Char('\n'));
}

} // namespace patchbay
