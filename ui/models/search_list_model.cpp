#include "ui/models/search_list_model.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <chrono>

namespace patchbay {

namespace {

constexpr int searchPageSize = 60;
constexpr int searchBestSize = 200; ///< the best come in one page
constexpr int searchMostRows = 5000; ///< nobody reads further; a narrower search helps
constexpr int searchMostChanges = 200; ///< conversations looked at anew at once
constexpr auto searchSlowAfter = std::chrono::milliseconds(150);
constexpr auto searchChangePause = std::chrono::milliseconds(250);

} // namespace

SearchListModel::SearchListModel(Store &store, OperatorId me, QObject *parent)
    : QAbstractListModel(parent)
    , m_store(store)
    , m_me(me)
{
    m_slowTimer.setSingleShot(true);
    m_slowTimer.setInterval(searchSlowAfter);
    connect(&m_slowTimer, &QTimer::timeout, this, [this] {
        m_isSlow = true;
        Q_EMIT stateChanged();
    });
    m_changeTimer.setSingleShot(true);
    m_changeTimer.setInterval(searchChangePause);
    connect(&m_changeTimer, &QTimer::timeout, this, &SearchListModel::askAgain);
    connect(&store, &Store::changed, this, &SearchListModel::applyChanges);
}

SearchListModel::~SearchListModel() { m_cancel.cancel(); }

int SearchListModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }

QVariant SearchListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Found &row = m_rows[size_t(index.row())];
    if (role == Qt::DisplayRole)
        return words::oneLine(row.summary.contactName);
    return role == Qt::AccessibleTextRole ? QVariant(sentence(row)) : QVariant();
}

std::vector<QString> SearchListModel::words() const
{
    std::vector<QString> all;
    for (const SearchWord &word : search::wordsOf(m_query))
        all.push_back(QString::fromUtf8(word.folded));
    return all;
}

void SearchListModel::search(const SearchQuery &query, bool best)
{
    m_query = query;
    m_best = best;
    run();
}

void SearchListModel::again() { run(); }

void SearchListModel::clear()
{
    ++m_epoch;
    m_cancel.cancel();
    m_query = {};
    setState(State::Idle);
    replaceRows({});
}

void SearchListModel::run()
{
    const quint64 epoch = ++m_epoch;
    m_cancel.cancel();
    m_cancel = CancelToken();
    m_fetching = false;
    setState(State::Searching);
    auto work = [query = m_query, best = m_best, me = m_me](Database &db) -> Result<FoundPage> {
        const search::Page page =
            best ? search::best(db, query, me, searchBestSize) : search::newest(db, query, me, 0, searchPageSize);
        return db.finish(FoundPage{withSummaries(db, me, page.hits), best ? 0 : page.reached});
    };
    whenDone(this, m_store.read(std::move(work), m_cancel), [this, epoch](const Result<FoundPage> &page) {
        if (epoch != m_epoch)
            return;
        if (!page)
            return fail(page.error());
        replaceRows(*page);
        setState(State::Ready);
    });
}

std::vector<SearchListModel::Found> SearchListModel::withSummaries(Database &db, OperatorId me,
                                                                   const std::vector<search::Hit> &hits)
{
    std::vector<ConversationId> ids;
    for (const search::Hit &hit : hits)
        ids.push_back(hit.conversation);
    QHash<ConversationId, conversations::Summary> summaries;
    for (const conversations::Summary &summary : conversations::summaries(db, me, ids))
        summaries.insert(summary.conversation.id, summary);
    std::vector<Found> rows;
    for (const search::Hit &hit : hits) {
        if (const auto summary = summaries.constFind(hit.conversation); summary != summaries.constEnd())
            rows.push_back({hit, *summary});
    }
    return rows;
}

void SearchListModel::replaceRows(const FoundPage &page)
{
    beginResetModel();
    m_rows.clear();
    m_rowOf.clear();
    m_left.clear();
    m_changed.clear();
    m_arrived.clear();
    m_reached = 0;
    endResetModel();
    append(page);
    Q_EMIT arrivedChanged();
}

void SearchListModel::append(const FoundPage &page)
{
    m_reached = page.reached;
    std::vector<Found> fresh; // a conversation comes again on a later page with an older hit
    QSet<ConversationId> seen;
    for (const Found &row : page.rows) {
        if (!m_rowOf.contains(row.hit.conversation) && !seen.contains(row.hit.conversation))
            fresh.push_back(row);
        seen.insert(row.hit.conversation);
    }
    if (fresh.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + int(fresh.size()) - 1);
    for (Found &row : fresh) {
        m_rowOf.insert(row.hit.conversation, int(m_rows.size()));
        m_rows.push_back(std::move(row));
    }
    endInsertRows();
}

bool SearchListModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_state == State::Ready && m_reached != 0 && !m_fetching
        && m_rows.size() < searchMostRows;
}

void SearchListModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_fetching = true;
    auto work = [query = m_query, me = m_me, before = m_reached](Database &db) -> Result<FoundPage> {
        const search::Page page = search::newest(db, query, me, before, searchPageSize);
        return db.finish(FoundPage{withSummaries(db, me, page.hits), page.reached});
    };
    whenDone(this, m_store.read(std::move(work), m_cancel), [this, epoch = m_epoch](const Result<FoundPage> &page) {
        if (epoch != m_epoch)
            return;
        if (!page) {
            m_fetching = false;
            return fail(page.error());
        }
        append(*page);
        m_fetching = false;
        Q_EMIT stateChanged();
        if (m_rows.empty()) // all of the page went meanwhile
            fetchMore({});
    });
}

void SearchListModel::fail(const Error &error)
{
    m_failure = error.message;
    setState(State::Failed);
}

void SearchListModel::setState(State state)
{
    m_state = state;
    m_isSlow = false;
    if (state == State::Searching)
        m_slowTimer.start();
    else
        m_slowTimer.stop();
    Q_EMIT stateChanged();
}

const conversations::Summary *SearchListModel::summary(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rows[size_t(row)].summary : nullptr;
}

const search::Hit *SearchListModel::hit(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rows[size_t(row)].hit : nullptr;
}

ConversationId SearchListModel::idAt(int row) const
{
    const search::Hit *found = hit(row);
    return found ? found->conversation : ConversationId();
}

int SearchListModel::rowOf(ConversationId id) const { return m_rowOf.value(id, -1); }

ConversationId SearchListModel::nextAwaiting(int row) const
{
    const int count = rowCount();
    for (int step = 1; step <= count; ++step) {
        const int candidate = (row + step + count) % count;
        const Conversation &c = m_rows[size_t(candidate)].summary.conversation;
        if (candidate != row && c.awaitingUs && c.status == ConversationStatus::Open && !hasLeft(c.id))
            return c.id;
    }
    return {};
}

void SearchListModel::applyChanges(const ChangeSet &changes)
{
    if (m_state == State::Idle)
        return;
    m_changed.unite(changes.conversations);
    m_changed.unite(changes.searchable);
    if (changes.everything || changes.channels || changes.taxonomy || !changes.deliveries.isEmpty()) {
        for (const Found &row : m_rows)
            m_changed.insert(row.hit.conversation);
    }
    if (!m_changed.isEmpty() && !m_changeTimer.isActive())
        m_changeTimer.start();
}

void SearchListModel::askAgain()
{
    if (m_state != State::Ready) {
        if (m_state == State::Searching)
            m_changeTimer.start();
        return;
    }
    // Rows on screen first; of thousands of others that an import brings, as many as can be looked at.
    std::vector<ConversationId> asked;
    for (const bool shown : {true, false}) {
        for (const ConversationId id : std::as_const(m_changed)) {
            if (asked.size() < searchMostChanges && m_rowOf.contains(id) == shown)
                asked.push_back(id);
        }
    }
    for (const ConversationId id : asked)
        m_changed.remove(id);
    auto work = [query = m_query, me = m_me, asked](Database &db) -> Result<std::vector<Found>> {
        const std::vector<search::Hit> hits = search::among(db, query, me, asked);
        std::vector<Found> rows = withSummaries(db, me, hits);
        QSet<ConversationId> matching;
        for (const search::Hit &hit : hits)
            matching.insert(hit.conversation);
        std::vector<ConversationId> left; // they are shown as they are now, too
        for (const ConversationId id : asked) {
            if (!matching.contains(id))
                left.push_back(id);
        }
        for (const conversations::Summary &summary : conversations::summaries(db, me, left))
            rows.push_back({{}, summary});
        return db.finish(std::move(rows));
    };
    whenDone(this, m_store.read(std::move(work), m_cancel),
             [this, epoch = m_epoch, asked](const Result<std::vector<Found>> &now) {
                 if (epoch != m_epoch)
                     return;
                 if (!now)
                     return fail(now.error());
                 update(asked, *now);
                 if (!m_changed.isEmpty())
                     m_changeTimer.start();
             });
}

void SearchListModel::update(const std::vector<ConversationId> &asked, const std::vector<Found> &now)
{
    for (const ConversationId id : asked)
        m_arrived.remove(id);
    for (const Found &found : now) {
        const ConversationId id = found.summary.conversation.id;
        const bool matches = bool(found.hit.conversation);
        const int row = rowOf(id);
        if (row < 0) {
            if (matches)
                m_arrived.insert(id);
            continue;
        }
        m_rows[size_t(row)].summary = found.summary;
        if (matches) {
            m_rows[size_t(row)].hit = found.hit;
            m_left.remove(id);
        } else {
            m_left.insert(id);
        }
        Q_EMIT dataChanged(index(row), index(row));
    }
    Q_EMIT arrivedChanged();
}

QString SearchListModel::sentence(const Found &row) const
{
    const Conversation &c = row.summary.conversation;
    QStringList parts;
    if (c.unread)
        parts << tr("Unread");
    parts << words::oneLine(row.summary.contactName.isEmpty() ? row.summary.contactAddress : row.summary.contactName);
    parts << tr("on %1").arg(words::oneLine(row.summary.channelName));
    if (!c.subject.isEmpty())
        parts << words::oneLine(c.subject);
    if (!row.hit.snippet.text.isEmpty())
        parts << words::oneLine(row.hit.snippet.text);
    parts << words::fullTime(row.hit.at ? row.hit.at : c.sortAt);
    if (c.status == ConversationStatus::Done)
        parts << tr("done");
    if (!row.summary.assigneeName.isEmpty())
        parts << tr("assigned to %1").arg(words::oneLine(row.summary.assigneeName));
    if (hasLeft(c.id))
        parts << tr("does not match any more");
    return parts.join(QStringLiteral(", "));
}

} // namespace patchbay
