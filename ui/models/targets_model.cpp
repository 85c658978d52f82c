#include "ui/models/targets_model.h"

#include "core/ports/repeats.h"
#include "core/store/account_table.h"
#include "ui/models/target_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr std::chrono::milliseconds targetsAge = std::chrono::seconds(30); ///< how often "5 min" is looked at

bool targetsSame(const Target &a, const Target &b)
{
    return a.name == b.name && a.connector == b.connector && a.settings == b.settings && a.health == b.health
        && a.healthDetail == b.healthDetail && a.consecutiveFailures == b.consecutiveFailures
        && a.breakerOpenUntil == b.breakerOpenUntil;
}

} // namespace

QString TargetRow::lastError() const
{
    if (!problem.isEmpty())
        return problem;
    const bool troubled = target.health == Health::Failed || target.health == Health::Offline;
    if (troubled && !target.healthDetail.isEmpty())
        return target.healthDetail;
    if (!figures.lastError.isEmpty() || reading.failures == 0)
        return figures.lastError;
    return TargetsModel::tr("Statuses could not be read: %1").arg(reading.error);
}

TargetsModel::TargetsModel(const ConsoleContext &context, QObject *parent)
    : RowsModel(parent)
    , m_store(context.store)
    , m_targets(context.targets)
    , m_catalog(context.catalog)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(50);
    m_clock.setSingleShot(true);
    const auto soon = [this] {
        if (!m_timer.isActive())
            m_timer.start();
    };
    connect(&m_timer, &QTimer::timeout, this, &TargetsModel::reload);
    connect(&m_clock, &QTimer::timeout, this, &TargetsModel::tick);
    connect(&context.targets, &Targets::problemsChanged, this, soon);
    connect(&context.store, &Store::changed, this, [soon](const ChangeSet &changes) {
        if (changes.targets || !changes.deliveries.isEmpty() || changes.everything)
            soon();
    });
}

void TargetsModel::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [](Database &db) -> Result<Everything> {
        Everything all;
        for (Target &target : targets::all(db)) {
            const TargetId id = target.id;
            all.push_back({std::move(target), targets::figures(db, id), task_watch::troubleAt(db, id)});
        }
        return db.finish(std::move(all));
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<Everything> &all) {
        if (epoch != m_epoch)
            return;
        if (!all)
            return Q_EMIT failed(all.error().message);
        show(*all);
        Q_EMIT loaded();
    });
}

void TargetsModel::show(const Everything &all)
{
    std::vector<TargetRow> rows;
    for (const auto &[target, figures, reading] : all) {
        TargetRow row{target, figures, m_catalog.crm(target.connector), {}, reading};
        if (const auto problem = m_targets.problem(target.id))
            row.problem =
                m_store.isShared() ? tr("Not from this workstation: %1").arg(problem->message) : problem->message;
        rows.push_back(std::move(row));
    }
    assign(std::move(rows));
    startClock();
}

bool TargetsModel::same(const TargetRow &a, const TargetRow &b) const
{
    return targetsSame(a.target, b.target) && a.figures == b.figures && a.problem == b.problem
        && a.reading == b.reading;
}

/// Until the next breaker half-opens, at most until ages are looked at.
void TargetsModel::startClock()
{
    if (m_rows.empty())
        return m_clock.stop();
    const Timestamp now = words::now();
    std::chrono::milliseconds wait = targetsAge;
    for (const TargetRow &row : m_rows) {
        if (row.target.breakerAt(now) == Target::Breaker::Open)
            wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(row.target.breakerOpenUntil - now));
    }
    m_clock.start(std::max(wait, std::chrono::milliseconds(1)));
}

void TargetsModel::tick()
{
    for (const Column column : {Breaker, LastSent})
        Q_EMIT dataChanged(index(0, column), index(rowCount() - 1, column), {Qt::DisplayRole});
    startClock();
}

QString TargetsModel::text(const TargetRow &row, int column) const
{
    const Timestamp now = words::now();
    switch (column) {
    case Name: return words::oneLine(row.target.name, 80);
    case Connector: return row.info ? row.info->title : tr("%1, not in this build").arg(row.target.connector);
    case State: return words::healthSign(row.health()) + QLatin1Char(' ') + words::health(row.health());
    case Breaker: return words::breakerState(row.target, now);
    case Open: return words::openTasks(row.figures);
    case LastSent: return row.figures.lastSentAt ? words::shortTime(row.figures.lastSentAt, now) : tr("never");
    case Repeats: return row.info ? words::repeats(repeatsOf(*row.info, row.target.settings)) : QStringLiteral("–");
    case HeldAgainst: return row.info ? words::heldAgainst(*row.info) : QStringLiteral("–");
    case LastError: return words::oneLine(row.lastError(), 300);
    default: return {};
    }
}

QVariant TargetsModel::data(const QModelIndex &index, int role) const
{
    const TargetRow *row = at(index);
    if (!row)
        return {};
    if (role == Qt::DisplayRole)
        return text(*row, index.column());
    if (role != Qt::AccessibleTextRole)
        return {};
    if (index.column() != Name)
        return tr("%1: %2", "a column and what stands in it")
            .arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(), text(*row, index.column()));
    QStringList parts{tr("Target %1").arg(text(*row, Name)),
                      text(*row, Connector),
                      words::health(row->health()),
                      tr("breaker %1").arg(text(*row, Breaker)),
                      tr("open tasks: %1").arg(text(*row, Open)),
                      tr("last sent: %1").arg(text(*row, LastSent)),
                      text(*row, Repeats),
                      text(*row, HeldAgainst)};
    if (const QString error = text(*row, LastError); !error.isEmpty())
        parts << error;
    return parts.join(QStringLiteral(", "));
}

QVariant TargetsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Target");
    case Connector: return tr("Connector");
    case State: return tr("State");
    case Breaker: return tr("Breaker");
    case Open: return tr("Open tasks");
    case LastSent: return tr("Last sent");
    case Repeats: return tr("Class of a repeat");
    case HeldAgainst: return tr("Held against");
    case LastError: return tr("In their words");
    default: return {};
    }
}

} // namespace patchbay
