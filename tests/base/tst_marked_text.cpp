#include "core/model/marked_text.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

/// A text of ours with its looks: no sign in it means anything, and what is stored comes back or is refused.
class MarkedTextTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cutsTheTextWhereItsLookChanges();
    void makesTheFewestMarks();
    void letsCodeBeNothingElse();
    void leavesOutMarksThatAreNoneOfTheText();
    void trimsTheTextWithItsMarks();
    void comesBackFromItsDraft_data();
    void comesBackFromItsDraft();
    void refusesMarksThatWereNotStored_data();
    void refusesMarksThatWereNotStored();
    void findsTheLooksOfABody();
};

void MarkedTextTest::cutsTheTextWhereItsLookChanges()
{
    const auto runs = runsOf({u"one two three"_s, {{0, 7, Mark::Bold}, {4, 9, Mark::Italic}}});
    QCOMPARE(runs.size(), size_t(3));
    QCOMPARE(runs[0], (BodyRun{u"one "_s, true, false}));
    QCOMPARE(runs[1], (BodyRun{u"two"_s, true, true}));
    QCOMPARE(runs[2], (BodyRun{u" three"_s, false, true}));
    QVERIFY(runsOf({}).empty());
}

void MarkedTextTest::makesTheFewestMarks()
{
    const MarkedText text{u"one two three"_s, {{0, 7, Mark::Bold}, {4, 9, Mark::Italic}}};
    QCOMPARE(markedText(runsOf(text)), text);
    QCOMPARE(markedText(std::vector<BodyRun>{{u"a"_s, true}, {{}}, {u"b"_s, true}}),
             (MarkedText{u"ab"_s, {{0, 2, Mark::Bold}}}));
}

void MarkedTextTest::letsCodeBeNothingElse()
{
    const MarkedText text{u"run x.sh now"_s, {{0, 12, Mark::Bold}, {4, 4, Mark::Code}}};
    QCOMPARE(trimmed(text).marks, (std::vector<MarkSpan>{{0, 4, Mark::Bold}, {4, 4, Mark::Code}, {8, 4, Mark::Bold}}));
}

void MarkedTextTest::leavesOutMarksThatAreNoneOfTheText()
{
    const MarkedText text{u"a😀b"_s,
                          {{-1, 2, Mark::Bold}, {2, 1, Mark::Italic}, {3, 99, Mark::Strike}, {9, 1, Mark::Code}}};
    QCOMPARE(trimmed(text).marks, (std::vector<MarkSpan>{{3, 1, Mark::Strike}})); // half a smiley looks like nothing
}

void MarkedTextTest::trimsTheTextWithItsMarks()
{
    const MarkedText text{u" \n one two \n"_s, {{0, 6, Mark::Bold}, {6, 1, Mark::Strike}, {7, 5, Mark::Italic}}};
    QCOMPARE(trimmed(text), (MarkedText{u"one two"_s, {{0, 3, Mark::Bold}, {4, 3, Mark::Italic}}}));
    QCOMPARE(trimmed({u"   "_s, {{0, 3, Mark::Bold}}}), MarkedText());
}

void MarkedTextTest::comesBackFromItsDraft_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("marked");
    QTest::addRow("plain") << u"*not* bold [{\"mark\"}]"_s << false;
    QTest::addRow("marked") << u"*not* bold"_s << true;
    QTest::addRow("empty") << QString() << false;
}

void MarkedTextTest::comesBackFromItsDraft()
{
    QFETCH(QString, text);
    QFETCH(bool, marked);
    MarkedText written{text, {}};
    if (marked)
        written.marks = {{6, 4, Mark::Bold}, {6, 4, Mark::Strike}};
    QCOMPARE(markedFromDraft(asDraft(written)), written);
    QCOMPARE(asDraft(written) == text, !marked);
}

void MarkedTextTest::refusesMarksThatWereNotStored_data()
{
    QTest::addColumn<QJsonObject>("mark");
    const QJsonObject good{{u"mark"_s, u"bold"_s}, {u"start"_s, 0}, {u"length"_s, 4}};
    const auto with = [&good](const QString &name, const QJsonValue &value) {
        QJsonObject bad = good;
        bad.insert(name, value);
        return bad;
    };
    QTest::addRow("a look that is none") << with(u"mark"_s, u"huge"_s);
    QTest::addRow("behind the text") << with(u"start"_s, 1);
    QTest::addRow("before it") << with(u"start"_s, -1);
    QTest::addRow("of nothing") << with(u"length"_s, 0);
    QTest::addRow("a text for a number") << with(u"length"_s, u"4"_s);
    QTest::addRow("another member") << with(u"href"_s, u"https://elsewhere.example"_s);
    QTest::addRow("a number that overflows") << with(u"length"_s, 9.2e18);
}

void MarkedTextTest::refusesMarksThatWereNotStored()
{
    QFETCH(QJsonObject, mark);
    QVERIFY(marksFromJson({QJsonObject{{u"mark"_s, u"bold"_s}, {u"start"_s, 0}, {u"length"_s, 4}}}, 4).ok());
    QVERIFY(!marksFromJson({mark}, 4));
}

void MarkedTextTest::findsTheLooksOfABody()
{
    Body body;
    body.blocks.push_back({.runs = {{u"one "_s}, {u"two"_s, true}}});
    body.blocks.push_back({.runs = {{u"two"_s, false, true}}});
    QCOMPARE(markedText(u"one two\n\ntwo"_s, body),
             (MarkedText{u"one two\n\ntwo"_s, {{4, 3, Mark::Bold}, {9, 3, Mark::Italic}}}));
}

PATCHBAY_TESTS(MarkedTextTest)
#include "tst_marked_text.moc"
