#include "core/base/json_reader.h"

#include "support/test_main.h"

using patchbay::JsonReader;
using namespace Qt::StringLiterals;

class JsonReaderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsLargeIdsExactly()
    {
        JsonReader in =
            JsonReader::parse(R"({"a": 9223372036854775808, "b": 9007199254740993, "c": "x7"})", u"reply"_s);
        QCOMPARE(in.id(u"/a"_s), u"9223372036854775808"_s);
        QCOMPARE(in.id(u"/b"_s), u"9007199254740993"_s);
        QCOMPARE(in.id(u"/c"_s), u"x7"_s);
        QVERIFY(in.ok());
    }

    void namesTheFirstWrongField()
    {
        JsonReader in = JsonReader::parse(R"({"data": {"id": true}})", u"reply"_s);
        in.id(u"/data/id"_s);
        in.text(u"/data/name"_s);
        QCOMPARE(in.error().message, u"reply has no id (a string or a whole number) at /data/id"_s);
        QCOMPARE(in.error().kind, patchbay::Error::Kind::Protocol);
    }

    void namesAWrongFieldInAListByItsFullPath()
    {
        JsonReader in = JsonReader::parse(R"({"rows": [{"n": 1}, {"n": "two"}]})", u"reply"_s);
        for (JsonReader &row : in.array(u"/rows"_s))
            row.integer(u"/n"_s);
        QCOMPARE(in.error().message, u"reply has no whole number of 64 bits at /rows/1/n"_s);
    }

    void refusesWhatIsNotStrictJson_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("because");
        QTest::newRow("duplicate key") << QByteArray(R"({"a": 1, "a": 2})") << u"reply has the key \"a\" twice at /"_s;
        QTest::newRow("truncated") << QByteArray(R"({"a": )") << u"reply is not JSON at byte 7"_s;
        QTest::newRow("rest") << QByteArray("{} {}") << u"reply is not JSON at byte 4"_s;
        QTest::newRow("empty") << QByteArray() << u"reply is not JSON at byte 1"_s;
        QTest::newRow("bad UTF-8") << QByteArray("{\"a\": \"\xff\"}") << u"reply is not JSON at byte 8"_s;
        QTest::newRow("deep") << QByteArray(100, '[') << u"reply is nested deeper than 64 levels at "_s + QString(u"/0"_s).repeated(63);
    }
    void refusesWhatIsNotStrictJson()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, because);
        JsonReader in = JsonReader::parse(bytes, u"reply"_s);
        QVERIFY(!in.ok());
        QCOMPARE(in.error().message, because);
        QVERIFY(in.array(u"/a"_s).empty());
    }

    void treatsNullAsAbsent()
    {
        JsonReader in = JsonReader::parse(R"({"a": null})", u"reply"_s);
        QVERIFY(!in.has(u"/a"_s));
        QVERIFY(!in.optionalText(u"/a"_s));
        QVERIFY(in.ok());
        in.text(u"/a"_s);
        QVERIFY(!in.ok());
    }

    void handsNumbersBeyondDoublesOnAsText()
    {
        JsonReader in = JsonReader::parse(R"({"id": 9007199254740993, "n": 5})", u"reply"_s);
        const QJsonObject value = in.value().toObject();
        QCOMPARE(value.value(u"id"_s).toString(), u"9007199254740993"_s);
        QCOMPARE(value.value(u"n"_s).toInt(), 5);
    }
};
PATCHBAY_TESTS(JsonReaderTest)

#include "tst_json_reader.moc"
