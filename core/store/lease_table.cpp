#include "core/store/lease_table.h"

namespace patchbay::leases {

namespace {

Lease leaseFrom(const Row &row) { return {row.id<ChannelId>(0), row.text(1), row.integer(2), row.time(3)}; }

} // namespace

bool take(Database &db, ChannelId channel, const QString &owner, std::chrono::milliseconds length)
{
    const Timestamp now = db.now();
    const auto before = of(db, channel);
    const qint64 taken = db.exec(
        "INSERT INTO channel_lease (channel_id, owner, fence, until_at) VALUES (?, ?, 1, ?) "
        "ON CONFLICT (channel_id) DO UPDATE SET owner = excluded.owner, "
        "fence = channel_lease.fence + CASE WHEN channel_lease.owner = excluded.owner THEN 0 ELSE 1 END, "
        "until_at = CASE WHEN channel_lease.owner = excluded.owner AND channel_lease.until_at > excluded.until_at "
        "THEN channel_lease.until_at ELSE excluded.until_at END "
        "WHERE channel_lease.owner = excluded.owner OR channel_lease.until_at <= ?",
        {channel.value, owner, (now + length).us, now.us});
    const bool news = !before || before->owner != owner || before->until <= now;
    if (taken == 1 && news)
        db.changes().channels = true; // who runs it is on the screen of each workstation
    return taken == 1;
}

void release(Database &db, ChannelId channel, const QString &owner)
{
    if (db.exec("UPDATE channel_lease SET until_at = 0 WHERE channel_id = ? AND owner = ? AND until_at > 0",
                {channel.value, owner}))
        db.changes().channels = true;
}

std::vector<Lease> running(Database &db)
{
    std::vector<Lease> all;
    for (const Row &row : db.rows("SELECT channel_id, owner, fence, until_at FROM channel_lease WHERE until_at > ? "
                                  "ORDER BY channel_id",
                                  {db.now().us}))
        all.push_back(leaseFrom(row));
    return all;
}

std::optional<Lease> of(Database &db, ChannelId channel)
{
    const auto row =
        db.row("SELECT channel_id, owner, fence, until_at FROM channel_lease WHERE channel_id = ?", {channel.value});
    return row ? std::optional(leaseFrom(*row)) : std::nullopt;
}

QString nameOf(const QString &owner) { return owner.section(QLatin1Char('/'), 0, 0); }

} // namespace patchbay::leases
