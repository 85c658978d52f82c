// The kit's declared bodies, words of an object, method calls, and what they need around them.
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/conditions.h"
#include "connectors/kit/files.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/method_calls.h"
#include "connectors/kit/records.h"
#include "connectors/kit/value_forms.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

JsonReader answerOf(const QByteArray &json) { return JsonReader::parse(json, u"reply"_s); }

ObjectNames wordsOfObjects()
{
    return {{u"path"_s, u"person"_s}, {{u"case"_s, {u"/v1/cases"_s, u"ContactId"_s}}, {u"lead"_s, {u"/v2/leads"_s}}}};
}

/// As a session gives it: with the words of the object.
CrmContext aboutCase(const QJsonObject &settings)
{
    CrmContext context;
    context.settings = withObjectNames(wordsOfObjects(), settings);
    context.key = u"patchbay-0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s;
    context.externalId = u"71"_s;
    context.task.contact.name = u"Ann \"}]"_s;
    context.task.contact.address = u"ann@customer.example"_s;
    return context;
}

QJsonObject sentIn(const Result<Request> &request) { return QJsonDocument::fromJson(request->bytes()).object(); }

QString saidBy(const Error &error) { return error.message; }

constexpr MethodServer farServer{"Far", "/rpc", "/named/2", "X-Database"};

RemoteTask farState(JsonReader &record, const CrmContext &) { return {record.text(u"/state"_s)}; }
Receipt farReceipt(JsonReader &record, const CrmContext &) { return {record.id(u"/id"_s)}; }
bool isFarNumber(const QString &id) { return isWholeNumber(id); }
QString twice(const QString &text) { return text + text; }

} // namespace

class TestDeclaredBodies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void putsValuesIntoTheDocumentAndNeverIntoItsSource();
    void leavesOutWhatHasNoValue();
    void writesNumbersAndNamesOfMembers();
    void escapesForAQueryLanguageInATextOnly();
    void sendsADeclaredBody();
    void knowsTheWordsOfAnObject();
    void takesNoWordOfAnObjectFromOutside();
    void joinsPatterns();
    void wantsAllOfSeveralConditions();
    void callsAMethodByName();
    void callsAMethodByRpc();
    void signsInByRpcOnly();
    void readsFailuresInsideA200();
    void asksAboutAnIdOnlyWhenItCanBeOne();
    void saysThatARecordIsGone();
    void readsTheFirstOfAListForATest();
    void readsChoicesInTheFormOfTheirField();
    void readsANewTaskWhereItStands();
    void uploadsBytesAndNamesTheOwnerOfAFile();
    void readsOnlyTheTasksOwnFiles();
    void readsAWaitInAHeaderOfTheVendors();
    void readsARefusalInsideASuccess();
    void writesCellsOfAnImport();
    void findsAnIdInAnAddress();
};

void TestDeclaredBodies::putsValuesIntoTheDocumentAndNeverIntoItsSource()
{
    const QJsonValue made = jsonAt(aboutCase({}), uR"({"who": "{person}", "say": ["to {mail}", "plain", 7, true]})"_s);
    QCOMPARE(made.toObject(),
             (QJsonObject{{u"who"_s, u"Ann \"}]"_s},
                          {u"say"_s, QJsonArray{u"to ann@customer.example"_s, u"plain"_s, 7, true}}}));
}

void TestDeclaredBodies::leavesOutWhatHasNoValue()
{
    const QJsonValue made = jsonAt(
        aboutCase({}), uR"({"mail": "{mail}", "phone": "{phone}", "list": ["{phone}", ""], "n": "#{cursor}"})"_s);
    QCOMPARE(made.toObject(),
             (QJsonObject{{u"mail"_s, u"ann@customer.example"_s}, {u"list"_s, QJsonArray{QString()}}}));
}

void TestDeclaredBodies::writesNumbersAndNamesOfMembers()
{
    CrmContext context = aboutCase({{u"object"_s, u"case"_s}});
    context.externalId = u"9007199254740993"_s;
    QCOMPARE(jsonAt(context, uR"({"{object}_id": "#{id}", "{phone}": 1})"_s).toObject(),
             (QJsonObject{{u"case_id"_s, qint64(9007199254740993)}}));
}

void TestDeclaredBodies::escapesForAQueryLanguageInATextOnly()
{
    const QJsonValue made = jsonAt(aboutCase({}), uR"({"a": "x {id}", "b": "x"})"_s, &twice);
    QCOMPARE(made.toObject(), (QJsonObject{{u"a"_s, u"x 7171"_s}, {u"b"_s, u"x"_s}}));
}

void TestDeclaredBodies::sendsADeclaredBody()
{
    const Result<Request> posted = postJson<"/tasks/{id}?view={person}", R"({"key": "{key}"})">(aboutCase({}));
    QCOMPARE(posted->method(), "POST");
    QCOMPARE(posted->url().toEncoded(), "/tasks/71?view=Ann%20%22%7D%5D");
    QCOMPARE(sentIn(posted), (QJsonObject{{u"key"_s, u"patchbay-0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s}}));
    QVERIFY(posted->changesSomething());
    QCOMPARE((putJson<"/tasks/{id}", "{}">(aboutCase({}))->method()), "PUT");
    QVERIFY(!(searchJson<"/tasks/{id}", "{}">(aboutCase({}))->changesSomething()));
    QVERIFY(!(postJson<"/tasks/{cursor}", "{}">(aboutCase({}))).ok());
}

void TestDeclaredBodies::knowsTheWordsOfAnObject()
{
    const CrmContext about = aboutCase({{u"object"_s, u"case"_s}});
    QCOMPARE(addressAt(about, u"{object.path}/{id}?by={object.person}"_s)->toEncoded(), "/v1/cases/71?by=ContactId");
    QCOMPARE(settingOf(about, u"object.person"_s), u"ContactId"_s);
    const CrmContext lead = aboutCase({{u"object"_s, u"lead"_s}});
    QVERIFY(!isSet<"object.person">(lead));
    QCOMPARE(addressAt(lead, u"{object.path}?by={object.person}"_s)->toEncoded(), "/v2/leads");
}

void TestDeclaredBodies::takesNoWordOfAnObjectFromOutside()
{
    const CrmContext unknown = aboutCase({{u"object"_s, u"other"_s}, {u"object.path"_s, u"/../admin"_s}});
    QVERIFY(!addressAt(unknown, u"{object.path}/{id}"_s).ok());
    const CrmContext known = aboutCase({{u"object"_s, u"lead"_s}, {u"object.person"_s, u"x"_s}});
    QVERIFY(!isSet<"object.person">(known));
}

void TestDeclaredBodies::joinsPatterns()
{
    constexpr Literal path = "/query?q=";
    const Result<Request> request = quotedAt<path + Literal("id = {id}"), &twice>(aboutCase({}));
    QCOMPARE(request->url().toEncoded(), "/query?q=id%20%3D%207171");
}

void TestDeclaredBodies::wantsAllOfSeveralConditions()
{
    const auto both = &allOf<&hasMail, &isSet<"project">>;
    QVERIFY(!both(aboutCase({})));
    QVERIFY(both(aboutCase({{u"project"_s, u"SUP"_s}})));
    QVERIFY(!(allOf<&hasMail, &hasPhone>(aboutCase({}))));
}

void TestDeclaredBodies::callsAMethodByName()
{
    const auto call = &methodAt<farServer, "res.{object}", "read", R"({"ids": ["#{id}"], "fields": ["name"]})">;
    const Result<Request> request = call(aboutCase({{u"object"_s, u"case"_s}, {u"database"_s, u"firm"_s}}));
    QCOMPARE(request->url().toEncoded(), "/named/2/res.case/read");
    QCOMPARE(sentIn(request), (QJsonObject{{u"ids"_s, QJsonArray{71}}, {u"fields"_s, QJsonArray{u"name"_s}}}));
    QCOMPARE(request->headers().last(), (QPair<QByteArray, QByteArray>("X-Database", "firm")));
    QVERIFY(request->changesSomething());
    QVERIFY(!(readingAt<farServer, "res", "read", "{}">(aboutCase({}))->changesSomething()));
}

void TestDeclaredBodies::callsAMethodByRpc()
{
    CrmContext context = aboutCase({{u"object"_s, u"case"_s}, {u"database"_s, u"firm"_s}, {u"api"_s, u"jsonrpc"_s}});
    context.known = {{u"uid"_s, u"7"_s}};
    const auto call = &methodAt<farServer, "res.{object}", "read", R"({"ids": ["#{id}"], "fields": ["name"]})">;
    const Result<Request> request = call(context);
    QCOMPARE(request->url().toEncoded(), "/rpc");
    const QJsonArray args{u"firm"_s,
                          7,
                          QJsonValue(),
                          u"res.case"_s,
                          u"read"_s,
                          QJsonArray{QJsonArray{71}},
                          QJsonObject{{u"fields"_s, QJsonArray{u"name"_s}}}};
    const QJsonObject params = sentIn(request).value(u"params"_s).toObject();
    QCOMPARE(params.value(u"args"_s).toArray(), args);
    QCOMPARE(params.value(u"method"_s).toString(), u"execute_kw"_s);
    const Result<Request> none = methodAt<farServer, "res", "load", R"({"a": 1})">(context);
    QCOMPARE(sentIn(none)[u"params"_s][u"args"_s][5].toArray(), QJsonArray());

    AccountConfig account;
    account.settings = context.settings;
    account.secrets.insert(u"key"_s, u"s3cret-of-a-test"_s);
    QVERIFY(methodKey(account).header.isEmpty());
    QCOMPARE(sentIn(withMethodKey(*request, account))[u"params"_s][u"args"_s][2].toString(), u"s3cret-of-a-test"_s);
    QCOMPARE(methodEnvelope(account.settings), u"/result"_s);
    account.settings.remove(u"api"_s);
    QCOMPARE(methodKey(account).value, "bearer s3cret-of-a-test");
    QCOMPARE(sentIn(withMethodKey(*request, account)), sentIn(request));
    QCOMPARE(methodEnvelope(account.settings), QString());
}

void TestDeclaredBodies::signsInByRpcOnly()
{
    CrmSpec spec;
    callMethodsOf<farServer>(spec);
    const CrmCall<QJsonObject> login = spec.session.front();
    const CrmContext rpc = aboutCase({{u"api"_s, u"jsonrpc"_s}, {u"login"_s, u"bot"_s}});
    QVERIFY(login.wanted(rpc));
    QVERIFY(!login.wanted(aboutCase({})));
    QCOMPARE(sentIn(login.build(rpc))[u"params"_s][u"args"_s][1].toString(), u"bot"_s);
    JsonReader known = answerOf("7");
    QCOMPARE(*login.read(known, rpc), (QJsonObject{{u"uid"_s, u"7"_s}}));
    JsonReader unknown = answerOf("false");
    const Result<QJsonObject> refused = login.read(unknown, rpc);
    QCOMPARE(refused.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(saidBy(refused.error()).startsWith(u"Far does not know"_s), qPrintable(saidBy(refused.error())));
}

void TestDeclaredBodies::readsFailuresInsideA200()
{
    const auto failure = [](const QByteArray &body) { return methodFailure({200, {}, body}, {}); };
    const auto denied =
        failure(R"({"error":{"message":"Server","data":{"name":"far.exceptions.AccessError","message":"not you"}}})");
    QCOMPARE(denied->kind, Error::Kind::Unauthorized);
    QCOMPARE(denied->words, u"not you"_s);
    QCOMPARE(failure(R"({"error":{"data":{"name":"x.SerializationFailure"}}})")->kind, Error::Kind::Remote);
    QCOMPARE(failure(R"({"error":{"data":{"name":"x.Other","message":"no"}}})")->kind, Error::Kind::Refused);
    QCOMPARE(failure(R"({"result":{"ids":false,"messages":[{"message":"no such team"}]}})")->words, u"no such team"_s);
    QCOMPARE(failure(R"({"ids":false,"messages":[{"message":"no such team"}]})")->words, u"no such team"_s);
    QVERIFY(!failure(R"({"result":{"ids":[71]}})"));
    QVERIFY(!methodFailure({500, {}, R"({"error":{}})"}, {}));
}

void TestDeclaredBodies::asksAboutAnIdOnlyWhenItCanBeOne()
{
    const auto ask = &forId<&isFarNumber, "\"%1\" is no number.", &getAt<"/tasks/{id}">>;
    CrmContext context = aboutCase({});
    QCOMPARE(ask(context)->url().path(), u"/tasks/71"_s);
    context.externalId = u"main.aspx"_s;
    QCOMPARE(saidBy(ask(context).error()), u"\"main.aspx\" is no number."_s);
}

void TestDeclaredBodies::saysThatARecordIsGone()
{
    const auto read = &firstStateAt<"/data", &farState, "It is gone.", &listOrNoContent>;
    JsonReader there = answerOf(R"({"data":[{"state":"open"}]})");
    QCOMPARE(read(there, aboutCase({}))->status, u"open"_s);
    for (const QByteArray &nothing : {QByteArray(R"({"data":[]})"), noContent()}) {
        JsonReader reply = answerOf(nothing);
        QCOMPARE(read(reply, aboutCase({})).error().kind, Error::Kind::NotFound);
    }
    JsonReader strange = answerOf(R"({"other":1})"); // does not say that it is gone
    QCOMPARE(read(strange, aboutCase({})).error().kind, Error::Kind::Protocol);
}

void TestDeclaredBodies::readsTheFirstOfAListForATest()
{
    const CrmContext context = aboutCase({{u"place"_s, u"3"_s}});
    const auto first = &findingOfFirst<"", "There is no number {place}.", "They go to “%1”.", "/name">;
    JsonReader there = answerOf(R"([{"name":"Support {key}"}])");
    QCOMPARE(first(there, context)->sentence, u"They go to “Support {key}”."_s);
    JsonReader nothing = answerOf("[]");
    QCOMPARE(saidBy(first(nothing, context).error()), u"There is no number 3."_s);
    JsonReader list = answerOf(R"({"value":[]})");
    QCOMPARE((findingOfList<"/value", "Tasks go to {place}.">(list, context))->sentence, u"Tasks go to 3."_s);
    JsonReader strange = answerOf("{}");
    QVERIFY(!(findingOfList<"/value", "Tasks go to {place}.">(strange, context)).ok());
    JsonReader identity = answerOf(R"({"identity":"https://far.example/id/00D/005"})");
    QCOMPARE((remembersEnd<"user", "/identity">(identity, context))->known, (QJsonObject{{u"user"_s, u"005"_s}}));
}

void TestDeclaredBodies::readsChoicesInTheFormOfTheirField()
{
    const CrmContext context = aboutCase({{u"object"_s, u"case"_s}});
    const QByteArray people = R"([{"id":5,"name":"Ben"}])";
    JsonReader reply = answerOf(people);
    const auto formed = formedChoicesAt<"owner", "/users(%1)", "", "/id", "/name">(reply, context);
    QCOMPARE(formed->front().value, u"/users(5)"_s);
    JsonReader again = answerOf(people);
    QCOMPARE((choicesAt<"{object.person}", "", "/id", "/name">(again, context))->front().field, u"ContactId"_s);
    JsonReader stages = answerOf(R"([{"id":1,"over":false},{"id":4,"over":true}])");
    QCOMPARE(*(switchesAt<"over", "", "/id", "/over">(stages, context)),
             (QJsonObject{{u"over"_s, QJsonObject{{u"1"_s, false}, {u"4"_s, true}}}}));
}

void TestDeclaredBodies::readsANewTaskWhereItStands()
{
    JsonReader reply = answerOf(R"({"issue":{"id":7}})");
    QCOMPARE((receiptBy<&farReceipt, "/issue">(reply, aboutCase({})))->externalId, u"7"_s);
    JsonReader whole = answerOf(R"({"id":7})");
    QCOMPARE((receiptBy<&farReceipt>(whole, aboutCase({})))->externalId, u"7"_s);
}

void TestDeclaredBodies::uploadsBytesAndNamesTheOwnerOfAFile()
{
    CrmContext context = aboutCase({{u"object"_s, u"case"_s}});
    context.file.name = u"a b.txt"_s;
    context.bytes = "content";
    const Result<Request> upload = uploadAt<"/uploads?name={file}">(context);
    QCOMPARE(upload->url().toEncoded(), "/uploads?name=a%20b.txt");
    QCOMPARE(upload->bytes(), "content");
    const QByteArray form = attachAt<"/files", "file", "{object}_id={id}">(context)->bytes();
    QVERIFY2(form.contains("name=\"case_id\"\r\n\r\n71\r\n"), form.constData());
    QVERIFY(!(attachAt<"/files", "file">(context))->bytes().contains("\r\n\r\n71\r\n"));
    QCOMPARE(jsonAt(context, uR"(["{file.base64}"])"_s).toArray(), QJsonArray{u"Y29udGVudA=="_s});
}

void TestDeclaredBodies::readsOnlyTheTasksOwnFiles()
{
    JsonReader reply = answerOf(
        R"({"data":[{"case_id":71,"name":"ours","size":3},{"case_id":72,"name":"theirs"},{"name":"nobody's"}]})");
    const auto files =
        ownFilesAt<"/data", "/{object}_id", "/name", "/size">(reply, aboutCase({{u"object"_s, u"case"_s}}));
    QCOMPARE(files->size(), size_t(1));
    QCOMPARE(files->front().name, u"ours"_s);
    QCOMPARE(files->front().size.value_or(0), 3);
}

void TestDeclaredBodies::readsAWaitInAHeaderOfTheVendors()
{
    const auto waits = [](int status, const QList<QPair<QByteArray, QByteArray>> &headers) {
        return tooManyWithin({status, headers, "{}"}, "x-reset");
    };
    QCOMPARE(waits(429, {{"x-reset", "7"}})->retryAfter, std::chrono::seconds(7));
    QVERIFY(!waits(429, {{"x-reset", "7"}, {"retry-after", "3"}})); // said in the usual way
    QVERIFY(!waits(429, {}));
    QVERIFY(!waits(200, {{"x-reset", "7"}}));
}

void TestDeclaredBodies::readsARefusalInsideASuccess()
{
    QCOMPARE(refusedInside({200, {}, R"({"success":false,"error":"no"})"}, u"/success"_s)->words, u"no"_s);
    QVERIFY(!refusedInside({200, {}, R"({"success":true})"}, u"/success"_s));
    QVERIFY(!refusedInside({200, {}, R"({"other":1})"}, u"/success"_s));
    QVERIFY(!refusedInside({404, {}, R"({"success":false})"}, u"/success"_s));
}

void TestDeclaredBodies::writesCellsOfAnImport()
{
    QCOMPARE(cellOf(true), u"1"_s);
    QCOMPARE(cellOf(QJsonArray{4, u"x"_s, false}), u"4,x,0"_s);
    QCOMPARE(cellOf(2.5), u"2.5"_s);
    QCOMPARE(cellOf(QJsonValue()), QString());
    QVERIFY(isSha1(u"0123456789abcdef0123456789abcdef01234567"_s));
    QVERIFY(!isSha1(u"0123456789abcdef0123456789abcdef0123456g"_s));
    QVERIFY(!isSha1(u"0123456789abcdef0123456789abcdef01234567\n"_s));
}

void TestDeclaredBodies::findsAnIdInAnAddress()
{
    QCOMPARE(itemOf(u"https://x.example/web?model=a&res_id=71"_s, u"res_id"_s, u"id"_s), u"71"_s);
    QCOMPARE(itemOf(u"https://x.example/web#id=72&model=a"_s, u"res_id"_s, u"id"_s), u"72"_s);
    QCOMPARE(itemOf(u"https://x.example/odoo/helpdesk/73"_s, u"res_id"_s, u"id"_s), u"73"_s);
}

PATCHBAY_TESTS(TestDeclaredBodies)
#include "tst_declared_bodies.moc"
