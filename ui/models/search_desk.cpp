#include "ui/models/search_desk.h"

#include "core/store/account_table.h"
#include "core/store/misc_tables.h"
#include "core/store/people.h"
#include "core/store/taxonomy_table.h"
#include "ui/models/when_done.h"

#include <chrono>

namespace patchbay {

namespace {

constexpr int deskPeople = 8; ///< names and addresses each
constexpr auto deskNamesPause = std::chrono::seconds(1);
constexpr auto deskCoveragePause = std::chrono::seconds(2); ///< an index that catches up changes all the time

SearchNames deskNames(Database &db)
{
    SearchNames names;
    for (const Channel &channel : channels::all(db))
        names.channels << channel.name;
    for (const Category &category : categories::all(db)) {
        if (!category.mergedInto)
            names.categories << category.name;
    }
    names.labels = labels::all(db);
    for (const Operator &person : operators::all(db)) {
        if (!person.isSystem)
            names.operators << person.name;
    }
    return names;
}

} // namespace

SearchDesk::SearchDesk(Store &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    m_namesTimer.setSingleShot(true);
    m_namesTimer.setInterval(deskNamesPause);
    connect(&m_namesTimer, &QTimer::timeout, this, &SearchDesk::readNames);
    m_coverageTimer.setSingleShot(true);
    m_coverageTimer.setInterval(deskCoveragePause);
    connect(&m_coverageTimer, &QTimer::timeout, this, &SearchDesk::readCoverage);
    connect(&store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (!m_follows)
            return;
        // A new label is told as a change of its conversation.
        const bool names =
            changes.channels || changes.taxonomy || changes.everything || !changes.conversations.isEmpty();
        if (names && !m_namesTimer.isActive())
            m_namesTimer.start();
        if (!m_coverageTimer.isActive())
            m_coverageTimer.start();
    });
}

void SearchDesk::follow()
{
    if (m_follows)
        return;
    m_follows = true;
    readNames();
    readCoverage();
}

void SearchDesk::rest()
{
    m_follows = false;
    m_namesTimer.stop();
    m_coverageTimer.stop();
}

void SearchDesk::readNames()
{
    auto work = [](Database &db) -> Result<SearchNames> { return db.finish(deskNames(db)); };
    whenDone(this, m_store.read(std::move(work)), [this](const Result<SearchNames> &names) {
        m_failure = names ? QString() : names.error().message;
        if (names) {
            m_source.names = *names;
            m_knowsNames = true;
        }
        Q_EMIT namesChanged();
    });
}

void SearchDesk::readCoverage()
{
    if (m_readsCoverage)
        return;
    m_readsCoverage = true;
    auto work = [](Database &db) -> Result<search::Coverage> { return db.finish(search::coverage(db)); };
    whenDone(this, m_store.read(std::move(work)), [this](const Result<search::Coverage> &coverage) {
        m_readsCoverage = false;
        m_failure = coverage ? QString() : coverage.error().message;
        if (coverage)
            m_coverage = *coverage;
        // What the index still has to read changes without a commit that a view would hear of.
        if (m_follows && coverage && coverage->waiting > 0)
            m_coverageTimer.start();
        Q_EMIT coverageChanged();
    });
}

void SearchDesk::lookUp(const QString &typed)
{
    const QString wanted = typed.trimmed();
    if (wanted == m_lookedUp && !wanted.isEmpty())
        return;
    m_lookedUp = wanted;
    m_cancelPeople.cancel();
    m_cancelPeople = CancelToken();
    if (wanted.isEmpty()) {
        m_source.people.clear();
        return;
    }
    auto work = [wanted](Database &db) -> Result<QStringList> {
        return db.finish(people::matching(db, wanted, deskPeople));
    };
    whenDone(this, m_store.read(std::move(work), m_cancelPeople), [this, wanted](const Result<QStringList> &found) {
        if (wanted != m_lookedUp || !found) // without its help one can still type the name
            return;
        m_source.people = *found;
        Q_EMIT peopleFound();
    });
}

} // namespace patchbay
