#include "core/engine/reply_recipients.h"
#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "support/command_desk.h"
#include "support/intake_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Who a reply goes to when the customer's mail asks for answers at another address (Reply-To).
class ReplyRecipients : public QObject {
    Q_OBJECT

    static TestMail asking(const QString &from, const QString &replyTo, const QString &id = u"m1@x"_s)
    {
        TestMail mail;
        mail.id = id;
        mail.from = from;
        mail.replyTo = replyTo;
        mail.subject = u"Lamp"_s;
        mail.text = u"It flickers."_s;
        return mail;
    }
    static QStringList recipients(IntakeDesk &desk)
    {
        const Conversation c = desk.only();
        return desk.run([&](Database &db) {
            QStringList all;
            for (const Address &address : replyRecipients(db, c, channels::byId(db, c.channel).value_or(Channel{})))
                all << address.address;
            return all;
        });
    }
    static std::vector<Participant> participants(IntakeDesk &desk)
    {
        const ConversationId id = desk.only().id;
        return desk.run([&](Database &db) { return conversations::participants(db, id); });
    }

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void areWhereTheContactsOwnDomainAsksForIt()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take(asking(u"noreply@shop.example"_s, u"Ticket+7@Shop.example"_s)));
        QCOMPARE(recipients(desk), QStringList{u"ticket+7@shop.example"_s});
        TestMail more = asking(u"noreply@shop.example"_s, {}, u"m2@x"_s);
        more.references = {u"m1@x"_s};
        more.text = u"And hums."_s;
        QVERIFY(desk.take(more)); // the newest mail decides
        QCOMPARE(recipients(desk), QStringList{u"noreply@shop.example"_s});
    }

    void areNotWhereAnotherDomainIsNamedUntilTheOperatorIncludesIt()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        QVERIFY(desk.take(asking(u"zoe@example.org"_s, u"Desk@Partner.example"_s)));
        QCOMPARE(recipients(desk), QStringList{u"zoe@example.org"_s});
        const std::vector<Participant> seen = participants(desk);
        QCOMPARE(seen.size(), size_t(2));
        const auto named = std::find_if(seen.begin(), seen.end(), [](const Participant &p) {
            return p.address.address == u"desk@partner.example";
        });
        QVERIFY(named != seen.end() && !named->included && !named->isContact);
        desk.run([&](Database &db) {
            conversations::includeParticipant(db, named->conversation, named->address.address, true);
            return Done{};
        });
        QCOMPARE(recipients(desk), (QStringList{u"zoe@example.org"_s, u"desk@partner.example"_s}));
    }

    void areNeverWeOurselves()
    {
        PATCHBAY_STORE_PLACE(place);
        IntakeDesk desk(place);
        // A list that puts itself, which is our address, into Reply-To.
        QVERIFY(desk.take(asking(u"zoe@example.org"_s, u"support@example.org"_s)));
        QCOMPARE(recipients(desk), QStringList{u"zoe@example.org"_s});
        QCOMPARE(participants(desk).size(), size_t(1));
    }

    void areThoseOfTheMailThatGoesOut()
    {
        CommandDesk desk;
        const ConversationId id = desk.receive(u"Lamp"_s, u"It flickers."_s);
        QVERIFY(desk.change([&](Database &db) {
            Message mail = *messages::newestInbound(db, id);
            mail.id = {};
            mail.uid.clear();
            mail.externalId = u"again@customer.example"_s;
            mail.replyTo = u"ticket+7@customer.example"_s;
            messages::insert(db, mail, {});
        }));
        const auto reply = await(desk.commands->reply(id, u"Try another bulb."_s));
        QVERIFY2(reply, qPrintable(reply ? QString() : reply.error().message));
        const auto outbound = outboundFromJson(desk.delivery(reply->delivery).payload);
        QVERIFY(outbound);
        QCOMPARE(outbound->to.size(), size_t(1));
        QCOMPARE(outbound->to.front(), (Address{u"Zoë"_s, u"ticket+7@customer.example"_s}));
        QCOMPARE(desk.messages(id).back().to, QStringList{u"ticket+7@customer.example"_s});
    }
};

PATCHBAY_TESTS(ReplyRecipients)
#include "tst_reply_recipients.moc"
