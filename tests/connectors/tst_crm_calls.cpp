#include "connectors/kit/coded_failures.h"
#include "connectors/kit/either.h"
#include "connectors/kit/entity_fields.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/pages.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

JsonReader replyOf(const char *json) { return JsonReader::parse(json, u"reply"_s); }

/// Of a key that was made at 2026-03-03T12:00:00Z.
CrmContext aContext()
{
    CrmContext context;
    context.settings = {{u"object"_s, u"Case"_s}, {u"key_field"_s, u"Key__c"_s}};
    context.base = QUrl(u"https://acme.example/api"_s);
    context.key = u"patchbay-019cb391-c200-7a10-8f00-4b1f2c3d4e5f"_s;
    context.task.contact = {u"Ann Example"_s, u"o'hara&co@customer.example"_s};
    return context;
}

QString doubled(const QString &text) { return QString(text).replace(u'\'', u"''"_s); }

QString target(const Result<Request> &request)
{
    return request ? request->url().toString(QUrl::FullyEncoded) : u"refused: "_s + request.error().message;
}

bool startsWithA(JsonReader &one) { return textOr(one, u"/name"_s).startsWith(u'A'); }
QString aPage(const CrmContext &, const QString &id) { return u"https://pages.example/"_s + id; }

} // namespace

class TestCrmCalls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void putsValuesIntoAnAddressEscaped();
    void readsFromTheTimeThatTheKeyTells();
    void followsThePageThatTheVendorNames();
    void endsTheWalkAtTheFirstOlderElement();
    void countsPagesWhileThereAreMore();
    void findsOurKeyInTheFieldOrInTheText();
    void findsAFieldAmongAnEntitysOwn();
    void readsOnlyWhatIsSaidToBeDone();
    void listsTheChoicesOfFields();
    void namesWhatStandsInsideOfEach();
    void makesARecordOfThePerson();
    void leavesOutWhatSaysNothing();
    void takesNumbersUnderKnownNamesOnly();
    void knowsAFailureByItsWord();
    void takesWhatTheFormProposes();
};

void TestCrmCalls::putsValuesIntoAnAddressEscaped()
{
    CrmContext context = aContext();
    context.externalId = u"a/b"_s;
    QCOMPARE(target(getAt<"/{object}/{id}?mail={mail}&none={known.none}">(context)),
             u"/Case/a%2Fb?mail=o%27hara%26co%40customer.example"_s);
    QCOMPARE(target(quotedAt<"/query?q=SELECT Id WHERE Email = '{mail}'", &doubled>(context)),
             u"/query?q=SELECT%20Id%20WHERE%20Email%20%3D%20%27o%27%27hara%26co%40customer.example%27"_s);
    QVERIFY(target(getAt<"/{known.none}/x">(context)).startsWith(u"refused"));
    QCOMPARE(textAt(context, u"where {key_field} = '{key}'"_s), u"where Key__c = '%1'"_s.arg(context.key));
    QCOMPARE(pageAt<"/cases/{id}">(context, u"17"_s), u"https://acme.example/cases/17"_s);
    const Result<Request> worded = withHeader<&getAt<"/x">, "Prefer", "words">(context);
    QCOMPARE(worded->headers().last(), (QPair<QByteArray, QByteArray>("Prefer", "words")));
}

void TestCrmCalls::readsFromTheTimeThatTheKeyTells()
{
    const CrmContext context = aContext();
    const std::optional<Timestamp> since = keySince(context.key);
    QVERIFY(since && hasKeyTime(context));
    QCOMPARE(target(getAt<"/x?from={since_seconds}">(context)), u"/x?from=%1"_s.arg(since->us / 1'000'000));
    QCOMPARE(target(getAt<"/x({uuid})">(context)), u"/x(019cb391-c200-7a10-8f00-4b1f2c3d4e5f)"_s);
    CrmContext timeless = context;
    timeless.key = u"a-key-without-a-time"_s;
    QVERIFY(!hasKeyTime(timeless));
    QCOMPARE(target(getAt<"/x?from={since}">(timeless)), u"/x"_s);
}

void TestCrmCalls::followsThePageThatTheVendorNames()
{
    CrmContext context = aContext();
    QCOMPARE(target(followed<&getAt<"/first">>(context)), u"/first"_s);
    context.cursor = u"https://acme.example/api/next?skip=2"_s;
    QCOMPARE(target(followed<&getAt<"/first">>(context)), context.cursor);
}

void TestCrmCalls::endsTheWalkAtTheFirstOlderElement()
{
    constexpr auto next = &nextUntilOlder<&nextIf<"/more", "/next">, "/data", "/at">;
    const CrmContext context = aContext();
    const QString since = keySinceText(context.key);
    const auto ends = [&](const QString &time) {
        JsonReader reply = replyOf(qPrintable(u"{\"more\":true,\"next\":7,\"data\":[{\"at\":%1}]}"_s.arg(time)));
        return next(reply, context);
    };
    QCOMPARE(ends(u'"' + since + u'"'), u"7"_s); // not older: there may be one more of this second
    QCOMPARE(ends(u"\"2025-01-01T00:00:00+02:00\""_s), QString());
    QCOMPARE(ends(u"1735689600"_s), QString());
    QCOMPARE(ends(u"null"_s), u"7"_s); // who does not say when is no reason to stop
    JsonReader last = replyOf(R"({"more":false,"data":[]})");
    QCOMPARE(next(last, context), QString());
    JsonReader lost = replyOf(R"({"more":true,"data":[]})");
    QCOMPARE(next(lost, context), QString());
    QVERIFY(!lost.ok()); // there is more, and no way to it
}

void TestCrmCalls::countsPagesWhileThereAreMore()
{
    const CrmContext context = aContext();
    const auto after = [&context](const char *json) {
        JsonReader reply = replyOf(json);
        return nextPageIf<"/more", "/page">(reply, context);
    };
    QCOMPARE(after(R"({"more":true,"page":1})"), u"2"_s);
    QCOMPARE(after(R"({"more":{"href":"x"},"page":9})"), u"10"_s);
    QCOMPARE(after(R"({"more":false,"page":1})"), QString());
    QCOMPARE(after(R"({"page":1})"), QString());
}

void TestCrmCalls::findsOurKeyInTheFieldOrInTheText()
{
    constexpr auto find = &firstOfOurs<"/data", &hasKeyIn<"key_field", "/text", "/custom">, &elementAt<"/id", &aPage>>;
    CrmContext context = aContext();
    const QString list =
        u"{\"data\":[{\"id\":1,\"text\":\"%1\",\"custom\":{\"Key__c\":\"x\"}},"
        "{\"id\":2,\"text\":\"\",\"custom\":{\"Key__c\":\"%2\"}}]}"_s.arg(keyLine(context.key), context.key);
    JsonReader byField = replyOf(qPrintable(list));
    QCOMPARE(find(byField, context)->value_or(Receipt{}).externalId, u"2"_s);
    context.settings.remove(u"key_field"_s);
    JsonReader byText = replyOf(qPrintable(list));
    QCOMPARE(find(byText, context)->value_or(Receipt{}).url, u"https://pages.example/1"_s);
    context.key = u"another-key"_s;
    JsonReader none = replyOf(qPrintable(list));
    QVERIFY(!find(none, context)->has_value());
}

void TestCrmCalls::findsAFieldAmongAnEntitysOwn()
{
    CrmContext context = aContext();
    context.settings.insert(u"key_field"_s, u"17"_s);
    constexpr auto isOurs = &hasKeyInFields<"key_field", "/fields", "/id", "/values/0/value">;
    constexpr auto isPerson = &hasAddressInFields<"/fields", "/values", "/value">;
    const QString json = u"{\"fields\":[{\"id\":%1,\"values\":[{\"value\":\"%2\"}]}]}"_s;
    JsonReader ours = replyOf(qPrintable(json.arg(u"17"_s, context.key)));
    JsonReader elsewhere = replyOf(qPrintable(json.arg(u"18"_s, context.key)));
    JsonReader person = replyOf(qPrintable(json.arg(u"18"_s, u"O'Hara&Co@customer.example"_s)));
    JsonReader other = replyOf(qPrintable(json.arg(u"18"_s, u"co@customer.example"_s)));
    QVERIFY(isOurs(ours, context));
    QVERIFY(!isOurs(elsewhere, context));
    QVERIFY(isPerson(person, context));
    QVERIFY(!isPerson(other, context)); // a part of the address is another one
}

void TestCrmCalls::readsOnlyWhatIsSaidToBeDone()
{
    const CrmContext context = aContext();
    constexpr auto read = &onlyWhen<"/status", "success", &factAt<"contact", "/id">>;
    constexpr auto readTrue = &onlyWhen<"/success", "true", &hasTextAt<"/data", "/text", &listOrNull>>;
    JsonReader done = replyOf(R"({"status":"success","id":17})");
    QCOMPARE(read(done, context)->value(u"contact"_s).toString(), u"17"_s);
    JsonReader failed = replyOf(R"({"status":"error","id":17})");
    QCOMPARE(read(failed, context).error().kind, Error::Kind::Protocol);
    JsonReader empty = replyOf(R"({"success":true,"data":null})");
    QCOMPARE(readTrue(empty, context)->value(u"text"_s).toBool(true), false);
    JsonReader mute = replyOf("{}");
    QVERIFY(!readTrue(mute, context).ok());
}

void TestCrmCalls::listsTheChoicesOfFields()
{
    JsonReader reply = replyOf(R"({"fields":[
        {"name":"A1","values":[{"id":"x","title":"X"},{"id":"y"}]},{"name":"B1","values":[{"id":"z"}]},{"name":"A2"}]})");
    const Result<std::vector<FieldChoice>> choices =
        choicesInside<"/fields", "/name", "/values", "/id", "/title", &startsWithA>(reply, aContext());
    QVERIFY(choices.ok());
    QCOMPARE(choices->size(), size_t(2));
    QCOMPARE(choices->front().title, u"X"_s);
    QCOMPARE(choices->back().title, u"y"_s);
}

void TestCrmCalls::namesWhatStandsInsideOfEach()
{
    JsonReader reply = replyOf(R"({"lines":[{"id":3,"states":[{"id":17,"name":"Open"}]}]})");
    const Result<QJsonObject> titles = titlesInside<"stages", "/lines", "/states", "/id", "/name">(reply, aContext());
    QCOMPARE(titles->value(u"stages"_s)[u"3/17"_s].toString(), u"Open"_s);
}

void TestCrmCalls::makesARecordOfThePerson()
{
    const PersonFields fields{u"First"_s, u"Last"_s, u"Mail"_s, u"Phone"_s, 40, 80, u"[not provided]"_s};
    TaskPayload task = aContext().task;
    QCOMPARE(personRecord(task, fields),
             (QJsonObject{{u"First"_s, u"Ann"_s}, {u"Last"_s, u"Example"_s}, {u"Mail"_s, task.contact.address}}));
    task.contact = {u"Prince"_s, u"+15551234567"_s};
    QCOMPARE(personRecord(task, fields), (QJsonObject{{u"Last"_s, u"Prince"_s}, {u"Phone"_s, u"+15551234567"_s}}));
    const QJsonObject lead = leadRecord(task, aContext().key, fields, {1000, TextLimit::Unit::Utf16});
    QCOMPARE(lead.value(u"Company"_s).toString(), u"[not provided]"_s);
    QVERIFY(hasKeyLine(lead.value(u"Description"_s).toString(), aContext().key));
}

void TestCrmCalls::leavesOutWhatSaysNothing()
{
    QCOMPARE(filled({{u"a"_s, QString()},
                     {u"b"_s, QJsonValue()},
                     {u"c"_s, QJsonArray()},
                     {u"d"_s, QJsonObject()},
                     {u"e"_s, false},
                     {u"f"_s, 0}}),
             (QJsonObject{{u"e"_s, false}, {u"f"_s, 0}}));
}

void TestCrmCalls::takesNumbersUnderKnownNamesOnly()
{
    const QString sentence = u"%1 is none of %2."_s;
    QCOMPARE(numbersNamed({{u"price"_s, u"17"_s}}, {u"price"_s}, sentence)->value(u"price"_s).toInteger(), 17);
    QCOMPARE(numbersNamed({{u"price"_s, u"much"_s}}, {u"price"_s}, sentence).error().message,
             u"price is none of price."_s);
    QVERIFY(!numbersNamed({{u"colour"_s, 3}}, {u"price"_s}, sentence).ok());
    const auto isCode = [](const QString &name) { return name.endsWith(u"code"); };
    QCOMPARE(withNumbers({{u"acode"_s, u"3"_s}, {u"b"_s, u"4"_s}, {u"ccode"_s, u"x"_s}}, isCode),
             (QJsonObject{{u"acode"_s, 3}, {u"b"_s, u"4"_s}, {u"ccode"_s, u"x"_s}}));
    QVERIFY(wholeNumber({}).isNull());
}

void TestCrmCalls::knowsAFailureByItsWord()
{
    const std::vector<FailureCode> codes{{{u"LOCKED"_s, u"BUSY"_s}, Error::Kind::Remote, 10s, true}};
    const std::optional<VendorFailure> known = failureOf(u"BUSY"_s, u"words"_s, codes);
    QVERIFY(known && known->kind == Error::Kind::Remote && known->retryAfter == 10s && known->mayHaveActed);
    QVERIFY(!failureOf(u"OTHER"_s, u"words"_s, codes));
    QCOMPARE(failureByStatus(200, u"words"_s, 5s).kind, Error::Kind::Refused);
    QCOMPARE(failureByStatus(429, u"words"_s, 5s).retryAfter, std::chrono::milliseconds(5s));
}

void TestCrmCalls::takesWhatTheFormProposes()
{
    CrmSpec spec;
    FormField choice;
    choice.key = u"object"_s;
    choice.kind = FormField::Kind::Choice;
    choice.initial = u"Case"_s;
    FormField words;
    words.key = u"closed"_s;
    words.initial = u"Done"_s;
    spec.form = {choice, words};
    AccountConfig account;
    QCOMPARE(asProposed(spec, account).settings, (QJsonObject{{u"object"_s, u"Case"_s}, {u"closed"_s, u"Done"_s}}));
    account.settings = {{u"object"_s, QString()}, {u"closed"_s, QString()}}; // emptied on purpose: no word means closed
    QCOMPARE(asProposed(spec, account).settings, (QJsonObject{{u"object"_s, u"Case"_s}, {u"closed"_s, QString()}}));
}

PATCHBAY_TESTS(TestCrmCalls)
#include "tst_crm_calls.moc"
