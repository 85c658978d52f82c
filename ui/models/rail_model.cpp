#include "ui/models/rail_model.h"

#include "core/store/account_table.h"
#include "core/store/delivery_table.h"
#include "core/store/lease_table.h"
#include "core/store/raw_message_table.h"
#include "core/store/task_list.h"
#include "core/store/task_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr int railLapseMs = 10000;

} // namespace

struct RailModel::Counts {
    std::vector<conversations::ViewCount> views = {};
    int outboxOpen = 0;
    int outboxProblems = 0;
    int openTasks = 0;
    int localTasks = 0;
    qint64 quarantined = 0;
    std::vector<Channel> channels = {};
    std::vector<Target> targets = {};
    std::vector<SavedSearch> searches = {};
    std::vector<leases::Lease> leases = {}; ///< in a team: who runs which channel now
};

RailModel::RailModel(Store &store, OperatorId me, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
    , m_me(me)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(150);
    connect(&m_timer, &QTimer::timeout, this, &RailModel::reload);
    connect(&store, &Store::changed, this, [this] {
        if (!m_timer.isActive())
            m_timer.start();
    });
    if (store.isShared()) {
        connect(&m_lapse, &QTimer::timeout, this, &RailModel::reload);
        m_lapse.start(railLapseMs);
    }
    show({});
    reload();
}

void RailModel::showProblemsOf(const Channels &channels, const Targets &targets)
{
    m_channels = &channels;
    m_targets = &targets;
    connect(&channels, &Channels::problemsChanged, &m_timer, qOverload<>(&QTimer::start));
    connect(&targets, &Targets::problemsChanged, &m_timer, qOverload<>(&QTimer::start));
}

Result<RailModel::Counts> RailModel::read(Database &db, OperatorId me)
{
    Counts counts;
    counts.views = conversations::counts(db, me);
    counts.outboxOpen = deliveries::count(db, deliveries::Filter::Open);
    counts.outboxProblems = deliveries::count(db, deliveries::Filter::Problems);
    counts.openTasks = task_list::openCount(db);
    counts.localTasks = local_tasks::count(db, false);
    counts.quarantined = raw_messages::kept(db).quarantined;
    counts.channels = channels::all(db);
    counts.targets = targets::all(db);
    counts.leases = leases::running(db);
    counts.searches = saved_searches::all(db);
    return db.finish(std::move(counts));
}

void RailModel::reload()
{
    if (m_reading) {
        m_timer.start();
        return;
    }
    m_reading = true;
    auto work = [me = m_me](Database &db) { return read(db, me); };
    whenDone(this, m_store.read(std::move(work)), [this](const Result<Counts> &counts) {
        m_reading = false;
        if (!counts) {
            Q_EMIT failed(counts.error().message);
            return;
        }
        show(*counts);
        Q_EMIT loaded();
    });
}

void RailModel::show(const Counts &counts)
{
    using View = conversations::View;
    std::vector<RailRow> rows;
    const auto add = [&](RailRow::Kind kind, const QString &title, const QString &detail) -> RailRow & {
        RailRow row;
        row.kind = kind;
        row.title = title;
        row.detail = detail;
        rows.push_back(std::move(row));
        return rows.back();
    };
    const auto addView = [&](View view, const QString &title, const QString &detail) {
        RailRow &row = add(RailRow::Kind::View, title, detail);
        row.view = view;
        for (const conversations::ViewCount &one : counts.views) {
            if (one.view == view) {
                row.count = one.count;
                row.more = one.more;
            }
        }
    };
    addView(View::MyQueue, tr("My queue"), tr("Open conversations assigned to you"));
    addView(View::AwaitingUs, tr("Awaiting us"), tr("Open conversations in which the customer had the last word"));
    addView(View::Unassigned, tr("Unassigned"), tr("Open conversations that nobody has taken"));
    addView(View::Snoozed, tr("Snoozed"), tr("Conversations that come back by themselves"));
    addView(View::All, tr("All"), tr("All conversations"));
    addView(View::Done, tr("Done"), tr("Finished conversations"));

    if (!counts.searches.empty())
        add(RailRow::Kind::Header, tr("Saved searches"), {});
    for (const SavedSearch &search : counts.searches)
        add(RailRow::Kind::SavedSearch, search.name, search.query).search = search;

    add(RailRow::Kind::Header, tr("Work"), {});
    RailRow &outbox = add(RailRow::Kind::Outbox, tr("Outbox"), tr("Everything that leaves: replies and tasks"));
    outbox.count = counts.outboxOpen;
    outbox.problems = counts.outboxProblems;
    RailRow &tasks = add(RailRow::Kind::Tasks, tr("Tasks"), tr("All tasks, and how they stand at their targets"));
    tasks.count = counts.openTasks;
    RailRow &local = add(RailRow::Kind::LocalTasks, tr("Local tasks"), tr("Tasks kept in this workspace"));
    local.count = counts.localTasks;
    if (counts.quarantined > 0) {
        RailRow &held = add(RailRow::Kind::Quarantine, tr("Could not be read"),
                            tr("%n message(s) could not be read", nullptr, int(counts.quarantined)));
        held.problems = int(counts.quarantined);
    }

    add(RailRow::Kind::Rules, tr("Rules"), tr("What is routed where, and why"));
    add(RailRow::Kind::Categories, tr("Categories"), tr("What conversations are about, and domain packs"));
    add(RailRow::Kind::Workspace, tr("Workspace"), tr("Health, size and care of the workspace"));

    add(RailRow::Kind::Header, tr("Channels"), {});
    for (const Channel &channel : counts.channels) {
        RailRow &row = add(RailRow::Kind::Channel, channel.name, channel.healthDetail);
        row.health = channel.paused ? Health::Paused : channel.health;
        row.channel = channel;
        if (m_store.isShared() && !channel.paused)
            showHolder(row, counts);
    }
    add(RailRow::Kind::Header, tr("Targets"), {});
    for (const Target &target : counts.targets) {
        RailRow &row = add(RailRow::Kind::Target, target.name, target.healthDetail);
        row.health = target.health;
        row.target = target.id;
        row.targetConnector = target.connector;
        if (const QString spared = words::breaker(target, words::now()); !spared.isEmpty())
            row.detail = row.detail.isEmpty() ? spared : QStringLiteral("%1. %2").arg(row.detail, spared);
        const auto problem = m_targets && m_store.isShared() ? m_targets->problem(target.id) : std::nullopt;
        if (problem) {
            row.health = Health::Failed;
            row.detail = tr("Not from this workstation: %1").arg(problem->message);
        }
    }
    assign(std::move(rows));
}

/// In a team one workstation runs a channel. What the channel last said is true only as long as somebody does.
void RailModel::showHolder(RailRow &row, const Counts &counts) const
{
    const auto lease = std::find_if(counts.leases.begin(), counts.leases.end(),
                                    [&row](const leases::Lease &one) { return one.channel == row.channel.id; });
    if (lease == counts.leases.end()) {
        row.health = Health::Offline;
        row.detail = tr("No workstation runs it now: open Patchbay where its password is stored.");
        if (const auto problem = m_channels ? m_channels->problem(row.channel.id) : std::nullopt)
            row.detail += QLatin1Char(' ') + tr("Here: %1").arg(problem->message);
    } else if (lease->owner != m_store.owner()) {
        const QString runs = tr("Runs on %1.").arg(words::oneLine(leases::nameOf(lease->owner), 60));
        row.detail = row.detail.isEmpty() ? runs : runs + QLatin1Char(' ') + row.detail;
    }
    row.channel.health = row.health;
    row.channel.healthDetail = row.detail;
}

qint64 RailModel::key(const RailRow &row) const
{
    const qint64 kind = qint64(row.kind) << 40;
    switch (row.kind) {
    case RailRow::Kind::Header: return kind + qHash(row.title) % 100000;
    case RailRow::Kind::View: return kind + qint64(row.view);
    case RailRow::Kind::SavedSearch: return kind + row.search.id.value;
    case RailRow::Kind::Channel: return kind + row.channel.id.value;
    case RailRow::Kind::Target: return kind + row.target.value;
    default: return kind;
    }
}

Qt::ItemFlags RailModel::flags(const QModelIndex &index) const
{
    const RailRow *row = at(index);
    if (!row || row->kind == RailRow::Kind::Header)
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

QVariant RailModel::data(const QModelIndex &index, int role) const
{
    const RailRow *row = at(index);
    if (!row)
        return {};
    if (role == Qt::DisplayRole)
        return words::oneLine(row->title);
    if (role != Qt::AccessibleTextRole)
        return {};
    QStringList parts{words::oneLine(row->title)};
    if (row->count > 0)
        parts << (row->more ? tr("more than %1").arg(row->count) : QString::number(row->count));
    if (row->problems > 0)
        parts << tr("%n need(s) attention", nullptr, row->problems);
    if (row->kind == RailRow::Kind::Channel || row->kind == RailRow::Kind::Target)
        parts << words::health(row->health);
    if (!row->detail.isEmpty())
        parts << words::oneLine(row->detail);
    return parts.join(QStringLiteral(", "));
}

int RailModel::rowOfKind(RailRow::Kind kind) const
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [kind](const RailRow &row) { return row.kind == kind; });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

int RailModel::rowOfView(conversations::View view) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [view](const RailRow &row) {
        return row.kind == RailRow::Kind::View && row.view == view;
    });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

int RailModel::rowOfSearch(SavedSearchId search) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [search](const RailRow &row) {
        return row.kind == RailRow::Kind::SavedSearch && row.search.id == search;
    });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

std::vector<SavedSearch> RailModel::searches() const
{
    std::vector<SavedSearch> found;
    for (const RailRow &row : m_rows) {
        if (row.kind == RailRow::Kind::SavedSearch)
            found.push_back(row.search);
    }
    return found;
}

int RailModel::countOf(conversations::View view) const
{
    const RailRow *row = at(rowOfView(view));
    return row ? row->count : 0;
}

bool RailModel::hasChannels() const { return rowOfKind(RailRow::Kind::Channel) >= 0; }

bool RailModel::isTroubled() const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [](const RailRow &row) {
        return (row.kind == RailRow::Kind::Channel || row.kind == RailRow::Kind::Target)
            && (row.health == Health::Offline || row.health == Health::Failed);
    });
}

QString RailModel::watermark() const
{
    Timestamp oldest;
    int live = 0;
    for (const RailRow &row : m_rows) {
        if (row.kind != RailRow::Kind::Channel || row.health == Health::Paused)
            continue;
        const QString name = words::oneLine(row.title, 40);
        if (row.health == Health::Offline)
            return tr("%1 is offline: new messages wait over there").arg(name);
        if (row.health == Health::Failed)
            return tr("%1 failed: new messages wait over there").arg(name);
        if (row.health == Health::CatchingUp)
            return tr("%1 is catching up").arg(name);
        if (row.health == Health::Unknown && row.channel.caughtUpAt)
            return tr("%1 is not connected yet").arg(name);
        if (!row.channel.caughtUpAt)
            continue;
        ++live;
        if (!oldest || row.channel.caughtUpAt < oldest)
            oldest = row.channel.caughtUpAt;
    }
    if (live == 0)
        return hasChannels() ? tr("No channel is connected") : tr("No channel yet");
    const QDateTime at = oldest.toDateTime().toLocalTime();
    return at.date() == QDate::currentDate() ? tr("Caught up at %1").arg(at.time().toString(QStringLiteral("HH:mm:ss")))
                                             : tr("Caught up %1").arg(words::fullTime(oldest));
}

} // namespace patchbay
