#include "connectors/kit/bodies.h"
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

constexpr auto listedIds = &getAt<"/list?page={cursor}">;
Result<Request> readOneId(const CrmContext &context)
{
    return getFrom(u"/one/"_s + pathPart(idsToRead(context).first()));
}
constexpr auto readListed = &listedThenRead<listedIds, &readOneId>;
constexpr auto nextListed = &nextToRead<1, &idsAt<"/results", "/id">, &nextAt<"/next">>;

} // namespace

/// What bodies take from a context, and lists whose elements are read one by one.
class TestBodyTexts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leavesATextOutThatMissesAValue();
    void tellsAboutAFile();
    void readsNoValueAgain();
    void changesAPartOfSomething();
    void tellsWhenTheKeyWasMade();
    void readsTheElementsOfAListBeforeItsNextPage();
};

void TestBodyTexts::leavesATextOutThatMissesAValue()
{
    QCOMPARE(
        jsonAt(bodyContext(), uR"({"a": "{known.none}", "b": "x{empty}", "c": "no {id} of {table}"})"_s).toObject(),
        (QJsonObject{{u"c"_s, u"no 17 of a/b"_s}}));
}

void TestBodyTexts::tellsAboutAFile()
{
    QCOMPARE(jsonAt(bodyContext(), uR"({"n": "#{file.size}", "t": "{file.type}", "f": "{file.base64}"})"_s).toObject(),
             (QJsonObject{{u"n"_s, 5}, {u"t"_s, u"text/plain"_s}, {u"f"_s, u"Ynl0ZXM="_s}}));
}

void TestBodyTexts::readsNoValueAgain()
{
    const QJsonObject body =
        jsonAt(bodyContext(), uR"({"name": "{file.name}", "text": "file {file.name}"})"_s).toObject();
    QCOMPARE(body.size(), 2);
    QCOMPARE(body.value(u"name"_s).toString(), bodyContext().file.name);
    QCOMPARE(body.value(u"text"_s).toString(), u"file "_s + bodyContext().file.name);
}

void TestBodyTexts::changesAPartOfSomething()
{
    const Result<Request> sent = patchJson<"/x/{table}", R"({"id": "{id}"})">(bodyContext());
    QVERIFY(sent.ok());
    QCOMPARE(sent->method(), QByteArray("PATCH"));
    QCOMPARE(sent->url().toEncoded(), QByteArray("/x/a%2Fb"));
    QVERIFY(sent->changesSomething());
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
