// The mail channel against the real Dovecot and Exim of this test run (PATCHBAY_TEST_MAIL).
#include "connectors/kit/services.h"
#include "core/net/tls_stream.h"
#include "support/await.h"
#include "support/byte_proxy.h"
#include "support/servers.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QSet>
#include <QtCore/QUuid>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// One live mail channel of a person, with a sink that keeps what it is given.
class LiveChannel {
public:
    LiveChannel(const MailServer &server, const MailPerson &who)
    {
        account.uid = u"0190b2c0-0000-7000-8000-000000000002"_s;
        account.name = u"Live"_s;
        account.addedAt = SystemClock().now() - std::chrono::hours(1);
        account.secrets.insert(u"password"_s, who.password);
        account.settings = QJsonObject{{u"address"_s, who.address},
                                       {u"user"_s, who.user},
                                       {u"imap_host"_s, server.text("imap_host")},
                                       {u"imap_port"_s, server.text("imap_port")},
                                       {u"smtp_host"_s, server.text("smtp_host")},
                                       {u"smtp_port"_s, server.text("smtp_port")},
                                       {u"smtp_security"_s, u"starttls"_s},
                                       {u"ca_file"_s, server.text("ca_file")},
                                       {u"retry_ms"_s, 50}};
    }

    void set(const char *field, const QJsonValue &value) { account.settings.insert(QLatin1String(field), value); }
    ChatConnector &connector()
    {
        if (!m_connector) {
            ConnectorServices services;
            services.makeStream = makeTlsStream;
            services.clock = &m_clock;
            services.random = [] { return 0.5; };
            m_connector = makeCatalog(services).chat(u"mail"_s)->create(account);
            QObject::connect(m_connector.get(), &ChatConnector::healthChanged, m_connector.get(),
                             [this](Health now, const QString &detail) {
                                 health = now;
                                 sentences << detail;
                             });
            QObject::connect(m_connector.get(), &ChatConnector::caughtUp, m_connector.get(), [this] { ++caughtUp; });
        }
        return *m_connector;
    }
    /// Stores nothing and everything: keeps the items, answers a moment later as a disk would.
    IntakeSink sink()
    {
        return [this](Batch batch) {
            auto promise = std::make_shared<QPromise<Result<Done>>>();
            QFuture<Result<Done>> future = promise->future();
            promise->start();
            QTimer::singleShot(storing, m_connector.get(), [this, promise, batch] {
                for (const RawItem &item : batch.items)
                    items.push_back(item);
                cursor = batch.cursor;
                promise->addResult(Done{});
                promise->finish();
            });
            return future;
        };
    }
    void start() { connector().start(cursor, sink()); }
    int distinct() const
    {
        QSet<QString> all;
        for (const RawItem &item : items)
            all.insert(item.sourceKey);
        return int(all.size());
    }
    QString said() const { return sentences.join(u'|'); }

    AccountConfig account;
    Health health = Health::Unknown;
    QStringList sentences;
    int caughtUp = 0;
    std::vector<RawItem> items;
    QByteArray cursor;
    std::chrono::milliseconds storing{5};

private:
    SystemClock m_clock;
    std::unique_ptr<ChatConnector> m_connector;
};

QString freshId() { return QUuid::createUuid().toString(QUuid::WithoutBraces) + u"@example.test"_s; }

DeliveryRequest mailTo(const MailPerson &from, const QStringList &to, const QString &id,
                       const QString &text = u"Hello."_s)
{
    OutboundMessage message;
    message.messageId = id;
    message.from = {u"Support"_s, from.address};
    for (const QString &address : to)
        message.to.push_back({{}, address});
    message.subject = u"Über uns"_s;
    message.text = text;
    message.createdAt = SystemClock().now();
    DeliveryRequest request;
    request.key = id;
    request.payload = toJson(message);
    return request;
}

Async<Result<Done>> mayBegin() { co_return Done{}; }

Result<Receipt> send(LiveChannel &channel, const DeliveryRequest &request)
{
    return await(channel.connector().deliver(request, [] { return mayBegin(); }));
}

} // namespace

#define SENT(result)                                                                                                   \
    do {                                                                                                               \
        const auto outcome = (result);                                                                                 \
        QVERIFY2(outcome.ok(), outcome ? "" : qPrintable(outcome.error().message));                                    \
    } while (false)

class MailServers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        PATCHBAY_SKIP_WITHOUT_SERVER(m_server.isThere(), "Dovecot and Exim (PATCHBAY_TEST_MAIL)");
        for (const MailPerson &who : {m_ben, m_chen}) {
            m_server.empty(who, "INBOX");
            m_server.empty(who, "Sent");
        }
    }

    void receivesWithinSecondsWhatWasSent()
    {
        LiveChannel ben(m_server, m_ben);
        LiveChannel chen(m_server, m_chen);
        chen.start();
        QTRY_COMPARE_WITH_TIMEOUT(chen.caughtUp, 1, 10000);
        QTest::qWait(300); // it idles now
        const QString id = freshId();
        const Result<Receipt> receipt = send(ben, mailTo(m_ben, {m_chen.address}, id, u"One.\n.\n..two\nGrüße 台北"_s));
        SENT(receipt);
        QVERIFY2(receipt->response.startsWith(u"250 "), qPrintable(receipt->response));
        QElapsedTimer timer;
        timer.start();
        QTRY_COMPARE_WITH_TIMEOUT(chen.items.size(), size_t(1), 10000);
        QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(chen.items.front().raw.contains(id.toUtf8()));
        QVERIFY(!chen.items.front().historical);
        const Catalog catalog = makeCatalog(ConnectorServices());
        const auto parsed = catalog.chat(u"mail"_s)->parse(chen.items.front(), chen.account);
        SENT(parsed);
        QVERIFY2(parsed->text.contains(u"One.\n.\n..two\nGrüße 台北"), qPrintable(parsed->text));
    }

    void leavesTheMailboxAsItWas()
    {
        QVERIFY(appendTo(m_chen, u"x"_s));
        QVERIFY(appendTo(m_chen, u"z"_s));
        LiveChannel chen(m_server, m_chen);
        chen.connector().fetchOnce({}, chen.sink());
        QTRY_COMPARE_WITH_TIMEOUT(chen.caughtUp, 1, 10000);
        QCOMPARE(chen.items.size(), size_t(2));
        const QByteArray flags = m_server.flags(m_chen, "INBOX");
        QCOMPARE(flags.count("FETCH"), 2);
        QVERIFY2(!flags.contains("\\Seen"), flags.constData());
    }

    void losesAndDoublesNothingThroughRestarts()
    {
        constexpr int count = 130; // 13 MB: several portions, more than socket buffers hold
        const QString text = (QString(70, u'x') + u'\n').repeated(1400);
        for (int i = 0; i < count; ++i)
            QVERIFY(appendTo(m_chen, QString::number(i), text));
        LiveChannel chen(m_server, m_chen);
        ByteProxy proxy(quint16(m_server.text("imap_port").toInt()));
        chen.set("imap_port", proxy.port());
        chen.storing = std::chrono::milliseconds(50);
        chen.start();
        for (const size_t at : {size_t(1), size_t(50), size_t(90)}) {
            QTRY_VERIFY_WITH_TIMEOUT(chen.items.size() >= at, 20000);
            proxy.cut(); // Dovecot's children see their work through when the master ends
            QVERIFY(m_server.control(u"restart"_s));
        }
        QTRY_COMPARE_WITH_TIMEOUT(chen.items.size(), size_t(count), 30000);
        QTRY_COMPARE(int(chen.health), int(Health::Ok));
        QVERIFY2(chen.said().contains(u"Trying again in"), qPrintable(chen.said()));
        QCOMPARE(chen.distinct(), count);
        QVERIFY(appendTo(m_chen, u"after the restart"_s));
        QTRY_COMPARE_WITH_TIMEOUT(chen.items.size(), size_t(count + 1), 10000);
    }

    void losesAndDoublesNothingWhereverItIsCut()
    {
        constexpr int count = 60;
        for (int i = 0; i < count; ++i)
            QVERIFY(appendTo(m_chen, QString::number(i), (QString(70, u'x') + u'\n').repeated(50)));
        LiveChannel chen(m_server, m_chen);
        ByteProxy proxy(quint16(m_server.text("imap_plain_port").toInt()));
        quint32 state = 20260301;
        proxy.allowance = [&] {
            state = state * 1664525u + 1013904223u;
            return chen.items.size() < count ? qint64(1 + (state >> 8) % 60'000) : 0; // all of it is 240,000
        };
        chen.set("imap_security", u"plain"_s);
        chen.set("imap_port", proxy.port());
        chen.set("retry_ms", 1);
        chen.start();
        QTRY_COMPARE_WITH_TIMEOUT(chen.items.size(), size_t(count), 30000);
        QVERIFY2(proxy.cuts() >= 4, qPrintable(QString::number(proxy.cuts())));
        QTest::qWait(200);
        QCOMPARE(chen.distinct(), count);
        QCOMPARE(chen.items.size(), size_t(count));
    }

    void leavesOpenWhatOnlyTheServerKnows()
    {
        LiveChannel ben(m_server, m_ben);
        ByteProxy proxy(quint16(m_server.text("smtp_port").toInt()));
        proxy.loseAnswerTo = "\r\n.\r\n";
        ben.set("smtp_security", u"plain"_s);
        ben.set("smtp_port", proxy.port());
        ben.set("smtp_user", u"none"_s);
        const auto lost = send(ben, mailTo(m_ben, {m_chen.address}, freshId()));
        QVERIFY(!lost);
        QVERIFY2(lost.error().ambiguous, qPrintable(lost.error().message));
        QCOMPARE(proxy.cuts(), 1);
        QCOMPARE(m_server.waitForMails(m_chen, "INBOX", 1), 1); // it did arrive: sending again would have doubled it
    }

    void goesOnWhereItStopped()
    {
        QVERIFY(appendTo(m_chen, u"1"_s));
        LiveChannel first(m_server, m_chen);
        first.connector().fetchOnce({}, first.sink());
        QTRY_COMPARE_WITH_TIMEOUT(first.caughtUp, 1, 10000);
        QVERIFY(appendTo(m_chen, u"2"_s));
        LiveChannel second(m_server, m_chen);
        second.connector().fetchOnce(first.cursor, second.sink());
        QTRY_COMPARE_WITH_TIMEOUT(second.caughtUp, 1, 10000);
        QCOMPARE(second.items.size(), size_t(1));
        QVERIFY(second.items.front().raw.contains("Subject: 2"));
    }

    void oneDamagedMailInTheStorageHoldsUpNobody()
    {
        for (const QString &subject : {u"1"_s, u"2"_s, u"3"_s})
            QVERIFY(appendTo(m_chen, subject));
        QDir storage(m_server.text("dir") + u"/state/mail/%1/mail/mailboxes/INBOX/dbox-Mails"_s.arg(m_chen.user));
        const QStringList files = storage.entryList({u"u.*"_s}, QDir::Files, QDir::Time | QDir::Reversed);
        QVERIFY2(files.size() >= 3, qPrintable(storage.path()));
        const QString damaged = storage.filePath(u"u.%1"_s.arg(files.last().mid(2).toInt() - 1));
        const QFile::Permissions allowed = QFile::permissions(damaged);
        QVERIFY(QFile::setPermissions(damaged, {}));
        LiveChannel chen(m_server, m_chen);
        chen.start();
        const bool read = QTest::qWaitFor([&] { return chen.items.size() >= 3; }, 20000);
        QVERIFY(QFile::setPermissions(damaged, allowed));
        QVERIFY2(read, qPrintable(chen.said()));
        QVERIFY(chen.items[0].raw.contains("Subject: 1\r\n"));
        QVERIFY2(chen.items[1].sourceKey.endsWith(u";unreadable"), qPrintable(chen.items[1].sourceKey));
        QVERIFY2(chen.items[1].raw.contains("FETCH failed"), chen.items[1].raw.constData());
        QVERIFY(chen.items[2].raw.contains("Subject: 3\r\n"));
        QTRY_COMPARE(int(chen.health), int(Health::Ok));
    }

    void saysSoWhenThePasswordIsWrong()
    {
        LiveChannel chen(m_server, m_chen);
        chen.account.secrets.insert(u"password"_s, u"wrong one"_s);
        chen.start();
        QTRY_COMPARE_WITH_TIMEOUT(int(chen.health), int(Health::Failed), 10000);
        QVERIFY2(chen.said().contains(u"Enter the password again"), qPrintable(chen.said()));
        QVERIFY(!chen.said().contains(u"wrong one"));
        const auto tested = await(chen.connector().test());
        QCOMPARE(tested.error().kind, Error::Kind::Unauthorized);
        const auto refused = send(chen, mailTo(m_chen, {m_ben.address}, freshId()));
        QCOMPARE(refused.error().kind, Error::Kind::Unauthorized);
        QVERIFY(!refused.error().ambiguous);
    }

    void trustsOnlyKnownAuthorities()
    {
        LiveChannel chen(m_server, m_chen);
        chen.set("ca_file", {});
        const auto tested = await(chen.connector().test());
        QVERIFY(!tested);
        QVERIFY2(tested.error().message.contains(u"The certificate of localhost is not valid"),
                 qPrintable(tested.error().message));
        const auto refused = send(chen, mailTo(m_chen, {m_ben.address}, freshId()));
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(u"certificate"), qPrintable(refused.error().message));
        QVERIFY(refused.error().isTransient());
    }

    void saysWhatTheTestFound()
    {
        LiveChannel chen(m_server, m_chen);
        for (const QString &security : {u"starttls"_s, u"plain"_s}) {
            chen.set("imap_security", security);
            chen.set("imap_port", m_server.text("imap_plain_port"));
            LiveChannel other = LiveChannel(m_server, m_chen);
            other.account = chen.account;
            const auto tested = await(other.connector().test());
            SENT(tested);
            QVERIFY2(tested->contains(u"INBOX has 0 messages; SMTP accepts mail from chen@example.test"),
                     qPrintable(*tested));
        }
    }

    void sendsWithTlsAtOnceToo()
    {
        LiveChannel ben(m_server, m_ben);
        ben.set("smtp_security", u"tls"_s);
        ben.set("smtp_port", m_server.text("smtps_port"));
        SENT(send(ben, mailTo(m_ben, {m_chen.address}, freshId())));
        QCOMPARE(m_server.waitForMails(m_chen, "INBOX", 1), 1);
    }

    void tellsRefusedFromLater()
    {
        LiveChannel ben(m_server, m_ben);
        const QString id = freshId();
        const auto refused = send(ben, mailTo(m_ben, {m_chen.address, u"reject@example.test"_s}, id));
        QCOMPARE(refused.error().kind, Error::Kind::Refused);
        QVERIFY2(refused.error().message.contains(u"Not wanted here"), qPrintable(refused.error().message));
        const auto later = send(ben, mailTo(m_ben, {m_chen.address, u"defer@example.test"_s}, id));
        QVERIFY(later.error().isTransient());
        QVERIFY(!later.error().ambiguous);
        const auto large = send(ben, mailTo(m_ben, {m_chen.address}, id, QString(6 * 1024 * 1024, u'x')));
        QCOMPARE(large.error().kind, Error::Kind::Refused);
        QTest::qWait(300);
        QVERIFY2(m_server.mails(m_chen, "INBOX").isEmpty(), "one refused recipient: nobody got anything");
    }

    void keepsExactlyOneCopyInSent()
    {
        LiveChannel ben(m_server, m_ben);
        ben.set("sent_folder", u"Sent"_s);
        const QString id = freshId();
        const DeliveryRequest request = mailTo(m_ben, {m_chen.address}, id);
        SENT(send(ben, request));
        QCOMPARE(m_server.mails(m_ben, "Sent", "Message-ID", id.toUtf8()).size(), 1);
        SENT(send(ben, request)); // as if a person had let it go again
        QCOMPARE(m_server.mails(m_ben, "Sent", "Message-ID", id.toUtf8()).size(), 1);
        QVERIFY2(ben.sentences.isEmpty(), qPrintable(ben.said()));
        QVERIFY(m_server.flags(m_ben, "Sent").contains("\\Seen"));
    }

    void saysSoWhenNobodyIsThere()
    {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const quint16 port = closed.serverPort();
        closed.close();
        LiveChannel chen(m_server, m_chen);
        chen.set("imap_port", port);
        chen.start();
        QTRY_COMPARE_WITH_TIMEOUT(int(chen.health), int(Health::Offline), 10000);
        QVERIFY2(chen.said().contains(u"accepts no connection on port %1"_s.arg(port)), qPrintable(chen.said()));
    }

private:
    bool appendTo(const MailPerson &who, const QString &subject, const QString &text = u"text"_s) const
    {
        return m_server.append(who, "INBOX", plainMail(m_ben.address, who.address, subject, text, freshId()));
    }

    MailServer m_server;
    MailPerson m_ben = m_server.customer(2);
    MailPerson m_chen = m_server.customer(3);
};

PATCHBAY_TESTS(MailServers)
#include "tst_mail_servers.moc"
