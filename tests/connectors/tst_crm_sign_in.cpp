#include "core/ports/sign_in.h"
#include "support/await.h"
#include "support/crm_fixture.h"
#include "support/test_main.h"

#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpSocket>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::CrmBench;
using tests::wholeCatalog;

namespace {

/// connectors/crm/<id>/sign_in.json: where the browser is sent, and what the vendor is asked then.
QJsonObject recordedSignIn(const QString &id)
{
    return tests::fixtureFile(tests::connectorsFolder() + u"/crm/%1/sign_in.json"_s.arg(id));
}

QString valueIn(const QUrlQuery &query, const QString &name) { return query.queryItemValue(name, QUrl::FullyDecoded); }

/// One connector's sign-in, as far as the browser.
struct BrowserBench {
    CrmBench crm;
    Catalog catalog;
    QJsonObject recorded;
    AccountConfig account;
    std::unique_ptr<BrowserSignIn> signIn;
    QUrl page;
    AsyncScope scope;
    QFuture<Result<QHash<QString, QString>>> ending;

    explicit BrowserBench(const QString &id)
        : recorded(recordedSignIn(id))
    {
        crm.services.randomBytes = [](int count) { return QByteArray(count, 'r'); };
        catalog = makeCatalog(crm.services);
        account.name = id;
        account.settings = recorded.value(u"settings"_s).toObject();
        const bool hasSecret = recorded[u"form"_s][u"client_secret"_s].isString();
        if (hasSecret)
            account.secrets.insert(u"client_secret"_s, tests::madeUpSecret(u"client_secret"_s));
    }
    const CrmConnectorInfo &info() const { return *catalog.crm(account.name); }
    /// The port is the same for all connectors, so another sign-in of this machine may have it for a moment.
    bool begin()
    {
        return QTest::qWaitFor(
            [this] {
                signIn = info().signIn(account);
                const Result<QUrl> url = signIn->begin();
                if (url)
                    page = *url;
                return url.ok();
            },
            20000);
    }
    void comeBack(const QString &query)
    {
        ending = scope.run(signIn->secrets());
        QTcpSocket browser;
        browser.connectToHost(u"127.0.0.1"_s, quint16(QUrl(valueIn(QUrlQuery(page), u"redirect_uri"_s)).port()));
        const QString state = valueIn(QUrlQuery(page), u"state"_s);
        browser.write(u"GET /?%1&state=%2 HTTP/1.1\r\nHost: x\r\n\r\n"_s.arg(query, state).toLatin1());
        QVERIFY(QTest::qWaitFor([this] { return ending.isFinished(); }, 10000));
    }
    tests::Exchange &expectExchange()
    {
        tests::Exchange &exchange = crm.far.expect("POST", recorded.value(u"token_url"_s).toString().toUtf8());
        const QJsonObject headers = recorded.value(u"headers"_s).toObject();
        for (auto it = headers.begin(); it != headers.end(); ++it)
            exchange.hasHeader(it.key().toUtf8(), it.value().toString().toUtf8());
        return exchange;
    }
    QByteArray granted() const { return QJsonDocument(recorded.value(u"reply"_s).toObject()).toJson(); }
    QJsonObject device() const { return recorded.value(u"device"_s).toObject(); }
    /// The vendor hands out a code, which is entered there as `answer` says.
    Result<QHash<QString, QString>> signInOnAnotherDevice(int status, const QByteArray &answer)
    {
        const QByteArray handedOut = QJsonDocument(device().value(u"reply"_s).toObject()).toJson();
        crm.far.expect("POST", device().value(u"url"_s).toString().toUtf8()).reply(200, handedOut);
        const QString place = device().value(u"token_url"_s).toString(recorded.value(u"token_url"_s).toString());
        crm.far.expect("POST", place.toUtf8()).reply(status, answer);
        const auto made = info().deviceSignIn(account);
        const Result<DeviceCode> code = tests::await(made->begin());
        if (!code)
            return code.error();
        shown = *code;
        return tests::await(made->secrets());
    }
    DeviceCode shown;
};

/// What `request` lacks of these fields of a form.
QString lackingIn(const Request &request, const QJsonObject &fields)
{
    const QUrlQuery sent(QString::fromUtf8(request.bytes()));
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        if (valueIn(sent, it.key()) != it.value().toString())
            return it.key() + u" is "_s + valueIn(sent, it.key());
    }
    return {};
}

} // namespace

/// The sign-in with the browser of each CRM that recorded it.
class TestCrmSignIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensTheVendorsPage_data() { connectors(); }
    void opensTheVendorsPage();
    void exchangesTheCodeForARefreshToken_data() { connectors(); }
    void exchangesTheCodeForARefreshToken();
    void tellsTheVendorsRefusal_data() { connectors(); }
    void tellsTheVendorsRefusal();
    void isNoSignInWithoutARefreshToken_data() { connectors(); }
    void isNoSignInWithoutARefreshToken();
    void isRefusedWhileTheFormSaysAnotherSignIn_data() { connectors(true); }
    void isRefusedWhileTheFormSaysAnotherSignIn();
    void saysThatNobodySignedInYet_data() { connectors(); }
    void saysThatNobodySignedInYet();
    void showsACodeForAnotherDevice_data() { connectors(false, true); }
    void showsACodeForAnotherDevice();
    void tellsARefusalOnAnotherDevice_data() { connectors(false, true); }
    void tellsARefusalOnAnotherDevice();
    void isRecordedForEachTargetThatOffersIt();
    void offersAnotherDeviceOnlyWhereThatIsRecorded_data() { connectors(); }
    void offersAnotherDeviceOnlyWhereThatIsRecorded();

private:
    void connectors(bool withAChoice = false, bool withADevice = false);
};

void TestCrmSignIn::connectors(bool withAChoice, bool withADevice)
{
    QTest::addColumn<QString>("id");
    const Catalog &catalog = wholeCatalog();
    for (const CrmConnectorInfo &crm : catalog.crms) {
        const bool hasChoice = std::any_of(crm.form.begin(), crm.form.end(),
                                           [](const FormField &field) { return field.key == u"sign_in"_s; });
        const QJsonObject recorded = recordedSignIn(crm.id);
        if (withADevice && !recorded.contains(u"device"_s))
            continue;
        if (!recorded.isEmpty() && (hasChoice || !withAChoice))
            QTest::newRow(qPrintable(crm.id)) << crm.id;
    }
}

void TestCrmSignIn::opensTheVendorsPage()
{
    QFETCH(QString, id);
    BrowserBench bench(id);
    QVERIFY(bool(bench.info().signIn));
    const Result<Done> checked = bench.info().check(bench.account);
    QVERIFY2(checked.ok(), checked.ok() ? "" : qPrintable(checked.error().message));
    QVERIFY(bench.begin());
    QCOMPARE(bench.page.adjusted(QUrl::RemoveQuery).toString(), bench.recorded[u"page"_s].toString());
    const QUrlQuery query(bench.page);
    const QJsonObject expected = bench.recorded.value(u"query"_s).toObject();
    for (auto it = expected.begin(); it != expected.end(); ++it)
        QCOMPARE(valueIn(query, it.key()), it.value().toString());
    QCOMPARE(valueIn(query, u"response_type"_s), u"code"_s);
    QVERIFY(!valueIn(query, u"code_challenge"_s).isEmpty());
    QVERIFY(!bench.page.toString().contains(tests::madeUpSecret(u"client_secret"_s)));
}

void TestCrmSignIn::exchangesTheCodeForARefreshToken()
{
    QFETCH(QString, id);
    BrowserBench bench(id);
    QVERIFY(bench.begin());
    bench.expectExchange().reply(200, bench.granted());
    bench.comeBack(u"code=the-code"_s);
    const Result<QHash<QString, QString>> secrets = bench.ending.result();
    QVERIFY2(secrets.ok(), secrets.ok() ? "" : qPrintable(secrets.error().message));
    QCOMPARE(secrets->value(u"refresh_token"_s), bench.recorded[u"reply"_s][u"refresh_token"_s].toString());
    QCOMPARE(bench.crm.far.complaints(), QString());
    const QUrlQuery sent(QString::fromUtf8(bench.crm.far.seen().front().bytes()));
    QCOMPARE(valueIn(sent, u"code"_s), u"the-code"_s);
    QVERIFY(!valueIn(sent, u"code_verifier"_s).isEmpty());
    const QJsonObject expected = CrmBench::withSecrets(bench.recorded.value(u"form"_s)).toObject();
    for (auto it = expected.begin(); it != expected.end(); ++it)
        QCOMPARE(valueIn(sent, it.key()), it.value().toString());
}

void TestCrmSignIn::tellsTheVendorsRefusal()
{
    QFETCH(QString, id);
    BrowserBench bench(id);
    QVERIFY(bench.begin());
    bench.comeBack(u"error=access_denied&error_description=Not+today"_s);
    QCOMPARE(bench.ending.result().error().kind, Error::Kind::Unauthorized);
    BrowserBench late(id);
    QVERIFY(late.begin());
    late.expectExchange().reply(400, R"({"error":"invalid_grant","error_description":"the code is too old"})");
    late.comeBack(u"code=the-code"_s);
    const Result<QHash<QString, QString>> refused = late.ending.result();
    QVERIFY2(!refused.ok() && refused.error().message.contains(u"the code is too old"),
             refused.ok() ? "" : qPrintable(refused.error().message));
}

void TestCrmSignIn::isNoSignInWithoutARefreshToken()
{
    QFETCH(QString, id);
    BrowserBench bench(id);
    QVERIFY(bench.begin());
    bench.expectExchange().reply(200, R"({"access_token":"for-an-hour","token_type":"Bearer"})");
    bench.comeBack(u"code=the-code"_s);
    QCOMPARE(bench.ending.result().error().kind, Error::Kind::Unauthorized);
}

void TestCrmSignIn::isRefusedWhileTheFormSaysAnotherSignIn()
{
    QFETCH(QString, id);
    BrowserBench bench(id);
    bench.account.settings.remove(u"sign_in"_s); // the form proposes another one
    const Result<QUrl> url = bench.info().signIn(bench.account)->begin();
    QVERIFY(!url.ok());
    QVERIFY2(url.error().message.contains(u"another sign-in"), qPrintable(url.error().message));
}

void TestCrmSignIn::saysThatNobodySignedInYet()
{
    QFETCH(QString, id);
    BrowserBench bench(id);
    const Result<QString> tested = tests::await(bench.info().create(bench.account)->test());
    QCOMPARE(tested.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(tested.error().message.contains(u"Nobody has signed in yet"), qPrintable(tested.error().message));
    QVERIFY(bench.crm.far.seen().empty());
}

void TestCrmSignIn::showsACodeForAnotherDevice()
{
    QFETCH(QString, id);
    BrowserBench bench(id);
    const Result<QHash<QString, QString>> secrets = bench.signInOnAnotherDevice(200, bench.granted());
    QVERIFY2(secrets.ok(), secrets.ok() ? "" : qPrintable(secrets.error().message));
    QCOMPARE(bench.crm.far.complaints(), QString());
    QCOMPARE(secrets->value(u"refresh_token"_s), bench.recorded[u"reply"_s][u"refresh_token"_s].toString());
    QCOMPARE(bench.shown.code, bench.device()[u"reply"_s][u"user_code"_s].toString());
    const QJsonValue handedOut = bench.device().value(u"reply"_s);
    QCOMPARE(bench.shown.page.toString(),
             handedOut[u"verification_uri"_s].toString(handedOut[u"verification_url"_s].toString()));
    QCOMPARE(lackingIn(bench.crm.far.seen().at(0), bench.device().value(u"form"_s).toObject()), QString());
    const QJsonObject poll = CrmBench::withSecrets(bench.device().value(u"poll"_s)).toObject();
    QCOMPARE(lackingIn(bench.crm.far.seen().at(1), poll), QString());
}

void TestCrmSignIn::tellsARefusalOnAnotherDevice()
{
    QFETCH(QString, id);
    BrowserBench bench(id);
    const QJsonObject no = bench.device().value(u"no"_s).toObject();
    const auto refused = bench.signInOnAnotherDevice(400, QJsonDocument(no).toJson());
    QCOMPARE(refused.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(refused.error().message.contains(no.value(u"error_description"_s).toString()),
             qPrintable(refused.error().message));
    BrowserBench late(id);
    const auto noRenewal = late.signInOnAnotherDevice(200, R"({"access_token":"for-an-hour"})");
    QCOMPARE(noRenewal.error().kind, Error::Kind::Unauthorized);
    BrowserBench other(id);
    if (!other.account.settings.contains(u"sign_in"_s))
        return; // there is no other sign-in
    other.account.settings.remove(u"sign_in"_s); // the form proposes another one
    QCOMPARE(tests::await(other.info().deviceSignIn(other.account)->begin()).error().kind, Error::Kind::Refused);
    QVERIFY(other.crm.far.seen().empty());
}

void TestCrmSignIn::isRecordedForEachTargetThatOffersIt()
{
    const Catalog &catalog = wholeCatalog();
    for (const CrmConnectorInfo &crm : catalog.crms)
        QVERIFY2(bool(crm.signIn) != recordedSignIn(crm.id).isEmpty(), qPrintable(crm.id));
}

void TestCrmSignIn::offersAnotherDeviceOnlyWhereThatIsRecorded()
{
    QFETCH(QString, id);
    const BrowserBench bench(id);
    QCOMPARE(bool(bench.info().deviceSignIn), bench.recorded.contains(u"device"_s));
}

PATCHBAY_TESTS(TestCrmSignIn)
#include "tst_crm_sign_in.moc"
