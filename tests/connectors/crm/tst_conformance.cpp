#include "connectors/kit/services.h"
#include "core/base/log.h"
#include "core/net/http_client.h"
#include "connectors/crm_outcome.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::CrmBench;
using tests::CrmFixture;
using tests::Exchange;
using tests::wholeCatalog;

namespace {

Async<Result<Done>> shutGate() { co_return makeError(Error::Kind::Conflict, u"another console has it"_s); }

Result<Receipt> deliver(CrmBench &bench, const CrmFixture &fixture, int *passes)
{
    return tests::delivered(*bench.connector, fixture, passes);
}

QByteArray written(const QJsonValue &value) { return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Indented); }

/// Scripts a delivery up to the step that cannot be taken back and returns that step.
Exchange &scriptEffect(CrmBench &bench, const CrmFixture &fixture)
{
    const QJsonArray dialogue = fixture.dialogue();
    for (qsizetype i = 0; i + 1 < dialogue.size(); ++i)
        bench.script(dialogue.at(i).toObject());
    return bench.script(dialogue.last().toObject());
}

int effectsOf(const CrmBench &bench)
{
    const std::vector<Request> &seen = bench.far.seen();
    return int(std::count_if(seen.begin(), seen.end(), [](const Request &r) { return r.changesSomething(); }));
}

/// The last request as it was sent before.
Request sentBefore(const std::vector<Request> &seen)
{
    for (size_t i = seen.size() - 1; i-- > 0;) {
        if (seen[i].method() == seen.back().method() && seen[i].url() == seen.back().url())
            return seen[i];
    }
    return Request("NONE", QUrl());
}

bool carriesInAHeader(const Request &request, const QString &key)
{
    return std::any_of(request.headers().begin(), request.headers().end(),
                       [&key](const auto &header) { return header.second.contains(key.toUtf8()); });
}

/// What a repeat on the same connection asks again: not the sign-in, nor the vendor's facts.
void scriptRepeat(CrmBench &bench, const CrmFixture &fixture)
{
    for (const QJsonValue &exchange : fixture.dialogue()) {
        if (!exchange[u"once"_s].toBool())
            bench.script(exchange.toObject());
    }
}

/// A vendor whose recorded answer for nothing is a 204.
bool saysNothingWithNoContent(const QString &connector)
{
    const std::vector<CrmFixture> &all = tests::crmFixtures(connector);
    return std::any_of(all.begin(), all.end(), [](const CrmFixture &one) {
        return one.action() == u"lookup"_s && one.expected().isNull() && !one.dialogue().isEmpty()
            && one.dialogue().last()[u"reply"_s][u"status"_s].toInt() == 204;
    });
}

bool carriesSecret(const QString &text, const CrmConnectorInfo &info)
{
    for (const FormField &field : info.form) {
        if (field.kind == FormField::Kind::Secret && text.contains(tests::madeUpSecret(field.key)))
            return true;
    }
    return false;
}

} // namespace

class TestConformance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatWasRecorded_data() { fixtures(false); }
    void saysWhatWasRecorded();
    void putsNoSecretIntoAUrl_data() { fixtures(false); }
    void putsNoSecretIntoAUrl();
    void survivesATruncatedAnswer_data() { fixtures(false); }
    void survivesATruncatedAnswer();
    void takesNoEmptyAnswerForNothingThere_data() { fixtures(false); }
    void takesNoEmptyAnswerForNothingThere();
    void sendsTheSameKeyAgain_data() { fixtures(true); }
    void sendsTheSameKeyAgain();
    void callsALostAnswerAmbiguous_data() { fixtures(true); }
    void callsALostAnswerAmbiguous();
    void callsAnUnreachableServerNotSent_data() { fixtures(true); }
    void callsAnUnreachableServerNotSent();
    void doesNotTakeAStrangeAnswerForSuccess_data() { fixtures(true); }
    void doesNotTakeAStrangeAnswerForSuccess();
    void carriesNoKeyToAnotherOrigin_data() { fixtures(true); }
    void carriesNoKeyToAnotherOrigin();
    void strikesAnEchoedSecretOut_data() { fixtures(true); }
    void strikesAnEchoedSecretOut();
    void asksBeforeTheEffectAndStopsWhenTold_data() { fixtures(true); }
    void asksBeforeTheEffectAndStopsWhenTold();
    void showsTheRequestBeforeItsKeyIsMade_data() { fixtures(true); }
    void showsTheRequestBeforeItsKeyIsMade();

private:
    void fixtures(bool acceptedOnly);
    CrmFixture fixture() const;
};

void TestConformance::fixtures(bool acceptedOnly)
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    const Catalog &catalog = wholeCatalog();
    for (const CrmConnectorInfo &crm : catalog.crms) {
        const std::vector<CrmFixture> &all = tests::crmFixtures(crm.id);
        int rows = 0;
        for (const CrmFixture &one : all) {
            if (acceptedOnly && !one.isAccepted())
                continue;
            ++rows;
            QTest::addRow("%s/%s", qPrintable(crm.id), qPrintable(one.name)) << crm.id << one.name;
        }
        if (rows == 0) // a connector without recorded dialogues fails every law
            QTest::qFail(qPrintable(crm.id + u" has no fixtures"_s), __FILE__, __LINE__);
    }
}

CrmFixture TestConformance::fixture() const
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    for (const CrmFixture &one : tests::crmFixtures(id)) {
        if (one.name == name)
            return one;
    }
    QTest::qFail("no such fixture", __FILE__, __LINE__);
    return {};
}

void TestConformance::saysWhatWasRecorded()
{
    const CrmFixture one = fixture();
    CrmBench bench;
    bench.open(one);
    for (const QJsonValue &exchange : one.dialogue())
        bench.script(exchange.toObject());
    const QJsonValue got = tests::outcome(*bench.connector, one);
    QCOMPARE(bench.far.complaints(), QString());
    QCOMPARE(written(got), written(one.expected()));
}

void TestConformance::putsNoSecretIntoAUrl()
{
    const CrmFixture one = fixture();
    const Catalog &catalog = wholeCatalog();
    CrmBench bench;
    bench.open(one);
    for (const QJsonValue &exchange : one.dialogue())
        bench.script(exchange.toObject());
    tests::outcome(*bench.connector, one);
    const std::vector<Request> &seen = bench.far.seen();
    for (size_t i = 0; i < seen.size(); ++i) {
        const QString url = seen[i].url().toString(QUrl::FullyEncoded);
        const QJsonValue recorded = one.dialogue().at(qsizetype(i))[u"request"_s];
        // Only where the vendor takes it nowhere else, and then no log shows it.
        if (recorded[u"path"_s].toString().contains(u"{secret:"_s))
            QVERIFY(!carriesSecret(redacted(url), *catalog.crm(one.connector)));
        else
            QVERIFY2(!carriesSecret(url, *catalog.crm(one.connector)), qPrintable(url));
        const QByteArray body = QJsonDocument(QJsonArray{recorded[u"body"_s]}).toJson();
        if (!body.contains("{secret:"))
            QVERIFY(!carriesSecret(QString::fromUtf8(seen[i].bytes()), *catalog.crm(one.connector)));
    }
}

void TestConformance::survivesATruncatedAnswer()
{
    const CrmFixture one = fixture();
    if (one.dialogue().isEmpty())
        return;
    if (one.expected().isNull() && one.dialogue().last()[u"reply"_s][u"status"_s].toInt() == 404)
        return; // "not there" is told by the status alone
    const QByteArray whole = CrmBench::bodyOf(one.dialogue().last().toObject().value(u"reply"_s).toObject());
    const QByteArray type = "application/json";
    const qsizetype step = qMax<qsizetype>(1, whole.size() / 150);
    const int status = one.dialogue().last()[u"reply"_s][u"status"_s].toInt();
    for (qsizetype size = 0; size < whole.size(); size += step) {
        CrmBench bench;
        bench.open(one);
        scriptEffect(bench, one).reply(status, whole.left(size), type);
        const QJsonValue got = tests::outcome(*bench.connector, one);
        QVERIFY2(got[u"error"_s].isString(),
                 qPrintable(u"%1 bytes: %2"_s.arg(size).arg(QString::fromUtf8(written(got)))));
        if (one.isAccepted())
            QVERIFY(got[u"ambiguous"_s].toBool());
    }
}

void TestConformance::takesNoEmptyAnswerForNothingThere()
{
    const CrmFixture one = fixture();
    if (one.action() != u"lookup"_s || !one.expected().isNull())
        return;
    const bool isList = one.dialogue().last()[u"reply"_s][u"body"_s].isArray(); // then [] is the answer for nothing
    for (const char *answer : {"{}", "{\"ok\":true}", isList ? "null" : "[]", ""}) {
        CrmBench bench;
        bench.open(one);
        scriptEffect(bench, one).reply(200, answer);
        const QJsonValue got = outcome(*bench.connector, one);
        QVERIFY2(got[u"error"_s].isString(), answer); // else a repeat would make a second task
    }
    if (saysNothingWithNoContent(one.connector))
        return;
    CrmBench bench;
    bench.open(one);
    scriptEffect(bench, one).reply(204, "");
    const QJsonValue got = outcome(*bench.connector, one);
    QVERIFY2(got[u"error"_s].isString(), "204");
}

void TestConformance::sendsTheSameKeyAgain()
{
    const CrmFixture one = fixture();
    CrmBench bench;
    bench.open(one);
    scriptEffect(bench, one).fails(makeAmbiguous(Error::Kind::Timeout, u"lost"_s));
    scriptRepeat(bench, one); // compares the whole body, if recorded
    int passes = 0;
    QVERIFY(!deliver(bench, one, &passes).ok());
    QVERIFY(deliver(bench, one, &passes).ok());
    QCOMPARE(passes, effectsOf(bench));
    QVERIFY(passes >= 2);
    QCOMPARE(bench.far.complaints(), QString());
    const std::vector<Request> &seen = bench.far.seen();
    QCOMPARE(seen.back().bytes(), sentBefore(seen).bytes());
    QVERIFY(seen.back().bytes().contains(one.request().key.toUtf8())
            || seen.back().url().toString().contains(one.request().key)
            || carriesInAHeader(seen.back(), one.request().key));
}

void TestConformance::callsALostAnswerAmbiguous()
{
    const CrmFixture one = fixture();
    for (const Error::Kind kind : {Error::Kind::Timeout, Error::Kind::Offline, Error::Kind::Protocol}) {
        CrmBench bench;
        bench.open(one);
        scriptEffect(bench, one).fails(makeAmbiguous(kind, u"lost"_s));
        int passes = 0;
        const Result<Receipt> result = deliver(bench, one, &passes);
        QVERIFY(!result.ok());
        QVERIFY(result.error().ambiguous);
        QCOMPARE(passes, effectsOf(bench));
        QCOMPARE(bench.far.complaints(), QString()); // no repeat
    }
}

void TestConformance::callsAnUnreachableServerNotSent()
{
    const CrmFixture one = fixture();
    CrmBench bench;
    bench.open(one);
    scriptEffect(bench, one).fails(makeError(Error::Kind::Offline, u"refused"_s));
    int passes = 0;
    const Result<Receipt> result = deliver(bench, one, &passes);
    QVERIFY(!result.ok());
    // A call that completes: the task, at least, may be there.
    QCOMPARE(result.error().ambiguous, one.dialogue().last()[u"completes"_s].toBool());
    QVERIFY(result.error().isTransient());
}

void TestConformance::doesNotTakeAStrangeAnswerForSuccess()
{
    const CrmFixture one = fixture();
    const std::tuple<int, const char *, const char *> answers[] = {{200, "<html>Welcome</html>", "text/html"},
                                                                   {201, "", "application/json"},
                                                                   {201, "{}", "application/json"},
                                                                   {201, "[]", "application/json"},
                                                                   {200, "null", "application/json"},
                                                                   {202, "{\"queued\":true}", "application/json"},
                                                                   {500, "{}", "application/json"},
                                                                   {503, "", "text/plain"}};
    for (const auto &[status, body, type] : answers) {
        CrmBench bench;
        bench.open(one);
        scriptEffect(bench, one).reply(status, body, type);
        int passes = 0;
        const Result<Receipt> result = deliver(bench, one, &passes);
        QVERIFY2(!result.ok(), body);
        QVERIFY2(result.error().ambiguous, qPrintable(result.error().message));
        QCOMPARE(bench.far.complaints(), QString());
    }
}

void TestConformance::carriesNoKeyToAnotherOrigin()
{
    const CrmFixture one = fixture();
    for (const int status : {301, 302, 303, 307, 308}) {
        CrmBench bench;
        bench.open(one);
        scriptEffect(bench, one).reply(status, "", "").withHeader("location", "https://elsewhere.example/issues.json");
        int passes = 0;
        const Result<Receipt> result = deliver(bench, one, &passes);
        QVERIFY(!result.ok());
        QCOMPARE(bench.far.complaints(), QString()); // nothing was asked of the other origin
    }
}

void TestConformance::strikesAnEchoedSecretOut()
{
    const CrmFixture one = fixture();
    const Catalog &catalog = wholeCatalog();
    const CrmConnectorInfo &info = *catalog.crm(one.connector);
    QString echo;
    for (const FormField &field : info.form) {
        if (field.kind == FormField::Kind::Secret)
            echo += tests::madeUpSecret(field.key) + u' ';
    }
    for (const int status : {401, 422, 500}) {
        CrmBench bench;
        bench.open(one);
        const QJsonObject body{{u"errors"_s, QJsonArray{u"bad key "_s + echo}}};
        scriptEffect(bench, one).reply(status, QJsonDocument(body).toJson());
        int passes = 0;
        const Result<Receipt> result = deliver(bench, one, &passes);
        QVERIFY(!result.ok());
        QVERIFY2(!carriesSecret(result.error().message, info), qPrintable(result.error().message));
    }
}

void TestConformance::asksBeforeTheEffectAndStopsWhenTold()
{
    const CrmFixture one = fixture();
    CrmBench open;
    open.open(one);
    for (const QJsonValue &exchange : one.dialogue())
        open.script(exchange.toObject());
    int passes = 0;
    QVERIFY(deliver(open, one, &passes).ok());
    QCOMPARE(passes, effectsOf(open));

    CrmBench bench;
    bench.open(one);
    for (size_t i = 0; !open.far.seen()[i].changesSomething(); ++i)
        bench.script(one.dialogue().at(qsizetype(i)).toObject());
    const BeforeEffect gate = [] { return shutGate(); };
    const Result<Receipt> result = tests::await(bench.connector->deliver(one.request(), gate));
    QVERIFY(!result.ok());
    QVERIFY(!result.error().ambiguous);
    QCOMPARE(bench.far.complaints(), QString());
    QCOMPARE(effectsOf(bench), 0);
}

/// The window shows words where the key will stand.
void TestConformance::showsTheRequestBeforeItsKeyIsMade()
{
    const CrmFixture one = fixture();
    CrmBench bench;
    bench.open(one);
    DeliveryRequest request = one.request();
    request.key = u"(key made when you accept)"_s;
    const Result<QString> shown = bench.connector->preview(request);
    QVERIFY2(shown.ok(), qPrintable(shown.ok() ? QString() : shown.error().message));
    QVERIFY(!shown->isEmpty());
    request.key = u"key\nX"_s;
    const BeforeEffect gate = [] { return shutGate(); };
    QVERIFY(!tests::await(bench.connector->deliver(request, gate)).ok());
    QCOMPARE(bench.far.seen().size(), size_t(0)); // nothing is asked with a key that could not be found again
}

PATCHBAY_TESTS(TestConformance)
#include "tst_conformance.moc"
