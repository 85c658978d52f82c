#include "core/base/json_scan.h"
#include "core/base/json_writer.h"
#include "core/model/task.h"

#include "support/test_main.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <limits>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

QString compact(const QJsonObject &json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

QJsonObject document(const QString &text) { return QJsonDocument::fromJson(text.toUtf8()).object(); }

/// Every character that needs care, at every place of a block of 32 and behind it.
QStringList carefulTexts()
{
    QStringList all{{}, u"plain"_s, u"\\\"\\\""_s, u"<b>&amp;</b>"_s, u"счёт 退款 \U0001F600"_s, QString(100, u'x')};
    QString controls;
    for (char16_t c = 0; c < 0x20; ++c)
        controls += QChar(c);
    all << controls + QChar(u'\x7f');
    for (const QString &one : {u"\""_s, u"\\"_s, u"\n"_s, u"\U0001F600"_s, u"é"_s, QString(QChar(0xd800)),
                               QString(QChar(0xdfff)), QString(QChar(0xdc00)) + QChar(0xd800)}) {
        for (int before = 0; before < 34; ++before)
            all << QString(before, u'a') + one + u"bc"_s << QString(before, u'a') + one + QString(70, u'd');
        all << QString(15, u'a') + one << QString(16, u'a') + one;
    }
    return all;
}

Trace tracedBy(const QString &text)
{
    Trace trace;
    trace.ruleSetVersion = 7;
    trace.rules = {{text, true, {{text, u"a"_s, text, false}, {u"b"_s, text, {}, true}}}, {u"empty"_s, false, {}}};
    return trace;
}

} // namespace

class JsonWriterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesTextsAsTheDocumentDoes()
    {
        for (const QString &text : carefulTexts()) {
            JsonWriter out;
            out.beginObject().key(text).text(text).endObject();
            const QString written = std::move(out).take();
            if (text.isValidUtf16()) // QJsonDocument replaces the rest by '?'
                QCOMPARE(written, compact({{text, text}}));
            QCOMPARE(QJsonDocument::fromJson(written.toUtf8()).object(), (QJsonObject{{text, text}}));
        }
    }

    void writesNumbersThatReadBackAsTheSame()
    {
        for (const double number : {0.0, 1.0, -3.0, 0.1, -0.008, 0.35, 1.0 / 3, 1e-7, 123456.75, 9007199254740993.0,
                                    1e22, 1e300, 5e-324, std::numeric_limits<double>::max()}) {
            JsonWriter out;
            out.beginArray().number(number).endArray();
            const QJsonArray read = QJsonDocument::fromJson(std::move(out).take().toUtf8()).array();
            QCOMPARE(read.size(), 1);
            QVERIFY(read.at(0).toDouble() == number);
        }
        JsonWriter out;
        out.beginArray().number(std::numeric_limits<double>::quiet_NaN()).number(-1.0 / 0.0);
        out.integer(std::numeric_limits<qint64>::min()).integer(std::numeric_limits<qint64>::max()).endArray();
        QCOMPARE(std::move(out).take(), u"[null,null,-9223372036854775808,9223372036854775807]"_s);
    }

    void separatesWhatFollowsAnEnd()
    {
        JsonWriter out;
        out.beginArray().beginArray().endArray().beginObject().endObject().boolean(true).boolean(false);
        out.beginObject().key(u"a").beginArray().endArray().key(u"b").integer(-1).endObject().endArray();
        QCOMPARE(std::move(out).take(), u"[[],{},true,false,{\"a\":[],\"b\":-1}]"_s);
    }

    void storesADecisionAsItsDocument()
    {
        for (const QString &text : carefulTexts()) {
            if (!text.isValidUtf16())
                continue;
            QCOMPARE(jsonText(tracedBy(text)), compact(toJson(tracedBy(text))));
            Classification c;
            c.category = {3};
            c.confidence = 0.8125;
            c.priority = Priority::High;
            c.language = text;
            c.source = ClassificationSource::Person;
            c.abstained = true;
            c.runnerUp = {9007199254740993};
            c.because = {{text, 0.125}, {u"b"_s, -0.008}, {u"c"_s, 2}};
            QCOMPARE(jsonText(c), compact(toJson(c)));
        }
        for (const QString &text : carefulTexts()) {
            TaskPayload task;
            task.title = text;
            task.description = text + text;
            task.contact = {text, u"zoe@example.org"_s};
            task.due = {12};
            task.fields = {{u"a"_s, QJsonArray{1, text}}, {u"b"_s, QJsonObject{{u"c"_s, 1.5}}}};
            task.attachments = {{"ab12", text, u"text/plain"_s, 3}, {"cd34", u"b"_s, {}, 0}};
            if (!text.isValidUtf16())
                continue;
            QCOMPARE(jsonText(task), compact(toJson(task)));
            QCOMPARE(jsonMember(jsonText(task), u"description"), text + text);
        }
        QCOMPARE(jsonText(TaskPayload{}), compact(toJson(TaskPayload{})));
        QCOMPARE(jsonText(Trace{}), compact(toJson(Trace{})));
        QCOMPARE(jsonText(Classification{}), compact(toJson(Classification{})));
    }

    void readsAClassificationAsItsDocument()
    {
        const auto same = [](const Classification &a, const Classification &b) { return jsonText(a) == jsonText(b); };
        for (const QString &text : carefulTexts()) {
            Classification c;
            c.category = {9007199254740993};
            c.confidence = 1.0 / 3;
            c.priority = Priority::Urgent;
            c.language = text;
            c.source = ClassificationSource::Person;
            c.abstained = true;
            c.runnerUp = {4};
            c.because = {{text, 0.125}, {u"b"_s, -0.008}, {u"c"_s, 2}};
            c.readFrom = {12};
            const QString written = jsonText(c);
            if (text.isValidUtf16())
                QVERIFY(same(classificationFromText(written), c));
            QVERIFY(same(classificationFromText(written), classificationFromJson(document(written))));
            QVERIFY(same(classificationFromText(u' ' + written + u'\n'), classificationFromText(written)));
        }
        QVERIFY(same(classificationFromText(jsonText(Classification{})), {}));
    }

    /// Documents of other versions, and broken ones, read as QJsonDocument reads them.
    void readsAClassificationThatIsWrittenOtherwise()
    {
        for (const char *text : {
                 "{'because':[{'words':'a','weight':0.5}],'category':3,'priority':'high'}",
                 "{'because':[{'weight':0.5,'words':'a','new':[1,{}]}],'category':3,'later':{'x':[1,2]},'language':'en'"
                 "}",
                 "{'because':null,'category':3.0,'confidence':'much','language':7,'source':'person'}",
                 "{'category':99999999999999999999999,'runner_up':-5}",
                 "{'category':3",
                 "{'category':}",
                 "{'because':[{'weight':0.5,'words':'a'},],'category':3}",
                 "[]",
                 "{}",
                 "",
             }) {
            const QString written = QString::fromUtf8(text).replace(u'\'', u'"');
            QCOMPARE(jsonText(classificationFromText(written)), jsonText(classificationFromJson(document(written))));
        }
    }

    void readsOneTextOfAnObjectAndNothingElse()
    {
        const QString object = uR"({"a":{"text":"inner"},"b":["text","x"],"c":5,"text":"here \u00e9\n","z":null} )"_s;
        QCOMPARE(jsonMember(object, u"text"), u"here \u00e9\n"_s);
        QCOMPARE(jsonMember(object, u"c"), std::nullopt);
        QCOMPARE(jsonMember(object, u"a"), std::nullopt);
        QCOMPARE(jsonMember(object, u"none"), std::nullopt);
        QCOMPARE(jsonMember(u"[\"text\",\"x\"]", u"text"), std::nullopt);
        QCOMPARE(jsonMember(u"{\"text\":", u"text"), std::nullopt);
        QCOMPARE(jsonMember(u"", u"text"), std::nullopt);
    }

    void readsATextThatIsEscapedAndNoBrokenOne()
    {
        const QByteArray escaped = "{'a`'b':'`'text`':``','list':[{'x':'}'}],'text':'`ud83d`ude00 `` `/ `t`n','z':1}";
        const auto written = [](const QByteArray &text) {
            return QString::fromUtf8(text).replace(u'\'', u'"').replace(u'`', u'\\');
        };
        QCOMPARE(jsonMember(written(escaped), u"text"), u"\U0001F600 \\ / \t\n"_s);
        for (const char *broken : {"{'text':'half`'}", "{'text':'half", "{'text':'`x'}", "{'text':'`u12'}",
                                   "{'text':'`ud83d alone'}", "{'a':[1,'text':'x'}", "{'a' 'text':'x'}"})
            QVERIFY2(!jsonMember(written(broken), u"text"), broken);
    }
};
PATCHBAY_TESTS(JsonWriterTest)

#include "tst_json_writer.moc"
