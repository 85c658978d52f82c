// Sign-in with an access token against the real Dovecot of this test run (PATCHBAY_TEST_MAIL), which checks it by
// itself or asks the provider; the provider, which also hands the token out, is a script.
#include "connectors/kit/services.h"
#include "core/net/tls_stream.h"
#include "support/await.h"
#include "support/introspection_point.h"
#include "support/manual_clock.h"
#include "support/scripted_transport.h"
#include "support/servers.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// One look into the mailbox of a person, with the access tokens that the provider will give.
struct TokenMailbox {
    TokenMailbox(const MailServer &server, const MailPerson &who, const QStringList &tokens)
    {
        for (const QString &token : tokens)
            provider.expect("POST", "https://id.example.test/token")
                .reply(200, R"({"access_token":")" + token.toUtf8() + R"("})");
        clock.tick(1min); // a renewal is never "just made"
        services.makeStream = makeTlsStream;
        services.transport = &provider;
        services.clock = &clock;
        services.random = [] { return 0.5; };
        account.name = u"Token"_s;
        account.addedAt = SystemClock().now();
        account.secrets.insert(u"refresh_token"_s, u"refresh-one"_s);
        account.settings = QJsonObject{{u"address"_s, who.address},
                                       {u"imap_host"_s, server.text("imap_host")},
                                       {u"imap_port"_s, server.text("imap_port")},
                                       {u"smtp_host"_s, u"localhost"_s},
                                       {u"sign_in"_s, u"oauth"_s},
                                       {u"client_id"_s, u"desk"_s},
                                       {u"token_url"_s, u"https://id.example.test/token"_s},
                                       {u"ca_file"_s, server.text("ca_file")}};
        connector = makeCatalog(services).chat(u"mail"_s)->create(account);
        QObject::connect(connector.get(), &ChatConnector::healthChanged, connector.get(),
                         [this](Health now, const QString &detail) {
                             health = now;
                             said << detail;
                         });
    }

    void look()
    {
        connector->fetchOnce({}, [this](const Batch &batch) {
            items += int(batch.items.size());
            QPromise<Result<Done>> stored;
            stored.start();
            stored.addResult(Done{});
            stored.finish();
            return stored.future();
        });
    }

    ScriptedTransport provider;
    ManualClock clock;
    ConnectorServices services;
    AccountConfig account;
    std::unique_ptr<ChatConnector> connector;
    Health health = Health::Unknown;
    QStringList said;
    int items = 0;
};

} // namespace

class MailOAuthServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        PATCHBAY_SKIP_WITHOUT_SERVER(m_server.isThere(), "Dovecot (PATCHBAY_TEST_MAIL)");
        if (!m_point)
            m_point = std::make_unique<IntrospectionPoint>(quint16(m_server.text("introspection_port").toInt()));
        QVERIFY(m_point->listens());
    }

    void readsAMailboxWithAnAccessToken()
    {
        m_server.empty(m_ana, "INBOX");
        QVERIFY(m_server.append(m_ana, "INBOX",
                                plainMail(u"zoe@customer.test"_s, m_ana.address, u"Lamp"_s, u"It flickers."_s,
                                          u"oauth-1@customer.test"_s)));
        TokenMailbox box(m_server, m_ana, {m_ana.accessToken});
        box.look();
        QTRY_COMPARE_WITH_TIMEOUT(int(box.health), int(Health::Ok), 10000);
        QCOMPARE(box.items, 1);
        QCOMPARE(box.provider.complaints(), QString());
    }

    void renewsATokenThatTheServerRefuses()
    {
        TokenMailbox box(m_server, m_ana, {u"this-is-no-token"_s, m_ana.accessToken});
        box.look();
        QTRY_COMPARE_WITH_TIMEOUT(int(box.health), int(Health::Ok), 10000);
        QCOMPARE(box.provider.complaints(), QString());
    }

    void givesUpWithTheServersWords()
    {
        QString forged = m_ana.accessToken;
        forged.chop(6);
        TokenMailbox box(m_server, m_ana, {u"this-is-no-token"_s, forged + u"AAAAAA"_s});
        box.look();
        QTRY_COMPARE_WITH_TIMEOUT(int(box.health), int(Health::Failed), 10000);
        QCOMPARE(box.provider.complaints(), QString());
        const QString said = box.said.last();
        QVERIFY2(said.contains(u"does not accept the access token of "_s + m_ana.address), qPrintable(said));
        QVERIFY2(said.contains(u"\"status invalid_token") || said.contains(u"Authentication failed"), qPrintable(said));
        QVERIFY2(!said.contains(forged), qPrintable(said));
    }

    void opensNobodyElsesMailbox()
    {
        const MailPerson ben = m_server.customer(2);
        TokenMailbox box(m_server, m_ana, {ben.accessToken, ben.accessToken});
        box.look();
        QTRY_COMPARE_WITH_TIMEOUT(int(box.health), int(Health::Failed), 10000);
        QCOMPARE(box.items, 0);
    }

    void readsAMailboxWithATokenThatTheServerAsksTheProviderAbout()
    {
        m_server.empty(m_ana, "INBOX");
        QVERIFY(m_server.append(
            m_ana, "INBOX",
            plainMail(u"zoe@customer.test"_s, m_ana.address, u"Lamp"_s, u"It hums."_s, u"oauth-2@customer.test"_s)));
        const QString opaque = u"opaque-token-of-ana"_s;
        m_point->handOut(opaque, m_ana.address);
        TokenMailbox box(m_server, m_ana, {opaque});
        box.look();
        QTRY_COMPARE_WITH_TIMEOUT(int(box.health), int(Health::Ok), 10000);
        QCOMPARE(box.items, 1);
        QVERIFY(m_point->asked().contains(opaque));
        QCOMPARE(box.provider.complaints(), QString());
    }

    void renewsATokenThatTheProviderCallsOver()
    {
        const QString later = u"opaque-token-after-the-renewal"_s;
        m_point->handOut(later, m_ana.address);
        TokenMailbox box(m_server, m_ana, {u"opaque-token-that-is-over"_s, later});
        box.look();
        QTRY_COMPARE_WITH_TIMEOUT(int(box.health), int(Health::Ok), 10000);
        QCOMPARE(m_point->asked().last(), later);
        QCOMPARE(box.provider.complaints(), QString());
    }

    void opensNobodyElsesMailboxWithATokenOfTheProvider()
    {
        const QString bens = u"opaque-token-of-ben"_s;
        m_point->handOut(bens, m_server.customer(2).address);
        TokenMailbox box(m_server, m_ana, {bens, bens});
        box.look();
        QTRY_COMPARE_WITH_TIMEOUT(int(box.health), int(Health::Failed), 10000);
        QCOMPARE(box.items, 0);
    }

private:
    std::unique_ptr<IntrospectionPoint> m_point;
    MailServer m_server;
    MailPerson m_ana = m_server.customer(1);
};

PATCHBAY_TESTS(MailOAuthServer)
#include "tst_mail_oauth_server.moc"
