#include "core/mail/bounded_body.h"
#include "core/mail/limits.h"
#include "support/hostile_bodies.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Bodies that are made to freeze a layout, as they come in and as they may lie in a workspace.
class BoundedBodies : public QObject {
    Q_OBJECT

    static qsizetype charsOf(const Body &body)
    {
        qsizetype chars = 0;
        for (const BodyBlock &block : body.blocks) {
            for (const BodyRun &run : block.runs)
                chars += run.text.size();
        }
        return chars;
    }
    static size_t runsOf(const Body &body)
    {
        size_t runs = 0;
        for (const BodyBlock &block : body.blocks)
            runs += block.runs.size();
        return runs;
    }
    static int highestStack(const QString &text)
    {
        int highest = 0;
        int stack = 0;
        for (const char32_t c : text.toUcs4()) {
            const auto category = QChar::category(c);
            stack = category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing ? stack + 1 : 0;
            highest = qMax(highest, stack);
        }
        return highest;
    }
    static int dearestLine(const Body &body)
    {
        int dearest = 0;
        for (const BodyBlock &block : body.blocks) {
            QString text;
            for (const BodyRun &run : block.runs)
                text += run.text;
            for (const QString &line : text.split(u'\n')) {
                LayoutCost cost;
                int sum = 0;
                for (const char32_t c : line.toUcs4())
                    sum += cost.of(c);
                dearest = qMax(dearest, sum);
            }
        }
        return dearest;
    }

private Q_SLOTS:
    void leaveWhatPeopleWriteAsItIs_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("Vietnamese, taken apart") << u"Ta\u0323\u0302p \u0111o\u0302\u0300ng nghie\u0323\u0302p"_s;
        QTest::newRow("Hebrew with points and cantillation")
            << u"\u05d1\u05bc\u05b0\u05e8\u05b5\u05d0\u05e9\u05c1\u05b4\u0596\u05d9\u05ea \u05e9\u05c1\u05bc\u05b8\u05a5\u05bd"_s;
        QTest::newRow("Arabic with all its vowels")
            << u"\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f\u064c\u0670"_s;
        QTest::newRow("Thai") << u"\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48 \u0e19\u0e49\u0e33"_s;
        QTest::newRow("Tibetan, the tallest stack") << u"\u0f67\u0f90\u0fb5\u0fa8\u0fb3\u0fba\u0fbc\u0fbb\u0f82"_s;
        QTest::newRow("Devanagari")
            << u"\u0915\u094d\u0937\u0924\u094d\u0930\u093f\u092f \u0930\u094d\u0924\u094d\u0938\u094d\u0928\u094d\u092f"_s;
        QTest::newRow("Persian with a joiner") << u"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"_s;
        QTest::newRow("a family")
            << u"\U0001F468\U0001F3FB\u200D\U0001F469\U0001F3FC\u200D\U0001F467\u200D\U0001F466 \u2764\ufe0f\u200d\U0001F525"_s;
        QTest::newRow("a flag of tags") << u"\U0001F3F4\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073\U000E007F"_s;
        QTest::newRow("program text") << u"if (a) {\n\treturn b;\n}"_s;
    }
    void leaveWhatPeopleWriteAsItIs()
    {
        QFETCH(QString, text);
        const Body body = boundedBody(bodyFromText(text, false));
        QCOMPARE(plainText(body), text);
        QVERIFY2(body.notice.isEmpty(), qPrintable(body.notice));
    }

    void keepEightMarksOnALetterAndSaySo()
    {
        const QString marks = u"\u0300\u0316\u0334"_s.repeated(1000);
        const Body body = boundedBody(bodyFromText(u"Z"_s + marks + u" and e\u0301"_s, false));
        QCOMPARE(plainText(body).remove(u'\n'), u"Z"_s + marks.left(8) + u" and e\u0301"_s);
        QVERIFY2(body.notice.contains(u"more than 8 marks"_s), qPrintable(body.notice));
    }

    void keepEightMarksAlsoWhereRunsDivideThem()
    {
        Body body;
        body.blocks.push_back({});
        body.blocks.front().runs.push_back({u"Z"_s});
        for (int i = 0; i < 100; ++i)
            body.blocks.front().runs.push_back({u"\u0301"_s, i % 2 == 0});
        QCOMPARE(highestStack(plainText(boundedBody(body))), 8);
    }

    void becomePlainTextWhenTheyHaveTooManyPieces()
    {
        const Body heavy = bodyFromHtml(u"<b>a</b>b <a href=http://x.example>c</a> "_s.repeated(9000));
        const Body body = boundedBody(heavy);
        QVERIFY2(body.notice.contains(u"Shown as plain text: its layout was too heavy."_s), qPrintable(body.notice));
        QCOMPARE(plainText(body).remove(u'\n'), plainText(heavy).remove(u'\n'));
        QVERIFY(body.blocks.size() + runsOf(body) < 1000);
        for (const BodyBlock &block : body.blocks) {
            for (const BodyRun &run : block.runs)
                QVERIFY(run.href.isEmpty() && !run.bold);
        }
    }

    void keepFoldedWhatIsFoldedWhenTheyBecomePlain()
    {
        Body heavy;
        for (int i = 0; i < 10'000; ++i) {
            heavy.blocks.push_back({});
            heavy.blocks.back().kind = i < 5000 ? BodyBlock::Kind::ListItem : BodyBlock::Kind::Quote;
            heavy.blocks.back().part = i < 5000 ? BodyBlock::Part::Text : BodyBlock::Part::QuotedHistory;
            heavy.blocks.back().number = i < 5000 ? i + 1 : 0;
            heavy.blocks.back().runs.push_back({u"line"_s});
        }
        const Body body = boundedBody(heavy);
        QVERIFY(plainText(body, BodyBlock::Part::Text).startsWith(u"1. line\n2. line"_s));
        QVERIFY(plainText(body, BodyBlock::Part::Text).endsWith(u"5000. line"_s));
        QVERIFY(plainText(body, BodyBlock::Part::QuotedHistory).startsWith(u"> line\n> line"_s));
    }

    void openNoMoreThanAThousandLinksAndSaySo()
    {
        const Body body = boundedBody(bodyFromHtml(counted(u"<a href=http://x%1.example/>y</a> "_s, 90'000)));
        int links = 0;
        for (const BodyBlock &block : body.blocks) {
            for (const BodyRun &run : block.runs)
                links += !run.href.isEmpty();
        }
        QCOMPARE(links, 1000);
        QVERIFY2(body.notice.contains(u"Only the first 1000 links"_s), qPrintable(body.notice));
    }

    void showNoMoreThanAHundredPicturesAndSaySo()
    {
        const Body body = boundedBody(bodyFromHtml(counted(u"<img src=cid:p%1>"_s, 10'000)));
        QCOMPARE(body.blocks.size(), size_t(mail::maxPictures));
        QVERIFY2(body.notice.contains(u"Only the first 100 pictures"_s), qPrintable(body.notice));
    }

    void areBoundedWhateverTheyHold_data()
    {
        QTest::addColumn<Body>("body");
        for (const HostileBody &hostile : hostileBodies()) {
            QTest::newRow(qPrintable(QLatin1String(hostile.name) + u", received"_s)) << bodyOf(hostile);
            QTest::newRow(qPrintable(QLatin1String(hostile.name) + u", stored"_s)) << unboundedBodyOf(hostile);
        }
    }
    void areBoundedWhateverTheyHold()
    {
        QFETCH(Body, body);
        const Body shown = boundedBody(body);
        const QString text = plainText(shown);
        const qsizetype breaks = text.count(u'\n');
        QVERIFY(charsOf(shown) - breaks <= mail::maxTextChars);
        QVERIFY2(breaks < mail::maxLines + mail::maxTextChars / 1000, qPrintable(QString::number(breaks)));
        QVERIFY(qsizetype(shown.blocks.size()) <= mail::maxBlocks + 1);
        QVERIFY(shown.blocks.size() + runsOf(shown) <= size_t(mail::maxPieces));
        QVERIFY(highestStack(text) <= mail::maxMarks);
        QVERIFY2(dearestLine(shown) <= mail::maxLineCost + mail::maxWordCost + 100,
                 qPrintable(QString::number(dearestLine(shown))));
        QVERIFY(!text.contains(u'\u2028') && !text.contains(u'\u202e') && !text.contains(u'\x01'));
        const bool silent = QByteArray(QTest::currentDataTag()).startsWith("control"); // they carry no words
        if (!silent && text.size() < plainText(body).size() * 9 / 10)
            QVERIFY2(!shown.notice.isEmpty(), "something was left out without a word");
        QCOMPARE(boundedBody(shown), shown);
    }
};

PATCHBAY_TESTS(BoundedBodies)
#include "tst_bounded_body.moc"
