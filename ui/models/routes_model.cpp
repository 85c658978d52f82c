#include "ui/models/routes_model.h"

#include "core/engine/route_check.h"
#include "core/store/account_table.h"
#include "core/store/suggestion_table.h"
#include "core/store/taxonomy_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr int routesTriedAtMost = 40;

} // namespace

RoutesModel::RoutesModel(Store &store, QObject *parent)
    : RowsModel(parent)
    , m_store(store)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(50);
    connect(&m_timer, &QTimer::timeout, this, &RoutesModel::reload);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if ((changes.rules || changes.targets || changes.taxonomy || changes.everything) && !m_timer.isActive())
            m_timer.start();
    });
}

void RoutesModel::reload()
{
    const quint64 epoch = ++m_epoch;
    auto work = [](Database &db) -> Result<Everything> {
        return db.finish(Everything{routes::all(db), targets::all(db), categories::all(db)});
    };
    whenDone(this, m_store.read(std::move(work)), [this, epoch](const Result<Everything> &all) {
        if (epoch != m_epoch)
            return;
        if (!all) {
            Q_EMIT failed(all.error().message);
            return;
        }
        m_targets = all->targets;
        m_taxonomy = all->taxonomy;
        assign(all->routes);
        Q_EMIT loaded();
    });
}

QVariant RoutesModel::data(const QModelIndex &index, int role) const
{
    const Route *row = at(index);
    if (!row)
        return {};
    const QString leads = words::routeHint(*row, m_targets);
    if (role == Qt::AccessibleTextRole && index.column() == Name)
        return tr("Route %1, %2").arg(words::oneLine(row->name), leads);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name: return words::oneLine(row->name);
    case Leads: return leads;
    case Mapped: return row->mappings.empty() ? tr("as drafted") : tr("%n mapped", nullptr, int(row->mappings.size()));
    default: return {};
    }
}

QVariant RoutesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Route");
    case Leads: return tr("Leads");
    case Mapped: return tr("Fields");
    default: return {};
    }
}

Result<TaskPlan> tryRoute(Database &db, const Route &route, ConversationId conversation, const QString &operatorName)
{
    if (const Result<Done> usable = checkRoute(db, route); !usable)
        return usable.error();
    const auto suggestion = suggestions::newest(db, conversation);
    if (!suggestion)
        return db.error().value_or(
            makeError(Error::Kind::NotFound, RoutesModel::tr("Nothing was suggested for this conversation yet.")));
    return planTask(db, route, *suggestion, operatorName);
}

std::vector<conversations::Summary> conversationsToTry(Database &db, OperatorId me, ConversationId first)
{
    std::vector<ConversationId> ids;
    if (first)
        ids.push_back(first);
    for (const conversations::Ordered &one : conversations::ordered(db, conversations::View::All, me)) {
        if (int(ids.size()) >= routesTriedAtMost)
            break;
        if (one.id != first)
            ids.push_back(one.id);
    }
    return conversations::summaries(db, me, ids);
}

} // namespace patchbay
