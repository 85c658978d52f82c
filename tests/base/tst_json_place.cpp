#include "core/base/json_place.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

/// Where a value stands in a text that a person wrote.
class JsonPlaceTests : public QObject {
    Q_OBJECT

private:
    /// With ' for every quote.
    static QByteArray json(QByteArray text) { return text.replace('\'', '"'); }
    static QByteArray whole() { return json("{'a': [1, {'b' : 'x\\']}'} ,true ], 'c/d':-2.5e3, 'e':{}}"); }

private Q_SLOTS:
    void givesTheTextOfAValueAndNothingAroundIt_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("all") << QString() << whole();
        QTest::newRow("array") << u"/a"_s << json("[1, {'b' : 'x\\']}'} ,true ]");
        QTest::newRow("number") << u"/a/0"_s << json("1");
        QTest::newRow("object") << u"/a/1"_s << json("{'b' : 'x\\']}'}");
        QTest::newRow("text with a bracket") << u"/a/1/b"_s << json("'x\\']}'");
        QTest::newRow("word") << u"/a/2"_s << json("true");
        QTest::newRow("slash in the key") << u"/c~1d"_s << json("-2.5e3");
        QTest::newRow("empty object") << u"/e"_s << json("{}");
        QTest::newRow("no such key") << u"/f"_s << QByteArray();
        QTest::newRow("no such place") << u"/a/3"_s << QByteArray();
        QTest::newRow("below a text") << u"/a/1/b/x"_s << QByteArray();
    }
    void givesTheTextOfAValueAndNothingAroundIt()
    {
        QFETCH(QString, pointer);
        QFETCH(QByteArray, value);
        const auto span = jsonSpan(whole(), pointer);
        QCOMPARE(span.has_value(), !value.isEmpty());
        if (span)
            QCOMPARE(whole().mid(span->offset, span->length), value);
    }

    void staysInsideATextThatIsCutOff()
    {
        for (qsizetype length = 0; length < whole().size(); ++length) {
            const QByteArray cut = whole().left(length);
            for (const QString &pointer : {QString(), u"/a"_s, u"/a/0"_s, u"/a/1"_s, u"/a/1/b"_s, u"/c~1d"_s}) {
                if (const auto span = jsonSpan(cut, pointer))
                    QVERIFY(span->offset >= 0 && span->length > 0 && span->offset + span->length <= cut.size());
            }
        }
        QVERIFY(!jsonSpan({}, u"/a"_s));
    }

    void namesTheLine()
    {
        const QByteArray text = json("{\n  'rules': [\n    {'name': 1}\n  ]\n}");
        QCOMPARE(jsonLine(text, u"/rules/0/name"_s), 3);
        QCOMPARE(jsonLine(text, u"/rules/0/nothing"_s), 3); // the nearest value around it
        QCOMPARE(jsonLine(text, u"/rules"_s), 2);
        QCOMPARE(jsonLine({}, u"/rules"_s), 0);
    }
};

PATCHBAY_TESTS(JsonPlaceTests)

#include "tst_json_place.moc"
