#include "support/mail_samples.h"
#include "support/test_main.h"

using namespace patchbay;

class MailAddresses : public QObject {
    Q_OBJECT

    static QString shown(const std::vector<Address> &addresses)
    {
        QStringList all;
        for (const Address &address : addresses)
            all << address.name + QLatin1Char('|') + address.address;
        return all.join(QLatin1Char(';'));
    }

private Q_SLOTS:
    void areReadAsPeopleWriteThem_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const char16_t *given, const char16_t *expected) {
            QTest::newRow(name) << QString::fromUtf16(given) << QString::fromUtf16(expected);
        };
        row("bare", u"ana@example.org", u"|ana@example.org");
        row("named", u"Ana Silva <ana@example.org>", u"Ana Silva|ana@example.org");
        row("quoted comma", u"\"Silva, Ana\" <ana@example.org>, bob@example.org",
            u"Silva, Ana|ana@example.org;|bob@example.org");
        row("comment", u"ana@example.org (Ana)", u"Ana|ana@example.org");
        row("group", u"team: ana@example.org, bob@example.org;, carl@example.org",
            u"|ana@example.org;|bob@example.org;|carl@example.org");
        row("empty group", u"undisclosed-recipients:;", u"");
        row("encoded name", u"=?utf-8?q?J=C3=BCrgen?= <j@example.org>", u"Jürgen|j@example.org");
        row("unicode name", u"Сергей Обухов <s@example.org>", u"Сергей Обухов|s@example.org");
        row("idn", u"ana@bücher.example", u"|ana@bücher.example");
        row("name with bidi", u"Ana\u202e <ana@example.org>", u"Ana|ana@example.org");
        row("nothing", u"", u"");
    }

    void areReadAsPeopleWriteThem()
    {
        QFETCH(QString, given);
        QTEST(shown(parseAddresses(given)), "expected");
    }

    void areBoundedInNumber() { QVERIFY(parseAddresses(QStringLiteral("a@b,").repeated(5000)).size() <= 500); }

    void areComparedInOneForm_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QString &given, const QString &expected) {
            QTest::newRow(name) << given << expected;
        };
        row("case and blanks", QStringLiteral("  Ana@Example.ORG "), QStringLiteral("ana@example.org"));
        row("brackets", QStringLiteral("<ana@example.org>"), QStringLiteral("ana@example.org"));
        row("idn stays", QStringLiteral("ana@Bücher.example"), QStringLiteral("ana@bücher.example"));
        row("ace", QStringLiteral("Ana@xn--Bcher-KVA.example"), QStringLiteral("ana@bücher.example"));
        row("cyrillic", QStringLiteral("ana@Пример.рф"), QStringLiteral("ana@пример.рф"));
        row("cyrillic as ace", QStringLiteral("ana@xn--e1afmkfd.xn--p1ai"), QStringLiteral("ana@пример.рф"));
        row("no real ace", QStringLiteral("ana@xn--a-.example"), QStringLiteral("ana@xn--a-.example"));
        row("underscore", QStringLiteral("ana@a_b.example"), QStringLiteral("ana@a_b.example"));
        row("tag", QStringLiteral("ana+x@example.org"), QStringLiteral("ana+x@example.org"));
        row("no host", QStringLiteral("ana@"), QString());
        row("no local part", QStringLiteral("@example.org"), QString());
        row("two", QStringLiteral("a@example.org, b@example.org"), QString());
        row("name", QStringLiteral("Ana <ana@example.org>"), QString());
        row("blank inside", QStringLiteral("an a@example.org"), QString());
        row("line break", QStringLiteral("ana@example.org\r\nBcc: x@y.z"), QString());
        row("zero width", QStringLiteral("an\u200ba@example.org"), QString());
        row("dots", QStringLiteral("ana@example..org"), QString());
        row("two signs", QStringLiteral("ana@bob@example.org"), QString());
        row("literal", QStringLiteral("ana@[127.0.0.1]"), QStringLiteral("ana@[127.0.0.1]"));
        row("local host", QStringLiteral("ana@localhost"), QStringLiteral("ana@localhost"));
        row("word", QStringLiteral("ana"), QString());
        row("too long", QString(300, QLatin1Char('a')) + QStringLiteral("@example.org"), QString());
    }

    void areComparedInOneForm()
    {
        QFETCH(QString, given);
        QTEST(normalAddress(given), "expected");
        QCOMPARE(normalAddress(normalAddress(given)), normalAddress(given));
    }

    void travelInAscii_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QString &given, const QString &expected) {
            QTest::newRow(name) << given << expected;
        };
        row("plain", QStringLiteral("<Ana@example.org>"), QStringLiteral("Ana@example.org"));
        row("umlaut", QStringLiteral("Ana@Müller.de"), QStringLiteral("Ana@xn--mller-kva.de"));
        row("ace", QStringLiteral("ana@xn--mller-kva.de"), QStringLiteral("ana@xn--mller-kva.de"));
        row("cyrillic", QStringLiteral("ana@пример.рф"), QStringLiteral("ana@xn--e1afmkfd.xn--p1ai"));
        row("literal", QStringLiteral("ana@[127.0.0.1]"), QStringLiteral("ana@[127.0.0.1]"));
        row("local part", QStringLiteral("анна@пример.рф"), QStringLiteral("анна@xn--e1afmkfd.xn--p1ai"));
        row("word", QStringLiteral("ana"), QString());
        row("two", QStringLiteral("a@example.org>, <b@example.org"), QString());
    }

    void travelInAscii()
    {
        QFETCH(QString, given);
        QTEST(wireAddress(given), "expected");
    }
};

PATCHBAY_TESTS(MailAddresses)

#include "tst_addresses.moc"
