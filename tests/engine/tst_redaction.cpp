#include "core/engine/redaction.h"
#include "support/test_main.h"

#include <QtCore/QRandomGenerator>

using namespace patchbay;
using namespace Qt::StringLiterals;

class TestRedaction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void strikesOut_data();
    void strikesOut();
    void leavesAlone_data();
    void leavesAlone();
    void givesTheSameMarkToTheSameOriginal();
    void takesNoMarkThatTheCustomerWrote();
    void bringsTheOriginalsBack();
    void bringsNothingBackTwice();
    void leavesNothingInRandomTexts_data();
    void leavesNothingInRandomTexts();
    void isTheSameTwice_data() { leavesNothingInRandomTexts_data(); }
    void isTheSameTwice();
    void takesAMegabyte();
};

void TestRedaction::strikesOut_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("redacted");
    const auto row = [](const char *name, const QString &text, const QString &redacted) {
        QTest::newRow(name) << text << redacted;
    };
    row("address", u"write to ana.silva+news@mail.example.org, please"_s, u"write to [email 1], please"_s);
    row("address in brackets", u"Ana <ana@example.org>."_s, u"Ana <[email 1]>."_s);
    row("address of another script", u"почта: иван@пример.рф!"_s, u"почта: [email 1]!"_s);
    row("wide at sign", u"ana＠example.org"_s, u"[email 1]"_s);
    row("address without a dot", u"root@localhost"_s, u"[email 1]"_s);
    row("card", u"card 4111 1111 1111 1111 exp 12/27"_s, u"card [card 1] exp 12/27"_s);
    row("card with hyphens", u"5500-0055-5555-5559"_s, u"[card 1]"_s);
    row("card in Arabic digits", u"٤١١١ ١١١١ ١١١١ ١١١١"_s, u"[card 1]"_s);
    row("card behind a date", u"2026-03-01 4111111111111111"_s, u"[card 1]"_s);
    row("phone", u"call +55 (11) 98765-4321 now"_s, u"call [phone 1] now"_s);
    row("phone with zeros", u"0049 30 1234567"_s, u"[phone 1]"_s);
    row("phone in brackets", u"(030) 123 45 67"_s, u"[phone 1]"_s);
    row("phone with dots", u"06.12.34.56.78"_s, u"[phone 1]"_s);
    row("wide phone", u"０９０－１２３４－５６７８"_s, u"[phone 1]"_s);
    row("hidden between digits", u"555\u200b123\u200b4567"_s, u"[phone 1]"_s);
    row("mathematical digits", u"𝟓𝟓𝟓-𝟏𝟐𝟑-𝟒𝟓𝟔𝟕"_s, u"[phone 1]"_s);
    row("a long number", u"order 98765432 is late"_s, u"order [number 1] is late"_s);
    row("two of a kind", u"a@b.example and c@d.example"_s, u"[email 1] and [email 2]"_s);
}

void TestRedaction::strikesOut()
{
    QFETCH(QString, text);
    QFETCH(QString, redacted);
    const Redacted got = redactPersonal(text);
    QCOMPARE(got.text, redacted);
    QVERIFY(got.places > 0);
    QCOMPARE(withOriginals(got.text, got.originals), text);
}

void TestRedaction::leavesAlone_data()
{
    QTest::addColumn<QString>("text");
    for (const QString &text :
         {u"on 2026-03-01 at 12:30"_s, u"seit 1.3.2026, 14.02.2025"_s, u"03/01/2026"_s, u"order 1177"_s, u"12,50 EUR"_s,
          u"@ana wrote"_s, u"1 @ 2"_s, u"v1.2.3"_s, u""_s, u"[email 1]"_s, u"no numbers\n12\n34\n56\n78"_s})
        QTest::newRow(qPrintable(text.isEmpty() ? u"empty"_s : text)) << text;
}

void TestRedaction::leavesAlone()
{
    QFETCH(QString, text);
    const Redacted got = redactPersonal(text);
    QCOMPARE(got.text, text);
    QCOMPARE(got.places, 0);
}

void TestRedaction::givesTheSameMarkToTheSameOriginal()
{
    const Redacted got = redactPersonal(u"a@b.example wrote; tell a@b.example"_s);
    QCOMPARE(got.text, u"[email 1] wrote; tell [email 1]"_s);
    QCOMPARE(got.places, 2);
    QCOMPARE(got.originals.size(), 1);
}

void TestRedaction::takesNoMarkThatTheCustomerWrote()
{
    const QString text = u"[email 1] is not a@b.example"_s;
    const Redacted got = redactPersonal(text);
    QCOMPARE(got.text, u"[email 1] is not [email 2]"_s);
    QCOMPARE(withOriginals(got.text, got.originals), text);
}

void TestRedaction::bringsTheOriginalsBack()
{
    const Redacted got = redactPersonal(u"a@b.example"_s);
    QCOMPARE(withOriginals(u"Dear [email 1], [email 2] [x"_s, got.originals), u"Dear a@b.example, [email 2] [x"_s);
}

void TestRedaction::bringsNothingBackTwice()
{
    const QJsonObject originals{{u"[email 1]"_s, u"[email 2]"_s}, {u"[email 2]"_s, u"secret"_s}};
    QCOMPARE(withOriginals(u"[email 1]"_s, originals), u"[email 2]"_s);
}

void TestRedaction::leavesNothingInRandomTexts_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 200; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

namespace {

/// Words, punctuation and, in between, what has to go; `hidden` are its pieces.
QString randomText(int seed, QStringList &hidden)
{
    QRandomGenerator random{quint32(seed)};
    const QStringList words{u"please"_s, u"call"_s,   u"мой"_s, u"订单"_s, u"no"_s, u"12"_s,        u"2026-03-01"_s,
                            u"(see"_s,   u"below)"_s, u"+"_s,   u"@"_s,    u"…"_s,  u"[email 1]"_s, u"\n"_s};
    const QStringList gaps{u""_s, u" "_s, u"-"_s, u"."_s, u" - "_s, u"\u00a0"_s, u"\u200b"_s};
    QString text;
    for (int i = 0; i < 30; ++i) {
        text += words[random.bounded(int(words.size()))] + u' ';
        if (random.bounded(4) > 0)
            continue;
        if (random.bounded(2) == 0) {
            const QString address = u"user%1@mail%2.example"_s.arg(random.bounded(1000)).arg(random.bounded(1000));
            hidden << address;
            text += address + u' ';
        } else {
            const int digits = 7 + int(random.bounded(12));
            QString bare;
            QString written = random.bounded(2) ? u"+"_s : QString();
            for (int d = 0; d < digits; ++d) {
                const QChar digit(u'0' + int(random.bounded(10)));
                bare += digit;
                written += digit;
                if (d % 3 == 2 && d + 1 < digits)
                    written += gaps[random.bounded(int(gaps.size()))];
            }
            hidden << written;
            text += written + u", "_s;
        }
    }
    return text;
}

} // namespace

void TestRedaction::leavesNothingInRandomTexts()
{
    QFETCH(int, seed);
    QStringList hidden;
    const QString text = randomText(seed, hidden);
    const Redacted got = redactPersonal(text);
    for (const QString &piece : hidden)
        QVERIFY2(!got.text.contains(piece), qPrintable(piece + u" in "_s + got.text));
    QCOMPARE(withOriginals(got.text, got.originals), text);
}

void TestRedaction::isTheSameTwice()
{
    QFETCH(int, seed);
    QStringList hidden;
    const Redacted once = redactPersonal(randomText(seed, hidden));
    const Redacted twice = redactPersonal(once.text);
    QCOMPARE(twice.text, once.text);
    QCOMPARE(twice.places, 0);
}

void TestRedaction::takesAMegabyte()
{
    for (const QString &unit : {u"1"_s, u"@"_s, u"a@b.c "_s, u"1 "_s, u"+("_s, u"9-"_s}) {
        QString text;
        while (text.size() < 1'000'000)
            text += unit;
        QVERIFY(!redactPersonal(text).text.isNull()); // ends, within the test's time limit
    }
}

PATCHBAY_TESTS(TestRedaction)
#include "tst_redaction.moc"
