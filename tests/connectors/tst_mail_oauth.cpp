#include "connectors/kit/access_tokens.h"
#include "support/mail_bench.h"
#include "support/manual_clock.h"
#include "support/scripted_transport.h"
#include "support/test_main.h"

#include <QtCore/QUrlQuery>

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

QByteArray xoauth(const QByteArray &token) { return ("user=ana\1auth=Bearer " + token + "\1\1").toBase64(); }

/// A mailbox at Google that signs in with OAuth 2.0, its servers and Google's token address being scripts.
class OAuthBench : public MailBench {
public:
    OAuthBench()
    {
        services().transport = &far;
        services().clock = &clock;
        services().randomBytes = [](int count) { return QByteArray(count, 'r'); };
        services().storeSecret = [this](AccountConfig, QString field, QString value) {
            return keep(this, field, value);
        };
        account.secrets = {{u"refresh_token"_s, u"refresh-one"_s}};
        set("sign_in", u"google"_s);
        set("client_id", u"desk"_s);
    }

    Exchange &renewal(const QByteArray &reply, const QByteArray &refreshToken = "refresh-one",
                      const QByteArray &at = "https://oauth2.googleapis.com/token")
    {
        return far.expect("POST", at)
            .bodyIs(QString::fromUtf8("grant_type=refresh_token&refresh_token=" + refreshToken + "&client_id=desk"))
            .reply(200, reply);
    }
    QString said() const { return sentences.join(u'|'); }

    ScriptedTransport far;
    ManualClock clock;
    QStringList stored;

private:
    static Async<Result<Done>> keep(OAuthBench *bench, QString field, QString value)
    {
        bench->stored << field + u'=' + value;
        co_return Done{};
    }
};

QByteArray imapIn(const QByteArray &token, const QByteArray &answer = "S: P2 OK [CAPABILITY IMAP4rev1 IDLE] in\n")
{
    return "S: * OK ready\nC: P1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2\nS: P1 OK\n"
           "C: P2 AUTHENTICATE XOAUTH2 "
        + xoauth(token) + '\n' + answer;
}

QByteArray smtpIn(const QByteArray &token, const QByteArray &answer = "S: 235 in\n")
{
    return "S: 220 hi\nC: EHLO [127.0.0.1]\nS: 250-hi\nS: 250-8BITMIME\nS: 250 AUTH PLAIN XOAUTH2\nC: AUTH XOAUTH2 "
        + xoauth(token) + '\n' + answer;
}

const QByteArray imapNo = "S: + eyJzdGF0dXMiOiI0MDAifQ==\nC: \nS: P2 NO [AUTHENTICATIONFAILED] Expired\n";
const QByteArray smtpNo = "S: 334 eyJzdGF0dXMiOiI0MDAifQ==\nC: \nS: 535 5.7.8 Expired\n";
const QByteArray idle = "C: P4 UID SEARCH UID 1:*\nS: * SEARCH\nS: P4 OK\nC: P5 IDLE\nS: + idling\n";
const QByteArray smtpSends =
    "C: MAIL FROM:<support@example.org>\nS: 250 ok\nC: RCPT TO:<zoe@customer.test>\nS: 250 ok\n"
    "C: DATA\nS: 354 go\nT: \nS: 250 taken\nC: QUIT\n";

DeliveryRequest replyToZoe()
{
    OutboundMessage message;
    message.messageId = u"0190-oauth@example.org"_s;
    message.from = {u"Support"_s, u"support@example.org"_s};
    message.to = {{u"Zoe"_s, u"zoe@customer.test"_s}};
    message.subject = u"Re: lamp"_s;
    message.text = u"Fixed."_s;
    message.createdAt = Timestamp::from(QDateTime(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC));
    DeliveryRequest request;
    request.key = message.messageId;
    request.payload = toJson(message);
    return request;
}

Async<Result<Done>> goAhead() { co_return Done{}; }

Result<Receipt> sendReply(OAuthBench &bench)
{
    return await(bench.connector().deliver(replyToZoe(), [] { return goAhead(); }));
}

} // namespace

/// A mailbox that signs in with OAuth 2.0: its form, its tokens, and when they are renewed.
class MailOAuth : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void signsInToBothServersWithOneToken();
    void keepsACopyWithTheSameToken();
    void renewsATokenThatImapRefuses();
    void renewsATokenThatSmtpRefuses();
    void givesUpWithTheServersWordsAfterOneRenewal();
    void makesNoNewTokenForOneThatWasJustMade();
    void saysThatTheSignInIsOver();
    void storesTheRefreshTokenThatMicrosoftReplaced();
    void triesTheSettingsWithTheTokenOfTheLiveConnection();
    void saysWhatIsNotStored();
    void givesDeliveriesTimeForASecondSignIn();
    void opensTheProvidersPage_data();
    void opensTheProvidersPage();
    void hasNoPageToOpenForAPassword();
    void namesTheWrongField_data();
    void namesTheWrongField();
};

void MailOAuth::signsInToBothServersWithOneToken()
{
    OAuthBench bench;
    bench.renewal(R"({"access_token":"token-aaaa","expires_in":3600})");
    bench.server.expect(imapIn("token-aaaa") + imapOpened(12, 40) + "C: P4 LOGOUT\n");
    bench.server.expect(smtpIn("token-aaaa") + "C: MAIL FROM:<support@example.org>\nS: 250 ok\nC: RSET\nC: QUIT\n");
    const auto said = await(bench.connector().test());
    QVERIFY2(said.ok(), said ? "" : qPrintable(said.error().message));
    PATCHBAY_PLAYED(bench);
    QCOMPARE(bench.far.complaints(), QString());
    QCOMPARE(bench.far.seen().size(), size_t(1));
}

void MailOAuth::keepsACopyWithTheSameToken()
{
    OAuthBench bench;
    bench.set("sent_folder", u"Sent"_s);
    bench.renewal(R"({"access_token":"token-aaaa","expires_in":3600})");
    bench.server.expect(smtpIn("token-aaaa") + smtpSends);
    bench.server.expect(imapIn("token-aaaa") + "C: P3 EXAMINE \"Sent\"\nS: * OK [UIDVALIDITY 1]\nS: P3 OK\n"
                        + "C: P4 UID SEARCH HEADER Message-ID \"0190-oauth@example.org\"\nS: * SEARCH 4\nS: P4 OK\n"
                          "C: P5 LOGOUT\n");
    const auto receipt = sendReply(bench);
    QVERIFY2(receipt.ok(), receipt ? "" : qPrintable(receipt.error().message));
    QCOMPARE(receipt->response, u"250 taken"_s);
    PATCHBAY_PLAYED(bench);
    QCOMPARE(bench.far.complaints(), QString());
}

void MailOAuth::renewsATokenThatImapRefuses()
{
    OAuthBench bench;
    bench.renewal(R"({"access_token":"token-aaaa"})");
    bench.server.expect(imapIn("token-aaaa") + imapOpened(0, 1) + idle + "W: 100\nX: close\n");
    bench.renewal(R"({"access_token":"token-bbbb"})");
    bench.server.expect(imapIn("token-aaaa", imapNo));
    bench.server.expect(imapIn("token-bbbb") + imapOpened(0, 1) + idle);
    bench.connector().start({}, bench.sink());
    QTRY_COMPARE(bench.caughtUp, 1);
    bench.clock.advance(2h);
    PATCHBAY_PLAYED(bench);
    QTRY_COMPARE(int(bench.health), int(Health::Ok));
    QCOMPARE(bench.far.complaints(), QString());
    QVERIFY2(!bench.said().contains(u"Expired"), qPrintable(bench.said()));
}

void MailOAuth::renewsATokenThatSmtpRefuses()
{
    OAuthBench bench;
    bench.renewal(R"({"access_token":"token-aaaa"})");
    bench.server.expect(smtpIn("token-aaaa") + smtpSends);
    bench.server.expect(smtpIn("token-aaaa", smtpNo));
    bench.renewal(R"({"access_token":"token-bbbb"})");
    bench.server.expect(smtpIn("token-bbbb") + smtpSends);
    QVERIFY(sendReply(bench).ok());
    bench.clock.advance(2h);
    const auto second = sendReply(bench);
    QVERIFY2(second.ok(), second ? "" : qPrintable(second.error().message));
    PATCHBAY_PLAYED(bench);
    QCOMPARE(bench.far.complaints(), QString());
}

void MailOAuth::givesUpWithTheServersWordsAfterOneRenewal()
{
    OAuthBench bench;
    bench.clock.tick(1min); // every look at the clock: a renewal is never "just made"
    bench.renewal(R"({"access_token":"token-aaaa"})");
    bench.server.expect(smtpIn("token-aaaa", smtpNo));
    bench.renewal(R"({"access_token":"token-bbbb"})");
    bench.server.expect(smtpIn("token-bbbb", smtpNo));
    const auto refused = sendReply(bench);
    QCOMPARE(refused.error().kind, Error::Kind::Unauthorized);
    QVERIFY(!refused.error().ambiguous);
    QVERIFY2(refused.error().message.contains(u"\"status 400; 535 5.7.8 Expired\""),
             qPrintable(refused.error().message));
    PATCHBAY_PLAYED(bench);
    QCOMPARE(bench.server.surplus(), 0);
    QCOMPARE(bench.far.complaints(), QString());
}

void MailOAuth::makesNoNewTokenForOneThatWasJustMade()
{
    OAuthBench bench;
    bench.renewal(R"({"access_token":"token-aaaa","expires_in":3600})");
    bench.server.expect(imapIn("token-aaaa", imapNo));
    bench.connector().start({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"\"status 400; Expired\""), qPrintable(bench.said()));
    QVERIFY2(!bench.said().contains(u"token-aaaa"), qPrintable(bench.said()));
    QTest::qWait(200); // 20 times the first wait after a lost connection
    QCOMPARE(bench.server.surplus(), 0);
    QCOMPARE(bench.far.complaints(), QString());
}

void MailOAuth::saysThatTheSignInIsOver()
{
    OAuthBench bench;
    bench.far.expect("POST", "https://oauth2.googleapis.com/token")
        .reply(400, R"({"error":"invalid_grant","error_description":"Token has been expired or revoked."})");
    bench.connector().start({}, bench.sink());
    QTRY_COMPARE(int(bench.health), int(Health::Failed));
    QVERIFY2(bench.said().contains(u"Token has been expired or revoked.")
                 && bench.said().contains(u"Sign in to Google again in its settings."),
             qPrintable(bench.said()));
    QCOMPARE(bench.server.surplus(), 0);
}

void MailOAuth::storesTheRefreshTokenThatMicrosoftReplaced()
{
    OAuthBench bench;
    bench.set("sign_in", u"microsoft"_s);
    const QByteArray at = "https://login.microsoftonline.com/common/oauth2/v2.0/token";
    bench.renewal(R"({"access_token":"token-aaaa","expires_in":3600,"refresh_token":"refresh-two"})", "refresh-one",
                  at);
    bench.server.expect(smtpIn("token-aaaa") + smtpSends);
    bench.renewal(R"({"access_token":"token-bbbb","expires_in":3600})", "refresh-two", at);
    bench.server.expect(smtpIn("token-bbbb") + smtpSends);
    QVERIFY(sendReply(bench).ok());
    QCOMPARE(bench.stored, QStringList{u"refresh_token=refresh-two"_s});
    QCOMPARE(bench.info().rotatesSecret, u"refresh_token"_s);
    bench.clock.advance(2h);
    QVERIFY(sendReply(bench).ok());
    QCOMPARE(bench.far.complaints(), QString());
}

void MailOAuth::triesTheSettingsWithTheTokenOfTheLiveConnection()
{
    OAuthBench bench;
    bench.services().tokens = std::make_shared<SharedTokens>();
    bench.renewal(R"({"access_token":"token-aaaa","expires_in":3600,"refresh_token":"refresh-two"})");
    bench.server.expect(smtpIn("token-aaaa") + smtpSends);
    QVERIFY(sendReply(bench).ok());
    AccountConfig stored = bench.account;
    stored.secrets.insert(u"refresh_token"_s, u"refresh-two"_s);
    const auto trial = bench.info().create(stored);
    bench.server.expect(imapIn("token-aaaa") + imapOpened(0, 1) + "C: P4 LOGOUT\n");
    bench.server.expect(smtpIn("token-aaaa") + "C: MAIL FROM:<support@example.org>\nS: 250 ok\nC: RSET\nC: QUIT\n");
    const Result<QString> tried = await(trial->test());
    QVERIFY2(tried.ok(), tried.ok() ? "" : qPrintable(tried.error().message + bench.server.state()));
    QCOMPARE(bench.far.complaints(), QString());
    QCOMPARE(bench.far.seen().size(), size_t(1)); // one renewal: the live connection's
}

void MailOAuth::saysWhatIsNotStored()
{
    OAuthBench bench;
    bench.account.secrets.clear();
    const auto token = sendReply(bench);
    QCOMPARE(token.error().kind, Error::Kind::Unauthorized);
    QVERIFY2(token.error().message.startsWith(u"Nobody has signed in to Google for this mailbox yet"),
             qPrintable(token.error().message));
    QCOMPARE(bench.far.complaints(), QString());
    OAuthBench other;
    other.set("sign_in", u"password"_s);
    const auto password = sendReply(other);
    QCOMPARE(password.error().kind, Error::Kind::Unauthorized);
    QCOMPARE(password.error().message, u"No password stored for “Support”: open the channel settings."_s);
    QCOMPARE(other.server.surplus(), 0);
}

void MailOAuth::givesDeliveriesTimeForASecondSignIn()
{
    OAuthBench bench;
    bench.set("deadline_ms", 20'000);
    QVERIFY(bench.connector().facts().deadline > 2 * 20s + 2 * 30s);
}

void MailOAuth::opensTheProvidersPage_data()
{
    QTest::addColumn<QJsonObject>("settings");
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<QString>("redirect");
    QTest::addColumn<QString>("access");
    QTest::newRow("Google") << QJsonObject() << u"https://accounts.google.com/o/oauth2/v2/auth"_s
                            << u"https://mail.google.com/"_s << u"http://127.0.0.1:"_s << u"offline"_s;
    QTest::newRow("Microsoft")
        << QJsonObject{{u"sign_in"_s, u"microsoft"_s}}
        << u"https://login.microsoftonline.com/common/oauth2/v2.0/authorize"_s
        << u"https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"_s
        << u"http://localhost:"_s << QString();
    QTest::newRow("a tenant of its own") << QJsonObject{{u"sign_in"_s, u"microsoft"_s},
                                                        {u"authorize_url"_s,
                                                         u"https://login.example/tenant/authorize"_s},
                                                        {u"scope"_s, u"mail offline_access"_s}}
                                         << u"https://login.example/tenant/authorize"_s << u"mail offline_access"_s
                                         << u"http://localhost:"_s << QString();
    QTest::newRow("another") << QJsonObject{{u"sign_in"_s, u"oauth"_s},
                                            {u"authorize_url"_s, u"https://id.example/auth"_s},
                                            {u"token_url"_s, u"https://id.example/token"_s},
                                            {u"scope"_s, u"mail"_s}}
                             << u"https://id.example/auth"_s << u"mail"_s << u"http://127.0.0.1:"_s << QString();
}

void MailOAuth::opensTheProvidersPage()
{
    QFETCH(QJsonObject, settings);
    QFETCH(QString, page);
    QFETCH(QString, scope);
    QFETCH(QString, redirect);
    QFETCH(QString, access);
    OAuthBench bench;
    for (auto it = settings.constBegin(); it != settings.constEnd(); ++it)
        bench.account.settings.insert(it.key(), it.value());
    QVERIFY(bench.info().check(bench.account));
    const auto signIn = bench.info().signIn(bench.account);
    const Result<QUrl> url = signIn->begin();
    QVERIFY2(url.ok(), url ? "" : qPrintable(url.error().message));
    const QUrlQuery query(*url);
    QCOMPARE(url->adjusted(QUrl::RemoveQuery).toString(), page);
    QCOMPARE(query.queryItemValue(u"scope"_s, QUrl::FullyDecoded), scope);
    QCOMPARE(query.queryItemValue(u"client_id"_s), u"desk"_s);
    QCOMPARE(query.queryItemValue(u"access_type"_s), access);
    QVERIFY(query.queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded).startsWith(redirect));
}

void MailOAuth::hasNoPageToOpenForAPassword()
{
    OAuthBench bench;
    bench.set("sign_in", u"password"_s);
    const Result<QUrl> none = bench.info().signIn(bench.account)->begin();
    QCOMPARE(none.error().kind, Error::Kind::Refused);
    QVERIFY2(none.error().message.contains(u"signs in with a password"), qPrintable(none.error().message));
    bench.set("sign_in", u"oauth"_s);
    bench.set("token_url", u"https://id.example/token"_s);
    QVERIFY(bench.info().check(bench.account)); // with a refresh token from elsewhere
    const Result<QUrl> unknown = bench.info().signIn(bench.account)->begin();
    QVERIFY2(unknown.error().message.contains(u"\"authorize_url\""), qPrintable(unknown.error().message));
}

void MailOAuth::namesTheWrongField_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::newRow("unknown sign-in") << u"sign_in"_s << u"kerberos"_s;
    QTest::newRow("no client id") << u"client_id"_s << u" "_s;
    QTest::newRow("client id of two lines") << u"client_id"_s << u"a\nb"_s;
    QTest::newRow("unencrypted tokens") << u"token_url"_s << u"http://id.example/token"_s;
    QTest::newRow("tokens from nowhere") << u"token_url"_s << u"id.example"_s;
    QTest::newRow("page with a name in it") << u"authorize_url"_s << u"https://ana@id.example/"_s;
    QTest::newRow("endless scope") << u"scope"_s << QString(2001, u'x');
    QTest::newRow("provider without an address") << u"sign_in"_s << u"oauth"_s;
}

void MailOAuth::namesTheWrongField()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    OAuthBench bench;
    QVERIFY(bench.info().check(bench.account));
    bench.account.settings.insert(field, value);
    const auto checked = bench.info().check(bench.account);
    QVERIFY(!checked);
    const QString named = value == u"oauth" ? u"token_url"_s : field;
    QVERIFY2(checked.error().message.contains(u'"' + named + u'"'), qPrintable(checked.error().message));
}

PATCHBAY_TESTS(MailOAuth)
#include "tst_mail_oauth.moc"
