// Files that go to another host than the account's, and the addresses and headers that answers name for them.
#include "connectors/kit/elsewhere.h"

#include "connectors/kit/bodies.h"
#include "crm_outcome.h"
#include "support/test_main.h"

#include <functional>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::CrmBench;
using tests::CrmFixture;

namespace {

CrmContext uploadContext(const QString &base, const QString &upload, const QJsonArray &headers = {})
{
    CrmContext context;
    context.base = QUrl(base);
    context.known = {{u"upload"_s, upload}, {u"upload_headers"_s, headers}};
    context.file = {"ab12", u"a.txt"_s, u"text/plain"_s, 5};
    context.bytes = "bytes";
    return context;
}

QJsonArray oneHeader(const QString &name, const QString &value)
{
    return {QJsonObject{{u"key"_s, name}, {u"value"_s, value}}};
}

CrmFixture linearFiles()
{
    for (const CrmFixture &one : tests::crmFixtures(u"linear"_s)) {
        if (one.name == u"files_create"_s)
            return one;
    }
    qFatal("Linear has no recording of files");
}

/// A recorded dialogue in which a call of the first file ends otherwise, so that its later calls are not made.
struct FirstFileFails {
    CrmFixture fixture = linearFiles();
    CrmBench bench = {};

    /// `call`: 0 asks where the bytes go, 1 puts them there.
    explicit FirstFileFails(qsizetype call, const std::function<void(tests::Exchange &, QByteArray)> &otherwise)
    {
        bench.open(fixture);
        const QJsonArray dialogue = fixture.dialogue();
        qsizetype first = 0;
        while (!dialogue.at(first)[u"completes"_s].toBool())
            ++first;
        for (qsizetype i = 0; i < dialogue.size(); ++i) {
            if (i > first + call && i < first + 3)
                continue;
            tests::Exchange &exchange = bench.script(dialogue.at(i).toObject());
            if (i == first + call)
                otherwise(exchange, CrmBench::bodyOf(dialogue.at(i)[u"reply"_s].toObject()));
        }
    }

    Result<Receipt> delivered()
    {
        int passes = 0;
        return tests::delivered(*bench.connector, fixture, &passes);
    }
};

} // namespace

class TestElsewhere : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesPublicAddressesOverHttpsOnly_data();
    void takesPublicAddressesOverHttpsOnly();
    void takesAddressesOfThisComputerForAnAccountOnItOnly();
    void putsTheBytesWithTheHeadersThatAreWanted();
    void sendsNoHeaderOfAConnectionOrSignIn_data();
    void sendsNoHeaderOfAConnectionOrSignIn();
    void goesBelowAnotherAddressOfTheSettings();
    void sendsTheTaskWhenTheAnswerNamesAHostileAddress_data();
    void sendsTheTaskWhenTheAnswerNamesAHostileAddress();
    void takesARefusalOfTheStoreForNoSignInOfOurs();
};

void TestElsewhere::takesPublicAddressesOverHttpsOnly_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("taken");
    const QString store = u"https://storage.googleapis.com/bucket/a%2Fb.txt?X-Goog-Signature=5f%2B"_s;
    QTest::newRow("a store of files") << store << true;
    QTest::newRow("the account's own origin") << u"https://api.crm.example/upload"_s << true;
    QTest::newRow("http") << u"http://storage.googleapis.com/x"_s << false;
    QTest::newRow("a file") << u"file:///etc/passwd"_s << false;
    QTest::newRow("ftp") << u"ftp://storage.example/x"_s << false;
    QTest::newRow("data") << u"data:text/plain,x"_s << false;
    QTest::newRow("a script") << u"javascript:alert(1)"_s << false;
    QTest::newRow("relative") << u"/upload"_s << false;
    QTest::newRow("without a scheme") << u"//storage.example/x"_s << false;
    QTest::newRow("nothing") << QString() << false;
    QTest::newRow("this computer") << u"https://localhost/x"_s << false;
    QTest::newRow("this computer's address") << u"https://127.0.0.1/x"_s << false;
    QTest::newRow("this computer in IPv6") << u"https://[::1]/x"_s << false;
    QTest::newRow("mapped into IPv6") << u"https://[::ffff:10.0.0.1]/x"_s << false;
    QTest::newRow("a private network") << u"https://192.168.1.1/x"_s << false;
    QTest::newRow("the cloud's metadata") << u"https://169.254.169.254/latest/"_s << false;
    QTest::newRow("as a number") << u"https://2130706433/x"_s << false;
    QTest::newRow("a name of the house") << u"https://intranet/x"_s << false;
    QTest::newRow("with a name and password") << u"https://u:p@storage.example/x"_s << false;
    QTest::newRow("a host in the name") << u"https://api.crm.example@evil.example/x"_s << false;
    QTest::newRow("a line break") << u"https://storage.example/x\r\nX-Evil: 1"_s << false;
    QTest::newRow("a fragment") << u"https://storage.example/x#y"_s << false;
    QTest::newRow("without end") << u"https://storage.example/"_s + u"x"_s.repeated(9000) << false;
}

void TestElsewhere::takesPublicAddressesOverHttpsOnly()
{
    QFETCH(QString, address);
    QFETCH(bool, taken);
    const CrmContext context = uploadContext(u"https://api.crm.example/v1"_s, address);
    const Result<QUrl> url = uploadAddress(address, context.base);
    QCOMPARE(url.ok(), taken);
    const Result<Request> request = putAtUploadPlace(context);
    QCOMPARE(request.ok(), taken);
    if (taken) {
        QCOMPARE(request->url().toString(QUrl::FullyEncoded), address);
    } else {
        QCOMPARE(url.error().kind, Error::Kind::Refused);
        QVERIFY(!url.error().ambiguous);
        QVERIFY2(url.error().message.size() < 300, qPrintable(url.error().message));
        QVERIFY(!url.error().message.contains(u"u:p"_s));
    }
}

void TestElsewhere::takesAddressesOfThisComputerForAnAccountOnItOnly()
{
    const CrmContext here = uploadContext(u"http://127.0.0.1:8080"_s, {});
    QVERIFY(uploadAddress(u"http://localhost:9000/put"_s, here.base).ok());
    QVERIFY(uploadAddress(u"http://[::1]:9000/put"_s, here.base).ok());
    QVERIFY(!uploadAddress(u"file:///tmp/x"_s, here.base).ok());
    QVERIFY(!uploadAddress(u"http://192.168.1.1/put"_s, here.base).ok());
    // In a private network the account's own origin is known to the person; another one there is not.
    const CrmContext inside = uploadContext(u"https://10.0.0.5"_s, {});
    QVERIFY(uploadAddress(u"https://10.0.0.5/put"_s, inside.base).ok());
    QVERIFY(!uploadAddress(u"https://10.0.0.6/put"_s, inside.base).ok());
}

void TestElsewhere::putsTheBytesWithTheHeadersThatAreWanted()
{
    const CrmContext context = uploadContext(
        u"https://api.crm.example"_s, u"https://storage.example/put"_s,
        {QJsonObject{{u"key"_s, u"x-goog-content-length-range"_s}, {u"value"_s, u"5,5"_s}},
         QJsonObject{{u"key"_s, u"content-type"_s}, {u"value"_s, u"application/pdf"_s}},
         QJsonObject{{u"key"_s, u"Content-Disposition"_s}, {u"value"_s, u"attachment; filename=\"a.txt\""_s}}});
    const Result<Request> request = putAtUploadPlace(context);
    QVERIFY(request.ok());
    QCOMPARE(request->method(), QByteArray("PUT"));
    QVERIFY(request->changesSomething());
    QCOMPARE(request->bytes(), QByteArray("bytes"));
    const QList<QPair<QByteArray, QByteArray>> wanted{{"x-goog-content-length-range", "5,5"},
                                                      {"Content-Disposition", "attachment; filename=\"a.txt\""},
                                                      {"Content-Type", "application/pdf"}};
    QCOMPARE(request->headers(), wanted);
}

void TestElsewhere::sendsNoHeaderOfAConnectionOrSignIn_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    for (const char *name : {"Host", "host", "Content-Length", "Transfer-Encoding", "Connection", "Cookie", "Upgrade",
                             "Authorization", "Proxy-Authorization", "TE", "x y", "x:y", ""})
        QTest::newRow(*name ? name : "none") << QString::fromLatin1(name) << u"1"_s;
    QTest::newRow("a line break in the value") << u"x-a"_s << u"1\r\nHost: evil.example"_s;
    QTest::newRow("a line break in the name") << u"x-a\r\nHost"_s << u"1"_s;
    QTest::newRow("a line break in the type") << u"Content-Type"_s << u"text/plain\r\nHost: evil.example"_s;
    QTest::newRow("no ASCII") << u"x-a"_s << u"\u00FC"_s;
    QTest::newRow("without end") << u"x-a"_s << u"1"_s.repeated(3000);
}

void TestElsewhere::sendsNoHeaderOfAConnectionOrSignIn()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const Result<Request> request = putAtUploadPlace(
        uploadContext(u"https://api.crm.example"_s, u"https://storage.example/put"_s, oneHeader(name, value)));
    QVERIFY(!request.ok());
    QCOMPARE(request.error().kind, Error::Kind::Refused);
}

void TestElsewhere::goesBelowAnotherAddressOfTheSettings()
{
    CrmContext context = uploadContext(u"https://api.crm.example"_s, {});
    context.settings = {{u"content_url"_s, u"https://content.crm.example/v0/"_s}, {u"field"_s, u"a/b c"_s}};
    const Result<Request> request =
        belowSetting<"content_url", &postJson<"/{field}/x?y={field}", R"({"f": "{file.base64}"})">>(context);
    QVERIFY(request.ok());
    QCOMPARE(request->url().toEncoded(), QByteArray("https://content.crm.example/v0/a%2Fb%20c/x?y=a%2Fb%20c"));
    QCOMPARE(request->bytes(), QByteArray(R"({"f":"Ynl0ZXM="})"));
}

void TestElsewhere::sendsTheTaskWhenTheAnswerNamesAHostileAddress_data()
{
    QTest::addColumn<QString>("address");
    QTest::newRow("http") << u"http://uploads.linear.example/put"_s;
    QTest::newRow("a file") << u"file:///etc/passwd"_s;
    QTest::newRow("this computer") << u"http://127.0.0.1:631/"_s;
    QTest::newRow("a private network") << u"https://192.168.0.1/admin"_s;
}

/// The file stays out and is told, the other one goes; nothing is asked of the address.
void TestElsewhere::sendsTheTaskWhenTheAnswerNamesAHostileAddress()
{
    QFETCH(QString, address);
    FirstFileFails played(0, [&address](tests::Exchange &exchange, QByteArray answer) {
        QJsonObject body = QJsonDocument::fromJson(answer).object();
        const QByteArray named = body[u"data"_s][u"fileUpload"_s][u"uploadFile"_s][u"uploadUrl"_s].toString().toUtf8();
        exchange.reply(200, answer.replace(named, address.toUtf8()));
    });
    const Result<Receipt> result = played.delivered();
    QCOMPARE(played.bench.far.complaints(), QString());
    QVERIFY2(result.ok(), qPrintable(result ? QString() : result.error().message));
    QVERIFY2(result->notice.startsWith(u"Attached 1 of 2. invoice.pdf: the address that the answer names"_s),
             qPrintable(result->notice));
}

/// A store that says 403 is no reason to ask for another access token, or to call the account's key wrong.
void TestElsewhere::takesARefusalOfTheStoreForNoSignInOfOurs()
{
    FirstFileFails played(1, [](tests::Exchange &exchange, const QByteArray &) {
        exchange.reply(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>", "application/xml");
    });
    const Result<Receipt> result = played.delivered();
    QCOMPARE(played.bench.far.complaints(), QString());
    QVERIFY(result.ok());
    QVERIFY2(result->notice.startsWith(u"Attached 1 of 2. invoice.pdf: "_s), qPrintable(result->notice));
}

PATCHBAY_TESTS(TestElsewhere)
#include "tst_elsewhere.moc"
