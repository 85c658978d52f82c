// The kit's declared calls: what a spec says in a line.
#include "connectors/kit/coded_failures.h"
#include "connectors/kit/either.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/graphql_calls.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/sheet_rows.h"
#include "connectors/kit/value_forms.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

JsonReader jsonReply(const QByteArray &json) { return JsonReader::parse(json, u"reply"_s); }

CrmContext contextWith(const QJsonObject &settings)
{
    CrmContext context;
    context.settings = settings;
    context.key = u"patchbay-0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s;
    context.task.title = u"Refund"_s;
    return context;
}

QJsonObject bodyOf(const Request &request) { return QJsonDocument::fromJson(request.bytes()).object(); }

Reply answer(int status, const QByteArray &body)
{
    Reply reply;
    reply.status = status;
    reply.body = body;
    return reply;
}

bool isSmall(JsonReader &element, const CrmContext &) { return element.integer(u"/size"_s) < 10; }
Receipt receiptOf(JsonReader &element, const CrmContext &) { return {element.id(u"/id"_s)}; }
bool isRecord(const CrmContext &context) { return settingOf(context, u"object"_s) == u"record"_s; }
Result<QJsonObject> factOf(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"id"_s, reply.id(u"/id"_s)}});
}

} // namespace

class TestDeclaredCalls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void putsTheStartOfAPageAndTheKeysTimeIntoAnAddress();
    void readsNothingAgainThatItPutIntoASentence();
    void knowsAWordOfASettingInAnyCase();
    void asksWithVariablesOfASetting();
    void callsTheOneOfTwo();
    void goesToTheNextPageOnlyWhenToldTo();
    void findsWhatASettingNames();
    void findsTheFirstOfOurs();
    void wantsTheOneElement();
    void titlesOptionsByTheirField();
    void splitsListsAndFields();
    void writesAValueInItsForm_data();
    void writesAValueInItsForm();
    void namesAPriority();
    void findsTheNearestPriority();
    void readsACodeAsAFailure();
    void waitsAfterTooMany();
    void writesARowAndReadsHowItStands();
    void refusesAColumnThatIsNotThere();
    void saysWhatIsOverInATest();
    void namesWhatIsRefusedByField();
};

void TestDeclaredCalls::putsTheStartOfAPageAndTheKeysTimeIntoAnAddress()
{
    CrmContext context = contextWith({});
    const QString pattern = u"/tasks?page={start}&made={since_ms}&from={since}"_s;
    QCOMPARE(addressAt(context, pattern)->toString(QUrl::FullyEncoded),
             u"/tasks?page=0&made=1760089219102&from=2025-10-10T09%3A40%3A19Z"_s);
    context.cursor = u"7"_s;
    context.key = u"no time in it"_s;
    QCOMPARE(addressAt(context, pattern)->toString(QUrl::FullyEncoded), u"/tasks?page=7"_s);
}

void TestDeclaredCalls::readsNothingAgainThatItPutIntoASentence()
{
    const CrmContext context = contextWith({{u"app"_s, u"%1 {secret}"_s}, {u"secret"_s, u"no"_s}});
    QCOMPARE(sentenceWith(u"In {app} as %1 of %2."_s, {u"%2 {app}"_s, u"Acme"_s}, context),
             u"In %1 {secret} as %2 {app} of Acme."_s);
}

void TestDeclaredCalls::knowsAWordOfASettingInAnyCase()
{
    QCOMPARE(settingOf(contextWith({{u"done"_s, u" "_s}}), u"done"_s, u"Done"_s), u"Done"_s);
    QVERIFY(isAmong(u"Done, Closed ,"_s, u" closed"_s));
    QVERIFY(!isAmong(u"Done, Closed ,"_s, QString()));
    QVERIFY(!isAmong(u"Done, Closed"_s, u"Done, Closed"_s));
}

void TestDeclaredCalls::asksWithVariablesOfASetting()
{
    const auto ask = &queryAt<"/graphql", "query($team: String!) { x }", "team", "column=key_column", "after=cursor">;
    const Result<Request> request = ask(contextWith({{u"team"_s, u"S\"UP"_s}, {u"key_column"_s, u"text_1"_s}}));
    QVERIFY(request);
    QVERIFY(!request->changesSomething());
    QCOMPARE(bodyOf(*request)[u"variables"_s].toObject(),
             (QJsonObject{{u"team"_s, u"S\"UP"_s}, {u"column"_s, u"text_1"_s}, {u"after"_s, QJsonValue()}}));
}

void TestDeclaredCalls::callsTheOneOfTwo()
{
    const auto ask = &eitherRequest<&isRecord, &getAt<"/records">, &getAt<"/tasks">>;
    const auto read = &eitherReply<&isRecord, &receiptAt<"/record">, &receiptAt<"/task">>;
    JsonReader reply = jsonReply(R"({"record":"r1","task":"t1"})");
    QCOMPARE(ask(contextWith({{u"object"_s, u"record"_s}}))->url().path(), u"/records"_s);
    QCOMPARE(ask(contextWith({}))->url().path(), u"/tasks"_s);
    QCOMPARE(read(reply, contextWith({{u"object"_s, u"record"_s}}))->externalId, u"r1"_s);
    QCOMPARE(read(reply, contextWith({}))->externalId, u"t1"_s);
}

void TestDeclaredCalls::goesToTheNextPageOnlyWhenToldTo()
{
    CrmContext context = contextWith({});
    JsonReader more = jsonReply(R"({"more":true,"next":"c2","startAt":50,"total":120,"list":[1,2]})");
    JsonReader last = jsonReply(R"({"more":false,"next":"c2","startAt":118,"total":120,"list":[1,2]})");
    QCOMPARE((nextIf<"/more", "/next">(more, context)), u"c2"_s);
    QCOMPARE((nextIf<"/more", "/next">(last, context)), QString());
    QCOMPARE((stepIf<"/more", 100>(more, context)), u"100"_s);
    QCOMPARE((stepIf<"/more", 100>(last, context)), QString());
    QCOMPARE(nextStart(more, u"/list"_s), u"52"_s);
    QCOMPARE(nextStart(last, u"/list"_s), QString());
    JsonReader lost = jsonReply(R"({"more":true})");
    QCOMPARE((nextIf<"/more", "/next">(lost, context)), QString());
    QVERIFY(!lost.ok()); // there is more, and no way to it
}

void TestDeclaredCalls::findsWhatASettingNames()
{
    const CrmContext context = contextWith({{u"project"_s, u"SUP"_s}});
    const QByteArray list = R"([{"id":"1","name":"To do "},{"id":"2","name":"Doing"}])";
    const QString sentence = u"{project} has no \"%1\", only %2."_s;
    JsonReader first = jsonReply(list);
    QCOMPARE(*idNamed(first, {}, u"to DO"_s, sentence, context), u"1"_s);
    JsonReader second = jsonReply(list);
    QCOMPARE(*factNamed(second, u"list"_s, {}, u"2"_s, sentence, context), (QJsonObject{{u"list"_s, u"2"_s}}));
    JsonReader third = jsonReply(list);
    QCOMPARE(idNamed(third, {}, u"Done"_s, sentence, context).error().message,
             u"SUP has no \"Done\", only To do , Doing."_s);
    JsonReader none = jsonReply("[]");
    QCOMPARE(idNamed(none, {}, u"Done"_s, sentence, context).error().message, u"SUP has no \"Done\", only nothing."_s);
}

void TestDeclaredCalls::findsTheFirstOfOurs()
{
    JsonReader reply = jsonReply(R"({"all":[{"id":1,"size":30},{"id":2,"size":3},{"id":3,"size":3}]})");
    QCOMPARE((*firstOfOurs<"/all", &isSmall, &receiptOf>(reply, {}))->externalId, u"2"_s);
    JsonReader other = jsonReply(R"({"ok":true})");
    QVERIFY(!(firstOfOurs<"/all", &isSmall, &receiptOf>(other, {})));
}

void TestDeclaredCalls::wantsTheOneElement()
{
    JsonReader one = jsonReply(R"([{"id":1}])");
    QCOMPARE((onlyReceipt<"", &receiptOf, "is not one record">(one, {}))->externalId, u"1"_s);
    for (const char *reply : {"[]", "[{\"id\":1},{\"id\":2}]"}) {
        JsonReader in = jsonReply(reply);
        const Result<Receipt> read = onlyReceipt<"", &receiptOf, "is not one record">(in, {});
        QVERIFY(!read);
        QVERIFY(read.error().message.contains(u"is not one record"_s));
    }
}

void TestDeclaredCalls::titlesOptionsByTheirField()
{
    JsonReader reply = jsonReply(R"([{"id":1,"name":"Size","options":[{"id":7,"name":"Big"},{"id":8,"label":"Tiny"}]},
                                   {"id":2,"name":"Text"}])");
    const auto choices = optionsAt<"", "/id", "/name", "/options", "/id", "/name", "/label">(reply, {});
    QVERIFY(choices);
    QCOMPARE(choices->size(), size_t(2));
    QCOMPARE(choices->at(0).field, u"1"_s);
    QCOMPARE(choices->at(0).value, u"7"_s);
    QCOMPARE(choices->at(0).title, u"Size: Big"_s);
    QCOMPARE(choices->at(1).title, u"Size: Tiny"_s);
}

void TestDeclaredCalls::splitsListsAndFields()
{
    QCOMPARE(partsOf(u" a, ,b c,"_s), (QStringList{u"a"_s, u"b c"_s}));
    QCOMPARE(listOf(u"7, x"_s, true), (QJsonArray{7, u"x"_s}));
    QCOMPARE(listOf(u"7, x"_s), (QJsonArray{u"7"_s, u"x"_s}));
    QCOMPARE(listOf(7), QJsonArray{7});
    QCOMPARE(listOf(QJsonArray{u"a,b"_s}), QJsonArray{u"a,b"_s});
    const SplitFields split = splitFields({{u"1201"_s, 1}, {u"section"_s, 2}}, &isDigits);
    QCOMPARE(split.custom, (QJsonObject{{u"1201"_s, 1}}));
    QCOMPARE(split.others, (QJsonObject{{u"section"_s, 2}}));
    QVERIFY(isUuid(u"fefbc00f-3870-4f52-807F-225ce2e4c701"_s));
    QVERIFY(!isUuid(u"fefbc00f-3870-4f52-807f-225ce2e4c701x"_s));
    QVERIFY(!withFields({{u"name"_s, u"ours"_s}}, {{u"name"_s, u"theirs"_s}}, {u"name"_s}));
    QCOMPARE(bodyOf(*postWithFields(u"/tasks"_s, {{u"name"_s, u"ours"_s}}, {{u"due"_s, u"now"_s}}, {u"name"_s})),
             (QJsonObject{{u"name"_s, u"ours"_s}, {u"due"_s, u"now"_s}}));
}

void TestDeclaredCalls::writesAValueInItsForm_data()
{
    using Kind = ValueForm::Kind;
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("isList");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("text") << u"a,b"_s << int(Kind::Text) << false << QByteArray(R"(["a,b"])");
    QTest::newRow("texts") << u"a, b"_s << int(Kind::Text) << true << QByteArray(R"([["a","b"]])");
    QTest::newRow("number") << u"2.5"_s << int(Kind::Number) << false << QByteArray("[2.5]");
    QTest::newRow("no number") << u"nan"_s << int(Kind::Number) << false << QByteArray(R"(["nan"])");
    QTest::newRow("yes") << u"Yes"_s << int(Kind::Switch) << false << QByteArray("[true]");
    QTest::newRow("no") << u"0"_s << int(Kind::Switch) << false << QByteArray("[false]");
    QTest::newRow("neither") << u"maybe"_s << int(Kind::Switch) << false << QByteArray(R"(["maybe"])");
    QTest::newRow("member") << u"7"_s << int(Kind::Member) << false << QByteArray(R"([{"name":"7"}])");
    QTest::newRow("id") << u"7"_s << int(Kind::IdOrMember) << false << QByteArray(R"([{"id":"7"}])");
    QTest::newRow("names") << u"x, 7"_s << int(Kind::IdOrMember) << true
                           << QByteArray(R"([[{"name":"x"},{"id":"7"}]])");
}

void TestDeclaredCalls::writesAValueInItsForm()
{
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(bool, isList);
    QFETCH(QByteArray, json);
    const QJsonValue value = inForm(text, {ValueForm::Kind(kind), u"name"_s, isList});
    QCOMPARE(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact), json);
}

void TestDeclaredCalls::namesAPriority()
{
    const QString names = u"Low, Medium ,-"_s;
    QCOMPARE(priorityIn(names, Priority::Normal), u"Medium"_s);
    QCOMPARE(priorityIn(names, Priority::High), QString());
    QCOMPARE(priorityIn(names, Priority::Urgent), QString());
    QCOMPARE(priorityTitle(Priority::Urgent), u"Urgent"_s);
    QCOMPARE(priorityRank(Priority::Urgent), 1);
    QCOMPARE(priorityRank(Priority::Low), 4);
    const QString sentence = u"There is no priority \"%1\"."_s;
    QVERIFY(checkPriorities(names, {}, sentence));
    QVERIFY(checkPriorities(names, {u"Medium"_s, u"Low"_s}, sentence));
    QCOMPARE(checkPriorities(names, {u"Low"_s}, sentence).error().message, u"There is no priority \"Medium\"."_s);
}

void TestDeclaredCalls::findsTheNearestPriority()
{
    const auto isOut = [](JsonReader &one) { return one.optionalBoolean(u"/deleted"_s).value_or(false); };
    JsonReader reply = jsonReply(R"([{"id":"1","name":"HIGH"},{"id":"2","name":"Urgent","deleted":true},
                                   {"id":"3","name":"Низкий"}])");
    CrmContext context = contextWith({});
    context.known = *readPriorities(reply, {}, u"/id"_s, isOut);
    const std::pair<Priority, QString> wanted[] = {
        {Priority::Low, u"3"_s}, {Priority::Normal, {}}, {Priority::High, u"1"_s}, {Priority::Urgent, u"1"_s}};
    for (const auto &[priority, id] : wanted) {
        context.task.priority = priority;
        QCOMPARE(priorityKnown(context), id);
    }
    JsonReader none = jsonReply("[]");
    QVERIFY(!readPriorities(none, {}, u"/id"_s, isOut));
}

void TestDeclaredCalls::readsACodeAsAFailure()
{
    const CodedFailures table{
        u"/code"_s, u"/msg"_s, {{Error::Kind::RateLimited, {7}}, {Error::Kind::Remote, {-1}}}, "x-reset"};
    QVERIFY(!codedFailure(answer(200, R"({"code":0})"), table));
    QVERIFY(!codedFailure(answer(200, "<html>"), table));
    Reply busy = answer(200, R"({"code":7,"msg":"slow down"})");
    busy.headers.append(qMakePair(QByteArray("x-reset"), QByteArray("99999")));
    const auto failure = codedFailure(busy, table);
    QCOMPARE(failure->kind, Error::Kind::RateLimited);
    QCOMPARE(failure->words, u"slow down (7)"_s);
    QCOMPARE(failure->retryAfter, std::chrono::milliseconds(3600000)); // no vendor may stop us for days
    QVERIFY(!failure->mayHaveActed);
    QVERIFY(codedFailure(answer(500, R"({"code":-1})"), table)->mayHaveActed);
    QCOMPARE(codedFailure(answer(200, R"({"code":8})"), table)->kind, Error::Kind::Refused);
}

void TestDeclaredCalls::waitsAfterTooMany()
{
    QVERIFY(!tooMany(answer(503, "{}"), std::chrono::seconds(10)));
    const auto failure = tooMany(answer(429, R"({"message":"calm"})"), std::chrono::seconds(10));
    QCOMPARE(failure->kind, Error::Kind::RateLimited);
    QCOMPARE(failure->words, u"calm"_s);
    QCOMPARE(failure->retryAfter, std::chrono::milliseconds(10000));
}

void TestDeclaredCalls::writesARowAndReadsHowItStands()
{
    CrmContext context = contextWith({{u"title_field"_s, u"Title"_s},
                                      {u"text_field"_s, u"Text"_s},
                                      {u"key_field"_s, u"a/b"_s},
                                      {u"status_field"_s, u"State"_s},
                                      {u"closed_value"_s, u"Done"_s}});
    context.task.fields = {{u"Team"_s, u"Sales"_s}};
    const TextLimit limit{100, TextLimit::Unit::Utf16};
    const Result<QJsonObject> row = rowOf(context, limit, limit);
    QCOMPARE(row->value(u"a/b"_s).toString(), context.key);
    QCOMPARE(row->value(u"Title"_s).toString(), u"Refund"_s);
    QCOMPARE(row->value(u"Team"_s).toString(), u"Sales"_s);
    QVERIFY(hasKeyLine(row->value(u"Text"_s).toString(), context.key));
    context.task.fields = {{u"a/b"_s, u"mine"_s}};
    QVERIFY(!rowOf(context, limit, limit));

    const QString key = context.key;
    JsonReader reply = jsonReply(
        u"{\"cells\":{\"a/b\":[{\"text\":\"%1\"},\"%2\"],\"State\":\"Done\"}}"_s.arg(key.left(9), key.mid(9)).toUtf8());
    QVERIFY(isOurRow<"/cells">(reply, context));
    QVERIFY(rowStatus(reply, u"/cells"_s, context).closed);
    QCOMPARE(rowStatus(reply, u"/cells"_s, context).status, u"Done"_s);
    context.settings.remove(u"status_field"_s);
    QVERIFY(!rowStatus(reply, u"/cells"_s, context).closed);
}

void TestDeclaredCalls::refusesAColumnThatIsNotThere()
{
    const CrmContext context =
        contextWith({{u"title_field"_s, u"T"_s}, {u"text_field"_s, u"D"_s}, {u"key_field"_s, u"K"_s}});
    const QString sentence = u"There is no column \"%1\"."_s;
    JsonReader all = jsonReply(R"([{"name":"K"},{"name":"T"},{"name":"D"}])");
    QVERIFY(checkColumns(all, {}, u"/name"_s, context, sentence));
    JsonReader some = jsonReply(R"([{"name":"T"},{"name":"D"}])");
    QCOMPARE(checkColumns(some, {}, u"/name"_s, context, sentence).error().message, u"There is no column \"K\"."_s);
    const QJsonObject types{{u"K"_s, u"text"_s}, {u"D"_s, u"date"_s}};
    const QString typed = u"\"%1\" is no %2."_s;
    QVERIFY(checkColumnTypes(types, {{u"K"_s, {u"text"_s}, u"Text"_s}, {{}, {u"date"_s}, u"Date"_s}}, typed));
    QCOMPARE(checkColumnTypes(types, {{u"D"_s, {u"text"_s}, u"Text"_s}}, typed).error().message,
             u"\"D\" is no Text."_s);
}

void TestDeclaredCalls::saysWhatIsOverInATest()
{
    const auto read = &findingUnless<"/archived", "“%1” is archived.", "Tasks go to “%1”.", "/name">;
    JsonReader open = jsonReply(R"({"name":"Support"})");
    QCOMPARE(read(open, {})->sentence, u"Tasks go to “Support”."_s);
    JsonReader over = jsonReply(R"({"name":"Support","archived":true})");
    QCOMPARE(read(over, {}).error().message, u"“Support” is archived."_s);
    const auto fact = &findingOf<&factOf, "Into “%1”.", "/name">;
    JsonReader good = jsonReply(R"({"id":1,"name":"%1"})");
    QCOMPARE(fact(good, {})->sentence, u"Into “%1”."_s);
    JsonReader bad = jsonReply(R"({"name":"Support"})");
    QVERIFY(!fact(bad, {}));
}

void TestDeclaredCalls::namesWhatIsRefusedByField()
{
    QCOMPARE(wordsByField(R"({"errors":{"summary":"is missing","due":"is no date"}})", u"/errors"_s),
             u"due: is no date; summary: is missing"_s);
    QCOMPARE(wordsByField(R"({"errors":{},"message":"No."})", u"/errors"_s), u"No."_s);
}

PATCHBAY_TESTS(TestDeclaredCalls)
#include "tst_declared_calls.moc"
