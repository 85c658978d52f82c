#include "core/store/account_table.h"

#include <QtCore/QJsonDocument>

#include <array>
#include <utility>

namespace patchbay {

namespace {

constexpr std::array<std::pair<Health, const char *>, 6> accountHealthNames{{
    {Health::Unknown, "unknown"},
    {Health::Ok, "ok"},
    {Health::CatchingUp, "catching_up"},
    {Health::Offline, "offline"},
    {Health::Failed, "failed"},
    {Health::Paused, "paused"},
}};

QString accountHealthName(Health health)
{
    for (const auto &[value, name] : accountHealthNames) {
        if (value == health)
            return QLatin1String(name);
    }
    return QStringLiteral("unknown");
}

Health accountHealth(const QString &stored)
{
    for (const auto &[value, name] : accountHealthNames) {
        if (stored == QLatin1String(name))
            return value;
    }
    return Health::Unknown;
}

QString accountJson(const QJsonObject &settings)
{
    return QString::fromUtf8(QJsonDocument(settings).toJson(QJsonDocument::Compact));
}

QJsonObject accountSettings(const QString &stored) { return QJsonDocument::fromJson(stored.toUtf8()).object(); }

Channel accountChannel(const Row &row)
{
    Channel channel;
    channel.id = row.id<ChannelId>(0);
    channel.uid = row.text(1);
    channel.connector = row.text(2);
    channel.name = row.text(3);
    channel.settings = accountSettings(row.text(4));
    channel.cursor = row.blob(5);
    channel.health = accountHealth(row.text(6));
    channel.healthDetail = row.text(7);
    channel.paused = row.boolean(8);
    channel.lastReceivedAt = row.time(9);
    channel.caughtUpAt = row.time(10);
    channel.addedAt = row.time(11);
    channel.account = row.text(12);
    channel.standing = {row.time(13), row.time(14), row.time(15)};
    return channel;
}

Target accountTarget(const Row &row)
{
    Target target;
    target.id = row.id<TargetId>(0);
    target.uid = row.text(1);
    target.connector = row.text(2);
    target.name = row.text(3);
    target.settings = accountSettings(row.text(4));
    target.health = accountHealth(row.text(5));
    target.healthDetail = row.text(6);
    target.consecutiveFailures = int(row.integer(7));
    target.breakerOpenUntil = row.time(8);
    target.addedAt = row.time(9);
    return target;
}

Operator accountOperator(const Row &row)
{
    return {row.id<OperatorId>(0), row.text(1), row.text(2), row.text(3), row.boolean(4), row.text(5)};
}

template <class Value> std::optional<Value> accountOne(const std::optional<Row> &row, Value (*read)(const Row &))
{
    return row ? std::optional<Value>(read(*row)) : std::nullopt;
}

template <class Value> std::vector<Value> accountAll(const std::vector<Row> &rows, Value (*read)(const Row &))
{
    std::vector<Value> values;
    values.reserve(rows.size());
    for (const Row &row : rows)
        values.push_back(read(row));
    return values;
}

Error accountNameTaken(const QString &what, const QString &name)
{
    return makeError(Error::Kind::Conflict,
                     QStringLiteral("There is a %1 named %2 already; choose another name.").arg(what, name));
}

} // namespace

namespace channels {

std::vector<Channel> all(Database &db)
{
    return accountAll(db.rows("SELECT id, uid, connector, name, settings, cursor, health, health_detail, paused, "
                              "last_received_at, caught_up_at, added_at, account, sign_in_until, refused_at, "
                              "waits_until FROM channel ORDER BY name, id"),
                      accountChannel);
}

std::optional<Channel> byId(Database &db, ChannelId id)
{
    return accountOne(db.row("SELECT id, uid, connector, name, settings, cursor, health, health_detail, paused, "
                             "last_received_at, caught_up_at, added_at, account, sign_in_until, refused_at, "
                             "waits_until FROM channel WHERE id = ?",
                             {id.value}),
                      accountChannel);
}

std::optional<Channel> byName(Database &db, const QString &name)
{
    return accountOne(db.row("SELECT id, uid, connector, name, settings, cursor, health, health_detail, paused, "
                             "last_received_at, caught_up_at, added_at, account, sign_in_until, refused_at, "
                             "waits_until FROM channel WHERE name = ?",
                             {name}),
                      accountChannel);
}

ChannelId insert(Database &db, Channel channel)
{
    if (channel.uid.isEmpty())
        channel.uid = newUid(db.clock());
    if (!channel.addedAt)
        channel.addedAt = db.now();
    const qint64 id = db.insert(
        "INSERT INTO channel (uid, connector, name, settings, cursor, health, health_detail, paused, last_received_at, "
        "caught_up_at, added_at, account) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING "
        "RETURNING id",
        {channel.uid, channel.connector, channel.name, accountJson(channel.settings), channel.cursor,
         accountHealthName(channel.health), channel.healthDetail, channel.paused, channel.lastReceivedAt.us,
         channel.caughtUpAt.us, channel.addedAt.us, channel.account});
    if (id == 0)
        db.fail(accountNameTaken(QStringLiteral("channel"), channel.name));
    db.changes().channels = true;
    return {id};
}

void change(Database &db, ChannelId id, const QString &name, const QJsonObject &settings)
{
    const auto known = byName(db, name);
    if (known && known->id != id) {
        db.fail(accountNameTaken(QStringLiteral("channel"), name));
        return;
    }
    db.exec("UPDATE channel SET name = ?, settings = ? WHERE id = ?", {name, accountJson(settings), id.value});
    db.changes().channels = true;
}

void setCursor(Database &db, ChannelId id, const QByteArray &cursor)
{
    // No change set: a cursor is not shown, and it moves with each batch.
    db.exec("UPDATE channel SET cursor = ? WHERE id = ?", {cursor, id.value});
}

void setHealth(Database &db, ChannelId id, Health health, const QString &detail)
{
    if (db.exec("UPDATE channel SET health = ?, health_detail = ? WHERE id = ? AND (health <> ? OR health_detail <> ?)",
                {accountHealthName(health), detail, id.value, accountHealthName(health), detail}))
        db.changes().channels = true;
}

void setReceived(Database &db, ChannelId id, Timestamp at)
{
    db.exec("UPDATE channel SET last_received_at = ? WHERE id = ?", {at.us, id.value});
    db.changes().channels = true;
}

void setCaughtUp(Database &db, ChannelId id, Timestamp at)
{
    db.exec("UPDATE channel SET caught_up_at = ? WHERE id = ?", {at.us, id.value});
    db.changes().channels = true;
}

void setPaused(Database &db, ChannelId id, bool paused)
{
    db.exec("UPDATE channel SET paused = ? WHERE id = ?", {paused, id.value});
    db.changes().channels = true;
}

QString holderOf(Database &db, const QString &account, const QString &self)
{
    if (account.isEmpty())
        return {};
    const auto row = db.row("SELECT name FROM channel WHERE account = ? AND uid <> ?", {account, self});
    return row ? row->text(0) : QString();
}

void setAccount(Database &db, ChannelId id, const QString &account)
{
    if (db.exec("UPDATE channel SET account = ? WHERE id = ? AND account <> ?", {account, id.value, account}))
        db.changes().channels = true;
}

QString claimAccount(Database &db, ChannelId id, const QString &account)
{
    db.oneAtATime("channel_account"); // two workstations would both find it free
    const auto other = db.row("SELECT name, paused FROM channel WHERE account = ? AND id <> ?", {account, id.value});
    const bool taken = other && !other->boolean(1);
    if (other && !taken)
        db.exec("UPDATE channel SET account = '' WHERE account = ?", {account});
    setAccount(db, id, taken ? QString() : account); // what it was before, it is no longer
    return taken ? other->text(0) : QString();
}

void setStanding(Database &db, ChannelId id, const ChannelStanding &now)
{
    // A wait ends by itself: who has not heard of it does not take it back.
    if (db.exec("UPDATE channel SET sign_in_until = ?, refused_at = ?, waits_until = CASE WHEN waits_until < ? THEN ? "
                "ELSE waits_until END WHERE id = ? AND (sign_in_until <> ? OR refused_at <> ? OR waits_until < ?)",
                {now.signInUntil.us, now.refusedAt.us, now.waitsUntil.us, now.waitsUntil.us, id.value,
                 now.signInUntil.us, now.refusedAt.us, now.waitsUntil.us}))
        db.changes().channels = true;
}

} // namespace channels

namespace targets {

std::vector<Target> all(Database &db)
{
    return accountAll(db.rows("SELECT id, uid, connector, name, settings, health, health_detail, consecutive_failures, "
                              "breaker_open_until, added_at FROM target ORDER BY name, id"),
                      accountTarget);
}

std::optional<Target> byId(Database &db, TargetId id)
{
    return accountOne(db.row("SELECT id, uid, connector, name, settings, health, health_detail, consecutive_failures, "
                             "breaker_open_until, added_at FROM target WHERE id = ?",
                             {id.value}),
                      accountTarget);
}

std::optional<Target> byName(Database &db, const QString &name)
{
    return accountOne(db.row("SELECT id, uid, connector, name, settings, health, health_detail, consecutive_failures, "
                             "breaker_open_until, added_at FROM target WHERE name = ?",
                             {name}),
                      accountTarget);
}

TargetId insert(Database &db, Target target)
{
    if (target.uid.isEmpty())
        target.uid = newUid(db.clock());
    if (!target.addedAt)
        target.addedAt = db.now();
    const qint64 id = db.insert(
        "INSERT INTO target (uid, connector, name, settings, health, health_detail, consecutive_failures, "
        "breaker_open_until, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING id",
        {target.uid, target.connector, target.name, accountJson(target.settings), accountHealthName(target.health),
         target.healthDetail, target.consecutiveFailures, target.breakerOpenUntil.us, target.addedAt.us});
    if (id == 0)
        db.fail(accountNameTaken(QStringLiteral("target"), target.name));
    db.changes().targets = true;
    return {id};
}

void change(Database &db, TargetId id, const QString &name, const QJsonObject &settings)
{
    const auto known = byName(db, name);
    if (known && known->id != id) {
        db.fail(accountNameTaken(QStringLiteral("target"), name));
        return;
    }
    db.exec("UPDATE target SET name = ?, settings = ? WHERE id = ?", {name, accountJson(settings), id.value});
    db.changes().targets = true;
}

void setHealth(Database &db, TargetId id, Health health, const QString &detail)
{
    if (db.exec("UPDATE target SET health = ?, health_detail = ? WHERE id = ? AND (health <> ? OR health_detail <> ?)",
                {accountHealthName(health), detail, id.value, accountHealthName(health), detail}))
        db.changes().targets = true;
}

void setBreaker(Database &db, TargetId id, int failures, Timestamp openUntil)
{
    db.exec("UPDATE target SET consecutive_failures = ?, breaker_open_until = ? WHERE id = ?",
            {failures, openUntil.us, id.value});
    db.changes().targets = true;
}

} // namespace targets

namespace operators {

std::vector<Operator> all(Database &db)
{
    return accountAll(db.rows("SELECT id, uid, name, os_user, is_system, mail FROM operator ORDER BY id"),
                      accountOperator);
}

Operator byId(Database &db, OperatorId id)
{
    const auto row = db.row("SELECT id, uid, name, os_user, is_system, mail FROM operator WHERE id = ?", {id.value});
    if (!row)
        db.fail(makeError(Error::Kind::NotFound, QStringLiteral("There is no operator number %1.").arg(id.value)));
    return row ? accountOperator(*row) : Operator{};
}

Operator forOsUser(Database &db, const QString &osUser, const QString &name)
{
    const auto found = db.row(
        "SELECT id, uid, name, os_user, is_system, mail FROM operator WHERE os_user = ? AND is_system = 0 ORDER BY id",
        {osUser});
    if (found)
        return accountOperator(*found);
    Operator made{{}, newUid(db.clock()), name.isEmpty() ? osUser : name, osUser, false, {}};
    made.id = {db.insert("INSERT INTO operator (uid, name, os_user, is_system, created_at) VALUES (?, ?, ?, 0, ?) "
                         "RETURNING id",
                         {made.uid, made.name, made.osUser, db.now().us})};
    db.changes().settings = true;
    return made;
}

void setMail(Database &db, OperatorId id, const QString &mail)
{
    db.exec("UPDATE operator SET mail = ? WHERE id = ? AND is_system = 0",
            {QString(QStringLiteral("") + mail.trimmed().toLower()), id.value});
    db.changes().settings = true;
}

std::optional<Operator> byMail(Database &db, const QString &mail)
{
    if (mail.isEmpty())
        return std::nullopt;
    return accountOne(db.row("SELECT id, uid, name, os_user, is_system, mail FROM operator WHERE mail = ? ORDER BY id "
                             "LIMIT 1",
                             {mail.trimmed().toLower()}),
                      accountOperator);
}

Operator system(Database &db)
{
    const auto row = db.row("SELECT id, uid, name, os_user, is_system, mail FROM operator WHERE is_system = 1");
    if (!row)
        db.fail(makeError(Error::Kind::Storage, QStringLiteral("The workspace has no operator \"the system\".")));
    return row ? accountOperator(*row) : Operator{};
}

} // namespace operators

} // namespace patchbay
