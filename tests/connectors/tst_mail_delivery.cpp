#include "support/mail_bench.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

const QByteArray smtpReady =
    "S: 220 smtp.example.org ESMTP\nC: EHLO [127.0.0.1]\nS: 250-smtp.example.org\nS: 250-8BITMIME\n"
    "S: 250 AUTH PLAIN\nC: AUTH PLAIN AGFuYQBnZWhlaW0=\nS: 235 in\n"
    "C: MAIL FROM:<support@example.org>\nS: 250 ok\n";
const QByteArray mailToWaiting = smtpReady + "C: RCPT TO:<ana@customer.test>\nS: 250 ok\nC: DATA\nS: 354 go\n";

DeliveryRequest reply()
{
    OutboundMessage message;
    message.messageId = u"0190-reply@example.org"_s;
    message.from = {u"Support"_s, u"support@example.org"_s};
    message.to = {{u"Ana"_s, u"ana@customer.test"_s}};
    message.subject = u"Re: broken"_s;
    message.text = u"Fixed.\n.\nReally."_s;
    message.createdAt = Timestamp::from(QDateTime(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC));
    DeliveryRequest request;
    request.key = message.messageId;
    request.payload = toJson(message);
    return request;
}

Async<Result<QByteArray>> mailedContent(QByteArray sha256)
{
    if (sha256 == "gone")
        co_return makeError(Error::Kind::NotFound, u"no such file"_s);
    co_return "of " + sha256;
}

Async<Result<Done>> answerOf(Result<Done> answer) { co_return answer; }

/// Counts how often the effect was announced, and answers.
BeforeEffect effect(int &count, Result<Done> answer = Done{})
{
    return [&count, answer] {
        ++count;
        return answerOf(answer);
    };
}

} // namespace

/// Replies against scripted servers: when a text may go out, and what its end means.
class MailDelivery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsOnceAllowedAndKeepsTheAnswer()
    {
        MailBench bench;
        int allowed = 0;
        bench.server.expect(mailToWaiting + "T: \nS: 250 2.0.0 OK id=1abc\nC: QUIT\n");
        const auto receipt = await(bench.connector().deliver(reply(), effect(allowed)));
        QVERIFY2(receipt.ok(), receipt ? "" : qPrintable(receipt.error().message));
        QCOMPARE(receipt->externalId, u"0190-reply@example.org"_s);
        QCOMPARE(receipt->response, u"250 2.0.0 OK id=1abc"_s);
        QCOMPARE(allowed, 1);
        QVERIFY2(bench.server.isPlayed(), qPrintable(bench.server.state()));
        const QByteArray text = bench.server.script(0).text;
        QVERIFY2(text.contains("\r\nFixed.\r\n..\r\nReally."), text.constData());
        QVERIFY(text.contains("Message-I") && text.contains("<0190-reply@example.org>"));
        QCOMPARE(bench.server.script(0).port, 465);
    }

    void sendsItsFilesAlong()
    {
        MailBench bench;
        bench.services().readFile = &mailedContent;
        int allowed = 0;
        OutboundMessage message = *outboundFromJson(reply().payload);
        message.files = {{"aa", u"invoice.pdf"_s, u"application/pdf"_s, 3000000}};
        DeliveryRequest request = reply();
        request.payload = toJson(message);
        bench.server.expect(mailToWaiting + "T: \nS: 250 OK\nC: QUIT\n");
        const auto receipt = await(bench.connector().deliver(request, effect(allowed)));
        QVERIFY2(receipt.ok(), receipt ? "" : qPrintable(receipt.error().message));
        const QByteArray text = bench.server.script(0).text;
        QVERIFY2(text.contains("filename=invoice.pdf") && text.contains(QByteArray("of aa").toBase64()),
                 text.constData());

        message.files.front().sha256 = "gone";
        request.payload = toJson(message);
        const auto refused = await(bench.connector().deliver(request, effect(allowed)));
        QVERIFY(!refused && refused.error().kind == Error::Kind::Refused);
        QVERIFY2(refused.error().message.contains(u"Attach it again"_s), qPrintable(refused.error().message));
        QCOMPARE(allowed, 1); // nobody was even called
        // The time of the bytes, to the server and into the folder of copies.
        const auto extra = bench.connector().factsOf(request.payload, {}).deadline - bench.connector().facts().deadline;
        QCOMPARE(extra, 2 * timeForBytes(3000000));
    }

    void needsNoSpecialServerForInternationalHosts()
    {
        MailBench bench;
        int allowed = 0;
        bench.set("address", u"Support@Müller.example"_s);
        OutboundMessage message = *outboundFromJson(reply().payload);
        message.from = {u"Support"_s, u"support@müller.example"_s};
        message.to = {{{}, u"ana@пример.рф"_s}, {{}, u"Ana@xn--e1afmkfd.xn--p1ai"_s}};
        DeliveryRequest request = reply();
        request.payload = toJson(message);
        QByteArray talk = mailToWaiting + "T: \nS: 250 OK\nC: QUIT\n";
        talk.replace("support@example.org", "support@xn--mller-kva.example")
            .replace("ana@customer.test", "ana@xn--e1afmkfd.xn--p1ai");
        bench.server.expect(talk);
        const auto receipt = await(bench.connector().deliver(request, effect(allowed)));
        QVERIFY2(receipt.ok(), receipt ? "" : qPrintable(receipt.error().message));
        QVERIFY2(bench.server.isPlayed(), qPrintable(bench.server.state()));
    }

    void sendsNoTextWithoutLeave()
    {
        MailBench bench;
        int asked = 0;
        bench.server.expect(mailToWaiting);
        const auto refused = await(bench.connector().deliver(
            reply(), effect(asked, makeError(Error::Kind::Conflict, u"Somebody else has it."_s))));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::Conflict);
        QVERIFY(bench.server.script(0).closed);
        QVERIFY2(bench.server.isPlayed(), qPrintable(bench.server.state()));
        QVERIFY(bench.server.script(0).text.isEmpty());
    }

    void asksForNoLeaveWhenARecipientIsRefused()
    {
        MailBench bench;
        int asked = 0;
        bench.server.expect(smtpReady
                            + "C: RCPT TO:<ana@customer.test>\nS: 550 5.1.1 No such person\nC: RSET\nC: QUIT\n");
        const auto refused = await(bench.connector().deliver(reply(), effect(asked)));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::Refused);
        QVERIFY(refused.error().message.contains(u"550 5.1.1 No such person"));
        QVERIFY(!refused.error().ambiguous);
        QCOMPARE(asked, 0);
        QVERIFY2(bench.server.isPlayed(), qPrintable(bench.server.state()));
    }

    void saysUnknownWhenTheAnswerIsLost_data()
    {
        QTest::addColumn<QByteArray>("talk");
        QTest::addColumn<bool>("ambiguous");
        QTest::newRow("lost after the text") << mailToWaiting + "T: \nX: close\n" << true;
        QTest::newRow("silent after the text") << mailToWaiting + "T: \n" << true;
        QTest::newRow("lost before the text") << smtpReady + "X: close\n" << false;
        QTest::newRow("silent before the text") << smtpReady + "C: RCPT TO:<ana@customer.test>\n" << false;
        QTest::newRow("refused after the text") << mailToWaiting + "T: \nS: 451 4.3.0 try later\nC: RSET\nC: QUIT\n"
                                                << false;
        QTest::newRow("nobody there") << QByteArray("X: refuse\n") << false;
        QTest::newRow("bad certificate") << QByteArray("X: untrusted\n") << false;
    }
    void saysUnknownWhenTheAnswerIsLost()
    {
        QFETCH(QByteArray, talk);
        QFETCH(bool, ambiguous);
        MailBench bench;
        int asked = 0;
        bench.set("deadline_ms", 150);
        bench.server.expect(talk);
        const auto lost = await(bench.connector().deliver(reply(), effect(asked)));
        QVERIFY(!lost);
        QVERIFY(lost.error().isTransient());
        QCOMPARE(lost.error().ambiguous, ambiguous);
        QCOMPARE(lost.error().message.contains(u"not known whether"), ambiguous);
        QVERIFY2(bench.server.isPlayed(), qPrintable(bench.server.state()));
    }

    void keepsOneCopyWhenThereIsNone_data()
    {
        QTest::addColumn<QByteArray>("found");
        QTest::addColumn<QByteArray>("append");
        QTest::newRow("none") << QByteArray("S: * SEARCH\nS: P4 OK\n")
                              << QByteArray("A: P5 APPEND \"Sent\" (\\Seen)\nS: P5 OK\nC: P6 LOGOUT\n");
        QTest::newRow("one") << QByteArray("S: * SEARCH 4\nS: P4 OK\n") << QByteArray("C: P5 LOGOUT\n");
    }
    void keepsOneCopyWhenThereIsNone()
    {
        QFETCH(QByteArray, found);
        QFETCH(QByteArray, append);
        MailBench bench;
        int asked = 0;
        bench.set("sent_folder", u"Sent"_s);
        bench.server.expect(mailToWaiting + "T: \nS: 250 ok\nC: QUIT\n");
        bench.server.expect(imapSignedIn() + "C: P3 EXAMINE \"Sent\"\nS: * OK [UIDVALIDITY 1]\nS: P3 OK\n"
                            + "C: P4 UID SEARCH HEADER Message-ID \"0190-reply@example.org\"\n" + found + append);
        const auto receipt = await(bench.connector().deliver(reply(), effect(asked)));
        QVERIFY(receipt.ok());
        PATCHBAY_PLAYED(bench);
        QTest::qWait(50);
        QVERIFY2(bench.sentences.isEmpty(), qPrintable(bench.sentences.join(u'|')));
    }

    void showsNoPasswordThatAServerRepeats_data()
    {
        QTest::addColumn<QByteArray>("talk");
        const QByteArray hello = "S: 220 hi\nC: EHLO [127.0.0.1]\nS: 250-hi\nS: 250 AUTH ";
        QTest::newRow("PLAIN") << hello
                + "PLAIN\nC: AUTH PLAIN AGFuYQBnZWhlaW0=\nS: 535 no: AUTH PLAIN AGFuYQBnZWhlaW0=\n";
        QTest::newRow("LOGIN") << hello
                + "LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YW5h\nS: 334 UGFzc3dvcmQ6\nC: Z2VoZWlt\n"
                  "S: 535-bad line: Z2VoZWlt\nS: 535 which means geheim\n";
        QTest::newRow("later") << hello
                + "PLAIN\nC: AUTH PLAIN AGFuYQBnZWhlaW0=\nS: 454 4.7.0 try later: AUTH PLAIN AGFuYQBnZWhlaW0=\n";
        QTest::newRow("in the receipt") << QByteArray(
            mailToWaiting + "T: \nS: 250 OK for AUTH PLAIN AGFuYQBnZWhlaW0= geheim\nC: QUIT\n");
    }
    void showsNoPasswordThatAServerRepeats()
    {
        QFETCH(QByteArray, talk);
        MailBench bench;
        int asked = 0;
        bench.server.expect(talk);
        const auto result = await(bench.connector().deliver(reply(), effect(asked)));
        QVERIFY2(bench.server.isPlayed(), qPrintable(bench.server.state()));
        const QString said = result ? result->response : result.error().message;
        QVERIFY2(said.contains(u"•••"), qPrintable(said));
        for (const QString &secret : {u"AGFuYQBnZWhlaW0="_s, u"Z2VoZWlt"_s, u"geheim"_s})
            QVERIFY2(!said.contains(secret), qPrintable(said));
    }

    void countsAsSentWhenOnlyTheCopyFails()
    {
        MailBench bench;
        int asked = 0;
        bench.set("sent_folder", u"Gesendet"_s);
        bench.server.expect(mailToWaiting + "T: \nS: 250 ok\nC: QUIT\n");
        bench.server.expect(imapSignedIn() + "C: P3 EXAMINE \"Gesendet\"\nS: P3 NO [NONEXISTENT] no such folder\n");
        const auto receipt = await(bench.connector().deliver(reply(), effect(asked)));
        QVERIFY(receipt.ok());
        QTRY_COMPARE(bench.sentences.size(), 1);
        QVERIFY(bench.sentences.first().contains(u"was sent"));
        QVERIFY(bench.sentences.first().contains(u"no such folder"));
        // The next health line takes that one away; what is kept with the delivery stays.
        QVERIFY2(receipt->response.startsWith(u"250 ok The copy in Gesendet was not kept: ")
                     && receipt->response.contains(u"no such folder"),
                 qPrintable(receipt->response));
    }

    void outlivesItsConnector()
    {
        auto bench = std::make_unique<MailBench>();
        int asked = 0;
        bench->server.expect(mailToWaiting + "T: \n");
        AsyncScope scope;
        QFuture<Result<Receipt>> running = scope.run(bench->connector().deliver(reply(), effect(asked)));
        QTRY_VERIFY(bench->server.isPlayed());
        bench->dropConnector();
        QTest::qWait(20);
        QVERIFY(!running.isFinished());
        scope.cancelAll();
        QTRY_VERIFY(bench->server.script(0).closed);
    }

    void cannotBeLookedUp()
    {
        MailBench bench;
        QCOMPARE(int(bench.connector().facts().idempotency), int(Idempotency::None));
        QVERIFY2(!await(bench.connector().lookUp(reply())), "\"nothing found\" would be a licence to send again");
    }

    void testsBothServersAndChangesNothing()
    {
        MailBench bench;
        bench.server.expect(imapSignedIn() + imapOpened(12, 40) + "C: P4 LOGOUT\n");
        bench.server.expect(smtpReady + "C: RSET\nC: QUIT\n");
        const auto said = await(bench.connector().test());
        QVERIFY2(said.ok(), said ? "" : qPrintable(said.error().message));
        QCOMPARE(*said, u"Signed in as ana; INBOX has 12 messages; SMTP accepts mail from support@example.org."_s);
        PATCHBAY_PLAYED(bench);
    }

    void namesTheWrongField_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::newRow("no address") << u"address"_s << u""_s;
        QTest::newRow("bad address") << u"address"_s << u"support"_s;
        QTest::newRow("no host") << u"imap_host"_s << u""_s;
        QTest::newRow("host with a path") << u"smtp_host"_s << u"https://smtp.example.org/"_s;
        QTest::newRow("port") << u"imap_port"_s << u"99999"_s;
        QTest::newRow("port in words") << u"smtp_port"_s << u"imaps"_s;
        QTest::newRow("security") << u"imap_security"_s << u"ssl"_s;
        QTest::newRow("plain to the world") << u"smtp_security"_s << u"plain"_s;
        QTest::newRow("days") << u"days_back"_s << u"-1"_s;
        QTest::newRow("idle") << u"idle_ms"_s << u"1800000"_s;
        QTest::newRow("endless folder") << u"folder"_s << QString(256, u'x');
        QTest::newRow("endless Sent folder") << u"sent_folder"_s << QString(86, u'箱'); // 258 bytes
        QTest::newRow("unknown") << u"imap_hots"_s << u"x"_s;
    }
    void namesTheWrongField()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        MailBench bench;
        QVERIFY(bench.info().check(bench.account));
        bench.account.settings.insert(field, value);
        const auto checked = bench.info().check(bench.account);
        QVERIFY(!checked);
        QVERIFY2(checked.error().message.contains(u'"' + field + u'"'), qPrintable(checked.error().message));
    }

    void allowsPlainTextToThisComputerOnly()
    {
        MailBench bench;
        bench.set("imap_security", u"plain"_s);
        bench.set("imap_host", u"127.0.0.1"_s);
        QVERIFY(bench.info().check(bench.account));
        bench.set("imap_host", u"127.0.0.1.example.org"_s);
        QVERIFY(!bench.info().check(bench.account));
    }

    void importedFilesCannotSend()
    {
        const Catalog catalog = makeCatalog(ConnectorServices());
        const ChatConnectorInfo *file = catalog.chat(u"file"_s);
        QVERIFY(file);
        const auto connector = file->create(AccountConfig());
        int asked = 0;
        const auto refused = await(connector->deliver(reply(), effect(asked)));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, u"This channel holds imported files; it cannot send."_s);
        QCOMPARE(asked, 0);
    }
};

PATCHBAY_TESTS(MailDelivery)
#include "tst_mail_delivery.moc"
