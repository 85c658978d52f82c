#include "support/mail_samples.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

class TextBodies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepTheirStructure_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QString &text, const QString &expected) {
            QTest::newRow(name) << text << expected;
        };
        row("paragraphs", QStringLiteral("one\ntwo\n\nthree\n"), QStringLiteral("p|one\ntwo / p|three"));
        row("any line end", QStringLiteral("one\r\ntwo\rthree"), QStringLiteral("p|one\ntwo\nthree"));
        row("indent stays", QStringLiteral("a\n    b"), QStringLiteral("p|a\n    b"));
        row("quotes", QStringLiteral("> one\n> two\nthree"), QStringLiteral("Q:q1|one\ntwo / p|three"));
        row("nested quotes", QStringLiteral("> > a\n>> b\n> c"), QStringLiteral("Q:q2|a\nb / Q:q1|c"));
        row("blank quoted line", QStringLiteral("> a\n>\n> b"), QStringLiteral("Q:q1|a / Q:q1|b"));
        row("arrow in text", QStringLiteral("a > b"), QStringLiteral("p|a > b"));
        row("controls", QStringLiteral("a\x01\x1b[1mb\u202e"), QStringLiteral("p|a[1mb"));
        row("markup is text", QStringLiteral("<b>x</b> &amp;"), QStringLiteral("p|<b>x</b> &amp;"));
        row("signature mark", QStringLiteral("a\n-- \nb"), QStringLiteral("p|a\n-- \nb"));
        row("line break after a link", QStringLiteral("http://x.example/\na"),
            QStringLiteral("p|http://x.example/<http://x.example/>\na"));
        row("nothing", QStringLiteral(" \n\n"), QString());
    }

    void keepTheirStructure()
    {
        QFETCH(QString, text);
        QTEST(outline(bodyFromText(text, false)).join(QStringLiteral(" / ")), "expected");
    }

    void joinFlowedLines_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QString &text, const QString &expected) {
            QTest::newRow(name) << text << expected;
        };
        row("soft and hard", QStringLiteral("one \ntwo\nthree"), QStringLiteral("p|one two\nthree"));
        row("space-stuffed", QStringLiteral(" > no quote\n From here"), QStringLiteral("p|> no quote\nFrom here"));
        row("quoted", QStringLiteral("> one \n> two\nthree"), QStringLiteral("Q:q1|one two / p|three"));
        row("depth ends it", QStringLiteral("> one \ntwo"), QStringLiteral("Q:q1|one / p|two"));
        row("signature mark", QStringLiteral("one\n-- \ntwo"), QStringLiteral("p|one\n-- \ntwo"));
        row("soft before the signature mark", QStringLiteral("one \n-- \ntwo"), QStringLiteral("p|one\n-- \ntwo"));
    }

    void joinFlowedLines()
    {
        QFETCH(QString, text);
        QTEST(outline(bodyFromText(text, true)).join(QStringLiteral(" / ")), "expected");
    }

    void breakLongWordsAndLongLines()
    {
        const QString word = plainText(bodyFromText(QString(5000, QLatin1Char('x')), false));
        QCOMPARE(word.count(QLatin1Char('\n')), 2);
        const QString line = plainText(bodyFromText(QStringLiteral("word ").repeated(8000), false));
        for (const QString &one : line.split(QLatin1Char('\n')))
            QVERIFY(one.size() <= 10'010);
        QCOMPARE(line.count(QStringLiteral("word")), 8000);
    }

    void showAtMost256KilobytesAndSaySo()
    {
        const Body body = bodyFromText(QStringLiteral("0123456789abcdef\n").repeated(40'000), false);
        QVERIFY(plainText(body).size() <= 300 * 1024);
        QVERIFY(body.notice.contains(QStringLiteral("256 KB")));
        QVERIFY(bodyFromText(QStringLiteral("short"), false).notice.isEmpty());
    }

    void boundTheNumberOfBlocks()
    {
        const Body body = bodyFromText(QStringLiteral("a\n\n").repeated(80'000), false);
        QVERIFY(body.blocks.size() <= 10'001);
        QVERIFY(!body.notice.isEmpty());
    }
};

PATCHBAY_TESTS(TextBodies)

#include "tst_text_body.moc"
