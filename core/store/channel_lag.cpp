#include "core/store/channel_lag.h"

#include "core/model/channel_event.h"

#include <algorithm>
#include <vector>

namespace patchbay::channels {

namespace {

constexpr qint64 lagItems = 5'000;
constexpr size_t lagMost = 200;
constexpr size_t lagFewest = 5;
constexpr size_t lagNewest = 3;
constexpr std::chrono::hours lagWeek{7 * 24};
constexpr std::chrono::minutes lagNow{15};

/// When a channel was connected anew, lost or stopped, and since when that was written down.
struct Breaks {
    std::vector<std::pair<Timestamp, Timestamp>> spans = {}; ///< equal ones that followed each other are one
    Timestamp since = {}; ///< none: never

    /// Whether it was connected from the one time to the other, as far as anybody knows.
    bool none(Timestamp from, Timestamp to) const
    {
        return since && from >= since && std::none_of(spans.begin(), spans.end(), [&](const auto &span) {
                   return span.first <= to && span.second >= from;
               });
    }
};

std::map<qint64, Breaks> allBreaks(Database &db)
{
    std::map<qint64, Breaks> all;
    for (const Row &row : db.rows("SELECT channel_id, MIN(began_at) FROM channel_event GROUP BY channel_id"))
        all[row.integer(0)].since = row.time(1);
    using Kind = ChannelEvent::Kind;
    for (const Row &row :
         db.rows("SELECT channel_id, began_at, happened_at FROM channel_event WHERE kind IN (?, ?, ?, "
                 "?)",
                 {nameOf(Kind::Connecting), nameOf(Kind::Connected), nameOf(Kind::Lost), nameOf(Kind::Stopped)}))
        all[row.integer(0)].spans.emplace_back(row.time(1), row.time(2));
    return all;
}

std::optional<std::chrono::seconds> medianOf(std::vector<std::chrono::seconds> lags)
{
    if (lags.empty())
        return std::nullopt;
    const auto middle = lags.begin() + std::ptrdiff_t(lags.size() / 2);
    std::nth_element(lags.begin(), middle, lags.end());
    return *middle;
}

/// What one channel's messages tell, the newest first.
struct Lags {
    std::vector<std::chrono::seconds> usual = {};
    std::vector<std::chrono::seconds> now = {};
    std::optional<std::chrono::seconds> catchingUp = {};
    bool any = false;

    void add(std::chrono::seconds lag, bool wasConnected, bool isNow)
    {
        if (!any && !wasConnected && isNow)
            catchingUp = lag;
        any = true;
        if (!wasConnected || usual.size() >= lagMost)
            return;
        usual.push_back(lag);
        if (isNow && now.size() < lagNewest)
            now.push_back(lag);
    }
};

} // namespace

std::map<qint64, Lag> allLags(Database &db, Timestamp now)
{
    const std::map<qint64, Breaks> breaks = allBreaks(db);
    std::map<qint64, Lags> lags;
    for (const Row &row :
         db.rows("SELECT r.channel_id, m.provider_at, r.received_at FROM raw_message r JOIN message m ON m.id = "
                 "r.message_id WHERE r.id > (SELECT COALESCE(MAX(id), 0) FROM raw_message) - ? AND r.received_at >= ? "
                 "AND r.state = 'visible' AND r.historical = 0 AND m.direction = 'inbound' AND m.provider_at > 0 "
                 "ORDER BY r.id DESC",
                 {lagItems, (now - lagWeek).us})) {
        const auto known = breaks.find(row.integer(0));
        const Timestamp written = std::min(row.time(1), row.time(2)); // its clock may be ahead of ours
        const Timestamp stored = row.time(2);
        const auto lag = std::chrono::duration_cast<std::chrono::seconds>(stored - written);
        const bool wasConnected = known != breaks.end() && known->second.none(written, stored);
        lags[row.integer(0)].add(lag, wasConnected, now - stored <= lagNow);
    }
    std::map<qint64, Lag> all;
    for (auto &[channel, told] : lags) {
        Lag lag{int(told.usual.size()), {}, medianOf(std::move(told.now)), told.catchingUp};
        if (told.usual.size() >= lagFewest)
            lag.usual = medianOf(std::move(told.usual));
        if (lag != Lag())
            all[channel] = lag;
    }
    return all;
}

} // namespace patchbay::channels
