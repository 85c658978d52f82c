#include "ui/models/outbox_model.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QLocale>

namespace patchbay {

namespace {

constexpr int outboxRowLimit = 500;

} // namespace

OutboxModel::OutboxModel(Store &store, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(50);
    connect(&m_timer, &QTimer::timeout, this, &OutboxModel::reload);
    connect(&m_second, &QTimer::timeout, this, &OutboxModel::tick);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if ((!changes.deliveries.isEmpty() || changes.everything) && !m_timer.isActive())
            m_timer.start();
    });
}

void OutboxModel::setFilter(deliveries::Filter filter)
{
    m_filter = filter;
    reload();
}

void OutboxModel::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [filter = m_filter](Database &db) -> Result<Page> {
        Page page{deliveries::list(db, filter, outboxRowLimit), deliveries::count(db, filter)};
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
        m_second.start(1000);
        Q_EMIT loaded();
    });
}

/// Counts down what can still be taken back, and stops when nothing can.
void OutboxModel::tick()
{
    const Timestamp now = words::now();
    bool counting = false;
    for (int row = 0; row < rowCount(); ++row) {
        const Delivery &delivery = at(row)->delivery;
        const bool queued = delivery.state == DeliveryState::Queued && delivery.notBefore;
        if (!queued || delivery.notBefore + std::chrono::seconds(2) < now)
            continue;
        counting = true;
        Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1), {Qt::DisplayRole});
    }
    if (!counting)
        m_second.stop();
}

QVariant OutboxModel::data(const QModelIndex &index, int role) const
{
    const deliveries::Entry *row = at(index);
    if (!row)
        return {};
    const Delivery &delivery = row->delivery;
    const Timestamp now = words::now();
    if (role == Qt::AccessibleTextRole && index.column() == State)
        return tr("%1, %2, to %3: %4")
            .arg(words::deliveryState(delivery), words::oneLine(row->title), words::oneLine(row->destination),
                 words::deliverySentence(delivery, now));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case State: return words::deliverySign(delivery) + QLatin1Char(' ') + words::deliveryState(delivery);
    case What:
        if (delivery.kind == DeliveryKind::Change)
            return tr("Chat: %1").arg(words::oneLine(row->title));
        if (delivery.kind == DeliveryKind::Question)
            return tr("Question to a model: %1").arg(words::oneLine(row->title));
        return delivery.kind == DeliveryKind::Reply ? tr("Reply: %1").arg(words::oneLine(row->title))
                                                    : tr("Task: %1").arg(words::oneLine(row->title));
    case To:
        if (delivery.channel)
            return tr("%1 via %2").arg(words::oneLine(row->contactName), words::oneLine(row->destination));
        return words::oneLine(row->destination);
    case Attempts: return delivery.attempts;
    case NextTry: {
        const Timestamp next = words::canTakeBack(delivery, now) ? delivery.notBefore : delivery.nextAttemptAt;
        const bool waits = delivery.state == DeliveryState::Queued || delivery.state == DeliveryState::Failed;
        if (!waits || !next)
            return waits ? tr("now") : QStringLiteral("–");
        return QLocale().toString(next.toDateTime().toLocalTime().time(), QStringLiteral("HH:mm:ss"));
    }
    case Words: return words::deliverySentence(delivery, now);
    default: return {};
    }
}

QVariant OutboxModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case State: return tr("State");
    case What: return tr("What");
    case To: return tr("To");
    case Attempts: return tr("Attempts");
    case NextTry: return tr("Next try");
    case Words: return tr("In their words");
    default: return {};
    }
}

} // namespace patchbay
