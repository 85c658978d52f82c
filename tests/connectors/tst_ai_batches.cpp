#include "ai_fixture.h"
#include "connectors/kit/services.h"
#include "support/await.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::AiBench;
using tests::AiFixture;

namespace {

Async<Result<Done>> batchGateThatCounts(int *passes)
{
    ++*passes;
    co_return Done{};
}

Async<Result<Done>> batchGateThatIsShut() { co_return makeError(Error::Kind::Refused, u"over the budget"_s); }

std::vector<AiFixture> batchFixtures(const QString &connector)
{
    std::vector<AiFixture> all;
    const QDir folder(tests::connectorsFolder() + u"/ai/%1/fixtures/batches"_s.arg(connector));
    for (const QString &name : folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name))
        all.push_back({connector, QFileInfo(name).baseName(), tests::fixtureFile(folder.filePath(name))});
    return all;
}

QString doneBy(const AiFixture &fixture) { return fixture.json.value(u"do"_s).toString(); }

std::vector<ModelQuestion> batchQuestions(const AiFixture &fixture)
{
    std::vector<ModelQuestion> questions;
    for (const QJsonValue &key : fixture.given().value(u"keys"_s).toArray()) {
        questions.push_back(fixture.question());
        questions.back().key = key.toString();
    }
    return questions;
}

Result<QString> sendBatch(AiBench &bench, const AiFixture &fixture, const BeforeEffect &gate)
{
    return tests::await(
        bench.model->sendBatch(fixture.given().value(u"key"_s).toString(), batchQuestions(fixture), gate));
}

QJsonObject batchErrorJson(const Error &error, const QJsonValue &expected)
{
    const QString says = expected[u"says"_s].toString();
    return {{u"error"_s, kindName(error.kind)},
            {u"ambiguous"_s, error.ambiguous},
            {u"says"_s, error.message.contains(says) ? says : error.message}};
}

QJsonObject batchAnswerJson(const ModelBatchAnswer &brought, const QJsonValue &expected)
{
    QJsonObject json = brought.answer ? QJsonObject() : batchErrorJson(brought.answer.error(), expected);
    json.insert(u"key"_s, brought.key);
    if (!brought.answer)
        return json;
    const ModelAnswer &answer = *brought.answer;
    json.insert(u"id"_s, answer.id);
    json.insert(u"model"_s, answer.model);
    json.insert(u"text"_s, answer.text);
    json.insert(u"refusal"_s, answer.refusal);
    json.insert(u"cut_short"_s, answer.cutShort);
    json.insert(u"input_tokens"_s, answer.usage.value_or(ModelUsage{}).inputTokens);
    json.insert(u"output_tokens"_s, answer.usage.value_or(ModelUsage{}).outputTokens);
    return json;
}

QJsonValue batchOutcome(AiBench &bench, const AiFixture &fixture)
{
    const QJsonValue expected = fixture.expected();
    if (doneBy(fixture) == u"send_batch"_s) {
        int passes = 0;
        const BeforeEffect gate = [&passes] { return batchGateThatCounts(&passes); };
        const Result<QString> id = sendBatch(bench, fixture, gate);
        return id ? QJsonValue(*id) : batchErrorJson(id.error(), expected);
    }
    if (doneBy(fixture) == u"find_batch"_s) {
        ModelBatchSearch search;
        search.key = fixture.given().value(u"key"_s).toString();
        for (const ModelQuestion &question : batchQuestions(fixture))
            search.questions << question.key;
        search.size = int(search.questions.size());
        search.others = fixture.given().value(u"others"_s).toVariant().toStringList();
        search.notBefore =
            Timestamp::from(QDateTime::fromString(fixture.given().value(u"not_before"_s).toString(), Qt::ISODate));
        const Result<std::optional<QString>> found = tests::await(bench.model->findBatch(search));
        if (!found)
            return batchErrorJson(found.error(), expected);
        return found->has_value() ? QJsonValue(**found) : QJsonValue();
    }
    const Result<ModelBatchReading> read =
        tests::await(bench.model->readBatch(fixture.given().value(u"id"_s).toString()));
    if (!read)
        return batchErrorJson(read.error(), expected);
    QJsonArray answers;
    for (const ModelBatchAnswer &answer : read->answers)
        answers.append(batchAnswerJson(answer, expected[u"answers"_s][answers.size()]));
    return QJsonObject{{u"ended"_s, read->ended}, {u"failure"_s, read->failure}, {u"answers"_s, answers}};
}

QByteArray batchWritten(const QJsonValue &value)
{
    return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Indented);
}

} // namespace

/// The batch interfaces of models' vendors, as recorded dialogues, and what holds for all of them.
class TestAiBatches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatWasRecorded_data() { fixtures({}); }
    void saysWhatWasRecorded();
    void sendsABatchOnceAndCallsALostOneAmbiguous_data() { fixtures(u"send"_s); }
    void sendsABatchOnceAndCallsALostOneAmbiguous();
    void takesALostFileForNoBatch_data() { fixtures(u"send"_s); }
    void takesALostFileForNoBatch();
    void letsNothingLeaveBeforeItsGate_data() { fixtures(u"send"_s); }
    void letsNothingLeaveBeforeItsGate();
    void doesNotTakeAStrangeReplyForABatch_data() { fixtures(u"send"_s); }
    void doesNotTakeAStrangeReplyForABatch();
    void readsNothingOutOfATornLine_data() { fixtures(u"read"_s); }
    void readsNothingOutOfATornLine();
    void refusesMoreThanTheVendorTakes();
    void saysWhereThereIsNone();

private:
    void fixtures(const QString &name);
    AiFixture fixture() const;
};

void TestAiBatches::fixtures(const QString &name)
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    for (const ModelConnectorInfo &model : tests::wholeCatalog().models) {
        int rows = 0;
        for (const AiFixture &one : batchFixtures(model.id)) {
            ++rows;
            if (name.isEmpty() || one.name == name)
                QTest::addRow("%s/%s", qPrintable(model.id), qPrintable(one.name)) << model.id << one.name;
        }
        if ((rows > 0) != (model.largestBatch > 0))
            QTest::qFail(qPrintable(model.id + u" has batches without dialogues, or the other way"_s), __FILE__,
                         __LINE__);
    }
}

AiFixture TestAiBatches::fixture() const
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    for (const AiFixture &one : batchFixtures(id)) {
        if (one.name == name)
            return one;
    }
    QTest::qFail("no such fixture", __FILE__, __LINE__);
    return {};
}

void TestAiBatches::saysWhatWasRecorded()
{
    const AiFixture one = fixture();
    AiBench bench;
    bench.open(one);
    for (const QJsonValue &exchange : one.dialogue())
        bench.script(exchange.toObject());
    const QJsonValue got = batchOutcome(bench, one);
    QCOMPARE(bench.far.complaints(), QString());
    QCOMPARE(batchWritten(got), batchWritten(one.expected()));
    const QJsonArray dialogue = one.dialogue();
    for (qsizetype i = 0; i < dialogue.size(); ++i) {
        const Request &request = bench.far.seen()[size_t(i)];
        const QJsonValue body = dialogue[i][u"request"_s][u"body"_s];
        if (body.isString()) // a form: byte by byte
            QCOMPARE(QString::fromUtf8(request.bytes()), body.toString());
        QVERIFY(!QString::fromUtf8(request.bytes()).contains(tests::madeUpSecret(u"api_key"_s)));
        QVERIFY(!request.url().toString().contains(tests::madeUpSecret(u"api_key"_s)));
    }
}

void TestAiBatches::sendsABatchOnceAndCallsALostOneAmbiguous()
{
    const AiFixture one = fixture();
    for (const Error::Kind kind : {Error::Kind::Timeout, Error::Kind::Offline, Error::Kind::Protocol}) {
        AiBench bench;
        bench.open(one);
        const QJsonArray dialogue = one.dialogue();
        for (qsizetype i = 0; i + 1 < dialogue.size(); ++i)
            bench.script(dialogue[i].toObject());
        bench.script(dialogue.last().toObject()).fails(makeAmbiguous(kind, u"lost"_s));
        int passes = 0;
        const BeforeEffect gate = [&passes] { return batchGateThatCounts(&passes); };
        const Result<QString> id = sendBatch(bench, one, gate);
        QVERIFY(!id.ok());
        QVERIFY(id.error().ambiguous);
        QCOMPARE(passes, 1);
        QCOMPARE(bench.far.complaints(), QString());
    }
}

void TestAiBatches::takesALostFileForNoBatch()
{
    const AiFixture one = fixture();
    if (one.dialogue().size() < 2)
        QSKIP("This vendor takes the questions with the batch.");
    AiBench bench;
    bench.open(one);
    bench.script(one.dialogue().first().toObject()).fails(makeAmbiguous(Error::Kind::Timeout, u"lost"_s));
    int passes = 0;
    const BeforeEffect gate = [&passes] { return batchGateThatCounts(&passes); };
    const Result<QString> id = sendBatch(bench, one, gate);
    QVERIFY(!id.ok());
    QVERIFY(!id.error().ambiguous);
    QCOMPARE(bench.far.complaints(), QString());
}

void TestAiBatches::letsNothingLeaveBeforeItsGate()
{
    const AiFixture one = fixture();
    AiBench bench;
    bench.open(one);
    const BeforeEffect gate = [] { return batchGateThatIsShut(); };
    const Result<QString> id = sendBatch(bench, one, gate);
    QVERIFY(!id.ok());
    QVERIFY(!id.error().ambiguous);
    QVERIFY(bench.far.seen().empty());
}

void TestAiBatches::doesNotTakeAStrangeReplyForABatch()
{
    const AiFixture one = fixture();
    for (const char *body : {"<html>Welcome</html>", "", "{}", "[]", "null"}) {
        AiBench bench;
        bench.open(one);
        const QJsonArray dialogue = one.dialogue();
        for (qsizetype i = 0; i + 1 < dialogue.size(); ++i)
            bench.script(dialogue[i].toObject());
        bench.script(dialogue.last().toObject()).reply(200, body, "application/json");
        int passes = 0;
        const BeforeEffect gate = [&passes] { return batchGateThatCounts(&passes); };
        const Result<QString> id = sendBatch(bench, one, gate);
        QVERIFY2(!id.ok(), body);
        QVERIFY2(id.error().ambiguous, qPrintable(id.error().message));
    }
}

void TestAiBatches::readsNothingOutOfATornLine()
{
    const AiFixture one = fixture();
    AiBench bench;
    bench.open(one);
    const QJsonArray dialogue = one.dialogue();
    for (qsizetype i = 0; i + 1 < dialogue.size(); ++i)
        bench.script(dialogue[i].toObject());
    const QByteArray whole = tests::CrmBench::bodyOf(dialogue.last()[u"reply"_s].toObject());
    bench.script(dialogue.last().toObject()).reply(200, whole.chopped(3), "application/octet-stream");
    QVERIFY(batchOutcome(bench, one)[u"error"_s].isString());
}

void TestAiBatches::refusesMoreThanTheVendorTakes()
{
    for (const ModelConnectorInfo &model : tests::wholeCatalog().models) {
        if (model.largestBatch == 0)
            continue;
        AiBench bench;
        const AiFixture one = batchFixtures(model.id).back();
        bench.open(one);
        const BeforeEffect gate = [] { return batchGateThatIsShut(); };
        const std::vector<ModelQuestion> many(size_t(model.largestBatch) + 1, one.question());
        const Result<QString> id = tests::await(bench.model->sendBatch(u"key"_s, many, gate));
        QVERIFY(!id.ok());
        QVERIFY(bench.far.seen().empty());
    }
}

void TestAiBatches::saysWhereThereIsNone()
{
    AiBench bench;
    bench.open(tests::aiFixtures(u"openai_compatible"_s).front());
    const Result<ModelBatchReading> read = tests::await(bench.model->readBatch(u"batch"_s));
    QVERIFY(!read.ok());
    QVERIFY(read.error().message.contains(u"no batches"_s));
    const Result<std::optional<QString>> found = tests::await(bench.model->findBatch({}));
    QVERIFY(!found.ok());
    QVERIFY(bench.far.seen().empty());
}

PATCHBAY_TESTS(TestAiBatches)
#include "tst_ai_batches.moc"
