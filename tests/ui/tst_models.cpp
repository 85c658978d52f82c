#include "core/store/misc_tables.h"
#include "core/store/raw_message_table.h"
#include "support/console_desk.h"
#include "support/many_rows.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/conversation_list_model.h"
#include "ui/models/outbox_model.h"
#include "ui/models/rail_model.h"
#include "ui/models/timeline_model.h"
#include "ui/models/work_models.h"

#include <QtTest/QSignalSpy>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The models on a real workspace, each watched by Qt's own model tester.
class ModelsTest final : public QObject {
    Q_OBJECT

private:
    using View = conversations::View;

    static ConsoleDesk::Mail mail(const QByteArray &name, int minutesAgo, const QByteArray &id = {},
                                  const QByteArray &inReplyTo = {})
    {
        ConsoleDesk::Mail made;
        made.from = name + " <" + name.toLower() + "@example.org>";
        made.subject = "From " + name;
        made.text = "Hello, this is " + name;
        made.minutesAgo = minutesAgo;
        made.messageId = id;
        made.inReplyTo = inReplyTo;
        return made;
    }
    static QStringList names(ConversationListModel &model)
    {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row) {
            const conversations::Summary *summary = model.summary(row);
            all << (summary ? summary->contactName : u"…"_s);
        }
        return all;
    }

private Q_SLOTS:
    void listsNewestFirstAndFetchesWhatIsPainted();
    void putsAnArrivalWhereItBelongs();
    void holdsArrivalsWhileThePointerIsOverTheList();
    void keepsTheOpenedConversationInItsPlaceUntilAnotherIsOpened();
    void readsARowAsOneSentence();
    void showsTheNewestAtOnceAndAllInTheEnd();
    void putsWhatMovedWhileItLoadedWhereItBelongs();
    void findsTheNextThatAwaitsAmongManyRowsWithoutAskingForAll();
    void showsAThreadInWindowsThatGrowAtBothEnds();
    void announcesOnlyWhatChangedInAThread();
    void tellsAnInboundArrivalInTheOpenThread();
    void countsInTheRailWhatTheDatabaseHas();
    void showsDeliveriesWithTheirWords();
    void showsQuarantinedItems();
    void readsAllAgainWhenNobodyCanTellWhatChanged();
};

void ModelsTest::listsNewestFirstAndFetchesWhatIsPainted()
{
    ConsoleDesk desk;
    QVERIFY2(desk.failure.isEmpty(), qPrintable(desk.failure));
    desk.receive({mail("Ana", 30), mail("Bea", 10), mail("Cem", 20)});
    ConversationListModel model(desk.store(), desk.me.id);
    const Watched<ConversationListModel> watch(model);
    model.setView(View::All);
    QTRY_COMPARE(model.rowCount(), 3);
    QTRY_COMPARE(names(model), (QStringList{u"Bea"_s, u"Cem"_s, u"Ana"_s}));
}

void ModelsTest::putsAnArrivalWhereItBelongs()
{
    ConsoleDesk desk;
    desk.receive({mail("Ana", 30), mail("Bea", 10)});
    ConversationListModel model(desk.store(), desk.me.id);
    const Watched<ConversationListModel> watch(model);
    model.setView(View::All);
    QTRY_COMPARE(model.rowCount(), 2);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    desk.receive({mail("Cem", 20)});
    QTRY_COMPARE(names(model), (QStringList{u"Bea"_s, u"Cem"_s, u"Ana"_s}));
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(inserted.first().at(1).toInt(), 1);
    QCOMPARE(reset.count(), 0);
}

void ModelsTest::holdsArrivalsWhileThePointerIsOverTheList()
{
    ConsoleDesk desk;
    desk.receive({mail("Ana", 30), mail("Bea", 10)});
    ConversationListModel model(desk.store(), desk.me.id);
    const Watched<ConversationListModel> watch(model);
    model.setView(View::All);
    QTRY_COMPARE(names(model), (QStringList{u"Bea"_s, u"Ana"_s}));
    model.setHeld(true);
    desk.receive({mail("Cem", 5)});
    QTRY_COMPARE(model.heldCount(), 1);
    QCOMPARE(model.rowCount(), 2);
    model.setHeld(false);
    QTRY_COMPARE(names(model), (QStringList{u"Cem"_s, u"Bea"_s, u"Ana"_s}));
    QCOMPARE(model.heldCount(), 0);
}

void ModelsTest::keepsTheOpenedConversationInItsPlaceUntilAnotherIsOpened()
{
    ConsoleDesk desk;
    desk.receive({mail("Ana", 30), mail("Bea", 10)});
    ConversationListModel model(desk.store(), desk.me.id);
    const Watched<ConversationListModel> watch(model);
    model.setView(View::AwaitingUs);
    QTRY_COMPARE(names(model), (QStringList{u"Bea"_s, u"Ana"_s}));
    const ConversationId bea = model.idAt(0);
    model.setPinned(bea);
    QVERIFY(await(desk.commands->done(bea)).ok());
    QTRY_VERIFY(model.hasLeft(bea));
    QCOMPARE(model.rowOf(bea), 0);
    model.setPinned(model.idAt(1));
    QCOMPARE(model.rowOf(bea), -1);
    QCOMPARE(model.rowCount(), 1);
}

void ModelsTest::readsARowAsOneSentence()
{
    ConsoleDesk desk;
    desk.receive({mail("Ana", 30)});
    ConversationListModel model(desk.store(), desk.me.id);
    model.setView(View::All);
    QTRY_VERIFY(model.rowCount() == 1 && model.summary(0));
    const QString sentence = model.data(model.index(0), Qt::AccessibleTextRole).toString();
    for (const QString &part : {u"Unread"_s, u"Ana"_s, u"Support mail"_s, u"awaiting us"_s})
        QVERIFY2(sentence.contains(part), qPrintable(sentence));
}

static std::vector<ConversationId> idsOf(const ConversationListModel &model)
{
    std::vector<ConversationId> all;
    for (int row = 0; row < model.rowCount(); ++row)
        all.push_back(model.idAt(row));
    return all;
}

static std::vector<ConversationId> storedIds(ConsoleDesk &desk)
{
    std::vector<ConversationId> all;
    const auto stored = desk.read([&](Database &db) -> Result<std::vector<conversations::Ordered>> {
        return db.finish(conversations::ordered(db, conversations::View::All, desk.me.id));
    });
    for (const conversations::Ordered &one : *stored)
        all.push_back(one.id);
    return all;
}

static void addMany(ConsoleDesk &desk, int count)
{
    const auto added = desk.write([&](Database &db) -> Result<Done> {
        addConversations(db, desk.channel, count);
        return db.finish(Done{});
    });
    QVERIFY2(added.ok(), added ? "" : qPrintable(added.error().message));
}

void ModelsTest::showsTheNewestAtOnceAndAllInTheEnd()
{
    ConsoleDesk desk;
    addMany(desk, 1300);
    ConversationListModel model(desk.store(), desk.me.id);
    const Watched<ConversationListModel> watch(model);
    int atFirst = 0;
    connect(&model, &ConversationListModel::stateChanged, &model, [&] {
        if (atFirst == 0)
            atFirst = model.rowCount();
    });
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setView(View::All);
    QTRY_VERIFY(model.isComplete());
    QCOMPARE(atFirst, 500);
    QCOMPARE(reset.count(), 2); // emptied, and the first page
    QCOMPARE(idsOf(model), storedIds(desk));
    for (const int row : {0, 499, 500, 1299})
        QCOMPARE(model.rowOf(model.idAt(row)), row);
    QCOMPARE(model.rowOf(ConversationId{1'000'000}), -1);
}

void ModelsTest::putsWhatMovedWhileItLoadedWhereItBelongs()
{
    ConsoleDesk desk;
    addMany(desk, 1300);
    const std::vector<ConversationId> before = storedIds(desk);
    ConversationListModel model(desk.store(), desk.me.id);
    const Watched<ConversationListModel> watch(model);
    bool changed = false;
    connect(&model, &ConversationListModel::stateChanged, &model, [&] {
        if (changed || model.rowCount() == 0)
            return;
        changed = true; // between the first page and the next
        (void)desk.store().write([&](Database &db) -> Result<Done> {
            db.exec("UPDATE conversation SET sort_at = 0 WHERE id = ?", {before[3].value});
            db.exec("UPDATE conversation SET sort_at = 1800000000000000 WHERE id = ?", {before[1200].value});
            db.changes().conversations = {before[3], before[1200]};
            return db.finish(Done{});
        });
    });
    model.setView(View::All);
    QTRY_VERIFY(model.isComplete() && model.rowOf(before[1200]) == 0);
    QCOMPARE(model.rowOf(before[3]), 1299);
    QCOMPARE(idsOf(model), storedIds(desk));
}

void ModelsTest::findsTheNextThatAwaitsAmongManyRowsWithoutAskingForAll()
{
    ConsoleDesk desk;
    addMany(desk, 1300);
    ConversationListModel model(desk.store(), desk.me.id);
    model.setView(View::AwaitingUs);
    QTRY_COMPARE(model.rowCount(), 130);
    QCOMPARE(model.nextAwaiting(4), model.idAt(5));
    QCOMPARE(model.nextAwaiting(129), model.idAt(0));
    model.setView(View::All);
    QTRY_VERIFY(model.isComplete());
    QTRY_COMPARE(model.nextAwaiting(0), model.idAt(10)); // each tenth, once its words are here
}

void ModelsTest::showsAThreadInWindowsThatGrowAtBothEnds()
{
    ConsoleDesk desk;
    std::vector<ConsoleDesk::Mail> mails{mail("Ana", 500, "root@example.org")};
    for (int i = 1; i < 70; ++i)
        mails.push_back(mail("Ana", 500 - i, "r" + QByteArray::number(i) + "@example.org", "root@example.org"));
    desk.receive(mails);
    ConversationListModel list(desk.store(), desk.me.id);
    list.setView(View::All);
    QTRY_COMPARE(list.rowCount(), 1);
    TimelineModel model(desk.store());
    const Watched<TimelineModel> watch(model);
    model.open(list.idAt(0));
    QTRY_COMPARE(model.rowCount(), 30);
    QVERIFY(model.hasOlder());
    const Timestamp newest = model.at(29)->messages.front().sortAt;
    model.loadOlder();
    QTRY_COMPARE(model.rowCount(), 60);
    model.loadOlder();
    QTRY_COMPARE(model.rowCount(), 70);
    QVERIFY(!model.hasOlder());
    QCOMPARE(model.at(69)->messages.front().sortAt, newest);
    for (int row = 1; row < model.rowCount(); ++row)
        QVERIFY(model.at(row - 1)->messages.front().sortAt <= model.at(row)->messages.front().sortAt);
}

void ModelsTest::announcesOnlyWhatChangedInAThread()
{
    ConsoleDesk desk;
    desk.receive({mail("Ana", 30)});
    ConversationListModel list(desk.store(), desk.me.id);
    list.setView(View::All);
    QTRY_COMPARE(list.rowCount(), 1);
    TimelineModel model(desk.store());
    const Watched<TimelineModel> watch(model);
    model.open(list.idAt(0));
    QTRY_COMPARE(model.rowCount(), 1);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    const auto sent = await(desk.commands->reply(list.idAt(0), u"Hello Ana"_s));
    QVERIFY2(sent.ok(), sent ? "" : qPrintable(sent.error().message));
    QTRY_VERIFY(model.rowCount() >= 2);
    QTRY_VERIFY(model.at(model.rowCount() - 1)->delivery || model.at(1)->delivery);
    for (const auto &signal : changed)
        QVERIFY(signal.at(0).toModelIndex().row() > 0); // the customer's message did not change
}

void ModelsTest::tellsAnInboundArrivalInTheOpenThread()
{
    ConsoleDesk desk;
    desk.receive({mail("Ana", 30, "first@example.org")});
    ConversationListModel list(desk.store(), desk.me.id);
    list.setView(View::All);
    QTRY_COMPARE(list.rowCount(), 1);
    TimelineModel model(desk.store());
    model.open(list.idAt(0));
    QTRY_COMPARE(model.rowCount(), 1);
    QSignalSpy arrived(&model, &TimelineModel::inboundArrived);
    desk.receive({mail("Ana", 1, "second@example.org", "first@example.org")});
    QTRY_COMPARE(arrived.count(), 1);
    QVERIFY(model.rowCount() >= 2);
}

void ModelsTest::countsInTheRailWhatTheDatabaseHas()
{
    ConsoleDesk desk;
    RailModel model(desk.store(), desk.me.id);
    const Watched<RailModel> watch(model);
    QTRY_VERIFY(model.hasChannels());
    QCOMPARE(model.rowOfKind(RailRow::Kind::Quarantine), -1);
    desk.receive({mail("Ana", 30), mail("Bea", 10)});
    desk.receiveRaw({QByteArray("no mail at all")});
    QTRY_COMPARE(model.countOf(View::AwaitingUs), 2);
    QTRY_VERIFY(model.rowOfKind(RailRow::Kind::Quarantine) >= 0);
    QCOMPARE(model.at(model.rowOfKind(RailRow::Kind::Quarantine))->problems, 1);
    QVERIFY(!model.watermark().isEmpty());
    (void)desk.write([&](Database &db) -> Result<Done> {
        channels::setHealth(db, desk.channel, Health::Offline, u"No route to host"_s);
        return db.finish(Done{});
    });
    QTRY_VERIFY(model.isTroubled());
    QVERIFY2(model.watermark().contains(u"offline"_s), qPrintable(model.watermark()));
}

void ModelsTest::showsDeliveriesWithTheirWords()
{
    ConsoleDesk desk;
    desk.receive({mail("Ana", 30)});
    OutboxModel model(desk.store());
    const Watched<OutboxModel> watch(model);
    model.reload();
    ConversationListModel list(desk.store(), desk.me.id);
    list.setView(View::All);
    QTRY_COMPARE(list.rowCount(), 1);
    desk.commands->setHoldTime(std::chrono::minutes(5));
    const auto sent = await(desk.commands->reply(list.idAt(0), u"Hello Ana"_s));
    QVERIFY(sent.ok());
    QTRY_COMPARE(model.rowCount(), 1);
    QVERIFY(model.data(model.index(0, OutboxModel::State), Qt::DisplayRole).toString().contains(u"Queued"_s));
    QVERIFY(model.data(model.index(0, OutboxModel::Words), Qt::DisplayRole).toString().contains(u"takes it back"_s));
    QVERIFY(await(desk.commands->cancelDelivery(sent->delivery)).ok());
    QTRY_COMPARE(model.rowCount(), 0);
}

void ModelsTest::showsQuarantinedItems()
{
    ConsoleDesk desk;
    QuarantineModel model(desk.store());
    const Watched<QuarantineModel> watch(model);
    model.reload();
    desk.receiveRaw({QByteArray("no mail at all"), QByteArray("neither this")});
    QTRY_COMPARE(model.rowCount(), 2);
    QVERIFY(!model.data(model.index(0, QuarantineModel::Reason), Qt::DisplayRole).toString().isEmpty());
}

void ModelsTest::readsAllAgainWhenNobodyCanTellWhatChanged()
{
    ConsoleDesk desk;
    desk.receive({mail("Ana", 30, "a@x"), mail("Bea", 10)});
    ConversationListModel list(desk.store(), desk.me.id);
    list.setView(View::All);
    QTRY_COMPARE(names(list), (QStringList{u"Bea"_s, u"Ana"_s}));
    const ConversationId ana = list.idAt(1);
    TimelineModel thread(desk.store());
    thread.open(ana);
    QTRY_COMPARE(thread.rowCount(), 1);
    OutboxModel outbox(desk.store());
    outbox.setFilter(deliveries::Filter::All);
    QTest::qWait(200);
    QCOMPARE(outbox.rowCount(), 0);

    // Committed while this machine slept, and forgotten by the table of changes.
    QVERIFY(await(desk.store().write([&](Database &db) -> Result<Done> {
        db.exec("UPDATE contact SET name = 'Anastasia' WHERE name = 'Ana'");
        Delivery reply;
        reply.kind = DeliveryKind::Reply;
        reply.conversation = ana;
        reply.channel = desk.channel;
        reply.operatorId = desk.me.id;
        reply.message = thread.at(0)->messages.front().id;
        reply.key = u"k"_s;
        deliveries::insert(db, reply);
        db.changes() = {};
        return db.finish(Done{});
    })));
    QTest::qWait(300);
    QCOMPARE(names(list), (QStringList{u"Bea"_s, u"Ana"_s}));
    QCOMPARE(outbox.rowCount(), 0);
    QSignalSpy painted(&thread, &QAbstractItemModel::dataChanged);
    Q_EMIT desk.store().changed(ChangeSet::all());
    QTRY_COMPARE(names(list), (QStringList{u"Bea"_s, u"Anastasia"_s}));
    QTRY_COMPARE(outbox.rowCount(), 1);
    QTRY_VERIFY(painted.count() > 0);
}

} // namespace patchbay::tests

using patchbay::tests::ModelsTest;
PATCHBAY_TESTS(ModelsTest)
#include "tst_models.moc"
