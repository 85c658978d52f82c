#include "connectors/kit/told_addresses.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

/// What a platform's records say of a person, read strictly: it is evidence of who somebody is.
class TestToldAddresses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesOnlyWhatCanBeNothingElse_data();
    void takesOnlyWhatCanBeNothingElse();
    void takesEachOnceInOrder();
    void tellsNumbersOfWhatsAppFromItsOtherIds_data();
    void tellsNumbersOfWhatsAppFromItsOtherIds();
};

void TestToldAddresses::takesOnlyWhatCanBeNothingElse_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("address");
    QTest::newRow("a number") << u"+5511900000041"_s << u"+5511900000041"_s;
    QTest::newRow("with blanks and brackets") << u" +55 (11) 90000-0041 "_s << u"+5511900000041"_s;
    QTest::newRow("without its plus sign") << u"5511900000041"_s << QString();
    QTest::newRow("two plus signs") << u"++5511900000041"_s << QString();
    QTest::newRow("a plus sign inside") << u"+55+11900000041"_s << QString();
    QTest::newRow("too short") << u"+551190"_s << QString();
    QTest::newRow("too long") << u"+5511900000041999"_s << QString();
    QTest::newRow("an extension") << u"+5511900000041 ext. 3"_s << QString();
    QTest::newRow("digits of another script") << u"+٥٥١١٩٠٠٠٠٠٠٤١"_s << QString();
    QTest::newRow("markup") << u"+5511<b>900000041</b>"_s << QString();
    QTest::newRow("another direction") << u"+55119000\u202e00041"_s << QString();
    QTest::newRow("an address") << u"Zoe@Example.NET"_s << u"zoe@example.net"_s;
    QTest::newRow("an address without a host") << u"zoe@shop"_s << QString();
    QTest::newRow("two addresses") << u"zoe@example.net, ana@example.net"_s << QString();
    QTest::newRow("an address with a line") << u"zoe@example.net\nBcc: ana@example.net"_s << QString();
    QTest::newRow("a person of WhatsApp") << u"5511900000041@lid"_s << QString();
    QTest::newRow("endless") << u"+"_s + QString(1000, u'1') << QString();
    QTest::newRow("an endless address") << QString(1000, u'a') + u"@example.net"_s << QString();
    QTest::newRow("nothing") << QString() << QString();
}

void TestToldAddresses::takesOnlyWhatCanBeNothingElse()
{
    QFETCH(QString, written);
    QFETCH(QString, address);
    const QByteArray json = QJsonDocument(QJsonObject{{u"at"_s, written}}).toJson();
    const JsonReader in = JsonReader::parse(json, u"record"_s);
    QCOMPARE(toldAddresses(in, {u"/at"_s}).join(u' '), address);
}

void TestToldAddresses::takesEachOnceInOrder()
{
    const JsonReader in =
        JsonReader::parse(R"({"mail":"a@example.net","phone":null,"login":"a@example.net","n":5511900000041})", u"r"_s);
    QCOMPARE(toldAddresses(in, {u"/n"_s, u"/phone"_s, u"/mail"_s, u"/login"_s, u"/gone"_s}),
             QStringList{u"a@example.net"_s});
}

void TestToldAddresses::tellsNumbersOfWhatsAppFromItsOtherIds_data()
{
    QTest::addColumn<QString>("jid");
    QTest::addColumn<QString>("person");
    QTest::newRow("a person") << u"4915112345678@s.whatsapp.net"_s << u"4915112345678"_s;
    QTest::newRow("of the web") << u"4915112345678@c.us"_s << u"4915112345678"_s;
    QTest::newRow("a device") << u"4915112345678:12@s.whatsapp.net"_s << u"4915112345678"_s;
    for (const QString &other :
         {u"4915112345678@lid"_s, u"120363000000000001@g.us"_s, u"4915112345678@newsletter"_s, u"4915112345678"_s,
          u"49151<b>@s.whatsapp.net"_s, u"@s.whatsapp.net"_s, u"4915112345678@s.whatsapp.net@lid"_s,
          u"4915112345678@lid@s.whatsapp.net"_s, u"4915112345678@S.WHATSAPP.NET"_s, u""_s})
        QTest::addRow("%s", qPrintable(other)) << other << other;
}

void TestToldAddresses::tellsNumbersOfWhatsAppFromItsOtherIds()
{
    QFETCH(QString, jid);
    QTEST(whatsAppPerson(jid), "person");
}

PATCHBAY_TESTS(TestToldAddresses)
#include "tst_told_addresses.moc"
