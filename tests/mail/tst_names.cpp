#include "support/mail_samples.h"
#include "support/test_main.h"

using namespace patchbay;

/// Names, subjects and file names come from strangers.
class NamesFromOutside : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void becomeOneVisibleLine_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << QStringLiteral("Ana Silva") << QStringLiteral("Ana Silva");
        QTest::newRow("line breaks") << QStringLiteral("a\r\nBcc: b") << QStringLiteral("a Bcc: b");
        QTest::newRow("tabs and blanks") << QStringLiteral("  a \t\t b  ") << QStringLiteral("a b");
        QTest::newRow("nul") << QStringLiteral("a") + QChar(0) + QStringLiteral("b") << QStringLiteral("a b");
        QTest::newRow("escape sequence") << QStringLiteral("\x1b[31mred") << QStringLiteral("[31mred");
        QTest::newRow("bidi override") << QStringLiteral("a\u202egpj.exe") << QStringLiteral("agpj.exe");
        QTest::newRow("isolates") << QStringLiteral("\u2066a\u2069") << QStringLiteral("a");
        QTest::newRow("zero width") << QStringLiteral("pay\u200bpal\ufeff") << QStringLiteral("paypal");
        QTest::newRow("line separator") << QStringLiteral("a\u2028b") << QStringLiteral("a b");
        QTest::newRow("cjk") << QStringLiteral("你好\u3000世界") << QStringLiteral("你好 世界");
        QTest::newRow("only junk") << QStringLiteral("\u200b\u202e \r\n") << QString();
    }

    void becomeOneVisibleLine()
    {
        QFETCH(QString, given);
        QTEST(cleanLine(given), "expected");
    }

    void areCutAtTheLimitWithoutSplittingACharacter()
    {
        QCOMPARE(cleanLine(QStringLiteral("abcdef"), 3), QStringLiteral("abc"));
        QCOMPARE(cleanLine(QStringLiteral("ab\U0001F600"), 3), QStringLiteral("ab"));
        QVERIFY(cleanLine(QString(100'000, QLatin1Char('x'))).size() == 998);
    }

    void becomeSafeFileNames_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QString &given, const QString &expected) {
            QTest::newRow(name) << given << expected;
        };
        row("plain", QStringLiteral("invoice 12.pdf"), QStringLiteral("invoice 12.pdf"));
        row("path", QStringLiteral("../../etc/passwd"), QStringLiteral("passwd"));
        row("windows path", QStringLiteral("C:\\temp\\a.exe"), QStringLiteral("a.exe"));
        row("hidden by a zero width space", QStringLiteral("\u200b.htaccess"), QStringLiteral("htaccess"));
        row("dots", QStringLiteral(".."), QStringLiteral("file"));
        row("dots hidden", QStringLiteral(".\u200b."), QStringLiteral("file"));
        row("empty", QString(), QStringLiteral("file"));
        row("slash look-alike", QStringLiteral("a\u2215b\uff0fc.txt"), QStringLiteral("c.txt"));
        row("dot look-alike", QStringLiteral("\uff0e\uff0e\uff0fx"), QStringLiteral("x"));
        row("nul", QStringLiteral("a.txt") + QChar(0) + QStringLiteral(".exe"), QStringLiteral("a.txt .exe"));
        row("device", QStringLiteral("CON"), QStringLiteral("_CON"));
        row("device with extension", QStringLiteral("nul.txt"), QStringLiteral("_nul.txt"));
        row("port", QStringLiteral("Com1.log"), QStringLiteral("_Com1.log"));
        row("superscript port", QStringLiteral("COM\u00b9"), QStringLiteral("_COM\u00b9"));
        row("no device", QStringLiteral("console.txt"), QStringLiteral("console.txt"));
        row("forbidden characters", QStringLiteral("a<b>:c|d?e*.txt"), QStringLiteral("a_b__c_d_e_.txt"));
        row("trailing dots and blanks", QStringLiteral("a.exe. . "), QStringLiteral("a.exe"));
        row("alternate stream", QStringLiteral("a.txt::$DATA"), QStringLiteral("a.txt__$DATA"));
        row("bidi override", QStringLiteral("photo\u202egpj.exe"), QStringLiteral("photogpj.exe"));
        row("decomposed", QStringLiteral("re\u0301sume\u0301.pdf"), QStringLiteral("r\u00e9sum\u00e9.pdf"));
        row("line breaks", QStringLiteral("a\r\nb.txt"), QStringLiteral("a b.txt"));
        row("chinese", QStringLiteral("发票.pdf"), QStringLiteral("发票.pdf"));
    }

    void becomeSafeFileNames()
    {
        QFETCH(QString, given);
        QTEST(cleanFileName(given), "expected");
    }

    void keepTheirExtensionWhenTheyAreCutTo200Bytes()
    {
        const QString name = cleanFileName(QString(500, QChar(0x4e2d)) + QStringLiteral(".pdf"));
        QVERIFY(name.toUtf8().size() <= 200);
        QVERIFY(name.endsWith(QStringLiteral(".pdf")));
        QVERIFY(cleanFileName(QString(5000, QLatin1Char('.')) + QStringLiteral("a")).toUtf8().size() <= 200);
        QVERIFY(!cleanFileName(QStringLiteral("\U0001F600").repeated(200)).contains(QChar::ReplacementCharacter));
    }

    void staySafeWhenTheyAreCleanedAgain()
    {
        const QStringList names{QStringLiteral("..\u200b/..\u202e\\CON"), QStringLiteral(" .\u00ad.a"),
                                QStringLiteral("aux\u200b.txt")};
        for (const QString &name : names)
            QCOMPARE(cleanFileName(cleanFileName(name)), cleanFileName(name));
    }
};

PATCHBAY_TESTS(NamesFromOutside)

#include "tst_names.moc"
