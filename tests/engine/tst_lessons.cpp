#include "support/command_desk.h"
#include "support/test_main.h"

#include "core/store/classifier_table.h"

#include <cmath>

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
    void listsALessonAndBringsTheOldAnswerBackWhenItIsUndone();
    void takesACategoryBackWithItsLesson();
    void leavesACategoryThatIsNotThePersonsLastWord();
    void storesTheModelOfAFileOfExamplesAndStartsFromIt();
    void teachesAFileOnceHoweverOftenItIsRead();
    void refusesAFileWithACategoryThatTheWorkspaceDoesNotHave();
    void keepsTheWantedPrecision();
    void dropsTheStoredModelWithTheTextsItWasMadeFrom();
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
    const auto second = await(desk.commands->accept(id, desk.pending(id)->version, Commands::IfOpen::Another));
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

namespace {

std::vector<LabelledText> lessonExamples(int count)
{
    std::vector<LabelledText> examples;
    for (int i = 0; i < count; ++i)
        examples.push_back({i % 2 ? u"Billing"_s : u"Delivery"_s,
                            i % 2 ? u"zork invoice number %1"_s.arg(i) : u"quell parcel number %1"_s.arg(i), i + 1});
    return examples;
}

} // namespace

void TestLessons::listsALessonAndBringsTheOldAnswerBackWhenItIsUndone()
{
    CommandDesk desk;
    const QString text = u"I was charged twice, please refund my money."_s;
    const ConversationId id = desk.receive(u"Refund please"_s, text);
    const auto answer = [&] { return desk.snapshots.current()->classifier->classify(u"Refund please"_s, text); };
    const Classification before = answer();
    const Taxonomy taxonomy = desk.snapshots.current()->taxonomy;
    const auto other =
        std::find_if(taxonomy.begin(), taxonomy.end(), [](const Category &c) { return c.name == u"Feedback"_s; });
    QVERIFY(await(desk.commands->overrideCategory(id, other->id)));
    QCOMPARE(answer().category, other->id);
    const auto listed = desk.get([](Database &db) { return lessons::newest(db, {}, 10); });
    QCOMPARE(listed.size(), size_t(1));
    QCOMPARE(listed[0].category, u"Feedback"_s);
    QVERIFY(!listed[0].previous.isEmpty() && listed[0].previous != listed[0].category);
    QCOMPARE(listed[0].operatorName, u"Ana"_s);
    QCOMPARE(listed[0].conversation, id);
    QCOMPARE(listed[0].lesson.weight, 1.0);
    QVERIFY(await(desk.commands->undoLesson(listed[0].lesson.id)));
    QTRY_COMPARE(answer().category, before.category);
    QCOMPARE(answer().confidence, before.confidence);
    const auto again = await(desk.commands->undoLesson(listed[0].lesson.id));
    QVERIFY(!again && again.error().kind == Error::Kind::Conflict);
    QVERIFY(!await(desk.commands->undoLesson(LessonId{999})));
    QVERIFY(bool(desk.get([](Database &db) { return lessons::newest(db, {}, 10); })[0].lesson.undoneAt));
}

void TestLessons::takesACategoryBackWithItsLesson()
{
    CommandDesk desk;
    const QString text = u"I was charged twice, please refund my money."_s;
    const ConversationId id = desk.receive(u"Refund please"_s, text);
    const auto answer = [&] { return desk.snapshots.current()->classifier->classify(u"Refund please"_s, text); };
    const Classification before = answer();
    const Suggestion suggested = *desk.pending(id);
    const CategoryId feedback = desk.category(u"Feedback"_s);
    const CategoryId complaint = desk.category(u"Complaint"_s);
    QVERIFY(await(desk.commands->overrideCategory(id, feedback)));
    QVERIFY(await(desk.commands->overrideCategory(id, complaint)));
    QCOMPARE(answer().category, complaint);

    // One word after the other, and the lessons with them.
    QVERIFY(await(desk.commands->takeBackCategory(id, complaint)));
    QTRY_COMPARE(answer().category, feedback);
    QCOMPARE(desk.pending(id)->classification.category, feedback);
    QVERIFY(await(desk.commands->takeBackCategory(id, feedback)));
    QTRY_COMPARE(answer().category, before.category);
    QCOMPARE(answer().confidence, before.confidence);
    const auto pending = desk.pending(id);
    QCOMPARE(pending->classification.category, suggested.classification.category);
    QCOMPARE(pending->classification.source, ClassificationSource::LocalModel);
    QCOMPARE(pending->classification.confidence, suggested.classification.confidence);
    QCOMPARE(pending->classification.because, suggested.classification.because);
    for (const lessons::Listed &one : desk.get([](Database &db) { return lessons::newest(db, {}, 10); }))
        QVERIFY(bool(one.lesson.undoneAt)); // nobody said that the old answer is right
    QVERIFY(desk.auditActions().contains(u"take_back_category"_s));
}

void TestLessons::leavesACategoryThatIsNotThePersonsLastWord()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice, please refund my money."_s);
    const CategoryId feedback = desk.category(u"Feedback"_s);
    const auto takenBack = [&](CategoryId chosen) {
        const auto taken = await(desk.commands->takeBackCategory(id, chosen));
        return taken.ok() || taken.error().kind != Error::Kind::Conflict;
    };
    QVERIFY(!takenBack(desk.pending(id)->classification.category)); // the model's
    QVERIFY(await(desk.commands->overrideCategory(id, feedback)));
    QVERIFY(!takenBack(desk.category(u"Complaint"_s)));
    desk.receiveMore(id, u"And where is my parcel?"_s);
    QVERIFY(!takenBack(feedback));
    QCOMPARE(desk.lessons().size(), size_t(1));
}

void TestLessons::storesTheModelOfAFileOfExamplesAndStartsFromIt()
{
    CommandDesk desk;
    const auto taught = await(desk.commands->teach(lessonExamples(40), u"file.tsv"_s, false));
    QVERIFY2(taught, qPrintable(taught ? QString() : taught.error().message));
    QCOMPARE(taught->added, 40);
    const auto running = desk.snapshots.current()->classifier;
    QCOMPARE(desk.get([](Database &db) { return classifiers::fingerprint(db); }), running->fingerprint());
    const auto started = desk.get([](Database &db) { return Snapshots::build(db); })->classifier;
    QVERIFY(desk.change([](Database &db) { // as a disk does
        const classifiers::Stored stored = classifiers::current(db);
        classifiers::store(db, {stored.fingerprint, stored.body.left(stored.body.size() / 2)});
    }));
    const auto repaired = desk.get([](Database &db) { return Snapshots::build(db); })->classifier;
    for (const auto &model : {started, repaired}) {
        const Classification a = running->classify({}, u"where is the quell parcel"_s);
        const Classification b = model->classify({}, u"where is the quell parcel"_s);
        QCOMPARE(a.category, b.category);
        QCOMPARE(a.confidence, b.confidence);
    }
}

void TestLessons::teachesAFileOnceHoweverOftenItIsRead()
{
    CommandDesk desk;
    std::vector<LabelledText> examples = lessonExamples(10);
    QCOMPARE(await(desk.commands->teach(examples, u"file.tsv"_s, false))->added, 10);
    const auto again = await(desk.commands->teach(examples, u"file.tsv"_s, false));
    QCOMPARE(again->added, 0);
    QCOMPARE(again->known, 10);
    examples[0].category = u"Complaint"_s; // the last word on a text
    const auto changed = await(desk.commands->teach(examples, u"file.tsv"_s, false));
    QCOMPARE(changed->added, 1);
    QCOMPARE(changed->changed, 1);
    QCOMPARE(desk.lessons().size(), size_t(10));
    QCOMPARE(desk.lessons().back().source, u"file.tsv"_s);
}

void TestLessons::refusesAFileWithACategoryThatTheWorkspaceDoesNotHave()
{
    CommandDesk desk;
    std::vector<LabelledText> examples = lessonExamples(4);
    examples[2].category = u"Gardening"_s;
    const auto refused = await(desk.commands->teach(examples, u"file.tsv"_s, false));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(u"“Gardening” (line 3)"_s), qPrintable(refused.error().message));
    QVERIFY(desk.lessons().empty());
    const auto added = await(desk.commands->teach(examples, u"file.tsv"_s, true));
    QVERIFY(added);
    QCOMPARE(added->newCategories, QStringList{u"Gardening"_s});
    const Taxonomy taxonomy = desk.snapshots.current()->taxonomy;
    QVERIFY(std::any_of(taxonomy.begin(), taxonomy.end(), [](const Category &c) { return c.name == u"Gardening"_s; }));
}

void TestLessons::keepsTheWantedPrecision()
{
    CommandDesk desk;
    QVERIFY(await(desk.commands->teach(lessonExamples(100), u"file.tsv"_s, false)));
    QCOMPARE(desk.snapshots.current()->classifier->threshold(), 0.35);
    for (const double bad : {0.3, 1.0, -1.0, 5.0, double(NAN)})
        QVERIFY(!await(desk.commands->setWantedPrecision(bad)));
    QVERIFY(await(desk.commands->setWantedPrecision(0.9)));
    const double threshold = desk.snapshots.current()->classifier->threshold();
    QVERIFY(threshold != 0.35);
    const auto started = desk.get([](Database &db) { return Snapshots::build(db); });
    QCOMPARE(started->classifier->threshold(), threshold);
    QVERIFY(await(desk.commands->setWantedPrecision(0)));
    QCOMPARE(desk.snapshots.current()->classifier->threshold(), 0.35);
}

void TestLessons::dropsTheStoredModelWithTheTextsItWasMadeFrom()
{
    CommandDesk desk;
    const auto before = desk.snapshots.current();
    QVERIFY(await(desk.commands->teach(lessonExamples(40), u"file.tsv"_s, false)));
    const QByteArray fingerprint = desk.snapshots.current()->classifier->fingerprint();
    const QByteArray model = desk.snapshots.current()->classifier->stored();
    QVERIFY(desk.change([](Database &db) {
        classifiers::remove(db);
        lessons::undo(db, lessons::all(db, false).front().id);
    }));
    // A training that began before ends now.
    QVERIFY(desk.change([&](Database &db) { Snapshots::keepModel(db, fingerprint, model); }));
    QVERIFY(desk.get([](Database &db) { return classifiers::fingerprint(db); }).isEmpty());
}

PATCHBAY_TESTS(TestLessons)

#include "tst_lessons.moc"
