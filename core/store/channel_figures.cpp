#include "core/store/channel_figures.h"

#include "core/model/names.h"

#include <algorithm>
#include <vector>

namespace patchbay::channels {

namespace {

constexpr qint64 figuresItems = 20'000;
constexpr qint64 figuresReplies = 5'000;
constexpr qsizetype figuresFewestGaps = 4;
constexpr std::chrono::hours figuresDay{24};

/// Arrivals, newest first, as one channel has them.
std::chrono::seconds medianGap(const std::vector<Timestamp> &arrivals)
{
    std::vector<std::chrono::microseconds> gaps;
    for (size_t i = 1; i < arrivals.size(); ++i) {
        const std::chrono::microseconds gap(arrivals[i - 1].us - arrivals[i].us);
        if (gap >= std::chrono::seconds(1))
            gaps.push_back(gap);
    }
    if (qsizetype(gaps.size()) < figuresFewestGaps)
        return {};
    const auto middle = gaps.begin() + std::ptrdiff_t(gaps.size() / 2);
    std::nth_element(gaps.begin(), middle, gaps.end());
    return std::chrono::duration_cast<std::chrono::seconds>(*middle);
}

qint64 largestId(Database &db)
{
    const auto row = db.row("SELECT COALESCE(MAX(id), 0) FROM raw_message");
    return row ? row->integer(0) : 0;
}

void countItems(Database &db, Timestamp now, std::map<qint64, Figures> &all)
{
    std::map<qint64, std::vector<Timestamp>> arrivals;
    const Timestamp day = now - figuresDay;
    const qint64 before = largestId(db) - figuresItems;
    const auto oldest = db.row("SELECT received_at FROM raw_message WHERE id > ? ORDER BY id LIMIT 1", {before});
    const bool cut = before > 0 && oldest && oldest->time(0) > day; // also when an import filled it all
    const std::vector<Row> rows =
        db.rows("SELECT channel_id, state, received_at FROM raw_message WHERE id > ? AND received_at >= ? AND "
                "historical = 0 ORDER BY id DESC",
                {before, (now - 7 * figuresDay).us});
    for (const Row &row : rows) {
        Figures &figures = all[row.integer(0)];
        const Timestamp at = row.time(2);
        const QString state = row.text(1);
        arrivals[row.integer(0)].push_back(at);
        const bool isMessage = state != QLatin1String("quarantined") && state != QLatin1String("noted");
        if (at < day || !isMessage)
            continue;
        ++(state == QLatin1String("duplicate") ? figures.doubled : figures.received);
    }
    for (auto &[id, figures] : all) {
        figures.isAtLeast = cut;
        figures.usualGap = medianGap(arrivals[id]);
    }
    for (const Row &row : db.rows("SELECT channel_id, COUNT(*) FROM raw_message WHERE state = 'quarantined' GROUP BY "
                                  "channel_id"))
        all[row.integer(0)].unreadable = int(row.integer(1));
    for (const Row &row :
         db.rows("SELECT channel_id, COUNT(*) FROM raw_message WHERE state = 'pending' GROUP BY channel_id"))
        all[row.integer(0)].pending = int(row.integer(1));
}

void countReplies(Database &db, Timestamp now, std::map<qint64, Figures> &all)
{
    for (const Row &row : db.rows("SELECT channel_id, state, COUNT(*) FROM delivery WHERE kind = 'reply' AND "
                                  "state IN ('queued', 'sending', 'failed', 'unknown', 'dead') GROUP BY channel_id, "
                                  "state")) {
        Figures &figures = all[row.integer(0)];
        const int count = int(row.integer(2));
        switch (deliveryStateFrom(row.text(1))) {
        case DeliveryState::Queued:
        case DeliveryState::Sending: figures.waiting += count; break;
        case DeliveryState::Failed: figures.retrying = count; break;
        case DeliveryState::Unknown: figures.unknown = count; break;
        case DeliveryState::Dead: figures.notSent = count; break;
        case DeliveryState::Sent:
        case DeliveryState::Cancelled: break;
        }
    }
    for (const Row &row : db.rows("SELECT channel_id, COUNT(*) FROM delivery WHERE id > (SELECT COALESCE(MAX(id), 0) "
                                  "FROM delivery) - ? AND kind = 'reply' AND state = 'sent' AND settled_at >= "
                                  "? GROUP BY channel_id",
                                  {figuresReplies, (now - figuresDay).us}))
        all[row.integer(0)].sent = int(row.integer(1));
}

} // namespace

std::map<qint64, Figures> allFigures(Database &db, Timestamp now)
{
    std::map<qint64, Figures> all;
    countItems(db, now, all);
    countReplies(db, now, all);
    return all;
}

} // namespace patchbay::channels
