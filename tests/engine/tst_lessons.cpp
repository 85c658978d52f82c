#include "support/command_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// What an acceptance teaches, and what is left of it when the acceptance is taken back.
class TestLessons : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leavesNothingBehindHoweverOftenAnAcceptanceIsTakenBack();
    void takesBackTheLessonOfItsOwnAcceptanceOnly();
    void keepsARouteThatWasChosenWhileTheModelForgot();
};

void TestLessons::leavesNothingBehindHoweverOftenAnAcceptanceIsTakenBack()
{
    CommandDesk desk;
    desk.clock.tick(1us);
    const QString text = u"I was charged twice, please refund my money."_s;
    const ConversationId id = desk.receive(u"Refund please"_s, text);
    const auto sure = [&] {
        return desk.snapshots.current()->classifier->classify(u"Refund please"_s, text).confidence;
    };
    const double before = sure();
    for (int round = 1; round <= 3; ++round) {
        const auto accepted = await(desk.commands->accept(id, desk.pending(id)->version));
        QVERIFY2(accepted, qPrintable(accepted ? QString() : accepted.error().message));
        QCOMPARE(desk.lessons().size(), size_t(1));
        QVERIFY(sure() != before);
        QVERIFY(await(desk.commands->cancelDelivery(accepted->delivery)));
        QVERIFY(desk.lessons().empty());
        QTRY_COMPARE(sure(), before); // the model is trained anew behind the answer
    }
    QVERIFY(await(desk.commands->accept(id, desk.pending(id)->version)));
    QCOMPARE(desk.lessons().size(), size_t(1));
}

void TestLessons::takesBackTheLessonOfItsOwnAcceptanceOnly()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice, please refund my money."_s);
    const auto first = await(desk.commands->accept(id, desk.pending(id)->version));
    desk.clock.advance(1s);
    QVERIFY(await(desk.commands->suggestAgain(id)));
    const auto second = await(desk.commands->accept(id, desk.pending(id)->version));
    QVERIFY2(second, qPrintable(second ? QString() : second.error().message));
    const std::vector<Lesson> both = desk.lessons();
    QCOMPARE(both.size(), size_t(2));
    QVERIFY(await(desk.commands->cancelDelivery(first->delivery)));
    const std::vector<Lesson> left = desk.lessons();
    QCOMPARE(left.size(), size_t(1));
    QCOMPARE(left.front().id, both.back().id);
}

void TestLessons::keepsARouteThatWasChosenWhileTheModelForgot()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice, please refund my money."_s);
    const Message learnedFrom = desk.messages(id).front();
    const CategoryId category = desk.conversation(id).category;
    QVERIFY(desk.change([&](Database &db) { // a model that takes a while to train
        for (int i = 0; i < 1500; ++i) {
            Lesson lesson;
            lesson.message = learnedFrom.id;
            lesson.category = category;
            lesson.operatorId = desk.me.id;
            lesson.text = QString(u"charge number %1 "_s.arg(i)).repeated(40);
            lessons::insert(db, lesson);
        }
    }));
    const auto accepted = await(desk.commands->accept(id, desk.pending(id)->version));
    const auto tracker = await(desk.commands->addTarget(u"tracker"_s, u"Elsewhere"_s, {}));
    QVERIFY(tracker);
    const auto learned = desk.snapshots.current();
    auto cancelling = desk.commands->cancelDelivery(accepted->delivery);
    QVERIFY(await(cancelling));
    QCOMPARE(desk.snapshots.current(), learned); // the training has begun and takes its time
    QVERIFY(await(desk.commands->routeToTarget(tracker->id)));
    const auto routed = desk.snapshots.current();
    QVERIFY(routed != learned);
    QTRY_VERIFY_WITH_TIMEOUT(desk.snapshots.current() != routed, 60000);
    QCOMPARE(desk.snapshots.current()->routes.front().targets, std::vector<TargetId>{tracker->id});
}

PATCHBAY_TESTS(TestLessons)

#include "tst_lessons.moc"
