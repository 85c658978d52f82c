// Every target that offers a sign-in with the browser: what it asks its vendor for, and what it keeps.
#include "connectors/kit/oauth_app.h"
#include "core/base/log.h"
#include "crm_outcome.h"
#include "support/test_main.h"

#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpSocket>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::CrmBench;
using tests::CrmFixture;

namespace {

const CrmFixture *signInOf(const std::vector<CrmFixture> &all)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [](const CrmFixture &f) { return f.name == u"sign_in_with_the_browser"; });
    return found == all.end() ? nullptr : &*found;
}

QString itemOf(const QUrl &url, const QString &name) { return QUrlQuery(url).queryItemValue(name, QUrl::FullyDecoded); }

QString faultOf(const Result<Done> &checked) { return checked ? QString() : checked.error().message; }

bool isKey(const FormField &field) { return field.requiredUnless == u"sign_in=browser"_s; }
bool takesAKeyToo(const CrmConnectorInfo &info) { return std::any_of(info.form.begin(), info.form.end(), isKey); }

/// The browser comes back to where the page was told to send it.
void visit(const QUrl &redirect, const QString &query)
{
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, quint16(redirect.port()));
    socket.write("GET /?" + query.toLatin1() + " HTTP/1.1\r\nHost: x\r\n\r\n");
    QVERIFY(QTest::qWaitFor([&socket] { return socket.state() == QAbstractSocket::UnconnectedState; }, 10000));
}

} // namespace

class TestBrowserSignIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void asksForAClientIdFirst_data() { targets(); }
    void asksForAClientIdFirst();
    void sendsThePersonToTheVendor_data() { targets(); }
    void sendsThePersonToTheVendor();
    void exchangesTheCodeForARefreshToken_data() { targets(); }
    void exchangesTheCodeForARefreshToken();
    void keepsARefreshTokenThatTheVendorReplaced_data() { targets(); }
    void keepsARefreshTokenThatTheVendorReplaced();
    void asksForASignInWhileThereIsNone_data() { targets(); }
    void asksForASignInWhileThereIsNone();
    void stillTakesAKeyThatLasts_data() { targets(); }
    void stillTakesAKeyThatLasts();

private:
    void targets();
    /// Begins; the port is everybody's on this computer.
    QUrl begun(BrowserSignIn &signIn);
    std::unique_ptr<CrmBench> m_bench;
    CrmFixture m_fixture;
    CrmConnectorInfo m_info;
    AccountConfig m_account;
};

void TestBrowserSignIn::targets()
{
    QTest::addColumn<QString>("id");
    for (const CrmConnectorInfo &crm : tests::wholeCatalog().crms) {
        if (signInOf(tests::crmFixtures(crm.id)))
            QTest::addRow("%s", qPrintable(crm.id)) << crm.id;
    }
}

void TestBrowserSignIn::init()
{
    QFETCH(QString, id);
    m_bench = std::make_unique<CrmBench>();
    m_bench->services.randomBytes = [](int count) { return QByteArray(count, 'r'); };
    m_info = *makeCatalog(m_bench->services).crm(id);
    m_fixture = *signInOf(tests::crmFixtures(id));
    m_account = tests::accountOf(m_fixture, m_info);
}

QUrl TestBrowserSignIn::begun(BrowserSignIn &signIn)
{
    Result<QUrl> page = signIn.begin();
    const bool free = QTest::qWaitFor(
        [&] {
            if (!page)
                page = signIn.begin();
            return page.ok();
        },
        10000);
    return free ? *page : QUrl();
}

void TestBrowserSignIn::asksForAClientIdFirst()
{
    m_account.settings.remove(u"client_id"_s);
    const Result<QUrl> page = m_info.signIn(m_account)->begin();
    QVERIFY(!page);
    QVERIFY2(page.error().message.contains(u"client id"_s, Qt::CaseInsensitive), qPrintable(page.error().message));
    QVERIFY(!m_info.check(m_account));
}

void TestBrowserSignIn::sendsThePersonToTheVendor()
{
    QCOMPARE(faultOf(m_info.check(m_account)), QString());
    const auto signIn = m_info.signIn(m_account);
    const QUrl page = begun(*signIn);
    QCOMPARE(page.scheme(), u"https"_s);
    QCOMPARE(itemOf(page, u"response_type"_s), u"code"_s);
    QCOMPARE(itemOf(page, u"client_id"_s), m_account.settings.value(u"client_id"_s).toString());
    QCOMPARE(itemOf(page, u"code_challenge_method"_s), u"S256"_s);
    const QUrl redirect(itemOf(page, u"redirect_uri"_s));
    QCOMPARE(redirect.host(), u"localhost"_s);
    QVERIFY(m_info.setupHelp.contains(QString::number(redirect.port())));
    if (!takesAKeyToo(m_info))
        return; // a vendor that looks at neither the port nor the scopes of the registration
    // What the setup page tells people to register; vendors compare it letter by letter.
    QVERIFY2(m_info.setupHelp.contains(redirect.toString()), qPrintable(redirect.toString()));
    for (const QString &scope : itemOf(page, u"scope"_s).split(QRegularExpression(u"[ ,]"_s), Qt::SkipEmptyParts))
        QVERIFY2(m_info.setupHelp.contains(scope), qPrintable(scope));
}

void TestBrowserSignIn::exchangesTheCodeForARefreshToken()
{
    const auto signIn = m_info.signIn(m_account);
    const QUrl page = begun(*signIn);
    const QJsonObject renewal = m_fixture.dialogue().first()[u"request"_s].toObject();
    m_bench->far.expect("POST", renewal.value(u"path"_s).toString().toUtf8())
        .reply(200, R"({"access_token":"access-one","refresh_token":"refresh-one","expires_in":3600})");
    AsyncScope scope;
    const QFuture<Result<QHash<QString, QString>>> ending = scope.run(signIn->secrets());
    visit(QUrl(itemOf(page, u"redirect_uri"_s)), u"code=the-code&state="_s + itemOf(page, u"state"_s));
    QVERIFY(QTest::qWaitFor([&ending] { return ending.isFinished(); }, 10000));
    const Result<QHash<QString, QString>> secrets = ending.result();
    QVERIFY2(secrets.ok(), qPrintable(secrets ? QString() : secrets.error().message));
    QCOMPARE(secrets->value(u"refresh_token"_s), u"refresh-one"_s);
    QCOMPARE(m_bench->far.complaints(), QString());
    const QByteArray sent = m_bench->far.seen().front().bytes();
    QVERIFY2(sent.contains("code=the-code") && sent.contains("grant_type=authorization_code"), sent.constData());
}

void TestBrowserSignIn::keepsARefreshTokenThatTheVendorReplaced()
{
    if (m_info.rotatesSecret.isEmpty())
        return; // the vendor keeps it
    QCOMPARE(m_info.rotatesSecret, u"refresh_token"_s);
    m_bench->open(m_fixture);
    QJsonArray dialogue = m_fixture.dialogue();
    QJsonObject renewal = dialogue.first().toObject();
    QJsonObject reply = renewal.value(u"reply"_s).toObject();
    QJsonObject body = reply.value(u"body"_s).toObject();
    body.insert(u"refresh_token"_s, u"refresh-two"_s);
    reply.insert(u"body"_s, body);
    renewal.insert(u"reply"_s, reply);
    dialogue.replace(0, renewal);
    for (const QJsonValue &exchange : std::as_const(dialogue))
        m_bench->script(exchange.toObject());
    tests::outcome(*m_bench->connector, m_fixture);
    QCOMPARE(m_bench->far.complaints(), QString());
    QCOMPARE(m_bench->stored.value(u"refresh_token"_s), u"refresh-two"_s);
    QVERIFY(!redacted(u"refresh-two"_s).contains(u"refresh-two"_s));
}

void TestBrowserSignIn::asksForASignInWhileThereIsNone()
{
    m_account.secrets.remove(u"refresh_token"_s);
    m_bench->clock.at = tests::timeOf(m_fixture);
    const auto connector = m_info.create(m_account);
    const auto found = tests::await(connector->lookUp(m_fixture.request()));
    QVERIFY(!found);
    QCOMPARE(found.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(found.error().message.contains(u"Sign in with the browser"_s), qPrintable(found.error().message));
    QVERIFY(m_bench->far.seen().empty());
}

void TestBrowserSignIn::stillTakesAKeyThatLasts()
{
    if (!takesAKeyToo(m_info))
        return;
    const auto key = std::find_if(m_info.form.begin(), m_info.form.end(), isKey);
    QVERIFY(key->required);
    QVERIFY(!isNeeded(*key, m_account.settings));
    m_account.settings.remove(u"sign_in"_s);
    QVERIFY(isNeeded(*key, m_account.settings));
    m_account.settings.remove(u"client_id"_s);
    QCOMPARE(faultOf(m_info.check(m_account)), QString());
}

PATCHBAY_TESTS(TestBrowserSignIn)
#include "tst_browser_sign_in.moc"
