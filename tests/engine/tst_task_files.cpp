#include "core/engine/outbox_policy.h"
#include "core/engine/task_files.h"
#include "core/engine/task_plan.h"
#include "support/route_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

Attachment arrived(const QString &name, char content, qint64 size = 100'000)
{
    Attachment file;
    file.name = name;
    file.mediaType = u"application/pdf"_s;
    file.sha256 = QByteArray(64, content);
    file.size = size;
    return file;
}

Attachment inlinePicture(const QString &name, char content, qint64 size)
{
    Attachment file = arrived(name, content, size);
    file.mediaType = u"image/PNG"_s;
    file.contentId = u"logo@mail"_s;
    file.isInline = true;
    return file;
}

QStringList namesOf(const std::vector<OutboundFile> &files)
{
    QStringList names;
    for (const OutboundFile &file : files)
        names << file.name;
    return names;
}

} // namespace

/// Which files of a conversation go along with its task.
class TestTaskFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void followTheRoute_data();
    void followTheRoute();
    void leaveOutWhatOnlyDecorates();
    void areFrozenWhenTheTaskIsAccepted();
    void giveAnAttemptTheTimeOfTheirBytes();
    void areReadWithoutWaitingAndSaidToBeGone();
};

void TestTaskFiles::followTheRoute_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("none") << int(Route::Files::None) << QStringList();
    QTest::newRow("of the last message") << int(Route::Files::LastMessage) << QStringList{u"second.pdf"_s};
    // Newest first; the content that came twice goes once.
    QTest::newRow("of all messages") << int(Route::Files::All) << QStringList{u"second.pdf"_s, u"first.pdf"_s};
}

void TestTaskFiles::followTheRoute()
{
    QFETCH(int, which);
    QFETCH(QStringList, names);
    RouteRig rig;
    rig.desk.arriving = {arrived(u"first.pdf"_s, 'a'), arrived(u"copy of second.pdf"_s, 'b')};
    const ConversationId id = rig.desk.receive(u"Order"_s, u"where is my invoice"_s);
    rig.desk.clock.advance(std::chrono::seconds(5));
    rig.desk.arriving = {arrived(u"second.pdf"_s, 'b')};
    rig.desk.receiveMore(id, u"the invoice is missing"_s);
    Route route = rig.route(Route::Strategy::Single, {rig.primary});
    route.files = Route::Files(which);
    QVERIFY2(rig.use(route), qPrintable(rig.failure));
    const auto plan = await(
        rig.desk.store->read([&](Database &db) { return planTask(db, *suggestions::pending(db, id), u"Ana"_s); }));
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().message));
    QCOMPARE(namesOf(plan->first.front().payload.attachments), names);
}

void TestTaskFiles::leaveOutWhatOnlyDecorates()
{
    QVERIFY(isDecoration(inlinePicture(u"logo.png"_s, 'a', 20 * 1024)));
    QVERIFY(!isDecoration(inlinePicture(u"screenshot.png"_s, 'a', 20 * 1024 + 1)));
    Attachment attached = inlinePicture(u"photo.png"_s, 'a', 100);
    attached.isInline = false;
    QVERIFY(!isDecoration(attached));
    Attachment document = inlinePicture(u"terms.pdf"_s, 'a', 100);
    document.mediaType = u"application/pdf"_s;
    QVERIFY(!isDecoration(document));

    RouteRig rig;
    rig.desk.arriving = {inlinePicture(u"logo.png"_s, 'a', 900), inlinePicture(u"screenshot.png"_s, 'b', 90'000)};
    const ConversationId id = rig.desk.receive(u"Order"_s, u"see below"_s);
    const auto files =
        rig.desk.get([id](Database &db) { return taskFiles(db, *suggestions::pending(db, id), Route::Files::All); });
    QCOMPARE(namesOf(files), QStringList{u"screenshot.png"_s});
}

void TestTaskFiles::areFrozenWhenTheTaskIsAccepted()
{
    RouteRig rig;
    rig.desk.arriving = {arrived(u"invoice.pdf"_s, 'a', 1234)};
    const ConversationId id = rig.desk.receive(u"Order"_s, u"where is my invoice"_s);
    Route route = rig.route(Route::Strategy::PrimaryBackup, {rig.primary, rig.backup});
    route.files = Route::Files::LastMessage;
    QVERIFY2(rig.use(route), qPrintable(rig.failure));
    const auto stored = rig.desk.get([](Database &db) { return routes::byName(db, u"Tasks"_s); });
    QVERIFY(stored && stored->files == Route::Files::LastMessage);

    const auto accepted = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY2(accepted, qPrintable(accepted ? QString() : accepted.error().message));
    const Delivery delivery = rig.desk.delivery(accepted->delivery);
    const std::vector<OutboundFile> wanted{{QByteArray(64, 'a'), u"invoice.pdf"_s, u"application/pdf"_s, 1234}};
    QVERIFY(taskPayloadFromJson(delivery.payload).attachments == wanted);
    QCOMPARE(delivery.backups.size(), size_t(1));
    QVERIFY(taskPayloadFromJson(delivery.backups.front().payload).attachments == wanted);

    route.files = Route::Files::None; // what was accepted stays
    QVERIFY(rig.use(route));
    QVERIFY(taskPayloadFromJson(rig.desk.delivery(accepted->delivery).payload).attachments == wanted);
}

void TestTaskFiles::giveAnAttemptTheTimeOfTheirBytes()
{
    ManualClock clock;
    ScriptedDestination side(&clock);
    side.declared = {Idempotency::Lookup, std::chrono::seconds(30), std::chrono::seconds(3)};
    Delivery delivery;
    delivery.payload = toJson(TaskPayload{});
    QCOMPARE(factsFor(side, delivery).deadline, std::chrono::milliseconds(30'000));
    TaskPayload task;
    task.attachments = {{"a", u"a"_s, {}, 10'485'760}, {"b", u"b"_s, {}, 0}}; // 10 MiB at 256 KiB a second
    delivery.payload = toJson(task);
    QCOMPARE(factsFor(side, delivery).deadline, std::chrono::milliseconds(30'000 + 2'000 + 40'000 + 2'000));
    QCOMPARE(factsFor(side, delivery).indexLag, std::chrono::milliseconds(3'000));
}

void TestTaskFiles::areReadWithoutWaitingAndSaidToBeGone()
{
    RouteRig rig;
    BlobStore &files = rig.desk.store->files();
    const Result<QByteArray> name = files.put("the bytes");
    QVERIFY(name);
    QCOMPARE(await(readTaskFile(files, *name)).value(), QByteArray("the bytes"));
    const Result<QByteArray> gone = await(readTaskFile(files, QByteArray(64, 'f')));
    QVERIFY(!gone);
    QCOMPARE(gone.error().kind, Error::Kind::NotFound);
}

PATCHBAY_TESTS(TestTaskFiles)
#include "tst_task_files.moc"
