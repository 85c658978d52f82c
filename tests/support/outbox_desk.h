#pragma once

#include "core/store/account_table.h"
#include "core/store/delivery_table.h"
#include "core/store/store.h"
#include "support/await.h"
#include "support/manual_clock.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QTemporaryDir>

namespace patchbay::tests {

/// A real workspace with one channel, one target and as many conversations as a test wants, on a clock that the test
/// turns. In memory-backed /dev/shm where there is one, because thousands of commits are made.
struct OutboxDesk {
    ManualClock clock = ManualClock();
    QTemporaryDir folder = QTemporaryDir(QDir(QStringLiteral("/dev/shm")).exists()
                                             ? QStringLiteral("/dev/shm/patchbay-XXXXXX")
                                             : QDir::tempPath() + QStringLiteral("/patchbay-XXXXXX"));
    std::unique_ptr<Store> store = {};
    OperatorId me = {};
    ChannelId channel = {};
    TargetId target = {};
    QString failure = {}; ///< why the workspace could not be made
    StorePlace place; ///< of a workspace on PostgreSQL

    explicit OutboxDesk(const QString &dialect = QStringLiteral("sqlite"))
        : place(dialect)
    {
        open();
        if (!store)
            return;
        auto made = await(store->write([this](Database &db) -> Result<Done> {
            me = operators::forOsUser(db, QStringLiteral("ana"), QStringLiteral("Ana")).id;
            Channel mail;
            mail.connector = QStringLiteral("mail");
            mail.name = QStringLiteral("Support");
            channel = channels::insert(db, mail);
            target = addTargetIn(db, QStringLiteral("Tracker"));
            return db.finish(Done{});
        }));
        if (!made)
            failure = made.error().message;
    }

    /// Opens the workspace (again): as a process that has just started.
    void open()
    {
        StoreOptions options;
        options.location = place.isPostgres() ? place.location() : folder.filePath(QStringLiteral("desk.patchbay"));
        options.create = true;
        options.clock = &clock;
        options.serverClock = &clock;
        options.name = QStringLiteral("Desk");
        store.reset();
        auto opened = Store::open(options);
        if (opened)
            store = std::move(*opened);
        else
            failure = opened.error().message;
    }

    template <class F> auto write(F work) { return await(store->write(std::move(work))); }
    template <class F> auto read(F work) { return await(store->read(std::move(work))); }

    TargetId addTarget(const QString &name)
    {
        return *write([&](Database &db) -> Result<TargetId> { return db.finish(addTargetIn(db, name)); });
    }

    /// A task of its own conversation for each key, in one commit.
    std::vector<DeliveryId> addTasks(const QStringList &keys)
    {
        return *write([&](Database &db) -> Result<std::vector<DeliveryId>> {
            std::vector<DeliveryId> ids;
            for (const QString &key : keys)
                ids.push_back(deliveries::insert(db, newDelivery(DeliveryKind::Task, addConversationIn(db), key)));
            return db.finish(ids);
        });
    }

    ConversationId addConversation()
    {
        return *write([this](Database &db) -> Result<ConversationId> { return db.finish(addConversationIn(db)); });
    }

    Delivery newDelivery(DeliveryKind kind, ConversationId conversation, const QString &key) const
    {
        Delivery d;
        d.kind = kind;
        d.conversation = conversation;
        d.key = key;
        d.payload = QJsonObject{{QStringLiteral("title"), QStringLiteral("Broken lamp")}};
        d.operatorId = me;
        if (kind == DeliveryKind::Task)
            d.target = target;
        else
            d.channel = channel;
        return d;
    }
    DeliveryId add(const Delivery &delivery)
    {
        return *write([&](Database &db) -> Result<DeliveryId> { return db.finish(deliveries::insert(db, delivery)); });
    }
    DeliveryId addTask(const QString &key) { return add(newDelivery(DeliveryKind::Task, addConversation(), key)); }
    DeliveryId addReply(ConversationId conversation, const QString &key)
    {
        return add(newDelivery(DeliveryKind::Reply, conversation, key));
    }

    Delivery delivery(DeliveryId id)
    {
        return read([id](Database &db) -> Result<Delivery> {
                   return db.finish(deliveries::byId(db, id).value_or(Delivery{}));
               })
            .value();
    }
    Timestamp nextDueAt()
    {
        return read([](Database &db) -> Result<Timestamp> { return db.finish(deliveries::nextDueAt(db)); }).value();
    }

private:
    ConversationId addConversationIn(Database &db) const
    {
        const qint64 contact = db.insert("INSERT INTO contact (uid, name, created_at) VALUES (?, ?, ?) RETURNING id",
                                         {newUid(db.clock()), QStringLiteral("Zoë"), db.now().us});
        return {db.insert(
            "INSERT INTO conversation (uid, channel_id, contact_id, subject, status, unread, awaiting_us, "
            "first_at, sort_at) VALUES (?, ?, ?, ?, 'open', 0, 1, ?, ?) RETURNING id",
            {newUid(db.clock()), channel.value, contact, QStringLiteral("Broken lamp"), db.now().us, db.now().us})};
    }

    static TargetId addTargetIn(Database &db, const QString &name)
    {
        Target target;
        target.connector = QStringLiteral("redmine");
        target.name = name;
        return targets::insert(db, target);
    }
};

} // namespace patchbay::tests

/// For the first line of a test that runs on both dialects.
#define PATCHBAY_OUTBOX_DESK(desk)                                                                                     \
    QFETCH_GLOBAL(QString, dialect);                                                                                   \
    PATCHBAY_SKIP_WITHOUT_SERVER(patchbay::tests::StorePlace(dialect).isReachable(), "PostgreSQL");                    \
    patchbay::tests::OutboxDesk desk(dialect);                                                                         \
    QVERIFY2(desk.failure.isEmpty(), qPrintable(desk.failure))
