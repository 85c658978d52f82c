#include "core/mail/html_body.h"
#include "core/mail/mail.h"
#include "core/store/delivery_table.h"
#include "support/intake_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// An IntakeDesk that reads real mails.
class OwnMailDesk : public IntakeDesk {
public:
    explicit OwnMailDesk(const StorePlace &place)
        : IntakeDesk(place)
    {
        catalog.chats.front().parse = [](const RawItem &item, const AccountConfig &account) {
            return parseMail(item.raw, account.settings.value(u"address"_s).toString());
        };
    }

    Result<Done> takeRaw(const QByteArray &headers, const QByteArray &text = "Where is my parcel? It is late.\n",
                         bool historical = false)
    {
        Batch batch;
        clock.us += 60 * 1000000;
        batch.items.push_back({u"own%1"_s.arg(++m_key), headers + "\n" + text, historical});
        const auto accepted = answer(intake->accept(channel, std::move(batch)));
        return accepted ? answer(intake->drain()) : accepted;
    }

    Address contactOf(ConversationId id)
    {
        return run([id](Database &db) { return conversations::participants(db, id).at(0).address; });
    }

private:
    int m_key = 0;
};

} // namespace

/// Mails that name our own address as their sender: written by us, or only in our name.
class IntakeOwnMailTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void showsAFormOfOurWebsiteAsTheCustomersMail()
    {
        PATCHBAY_STORE_PLACE(place);
        OwnMailDesk desk(place);
        QVERIFY(desk.takeRaw("From: Web form <support@example.org>\nTo: support@example.org\n"
                             "Reply-To: Zoe <zoe@customer.example>\nSubject: Contact\nMessage-ID: <f1@example.org>\n"));
        const Conversation c = desk.only();
        QVERIFY(c.status == ConversationStatus::Open);
        QVERIFY(c.unread && c.awaitingUs);
        QVERIFY(desk.suggestion(c.id));
        QCOMPARE(desk.suggestion(c.id)->draft.contact.address, u"zoe@customer.example"_s);
        const Message message = desk.timeline(c.id).at(0);
        QVERIFY(message.direction == Direction::Inbound);
        QVERIFY(!message.newParticipant);
        QCOMPARE(message.author.address, u"zoe@customer.example"_s);
        QCOMPARE(desk.contactOf(c.id).address, u"zoe@customer.example"_s); // whom an answer goes to
        // The next form of the same person is hers too, and her own mail is no stranger's.
        QVERIFY(desk.takeRaw("From: support@example.org\nTo: support@example.org\nReply-To: zoe@customer.example\n"
                             "Subject: Again\nMessage-ID: <f2@example.org>\n"));
        QCOMPARE(desk.all().size(), size_t(2));
        QCOMPARE(desk.all().front().contact, c.contact);
        QVERIFY(desk.takeRaw("From: zoe@customer.example\nTo: support@example.org\nIn-Reply-To: <f1@example.org>\n"
                             "Subject: Re: Contact\nMessage-ID: <z@customer.example>\n"));
        QVERIFY(!desk.timeline(c.id).back().newParticipant);
    }

    void showsAMailToOurselvesAsNews()
    {
        PATCHBAY_STORE_PLACE(place);
        OwnMailDesk desk(place);
        QVERIFY(desk.takeRaw("From: support@example.org\nTo: Support <support@example.org>\nSubject: Test\n"
                             "Message-ID: <t@example.org>\n"));
        const Conversation c = desk.only();
        QVERIFY(c.status == ConversationStatus::Open && c.unread && c.awaitingUs);
        QVERIFY(desk.timeline(c.id).at(0).direction == Direction::Inbound);
        QVERIFY(desk.suggestion(c.id));
        QCOMPARE(desk.contactOf(c.id).address, u"support@example.org"_s);
    }

    void doesNotLetAForgedSenderHideAMail()
    {
        PATCHBAY_STORE_PLACE(place);
        OwnMailDesk desk(place);
        QVERIFY(desk.takeRaw("From: support@example.org\nTo: support@example.org, boss@example.org\n"
                             "Reply-To: mallory@example.net\nSubject: Pay\nMessage-ID: <x@example.net>\n"));
        const Conversation c = desk.only();
        QVERIFY(c.status == ConversationStatus::Open && c.unread);
        QVERIFY(desk.timeline(c.id).at(0).direction == Direction::Inbound);
        QCOMPARE(desk.contactOf(c.id).address, u"mallory@example.net"_s);
    }

    void warnsOfAForgedSenderInAThread()
    {
        PATCHBAY_STORE_PLACE(place);
        OwnMailDesk desk(place);
        QVERIFY(desk.takeRaw("From: zoe@customer.example\nTo: support@example.org\nSubject: Hi\nMessage-ID: <a@x>\n"));
        QVERIFY(desk.takeRaw("From: support@example.org\nTo: support@example.org\nReply-To: mallory@example.net\n"
                             "In-Reply-To: <a@x>\nSubject: Re: Hi\nMessage-ID: <b@x>\n"));
        const Conversation c = desk.only();
        QVERIFY(desk.timeline(c.id).back().newParticipant);
        QCOMPARE(desk.timeline(c.id).back().author.address, u"mallory@example.net"_s);
        QVERIFY(c.awaitingUs);
        QCOMPARE(desk.contactOf(c.id).address, u"zoe@customer.example"_s);
    }

    void stillShowsWhatAnotherProgramSentAsSent_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::newRow("without Reply-To") << QByteArray();
        QTest::newRow("Reply-To is ours") << QByteArray("Reply-To: Desk <SUPPORT@example.org>\n");
        QTest::newRow("Reply-To is nothing") << QByteArray("Reply-To: undisclosed\n");
        QTest::newRow("a copy to ourselves") << QByteArray("Cc: support@example.org\n");
    }
    void stillShowsWhatAnotherProgramSentAsSent()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(QByteArray, field);
        OwnMailDesk desk(place);
        QVERIFY(desk.takeRaw("From: zoe@customer.example\nTo: support@example.org\nSubject: Hi\nMessage-ID: <a@x>\n"));
        QVERIFY(desk.takeRaw("From: support@example.org\nTo: zoe@customer.example\nIn-Reply-To: <a@x>\n" + field
                             + "Subject: Re: Hi\nMessage-ID: <b@x>\n"));
        const Conversation c = desk.only();
        QVERIFY(desk.timeline(c.id).back().direction == Direction::Outbound);
        QVERIFY(!c.awaitingUs);
        QVERIFY(desk.takeRaw("From: support@example.org\nTo: new@customer.example\n" + field
                             + "Subject: Hello\nMessage-ID: <c@x>\n"));
        const Conversation opened = desk.all().front();
        QVERIFY(opened.status == ConversationStatus::Done && !opened.unread);
        QCOMPARE(desk.contactOf(opened.id).address, u"new@customer.example"_s);
    }

    void joinsItsDeliveryWhenOurTextHasLinesWithAQuoteMark_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("in the middle") << u"You wrote:\n> it is broken\n> since Monday\nIt will be mended."_s;
        QTest::newRow("all of it") << u"> it is broken"_s;
        QTest::newRow("a signature too") << u"Thanks.\n> and?\n-- \nAnn, Desk"_s;
    }
    void joinsItsDeliveryWhenOurTextHasLinesWithAQuoteMark()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(QString, text);
        OwnMailDesk desk(place);
        QVERIFY(desk.takeRaw("From: zoe@customer.example\nTo: support@example.org\nSubject: Hi\nMessage-ID: <a@x>\n"));
        const ConversationId id = desk.only().id;
        MailDraft draft;
        draft.messageId = u"ours@example.org"_s;
        draft.from.address = u"support@example.org"_s;
        draft.to = {{QString(), u"zoe@customer.example"_s}};
        draft.subject = u"Re: Hi"_s;
        draft.inReplyTo = u"a@x"_s;
        draft.text = text;
        draft.date = desk.clock.now();
        const DeliveryId unknown = desk.run([&](Database &db) {
            Message own;
            own.conversation = id;
            own.channel = desk.channel;
            own.direction = Direction::Outbound;
            own.operatorId = desk.me;
            own.externalId = draft.messageId;
            own.text = text;
            own.body = bodyFromText(text, false);
            own.sortAt = own.arrivedAt = desk.clock.now();
            Delivery d;
            d.kind = DeliveryKind::Reply;
            d.conversation = id;
            d.message = messages::insert(db, own, {});
            d.channel = desk.channel;
            d.key = draft.messageId;
            d.operatorId = desk.me;
            d.state = DeliveryState::Unknown;
            return deliveries::insert(db, d);
        });
        const auto sent = composeMail(draft);
        QVERIFY2(sent, qPrintable(sent ? QString() : sent.error().message));
        const qsizetype split = sent->indexOf("\r\n\r\n");
        QVERIFY(desk.takeRaw(sent->left(split + 2), sent->mid(split + 4)));
        QCOMPARE(desk.timeline(id).size(), size_t(2)); // no second bubble
        QVERIFY(desk.run([&](Database &db) { return deliveries::byId(db, unknown); })->state == DeliveryState::Sent);
        // Another text under our Message-ID is still another mail.
        draft.text = u"> something else"_s;
        const auto altered = composeMail(draft);
        QVERIFY(desk.takeRaw(altered->left(altered->indexOf("\r\n\r\n") + 2), "> something else\r\n"));
        QCOMPARE(desk.timeline(id).size(), size_t(3));
        QVERIFY(desk.timeline(id).back().conflicting);
    }
};
PATCHBAY_TESTS(IntakeOwnMailTests)

#include "tst_intake_own_mail.moc"
