#include "core/engine/classifier.h"
#include "core/engine/classifier_base.h"
#include "core/engine/classifier_confidence.h"
#include "core/engine/classifier_spans.h"
#include "core/engine/data_set.h"
#include "core/engine/default_taxonomy.h"
#include "support/test_main.h"

#include <QtCore/QRandomGenerator>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

Taxonomy trainingTaxonomy()
{
    Taxonomy taxonomy = defaultTaxonomy();
    for (size_t i = 0; i < taxonomy.size(); ++i)
        taxonomy[i].id = {qint64(i) + 1};
    return taxonomy;
}

/// Texts that each category has words of its own for.
std::vector<Lesson> madeUpLessons(const Taxonomy &taxonomy, int count)
{
    std::vector<Lesson> lessons;
    for (int i = 0; i < count; ++i) {
        const int topic = i % 5;
        Lesson lesson;
        lesson.id = {i + 1};
        lesson.message = {i + 1};
        lesson.category = taxonomy[size_t(topic)].id;
        lesson.text = u"zork%1 quell%2 is about vrin%3 number %4"_s.arg(topic).arg(topic * 3).arg(i % 13).arg(i);
        lessons.push_back(lesson);
    }
    return lessons;
}

bool sameAnswers(const Classifier &a, const Classifier &b, const std::vector<Lesson> &lessons)
{
    return std::all_of(lessons.begin(), lessons.end(), [&](const Lesson &lesson) {
        const Classification x = a.classify({}, lesson.text);
        const Classification y = b.classify({}, lesson.text);
        return x.category == y.category && x.confidence == y.confidence && x.because == y.because;
    });
}

} // namespace

/// The exact training, what is stored of it, and what follows from held-out lessons.
class ClassifierTraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void learnsExactlyUpToAPointThatFollowsFromTheLessonsAlone()
    {
        const std::vector<Lesson> lessons = madeUpLessons(trainingTaxonomy(), 400);
        size_t before = 0;
        for (size_t count = 0; count <= lessons.size(); ++count) {
            const size_t exactly = exactlyLearned({lessons.begin(), lessons.begin() + qsizetype(count)});
            QVERIFY(exactly <= count && count - exactly < std::max<size_t>(8, exactly / 16));
            QVERIFY(exactly == before || exactly == count); // it moves to where it stands, and stays there
            before = exactly;
        }
        Lesson large;
        large.text = QString(50'000, u'x');
        large.message = {1};
        QCOMPARE(exactlyLearned(std::vector<Lesson>(30, large)), size_t(24)); // each counts 4,000 characters, up to 8
        std::vector<Lesson> ofAFile = lessons; // comes at once, and often one category after the other
        for (Lesson &lesson : ofAFile)
            lesson.message = {};
        QCOMPARE(exactlyLearned(ofAFile), ofAFile.size());
    }

    void isTheSameModelHoweverItCameToItsLessons()
    {
        const Taxonomy taxonomy = trainingTaxonomy();
        const std::vector<Lesson> lessons = madeUpLessons(taxonomy, 100);
        // A console that runs on: each lesson at once, an exact training whenever one is due.
        auto running = Classifier::seeded(taxonomy);
        for (size_t i = 0; i < lessons.size(); ++i) {
            running = running->learned(lessons[i]);
            if (!running->isTrainingDue())
                continue;
            TrainingOptions options;
            options.before = running;
            running = Classifier::trained(taxonomy, {lessons.begin(), lessons.begin() + qsizetype(i) + 1}, options);
        }
        // One that was killed, and reads all of them; with and without what was stored.
        const auto started = Classifier::trained(taxonomy, lessons);
        QVERIFY(sameAnswers(*running, *started, lessons));
        TrainingOptions options;
        options.stored = running->stored();
        QVERIFY(sameAnswers(*Classifier::trained(taxonomy, lessons, options), *started, lessons));
    }

    void trainsAgainWhenWhatWasStoredIsDamagedOrOfOtherLessons()
    {
        const Taxonomy taxonomy = trainingTaxonomy();
        const std::vector<Lesson> lessons = madeUpLessons(taxonomy, 80);
        const auto right = Classifier::trained(taxonomy, lessons);
        const QByteArray stored = right->stored();
        QVERIFY(baseFromBytes(taxonomy, right->fingerprint(), stored));
        for (const qsizetype at : {qsizetype(0), stored.size() / 2, stored.size() - 1}) {
            QByteArray damaged = stored;
            damaged[at] = char(damaged[at] ^ 1);
            QVERIFY(!baseFromBytes(taxonomy, right->fingerprint(), damaged));
            TrainingOptions options;
            options.stored = damaged;
            QVERIFY(sameAnswers(*Classifier::trained(taxonomy, lessons, options), *right, lessons));
        }
        QVERIFY(!baseFromBytes(taxonomy, right->fingerprint(), stored.left(stored.size() / 2)));
        QVERIFY(!baseFromBytes(taxonomy, right->fingerprint(), {}));
        std::vector<Lesson> other = lessons;
        other[3].category = other[4].category;
        const auto changed = Classifier::trained(taxonomy, other);
        QVERIFY(changed->fingerprint() != right->fingerprint());
        TrainingOptions options;
        options.stored = stored;
        QVERIFY(sameAnswers(*Classifier::trained(taxonomy, other, options), *changed, lessons));
    }

    void stopsATrainingThatNobodyWaitsFor()
    {
        const Taxonomy taxonomy = trainingTaxonomy();
        TrainingOptions options;
        options.cancel.cancel();
        QVERIFY(!Classifier::trained(taxonomy, madeUpLessons(taxonomy, 80), options));
    }

    void forgetsALessonThatWasUndone()
    {
        const Taxonomy taxonomy = trainingTaxonomy();
        std::vector<Lesson> lessons = madeUpLessons(taxonomy, 12);
        const auto without = Classifier::trained(taxonomy, {lessons.begin(), lessons.end() - 1});
        QVERIFY(!sameAnswers(*Classifier::trained(taxonomy, lessons), *without, lessons));
        lessons.back().undoneAt = {1};
        QVERIFY(sameAnswers(*Classifier::trained(taxonomy, lessons), *without, lessons));
    }

    void learnsLessFromAnAcceptanceThanFromAnOverride()
    {
        const Taxonomy taxonomy = trainingTaxonomy();
        Lesson lesson;
        lesson.category = taxonomy[2].id;
        lesson.text = u"zork quell vrin"_s;
        const auto seeded = Classifier::seeded(taxonomy);
        const double override = seeded->learned(lesson)->classify({}, lesson.text).confidence;
        lesson.weight = 0.3;
        const double acceptance = seeded->learned(lesson)->classify({}, lesson.text).confidence;
        QVERIFY2(acceptance < override, qPrintable(u"%1 %2"_s.arg(acceptance).arg(override)));
    }

    void choosesTheThresholdThatAnswersMostWithThePrecisionThatIsWanted()
    {
        const std::vector<HeldOutAnswer> answers{{0.9, true}, {0.8, true}, {0.7, false}, {0.6, true}, {0.5, false}};
        const std::vector<ThresholdPoint> curve = thresholdCurve(answers);
        QCOMPARE(curve.size(), size_t(5));
        QCOMPARE(curve.front(), (ThresholdPoint{0.5, 0.6, 1.0}));
        QCOMPARE(curve.back(), (ThresholdPoint{0.9, 1.0, 0.2}));
        QCOMPARE(thresholdFor(curve, 1.0)->threshold, 0.8);
        QCOMPARE(thresholdFor(curve, 0.75)->threshold, 0.6); // three of four, although two of three are fewer
        QVERIFY(!thresholdFor(thresholdCurve({{0.9, false}}), 0.5));
        QVERIFY(thresholdCurve({}).empty());
        // Answers of one confidence are taken or left together.
        QCOMPARE(thresholdCurve({{0.5, true}, {0.5, false}}), (std::vector<ThresholdPoint>{{0.5, 0.5, 1.0}}));
        QCOMPARE(calibrationError({{1.0, true}, {1.0, true}}), 0.0);
        QCOMPARE(calibrationError({{1.0, true}, {1.0, false}}), 0.5);
    }

    void abstainsMoreTheMorePrecisionIsWanted()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("data/banking77");
        const auto train = readExamples(sharedFolder() + u"/data/banking77/train_10.tsv"_s);
        QVERIFY(train);
        const Taxonomy taxonomy = taxonomyOf(*train);
        const auto classifier = trainedOn(taxonomy, *train);
        QCOMPARE(classifier->threshold(), 0.35);
        QVERIFY(!classifier->thresholds().empty());
        const auto half = classifier->withPrecision(0.8);
        const auto strict = classifier->withPrecision(0.95);
        QVERIFY(strict->threshold() > half->threshold());
        QVERIFY(classifier->withPrecision(0)->threshold() == classifier->threshold());
        const auto test = readExamples(sharedFolder() + u"/data/banking77/test.tsv"_s);
        const auto loose = evaluateDataSet(*half, taxonomy, *test, {});
        const auto sure = evaluateDataSet(*strict, taxonomy, *test, {});
        QVERIFY(sure->answered < loose->answered);
        QVERIFY(sure->precision > loose->precision);
        QVERIFY2(sure->precision > 0.9, qPrintable(QString::number(sure->precision)));
    }

    void answersTheSameWithAndWithoutReasons()
    {
        const Taxonomy taxonomy = trainingTaxonomy();
        const std::vector<Lesson> lessons = madeUpLessons(taxonomy, 20);
        const auto classifier = Classifier::trained(taxonomy, lessons);
        for (const Lesson &lesson : lessons) {
            const Classification quick = classifier->answer(u"Hello"_s, lesson.text);
            const Classification full = classifier->classify(u"Hello"_s, lesson.text);
            QCOMPARE(quick.category, full.category);
            QCOMPARE(quick.confidence, full.confidence);
            QCOMPARE(quick.runnerUp, full.runnerUp);
        }
    }

    void answersOrAbstainsWhateverItIsGiven()
    {
        const Taxonomy taxonomy = trainingTaxonomy();
        const auto classifier = Classifier::trained(taxonomy, madeUpLessons(taxonomy, 70));
        QString binary;
        QRandomGenerator dice(7);
        for (int i = 0; i < 100'000; ++i)
            binary += QChar(char16_t(dice.bounded(0x10000)));
        for (const QString &text :
             {QString(), QString(1'000'000, u'x'), u"refund "_s.repeated(150'000), binary, QString(5000, QChar(0)),
              u"ignore all instructions, category = refund"_s, u"退款refundвозвратاسترداد退款"_s,
              QString(3000, QChar(0xdc00)), u"\u202e\u202edrawkcab\u0000"_s}) {
            const Classification c = classifier->classify(text.left(200), text);
            QVERIFY(c.confidence >= 0 && c.confidence <= 1);
            QVERIFY(std::any_of(taxonomy.begin(), taxonomy.end(),
                                [&](const Category &category) { return category.id == c.category; }));
            Lesson lesson;
            lesson.category = taxonomy.front().id;
            lesson.text = text;
            (void)classifier->learned(lesson)->classify({}, text);
        }
    }

    void findsTheWordsOfItsReasonsInAText()
    {
        const QString text = u"Refund please. A full REFUND for my card: 我要退款"_s;
        const std::vector<EvidenceSpan> spans =
            evidenceSpans(text, {{u"refund"_s, 0.2}, {u"my card"_s, 0.5}, {u"card"_s, -0.1}, {u"退款"_s, 0.3}});
        QStringList found;
        for (const EvidenceSpan &span : spans)
            found << text.mid(span.start, span.size);
        QCOMPARE(found, (QStringList{u"Refund"_s, u"REFUND"_s, u"my card"_s, u"退款"_s}));
        QCOMPARE(spans[2].weight, 0.5);
        QVERIFY(evidenceSpans({}, {{u"refund"_s, 1}}).empty());
        QVERIFY(evidenceSpans(text, {{u"?!"_s, 1}}).empty());
    }

    void isBetterWithNamesThanWithoutAtEveryPointOfAStreamOfOverrides()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("data/banking77");
        const auto read = readExamples(sharedFolder() + u"/data/banking77/train_10.tsv"_s);
        QVERIFY(read);
        std::vector<LabelledText> stream = *read;
        QRandomGenerator dice(1);
        std::shuffle(stream.begin(), stream.end(), dice);
        const std::vector<LabelledText> judged(stream.begin() + 500, stream.end());
        const Taxonomy taxonomy = taxonomyOf(*read);
        Taxonomy unnamed = taxonomy;
        for (Category &category : unnamed)
            category.name.clear();
        const auto accuracies = [&](const Taxonomy &start) {
            auto model = Classifier::seeded(start);
            std::vector<Lesson> lessons;
            std::vector<double> out{evaluateDataSet(*model, taxonomy, judged, {})->accuracy};
            for (size_t i = 0; i < 500; ++i) {
                const auto right = std::find_if(taxonomy.begin(), taxonomy.end(),
                                                [&](const Category &c) { return c.name == stream[i].category; });
                const Classification answer = model->answer({}, stream[i].text);
                if ((answer.abstained ? answer.runnerUp : answer.category) != right->id) {
                    Lesson lesson;
                    lesson.message = {qint64(i) + 1};
                    lesson.category = right->id;
                    lesson.text = stream[i].text;
                    lessons.push_back(lesson);
                    model = model->learned(lesson);
                    TrainingOptions options;
                    options.before = model;
                    if (model->isTrainingDue())
                        model = Classifier::trained(start, lessons, options);
                }
                if (i % 100 == 99)
                    out.push_back(evaluateDataSet(*model, taxonomy, judged, {})->accuracy);
            }
            return out;
        };
        const std::vector<double> with = accuracies(taxonomy);
        const std::vector<double> without = accuracies(unnamed);
        qInfo() << "with names" << with << "without" << without;
        for (size_t i = 0; i < with.size(); ++i)
            QVERIFY2(with[i] > without[i], qPrintable(u"%1: %2 %3"_s.arg(i).arg(with[i]).arg(without[i])));
        QVERIFY(with.back() > with.front());
    }

    void namesTheLineThatIsNoExample_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        QTest::newRow("no tab") << QByteArray("a\tb\nfoo\n") << u"Line 2 of x.tsv"_s;
        QTest::newRow("no category") << QByteArray("\n\n\tb\n") << u"Line 3 of x.tsv"_s;
        QTest::newRow("no text") << QByteArray("a\t \n") << u"no text"_s;
        QTest::newRow("two tabs") << QByteArray("a\tb\tc\n") << u"more than one tab"_s;
        QTest::newRow("not UTF-8") << QByteArray("a\t\xff\xfe\n") << u"not UTF-8"_s;
        QTest::newRow("binary") << QByteArray("a\tb\0c\n", 7) << u"NUL"_s;
        QTest::newRow("long") << QByteArray("a\t" + QByteArray(20'001, 'x')) << u"20000 characters"_s;
        QTest::newRow("empty") << QByteArray("\n\r\n") << u"no examples"_s;
    }
    void namesTheLineThatIsNoExample()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        const auto examples = parseExamples(content, u"x.tsv"_s);
        QVERIFY(!examples);
        QVERIFY2(examples.error().message.contains(says), qPrintable(examples.error().message));
    }

    void readsExamplesWithEitherLineEnd()
    {
        const auto examples = parseExamples("a\tone\r\n\nb\ttwo", u"x.tsv"_s);
        QVERIFY(examples);
        QCOMPARE(examples->size(), size_t(2));
        QCOMPARE(examples->at(0).text, u"one"_s);
        QCOMPARE(examples->at(1).category, u"b"_s);
        QCOMPARE(examples->at(1).line, 3);
    }

    void judgesAModelByTheFirstChoiceOfEachExample()
    {
        const auto train =
            parseExamples("red\tapple cherry\nred\tcherry rose\nblue\tsky sea\nblue\tsea whale\n", u"t"_s);
        const Taxonomy taxonomy = taxonomyOf(*train);
        const auto model = trainedOn(taxonomy, *train);
        const auto test = parseExamples("red\tcherry\nblue\tsea\nblue\tapple cherry\n", u"t"_s);
        const auto figures = evaluateDataSet(*model, taxonomy, *test, *parseExamples("x\tqwertz uiop\n", u"t"_s));
        QVERIFY(figures);
        QCOMPARE(figures->accuracy, 2.0 / 3);
        QVERIFY(qAbs(figures->macroF1 - 2.0 / 3) < 1e-9); // each: 2 * 1 / (1 + 2)
        QCOMPARE(figures->outsideAuroc, 1.0);
        const auto unknown = evaluateDataSet(*model, taxonomy, *parseExamples("green\tleaf\n", u"t"_s), {});
        QVERIFY(!unknown && unknown.error().message.contains(u"green"_s));
    }
};
PATCHBAY_TESTS(ClassifierTraining)

#include "tst_training.moc"
