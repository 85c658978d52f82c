#include "core/engine/outbox.h"
#include "core/ports/chat_connector.h"
#include "support/mail_bench.h"
#include "support/outbox_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const QByteArray lateSmtp =
    "S: 220 smtp.example.org ESMTP\nC: EHLO [127.0.0.1]\nS: 250-smtp.example.org\nS: 250-8BITMIME\n"
    "S: 250 AUTH PLAIN\nC: AUTH PLAIN AGFuYQBnZWhlaW0=\nS: 235 in\n"
    "C: MAIL FROM:<support@example.org>\nS: 250 ok\nC: RCPT TO:<ana@customer.test>\nS: 250 ok\nC: DATA\nS: 354 go\n"
    "T: \nW: 700\nS: 250 2.0.0 OK id=1abc\nC: QUIT\n";

Delivery lateReply(OutboxDesk &desk)
{
    OutboundMessage message;
    message.messageId = u"0190-reply@example.org"_s;
    message.from = {u"Support"_s, u"support@example.org"_s};
    message.to = {{u"Ana"_s, u"ana@customer.test"_s}};
    message.subject = u"Re: broken"_s;
    message.text = u"Fixed."_s;
    message.createdAt = desk.clock.now();
    Delivery delivery = desk.newDelivery(DeliveryKind::Reply, desk.addConversation(), message.messageId);
    delivery.payload = toJson(message);
    return delivery;
}

} // namespace

/// The Outbox with the mail connector, against scripted servers that take their time.
class TestLateAnswer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsAsSentWhenTheAnswerIsLateAndTheSentFolderStalls();
};

void TestLateAnswer::countsAsSentWhenTheAnswerIsLateAndTheSentFolderStalls()
{
    OutboxDesk desk;
    MailBench bench;
    bench.set("deadline_ms", 1000);
    bench.set("sent_folder", u"Sent"_s);
    bench.server.expect(lateSmtp);
    bench.server.expect(imapSignedIn() + "C: P3 EXAMINE \"Sent\"\n"); // and never an answer
    const DeliveryId id = desk.add(lateReply(desk));
    auto resolve = [&](const Delivery &) -> Result<Destination *> {
        return static_cast<Destination *>(&bench.connector());
    };
    Outbox outbox(*desk.store, resolve, u"test"_s, {}, {});
    QVERIFY(await(outbox.runOnce()));
    const Delivery sent = desk.delivery(id);
    QVERIFY2(sent.state == DeliveryState::Sent, qPrintable(sent.lastError));
    QVERIFY2(sent.response.startsWith(u"250 2.0.0 OK id=1abc"_s), qPrintable(sent.response));
    QVERIFY2(sent.response.contains(u"The copy in Sent was not kept"_s), qPrintable(sent.response));
    QTRY_COMPARE(bench.sentences.size(), 1);
    QVERIFY(bench.sentences.first().contains(u"was sent"));
    PATCHBAY_PLAYED(bench);
}

PATCHBAY_TESTS(TestLateAnswer)
#include "tst_late_answer.moc"
