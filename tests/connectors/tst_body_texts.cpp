#include "connectors/kit/declared_bodies.h"
#include "connectors/kit/listed_then_read.h"
#include "connectors/kit/pages.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

CrmContext bodyContext()
{
    CrmContext context;
    context.externalId = u"17"_s;
    context.key = u"patchbay-0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s;
    context.settings = {{u"table"_s, u"a/b"_s}, {u"empty"_s, QString()}};
    context.file = {"ab12", u"a \"b\" {id}, \\.txt"_s, u"text/plain"_s, 5};
    context.bytes = "bytes";
    return context;
}

QByteArray declaredBody(const char *json, const CrmContext &context)
{
    return QJsonDocument(bodyWith(json, context)).toJson(QJsonDocument::Compact);
}

constexpr auto listedIds = &getAt<"/list?page={cursor}">;
Result<Request> readOneId(const CrmContext &context)
{
    return getFrom(u"/one/"_s + pathPart(idsToRead(context).first()));
}
constexpr auto readListed = &listedThenRead<listedIds, &readOneId>;
constexpr auto nextListed = &nextToRead<1, &idsAt<"/results", "/id">, &nextAt<"/next">>;

} // namespace

/// Bodies that are declared where the call is, and lists whose elements are read one by one.
class TestBodyTexts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void putsValuesIntoTheTexts();
    void leavesMembersWithoutAValueOut();
    void takesNoStructureFromAValue();
    void sendsTheBodyToTheAddress();
    void tellsWhenTheKeyWasMade();
    void readsTheElementsOfAListBeforeItsNextPage();
};

void TestBodyTexts::putsValuesIntoTheTexts()
{
    const CrmContext context = bodyContext();
    QCOMPARE(declaredBody(R"({"a": "{id}", "b": ["{table}", 7, true], "c": {"d": "no {id} of {table}"}})", context),
             QByteArray(R"({"a":"17","b":["a/b",7,true],"c":{"d":"no 17 of a/b"}})"));
    QCOMPARE(declaredBody(R"({"size": "{file.size}", "type": "{file.type}", "f": "{file.base64}"})", context),
             QByteArray(R"({"f":"Ynl0ZXM=","size":5,"type":"text/plain"})"));
}

void TestBodyTexts::leavesMembersWithoutAValueOut()
{
    QCOMPARE(declaredBody(R"({"a": "{empty}", "b": "{known.none}", "c": "x{empty}", "d": null})", bodyContext()),
             QByteArray(R"({"c":"x"})"));
}

void TestBodyTexts::takesNoStructureFromAValue()
{
    const QJsonObject body = bodyWith(R"({"name": "{file.name}", "text": "file {file.name}"})", bodyContext());
    QCOMPARE(body.size(), 2);
    QCOMPARE(body.value(u"name"_s).toString(), bodyContext().file.name);
    QCOMPARE(body.value(u"text"_s).toString(), u"file "_s + bodyContext().file.name); // nor read again
}

void TestBodyTexts::sendsTheBodyToTheAddress()
{
    const Result<Request> sent = bodyAt<"PATCH", "/x/{table}", R"({"id": "{id}"})">(bodyContext());
    QVERIFY(sent.ok());
    QCOMPARE(sent->method(), QByteArray("PATCH"));
    QCOMPARE(sent->url().toEncoded(), QByteArray("/x/a%2Fb"));
    QCOMPARE(sent->bytes(), QByteArray(R"({"id":"17"})"));
    QVERIFY(sent->changesSomething());
    QVERIFY((!searchWith<"/x", R"({"id": "{id}"})">(bodyContext())->changesSomething()));
    QVERIFY((!bodyAt<"POST", "/x/{known.none}", "{}">(bodyContext()).ok()));
}

void TestBodyTexts::tellsWhenTheKeyWasMade()
{
    CrmContext context = bodyContext();
    QCOMPARE(contextValue(u"made_ms"_s, context), u"1760175619102"_s);
    context.key = u"a-key-without-a-time"_s;
    context.now = Timestamp{1'234'567'000};
    QCOMPARE(contextValue(u"made_ms"_s, context), u"1234567"_s);
}

void TestBodyTexts::readsTheElementsOfAListBeforeItsNextPage()
{
    CrmContext context;
    QStringList asked;
    const QList<QByteArray> answers{R"({"results":[{"id":1},{"id":"b"}],"next":"p2"})",
                                    "{}",
                                    "{}",
                                    R"({"results":[],"next":"p3"})",
                                    R"({"results":[{"id":3}],"next":null})",
                                    "{}"};
    for (const QByteArray &answer : answers) {
        asked << readListed(context)->url().toString();
        JsonReader reply = JsonReader::parse(answer, u"reply"_s);
        context.cursor = nextListed(reply, context);
        QVERIFY(reply.ok());
    }
    QCOMPARE(asked,
             QStringList({u"/list"_s, u"/one/1"_s, u"/one/b"_s, u"/list?page=p2"_s, u"/list?page=p3"_s, u"/one/3"_s}));
    QCOMPARE(context.cursor, QString());

    JsonReader strange = JsonReader::parse("{}", u"reply"_s);
    nextListed(strange, context);
    QVERIFY(!strange.ok()); // no list is no empty one
}

PATCHBAY_TESTS(TestBodyTexts)
#include "tst_body_texts.moc"
