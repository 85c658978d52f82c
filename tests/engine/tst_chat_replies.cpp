#include "core/store/misc_tables.h"
#include "support/chat_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// An answer in a chat is one message, whichever of the platform's answers and its echo is quicker.
class ChatReplyTests : public QObject {
    Q_OBJECT

    static ChatItem echo(const QString &externalId, const OutboundMessage &message)
    {
        ChatItem item = said(externalId.section(u':', 1), message.text);
        item.chat = message.threadKey;
        item.from = u"bot"_s;
        item.name = u"Shop"_s;
        item.self = true;
        return item;
    }
    static ChatItem receipt(const QString &externalId, const QString &fate, const QString &words = {})
    {
        ChatItem item = told(u"receipt"_s, externalId.section(u':', 1), words);
        item.fate = fate;
        return item;
    }

    static TemplateUse orderLeft()
    {
        TemplateUse use;
        use.chosen.name = u"order_left"_s;
        use.chosen.language = u"en_US"_s;
        use.chosen.body = u"Order {{1}} left."_s;
        use.values = {{u"body:1"_s, u"4711"_s}};
        return use;
    }
    static QHash<QString, QString> draftsOf(ChatDesk &desk, ConversationId id)
    {
        return desk.run([&desk, id](Database &db) {
            QHash<QString, QString> all;
            for (const drafts::Draft &draft : drafts::of(db, id, desk.commands->me().id))
                all.insert(draft.kind, draft.text);
            return all;
        });
    }

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void answersInTheChatWithoutAnyMailAddress()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Where is my parcel?"_s)}));
        const ConversationId id = desk.only().id;
        const auto reply = desk.reply(id, u"It is on its way."_s);
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.sent.size(), size_t(1));
        const OutboundMessage &sent = desk.chat.sent[0];
        QCOMPARE(sent.threadKey, u"c1"_s);
        QCOMPARE(sent.inReplyTo, u"c1:1"_s);
        QCOMPARE(sent.to.at(0).name, u"Zoë"_s);
        QVERIFY(sent.subject.isEmpty());
        QVERIFY(!desk.chat.keys[0].contains(u'@'));
        const Message ours = desk.timeline(id).back();
        QCOMPARE(ours.direction, Direction::Outbound);
        QCOMPARE(ours.externalId, u"c1:100"_s);
        QVERIFY(ours.to.isEmpty());
        QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Sent);
    }

    void foldsTheEchoThatComesAfterTheAnswer()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        QVERIFY(desk.reply(desk.only().id, u"Hello Zoë"_s));
        QVERIFY(desk.work());
        ChatItem back = echo(u"c1:100"_s, desk.chat.sent[0]);
        back.text = u"Hello <b>Zoë</b>"_s; // as the platform writes it
        QVERIFY(desk.tell({back, back}));
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(2));
        QCOMPARE(desk.counters().duplicate, 2);
    }

    void foldsTheEchoThatIsQuickerThanTheAnswer()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        desk.chat.whileSending = [&desk](const QString &id, const OutboundMessage &message) {
            auto taken =
                desk.intake->accept(desk.channel, desk.batch({echo(id, message), receipt(id, u"delivered"_s)}));
        };
        const auto reply = desk.reply(desk.only().id, u"Hello Zoë"_s);
        QVERIFY(desk.work());
        QVERIFY(answer(desk.intake->drain()));
        const auto timeline = desk.timeline(desk.only().id);
        QCOMPARE(timeline.size(), size_t(2));
        QCOMPARE(timeline[1].externalId, u"c1:100"_s);
        QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Sent);
        QCOMPARE(desk.story(timeline[1].id).receipt->fate, MessageFate::Delivered);
        QCOMPARE(desk.counters().duplicate, 1);
        QCOMPARE(desk.counters().noted, 1);
    }

    void takesTheEchoForTheAnswerThatWasLost()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        desk.chat.next = ScriptedChat::End::LoseAnswer;
        const auto reply = desk.reply(desk.only().id, u"Hello Zoë"_s);
        QVERIFY(desk.work());
        QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Unknown);
        QVERIFY(desk.tell({echo(u"c1:100"_s, desk.chat.sent[0])}));
        const Delivery delivery = desk.delivery(reply->delivery);
        QCOMPARE(delivery.state, DeliveryState::Sent);
        QCOMPARE(delivery.externalId, u"c1:100"_s);
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(2));
        desk.chat.whileSending = [&desk](const QString &id, const OutboundMessage &message) {
            auto taken = desk.intake->accept(desk.channel, desk.batch({echo(id, message)}));
        };
        const auto next = desk.reply(desk.only().id, u"Anything else?"_s);
        QVERIFY(desk.work()); // the echo is there before the time-out
        QCOMPARE(desk.delivery(next->delivery).state, DeliveryState::Sent);
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(3));
    }

    void isSentAlsoWhenTheProgramEndsBetweenTheEchoAndTheAnswer()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        desk.chat.next = ScriptedChat::End::Hang;
        desk.chat.whileSending = [&desk](const QString &id, const OutboundMessage &message) {
            auto taken = desk.intake->accept(desk.channel, desk.batch({echo(id, message)}));
        };
        const auto reply = desk.reply(desk.only().id, u"Hello Zoë"_s);
        auto running = desk.outbox->runOnce();
        QTRY_COMPARE(desk.chat.hanging, 1);
        QVERIFY(answer(desk.intake->drain()));
        desk.chat.next = ScriptedChat::End::Answer;
        desk.restartAll();
        desk.clock.us += 3'600'000'000; // in a team another workstation may be at it until its lease is over
        QVERIFY(desk.work());
        QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Sent);
        QCOMPARE(desk.chat.sent.size(), size_t(1));
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(2));
    }

    void takesTheSameWordsFromElsewhereForAMessageOfTheirOwn()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        const auto reply = desk.reply(desk.only().id, u"ok"_s);
        OutboundMessage elsewhere;
        elsewhere.threadKey = u"c1"_s;
        elsewhere.text = u"ok"_s;
        QVERIFY(desk.tell({echo(u"c1:50"_s, elsewhere)})); // ours was not tried yet
        QVERIFY(desk.work());
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(3));
        QCOMPARE(desk.delivery(reply->delivery).externalId, u"c1:100"_s);
    }

    void tellsHowAnAnswerFaresAndNeverGoesBack()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        QVERIFY(desk.tell({receipt(u"c1:100"_s, u"delivered"_s)})); // before we know the id
        const auto reply = desk.reply(desk.only().id, u"Hello Zoë"_s);
        QVERIFY(desk.work());
        QVERIFY(answer(desk.intake->drain()));
        const MessageId ours = desk.timeline(desk.only().id).back().id;
        QCOMPARE(desk.story(ours).receipt->fate, MessageFate::Delivered);
        QVERIFY(desk.tell({receipt(u"c1:100"_s, u"read"_s), receipt(u"c1:100"_s, u"accepted"_s),
                           receipt(u"c1:100"_s, u"delivered"_s), receipt(u"c1:100"_s, u"failed"_s)}));
        QCOMPARE(desk.story(ours).receipt->fate, MessageFate::Read);
        QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Sent);
        QCOMPARE(desk.counters().pending, 0);
    }

    void showsWhatThePlatformLostAndSendsItAnewWhenAsked()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        const auto reply = desk.reply(desk.only().id, u"Hello Zoë"_s);
        QVERIFY(desk.work());
        QVERIFY(desk.tell({receipt(u"c1:100"_s, u"failed"_s, u"The number is blocked."_s)}));
        Delivery delivery = desk.delivery(reply->delivery);
        QVERIFY(delivery.hasFailedThere());
        QCOMPARE(delivery.lastError, u"The number is blocked."_s);
        const QString firstKey = delivery.key;
        QVERIFY(answer(desk.commands->retryDelivery(reply->delivery)));
        QVERIFY(desk.work());
        delivery = desk.delivery(reply->delivery);
        QCOMPARE(delivery.state, DeliveryState::Sent);
        QVERIFY(delivery.key != firstKey); // the platform would fold a repeat of the first
        const Message ours = desk.timeline(desk.only().id).back();
        QCOMPARE(ours.externalId, u"c1:101"_s);
        QVERIFY(!desk.story(ours.id).receipt);
        QVERIFY(desk.tell({receipt(u"c1:101"_s, u"failed"_s), receipt(u"c1:101"_s, u"read"_s)}));
        QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Sent); // it was read after all
    }

    void refusesWhatThePlatformWouldNotTake()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        desk.info().abilities.longestText = 10;
        desk.info().abilities.answerWindow = std::chrono::hours(24);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        const ConversationId id = desk.only().id;
        const auto tooLong = desk.reply(id, u"Hello dear Zoë"_s);
        QVERIFY(!tooLong);
        QVERIFY(tooLong.error().message.contains(u"at most 10"_s));
        QVERIFY(desk.reply(id, u"Hello Zoë"_s));
        desk.clock.us += 24ll * 3600 * 1000000;
        const auto tooLate = desk.reply(id, u"Hello Zoë"_s);
        QVERIFY(!tooLate);
        QVERIFY(tooLate.error().message.contains(u"24 hours"_s));
        QVERIFY(desk.tell({said(u"2"_s, u"Still there?"_s)}));
        QVERIFY(desk.reply(id, u"Yes"_s));
    }

    void countsBytesWhereThePlatformDoes()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        desk.info().abilities.longestText = 10;
        desk.info().abilities.countsBytes = true;
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        QVERIFY(desk.reply(desk.only().id, u"1234567890"_s));
        const auto tooLong = desk.reply(desk.only().id, u"Zoë, Zoë!!"_s); // ten characters, twelve bytes
        QVERIFY(!tooLong);
        QVERIFY2(tooLong.error().message.contains(u"at most 10 bytes"_s), qPrintable(tooLong.error().message));
    }

    void sendsAnApprovedTemplateOnceWhenAFreeAnswerIsNotTaken()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        desk.info().abilities.answerWindow = std::chrono::hours(24);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        const ConversationId id = desk.only().id;
        TemplateUse use = orderLeft();
        const auto none = answer(desk.commands->replyWithTemplate(id, use));
        QVERIFY2(!none && none.error().message.contains(u"no templates"_s), "the platform takes none");
        desk.info().abilities.templates = true;
        desk.clock.us += 25ll * 3600 * 1000000;
        QVERIFY(!desk.reply(id, u"Hello Zoë"_s));
        use.values = {};
        const auto empty = answer(desk.commands->replyWithTemplate(id, use));
        QVERIFY2(!empty && empty.error().message.contains(u"{{1}}"_s), "a place is not filled in");
        desk.info().abilities.longestText = 10;
        const auto tooLong = answer(desk.commands->replyWithTemplate(id, orderLeft()));
        QVERIFY2(!tooLong && tooLong.error().message.contains(u"at most 10"_s),
                 "with what is filled in it is too long");
        desk.info().abilities.longestText = 0;
        QVERIFY(answer(desk.commands->saveDraft(id, u"template"_s, asDraft(orderLeft()))));
        const auto sent = answer(desk.commands->replyWithTemplate(id, orderLeft()));
        QVERIFY2(sent, sent ? "" : qPrintable(sent.error().message));
        QVERIFY(desk.work());
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.sent.size(), size_t(1));
        QVERIFY(desk.chat.sent[0].templated && desk.chat.sent[0].templated->values == orderLeft().values);
        QCOMPARE(desk.chat.sent[0].text, u"Order 4711 left."_s);
        QCOMPARE(desk.timeline(id).back().text, u"Order 4711 left."_s);
        QVERIFY(draftsOf(desk, id).isEmpty());
    }

    void bringsATemplateThatWasTakenBackIntoItsDraft()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        desk.info().abilities.templates = true;
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        const ConversationId id = desk.only().id;
        desk.commands->setHoldTime(std::chrono::hours(1));
        const auto held = answer(desk.commands->replyWithTemplate(id, orderLeft()));
        QVERIFY(held);
        QVERIFY(answer(desk.commands->cancelDelivery(held->delivery)));
        const std::optional<TemplateUse> again = templateFromDraft(draftsOf(desk, id).value(u"template"_s));
        QVERIFY(again && again->chosen == orderLeft().chosen && again->values == orderLeft().values);
        QVERIFY(!draftsOf(desk, id).contains(u"reply"_s));
    }

    void freezesTheWayThatAMessageOpens()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        desk.info().replyHandle = [](const QByteArray &raw) {
            return QJsonObject{{u"token"_s, QString::number(raw.size())}};
        };
        const ChatItem first = said(u"1"_s, u"Hello"_s);
        QVERIFY(desk.tell({first}));
        QVERIFY(desk.reply(desk.only().id, u"Hello Zoë"_s));
        QVERIFY(desk.work());
        QVERIFY(!desk.chat.sent[0].replyHandle.value(u"token"_s).toString().isEmpty());
        QVERIFY(desk.chat.sent[0].answeredAt);
    }
};

PATCHBAY_TESTS(ChatReplyTests)
#include "tst_chat_replies.moc"
