#include "ui/models/task_board_model.h"

#include "ui/models/task_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

namespace patchbay {

namespace {

constexpr int boardCards = 200; ///< in one column
constexpr int boardWords = 12; ///< columns of a target's own words

} // namespace

QVariant TaskColumnModel::data(const QModelIndex &index, int role) const
{
    const task_list::Entry *entry = at(index);
    if (!entry)
        return {};
    const QString title = words::oneLine(entry->task.payload.title);
    if (role == Qt::DisplayRole)
        return title;
    if (role != Qt::AccessibleTextRole)
        return {};
    return tr("Task %1, for %2, in %3: %4. %5. Read %6")
        .arg(title, words::oneLine(entry->contactName, 60), words::taskTargets(*entry), words::taskDelivery(*entry),
             words::taskStatuses(*entry), words::taskReadAt(*entry, words::now()));
}

void TaskColumnModel::tick()
{
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0), {Qt::DisplayRole});
}

QString TaskBoardModel::Column::title() const
{
    if (!word)
        return words::taskPlace(place);
    return word->isEmpty() ? tr("Open, not read yet") : words::oneLine(*word, 40);
}

struct TaskBoardModel::Read {
    task_list::Place place = task_list::Place::Open;
    std::optional<QString> word = {};
    int count = 0;
    std::vector<task_list::Entry> cards = {};
};

TaskBoardModel::TaskBoardModel(Store &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(150);
    connect(&m_timer, &QTimer::timeout, this, &TaskBoardModel::reload);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (m_shown && (!changes.tasks.isEmpty() || changes.targets || changes.everything) && !m_timer.isActive())
            m_timer.start();
    });
}

void TaskBoardModel::setShown(bool shown)
{
    m_shown = shown;
    if (shown)
        reload();
}

void TaskBoardModel::setFilter(const task_list::Filter &filter)
{
    m_filter = filter;
    if (m_shown)
        reload();
}

Result<std::vector<TaskBoardModel::Read>> TaskBoardModel::read(Database &db, const task_list::Filter &filter)
{
    using Place = task_list::Place;
    std::vector<Read> columns;
    const auto add = [&](Place place, const std::optional<QString> &word) {
        task_list::Filter of = filter;
        of.place = place;
        of.word = word;
        Read column{place, word, task_list::count(db, of), {}};
        const std::vector<TaskId> ids = task_list::page(db, of, {}, boardCards);
        column.cards = task_list::entries(db, ids);
        std::sort(column.cards.begin(), column.cards.end(),
                  [](const auto &a, const auto &b) { return a.task.id > b.task.id; });
        columns.push_back(std::move(column));
    };
    add(Place::Waiting, {});
    add(Place::NeedsPerson, {});
    const QStringList words = filter.target ? task_list::openWords(db, filter, boardWords + 1) : QStringList();
    // More words than columns fit: then they are not told apart.
    if (words.isEmpty() || words.size() > boardWords)
        add(Place::Open, {});
    else
        for (const QString &word : words)
            add(Place::Open, word);
    add(Place::Closed, {});
    return db.finish(std::move(columns));
}

void TaskBoardModel::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [filter = m_filter](Database &db) { return read(db, filter); };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<std::vector<Read>> &read) {
        if (epoch != m_epoch)
            return;
        if (!read)
            return Q_EMIT failed(read.error().message);
        take(*read);
        Q_EMIT loaded();
    });
}

void TaskBoardModel::take(std::vector<Read> read)
{
    const bool same = read.size() == m_columns.size()
        && std::equal(read.begin(), read.end(), m_columns.begin(),
                      [](const Read &a, const Column &b) { return a.place == b.place && a.word == b.word; });
    std::vector<Column> before;
    if (!same)
        before = std::exchange(m_columns, std::vector<Column>(read.size()));
    for (size_t i = 0; i < read.size(); ++i) {
        Column &column = m_columns[i];
        column.place = read[i].place;
        column.word = read[i].word;
        column.count = read[i].count;
        if (!column.cards)
            column.cards = new TaskColumnModel(this);
        column.cards->show(std::move(read[i].cards));
    }
    if (same)
        return;
    Q_EMIT columnsChanged();
    for (const Column &old : before)
        old.cards->deleteLater();
}

void TaskBoardModel::tick()
{
    for (const Column &column : m_columns)
        column.cards->tick();
}

} // namespace patchbay
