#include "ui/models/work_models.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"

namespace patchbay {

namespace {

constexpr int workRowLimit = 500;

} // namespace

LocalTasksModel::LocalTasksModel(Store &store, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(50);
    connect(&m_timer, &QTimer::timeout, this, &LocalTasksModel::reload);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if ((!changes.localTasks.isEmpty() || changes.everything) && !m_timer.isActive())
            m_timer.start();
    });
}

void LocalTasksModel::setWithDone(bool withDone)
{
    m_withDone = withDone;
    reload();
}

void LocalTasksModel::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [withDone = m_withDone](Database &db) -> Result<Page> {
        Page page{local_tasks::list(db, withDone, workRowLimit), local_tasks::count(db, withDone)};
        return db.finish(std::move(page));
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<Page> &page) {
        if (epoch != m_epoch)
            return;
        if (!page) {
            Q_EMIT failed(page.error().message);
            return;
        }
        m_total = page->total;
        assign(page->rows);
        Q_EMIT loaded();
    });
}

QVariant LocalTasksModel::data(const QModelIndex &index, int role) const
{
    const LocalTask *row = at(index);
    if (!row)
        return {};
    const QString state = row->done ? tr("✓ Done") : tr("○ Open");
    if (role == Qt::AccessibleTextRole && index.column() == State)
        return tr("%1, %2, priority %3, for %4")
            .arg(row->done ? tr("Done") : tr("Open"), words::oneLine(row->payload.title),
                 words::priority(row->payload.priority), words::oneLine(row->payload.contact.name));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case State: return state;
    case Title: return words::oneLine(row->payload.title);
    case Priority_: return words::priority(row->payload.priority);
    case Category_: return words::oneLine(row->payload.category);
    case Contact:
        return words::oneLine(row->payload.contact.name.isEmpty() ? row->payload.contact.address
                                                                  : row->payload.contact.name);
    case Created: return words::shortTime(row->createdAt, words::now());
    default: return {};
    }
}

QVariant LocalTasksModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case State: return tr("State");
    case Title: return tr("Task");
    case Priority_: return tr("Priority");
    case Category_: return tr("Category");
    case Contact: return tr("For");
    case Created: return tr("Made");
    default: return {};
    }
}

QuarantineModel::QuarantineModel(Store &store, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(80);
    connect(&m_timer, &QTimer::timeout, this, &QuarantineModel::reload);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.counters && !m_timer.isActive())
            m_timer.start();
    });
}

void QuarantineModel::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [](Database &db) -> Result<Page> {
        Page page{raw_messages::quarantined(db, workRowLimit), int(raw_messages::kept(db).quarantined)};
        return db.finish(std::move(page));
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<Page> &page) {
        if (epoch != m_epoch)
            return;
        if (!page) {
            Q_EMIT failed(page.error().message);
            return;
        }
        m_total = page->total;
        assign(page->rows);
        Q_EMIT loaded();
    });
}

QVariant QuarantineModel::data(const QModelIndex &index, int role) const
{
    const raw_messages::RawMessage *row = at(index);
    if (!row)
        return {};
    if (role == Qt::AccessibleTextRole && index.column() == Received)
        return tr("Could not be read, received %1: %2")
            .arg(words::fullTime(row->receivedAt), words::oneLine(row->error));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Received: return words::shortTime(row->receivedAt, words::now());
    case Reason: return words::oneLine(row->error, 400);
    case Source: return words::oneLine(row->item.sourceKey);
    case Attempts: return row->attempts;
    default: return {};
    }
}

QVariant QuarantineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Received: return tr("Received");
    case Reason: return tr("Why it could not be read");
    case Source: return tr("Where it lay");
    case Attempts: return tr("Attempts");
    default: return {};
    }
}

} // namespace patchbay
