#include "ui/models/lessons_model.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QDateTime>

namespace patchbay {

namespace {

constexpr int lessonsListed = 500;

} // namespace

LessonsModel::LessonsModel(Store &store, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(80);
    connect(&m_timer, &QTimer::timeout, this, &LessonsModel::reload);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if ((changes.lessons || changes.taxonomy || changes.everything) && !m_timer.isActive())
            m_timer.start();
    });
}

void LessonsModel::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [](Database &db) { return db.finish(lessons::newest(db, {}, lessonsListed + 1)); };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<std::vector<lessons::Listed>> &found) {
        if (epoch != m_epoch)
            return;
        if (!found)
            return Q_EMIT failed(found.error().message);
        std::vector<lessons::Listed> rows = *found;
        m_more = rows.size() > size_t(lessonsListed);
        if (m_more)
            rows.pop_back();
        assign(std::move(rows));
        Q_EMIT loaded();
    });
}

bool LessonsModel::same(const lessons::Listed &a, const lessons::Listed &b) const
{
    return a.lesson.undoneAt == b.lesson.undoneAt && a.category == b.category && a.previous == b.previous
        && a.operatorName == b.operatorName;
}

int LessonsModel::learnedToday() const
{
    const QDateTime midnight = words::now().toDateTime().toLocalTime().date().startOfDay();
    return int(std::count_if(m_rows.begin(), m_rows.end(), [&midnight](const lessons::Listed &row) {
        return !row.lesson.undoneAt && row.lesson.createdAt.toDateTime() >= midnight;
    }));
}

QVariant LessonsModel::data(const QModelIndex &index, int role) const
{
    const lessons::Listed *row = at(index);
    if (!row)
        return {};
    const Lesson &lesson = row->lesson;
    const QString state = lesson.undoneAt    ? tr("Undone")
        : lesson.weight < 1                  ? tr("Accepted")
        : !row->conversation                 ? tr("From a file")
        : lesson.previous == lesson.category ? tr("Confirmed")
                                             : tr("Corrected");
    if (role == Qt::AccessibleTextRole && index.column() == When)
        return tr("%1: %2 by %3, %4")
            .arg(state, words::oneLine(row->category), words::oneLine(row->operatorName),
                 words::fullTime(lesson.createdAt));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case When: return words::shortTime(lesson.createdAt, words::now());
    case From: return words::oneLine(row->previous, 60);
    case To: return words::oneLine(row->category, 60);
    case By: return words::oneLine(row->operatorName, 60);
    case Text: return words::oneLine(lesson.text, 160);
    case State: return state;
    default: return {};
    }
}

QVariant LessonsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case When: return tr("When");
    case From: return tr("Was");
    case To: return tr("Is");
    case By: return tr("By");
    case Text: return tr("Learned from");
    case State: return tr("How");
    default: return {};
    }
}

} // namespace patchbay
