#include "core/net/http_client.h"
#include "core/net/public_host.h"
#include "support/await.h"
#include "support/hand_clock.h"
#include "support/scripted_transport.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

HttpSettings withFurtherOrigin(const Credentials &credentials)
{
    HttpSettings settings;
    settings.base = QUrl(u"https://api.crm.example/v0"_s);
    settings.further = {QUrl(u"https://content.crm.example/v0"_s)};
    settings.credentials = credentials;
    settings.rules.who = u"The CRM"_s;
    return settings;
}

} // namespace

/// Which hosts a request may go to, and which of them hear the secret.
class TestOrigins : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsPublicHostsFromPrivateOnes_data();
    void tellsPublicHostsFromPrivateOnes();
    void showsTheSecretToFurtherOriginsOfTheSettings();
    void putsNoSecretIntoAnotherHostsAddress();
    void knowsWhatLeavesHome();
};

void TestOrigins::tellsPublicHostsFromPrivateOnes_data()
{
    QTest::addColumn<bool>("isPublic");
    for (const char *host : {"uploads.linear.app", "storage.googleapis.com", "xn--bcher-kva.example", "8.8.8.8",
                             "172.15.0.1", "2606:4700::1111", "bucket.s3.amazonaws.com."})
        QTest::newRow(host) << true;
    for (const char *host : {"localhost",
                             "a.localhost",
                             "LOCALHOST.",
                             "intranet",
                             "printer.local",
                             "metadata.google.internal",
                             "router.lan",
                             "1.0.0.127.in-addr.arpa",
                             "127.0.0.1",
                             "127.1.2.3",
                             "0.0.0.0",
                             "10.1.2.3",
                             "100.64.0.1",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "198.18.0.1",
                             "224.0.0.1",
                             "255.255.255.255",
                             "2130706433",
                             "0x7f000001",
                             "0x7f.0x1",
                             "1.2.3.4.5",
                             "::",
                             "::1",
                             "fe80::1",
                             "fd00::1",
                             "ff02::1",
                             "::ffff:10.0.0.1",
                             "::ffff:127.0.0.1",
                             "::127.0.0.1",
                             "64:ff9b::7f00:1",
                             "2002:7f00:1::",
                             ""})
        QTest::newRow(*host ? host : "none") << false;
}

void TestOrigins::tellsPublicHostsFromPrivateOnes()
{
    QFETCH(bool, isPublic);
    const QString host = QString::fromLatin1(QTest::currentDataTag());
    QCOMPARE(isPublicHost(host == u"none"_s ? QString() : host), isPublic);
    // As an address spells it.
    const QUrl url(host.contains(u':') ? u"https://[%1]/x"_s.arg(host) : u"https://%1/x"_s.arg(host));
    QCOMPARE(isPublicHost(url.host()), isPublic);
}

void TestOrigins::showsTheSecretToFurtherOriginsOfTheSettings()
{
    tests::HandClock clock;
    tests::ScriptedTransport far;
    HttpClient http(
        far, clock, [] { return 0.5; }, withFurtherOrigin(Credentials::bearer(u"s3cr3t-1a2b3c4d"_s)));
    far.expect("GET", "https://content.crm.example/v0/x").hasHeader("Authorization", "Bearer s3cr3t-1a2b3c4d");
    const QStringList others{u"http://content.crm.example/v0/x"_s, u"https://content.crm.example:8443/v0/x"_s,
                             u"https://content.crm.example.evil.example/v0/x"_s, u"https://crm.example/v0/x"_s};
    for (const QString &other : others)
        far.expect("GET", other.toUtf8()).lacksHeader("Authorization");
    for (const QString &address : QStringList{u"https://content.crm.example/v0/x"_s} + others)
        QVERIFY(tests::await(http.send(Request("GET", QUrl(address)))).ok());
    QCOMPARE(far.complaints(), QString());
}

void TestOrigins::putsNoSecretIntoAnotherHostsAddress()
{
    tests::HandClock clock;
    tests::ScriptedTransport far;
    const Credentials inQuery = Credentials::inQuery("key", u"s3cr3t-1a2b3c4d"_s);
    HttpClient http(
        far, clock, [] { return 0.5; }, withFurtherOrigin(inQuery));
    far.expect("GET", "https://store.example/put?sig=1");
    QVERIFY(tests::await(http.send(Request("GET", QUrl(u"https://store.example/put?sig=1"_s)))).ok());
    QCOMPARE(far.complaints(), QString());
}

void TestOrigins::knowsWhatLeavesHome()
{
    tests::HandClock clock;
    tests::ScriptedTransport far;
    const HttpClient http(
        far, clock, [] { return 0.5; }, withFurtherOrigin({}));
    const auto leaves = [&http](const QString &address) { return http.leavesHome(Request("GET", QUrl(address))); };
    QVERIFY(!leaves(u"/tasks"_s));
    QVERIFY(!leaves(u"https://api.crm.example/other"_s));
    QVERIFY(!leaves(u"https://content.crm.example/x"_s));
    QVERIFY(leaves(u"http://api.crm.example/v0"_s));
    QVERIFY(leaves(u"https://store.example/put"_s));
}

PATCHBAY_TESTS(TestOrigins)
#include "tst_origins.moc"
