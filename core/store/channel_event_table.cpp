#include "core/store/channel_event_table.h"

namespace patchbay::channel_events {

namespace {

constexpr std::chrono::minutes together{10};
constexpr qsizetype longestDetail = 500;

ChannelEvent channelEventOf(const Row &row)
{
    return {row.integer(0), channelEventKind(row.text(1)), row.text(2), int(row.integer(3)), row.time(4), row.time(5)};
}

} // namespace

void note(Database &db, ChannelId channel, ChannelEvent::Kind kind, int times, const QString &detail)
{
    const QString words = detail.left(longestDetail);
    const Timestamp now = db.now();
    const auto newest = db.row("SELECT id, kind, detail, times, began_at, happened_at FROM channel_event WHERE "
                               "channel_id = ? ORDER BY id DESC LIMIT 1",
                               {channel.value});
    const bool isSame =
        newest && newest->text(1) == nameOf(kind) && newest->text(2) == words && now - newest->time(4) < together;
    if (isSame) {
        db.exec("UPDATE channel_event SET times = times + ?, happened_at = ? WHERE id = ?",
                {times, now.us, newest->integer(0)});
        return;
    }
    db.exec("INSERT INTO channel_event (channel_id, kind, detail, times, began_at, happened_at) VALUES (?, ?, ?, ?, ?, "
            "?)",
            {channel.value, nameOf(kind), words, times, now.us, now.us});
    db.exec(
        "DELETE FROM channel_event WHERE channel_id = ? AND id <= (SELECT id FROM channel_event WHERE channel_id = ? "
        "ORDER BY id DESC LIMIT 1 OFFSET ?)",
        {channel.value, channel.value, mostKept});
}

std::vector<ChannelEvent> of(Database &db, ChannelId channel, bool troubleOnly, int limit)
{
    std::vector<ChannelEvent> all;
    for (const Row &row : db.rows("SELECT id, kind, detail, times, began_at, happened_at FROM channel_event WHERE "
                                  "channel_id = ? ORDER BY id DESC",
                                  {channel.value})) {
        ChannelEvent event = channelEventOf(row);
        if (int(all.size()) < limit && (!troubleOnly || event.isTrouble()))
            all.push_back(std::move(event));
    }
    return all;
}

} // namespace patchbay::channel_events
