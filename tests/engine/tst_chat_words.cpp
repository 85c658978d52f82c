#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "support/chat_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

WrittenText writtenWithStars(const MarkedText &text)
{
    MarkedText shown = text;
    QString written = text.text;
    for (auto span = text.marks.rbegin(); span != text.marks.rend(); ++span)
        written.insert(span->start + span->length, u'*').insert(span->start, u'*');
    return {written, shown, false};
}

} // namespace

/// What we write in a chat: how it looks, which message it answers, and what becomes of it when it is changed.
class ChatWordTests : public QObject {
    Q_OBJECT

    static bool begin(ChatDesk &desk)
    {
        desk.info().takesChanges = {ChatChange::What::Words};
        desk.info().abilities.marks = {Mark::Bold, Mark::Italic};
        desk.info().abilities.quotes = true;
        return desk.tell({said(u"1"_s, u"Where is my parcel?"_s), said(u"2"_s, u"And my invoice?"_s)}).ok();
    }
    static Message stored(ChatDesk &desk, MessageId id)
    {
        return desk.run([id](Database &db) { return messages::byId(db, id).value_or(Message{}); });
    }
    static MessageId customers(ChatDesk &desk, const QString &externalId)
    {
        return desk.run([&](Database &db) {
            const auto message = messages::byExternalId(db, desk.channel, externalId);
            return message ? message->id : MessageId{};
        });
    }
    /// A reply that arrived.
    static Message sent(ChatDesk &desk, const QString &text)
    {
        const auto reply = desk.reply(desk.only().id, text);
        return reply && desk.work() ? stored(desk, reply->message) : Message{};
    }
    static std::vector<Delivery> changesOf(ChatDesk &desk, const Message &message)
    {
        return desk.run([&](Database &db) {
            return deliveries::changesOf(db, message.conversation, ChatChange::subjectOfWords(message.externalId));
        });
    }
    static ChatItem editOf(const Message &message, const QString &text, qint64 at = 0)
    {
        ChatItem item = told(u"edit"_s, message.externalId.section(u':', 1), text);
        item.from = u"bot"_s;
        item.self = true;
        item.at = at;
        return item;
    }

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void sendsAndShowsTheLooksThatThePlatformTakes()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const MarkedText text{u"  It comes today, *for sure*"_s, {{11, 5, Mark::Bold}, {18, 10, Mark::Strike}}};
        const auto reply = answer(desk.commands->reply(desk.only().id, text));
        QVERIFY(reply.ok());
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.sent[0].text, u"It comes today, *for sure*"_s);
        QCOMPARE(desk.chat.sent[0].marks, (std::vector<MarkSpan>{{9, 5, Mark::Bold}}));
        const Message message = stored(desk, reply->message);
        QCOMPARE(message.text, u"It comes today, *for sure*"_s);
        QCOMPARE(markedText(message.text, message.body).marks, (std::vector<MarkSpan>{{9, 5, Mark::Bold}}));
    }

    void countsWhatThePlatformCounts()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        desk.info().abilities.longestText = 10;
        desk.info().abilities.written = &writtenWithStars;
        const ConversationId id = desk.only().id;
        QVERIFY(answer(desk.commands->reply(id, MarkedText{u"1234567890"_s, {}})).ok());
        const auto refused = answer(desk.commands->reply(id, MarkedText{u"1234567890"_s, {{0, 4, Mark::Bold}}}));
        QVERIFY(!refused);
        QVERIFY(refused.error().message.contains(u"this one has 12"_s));
    }

    void refusesMoreLooksThanPlatformsShow()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        MarkedText text{QString(400, u'x'), {}};
        for (int i = 0; i <= int(mostMarks); ++i)
            text.marks.push_back({i * 3, 1, Mark::Bold});
        QCOMPARE(answer(desk.commands->reply(desk.only().id, text)).error().kind, Error::Kind::Refused);
        text.marks.pop_back();
        QVERIFY(answer(desk.commands->reply(desk.only().id, text)).ok());
    }

    void bringsTheLooksBackWithWhatWasTakenBack()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        desk.commands->setHoldTime(std::chrono::milliseconds(60000));
        const ConversationId id = desk.only().id;
        const auto reply = answer(desk.commands->reply(id, MarkedText{u"It comes today"_s, {{9, 5, Mark::Bold}}}));
        QVERIFY(reply.ok());
        QVERIFY(answer(desk.commands->saveDraft(id, u"reply"_s, asDraft({u"And"_s, {{0, 3, Mark::Italic}}}))));
        QVERIFY(answer(desk.commands->cancelDelivery(reply->delivery)));
        const auto drafts = desk.run([&](Database &db) { return drafts::of(db, id, desk.commands->me().id); });
        QCOMPARE(drafts.size(), size_t(1));
        QCOMPARE(markedFromDraft(drafts[0].text),
                 (MarkedText{u"It comes today\n\nAnd"_s, {{9, 5, Mark::Bold}, {16, 3, Mark::Italic}}}));
    }

    void answersTheMessageThatWasChosen()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const ConversationId id = desk.only().id;
        const MessageId first = customers(desk, u"c1:1"_s);
        const auto chosen = answer(desk.commands->reply(id, MarkedText{u"It left."_s, {}}, {}, first));
        const auto usual = answer(desk.commands->reply(id, u"It is in the box."_s));
        QVERIFY(chosen.ok() && usual.ok());
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.sent.size(), size_t(2));
        QCOMPARE(desk.chat.sent[0].inReplyTo, u"c1:1"_s);
        QVERIFY(desk.chat.sent[0].quotes);
        QCOMPARE(stored(desk, chosen->message).answers, u"c1:1"_s);
        QCOMPARE(desk.chat.sent[1].inReplyTo, u"c1:2"_s);
        QVERIFY(!desk.chat.sent[1].quotes);
        QVERIFY(stored(desk, usual->message).answers.isEmpty());
    }

    void quotesNothingThatThePlatformDoesNotKnow()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const ConversationId id = desk.only().id;
        desk.commands->setHoldTime(std::chrono::milliseconds(60000));
        const auto waiting = desk.reply(id, u"One moment."_s);
        QVERIFY(waiting.ok());
        const auto refused = answer(desk.commands->reply(id, MarkedText{u"It left."_s, {}}, {}, waiting->message));
        QCOMPARE(refused.error().kind, Error::Kind::Refused);
        desk.info().abilities.quotes = false;
        const auto never =
            answer(desk.commands->reply(id, MarkedText{u"It left."_s, {}}, {}, customers(desk, u"c1:1"_s)));
        QVERIFY(never.error().message.contains(u"does not show"_s));
    }

    void changesWhatWasSent()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const Message first = sent(desk, u"It comes tomorow."_s);
        const MarkedText better{u"It comes tomorrow."_s, {{9, 8, Mark::Bold}}};
        QVERIFY(answer(desk.commands->changeMessage(first.id, better)));
        QCOMPARE(stored(desk, first.id).text, first.text); // not over there yet
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.changes.size(), size_t(1));
        QCOMPARE(desk.chat.changes[0].message, first.externalId);
        QCOMPARE(desk.chat.changes[0].words, better);
        const Message now = stored(desk, first.id);
        QCOMPARE(now.text, better.text);
        QCOMPARE(markedText(now.text, now.body), better);
        const MessageStory story = desk.story(first.id);
        QCOMPARE(story.formerTexts.size(), size_t(1));
        QCOMPARE(story.formerTexts[0].text, first.text);
        QVERIFY(story.editedAt);
        QVERIFY(desk.counters().addsUp());
    }

    void sendsTheNewestChangeOnly()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const Message first = sent(desk, u"One"_s);
        const Message second = sent(desk, u"Two"_s);
        desk.commands->setHoldTime(std::chrono::milliseconds(5000));
        QVERIFY(answer(desk.commands->changeMessage(first.id, {u"Once"_s, {}})));
        QVERIFY(answer(desk.commands->changeMessage(second.id, {u"Twice"_s, {}})));
        QVERIFY(answer(desk.commands->changeMessage(first.id, {u"Once more"_s, {}})));
        desk.clock.us += 6 * 1000000;
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.changes.size(), size_t(2));
        QCOMPARE(stored(desk, first.id).text, u"Once more"_s);
        QCOMPARE(stored(desk, second.id).text, u"Twice"_s);
    }

    void writesTheSameWordsAgainWhenTheAnswerWasLost()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const Message first = sent(desk, u"One"_s);
        desk.chat.next = ScriptedChat::End::LoseAnswer;
        QVERIFY(answer(desk.commands->changeMessage(first.id, {u"Once"_s, {}})));
        QVERIFY(desk.work());
        QCOMPARE(stored(desk, first.id).text, u"One"_s); // nobody knows yet
        desk.chat.next = ScriptedChat::End::Answer;
        desk.clock.us += 3600 * qint64(1000000);
        QVERIFY(desk.work());
        QCOMPARE(stored(desk, first.id).text, u"Once"_s);
        QCOMPARE(changesOf(desk, first).front().state, DeliveryState::Sent);
        QCOMPARE(desk.story(first.id).formerTexts.size(), size_t(1));
    }

    void keepsTheWordsWhenThePlatformRefuses()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const Message first = sent(desk, u"One"_s);
        desk.chat.next = ScriptedChat::End::Refuse;
        QVERIFY(answer(desk.commands->changeMessage(first.id, {u"Once"_s, {}})));
        QVERIFY(desk.work());
        const Delivery refused = changesOf(desk, first).front();
        QCOMPARE(refused.state, DeliveryState::Dead);
        QVERIFY(refused.lastError.contains(u"422"_s));
        QCOMPARE(stored(desk, first.id).text, u"One"_s);
        desk.chat.next = ScriptedChat::End::Answer;
        QVERIFY(answer(desk.commands->retryDelivery(refused.id)));
        QVERIFY(desk.work());
        QCOMPARE(stored(desk, first.id).text, u"Once"_s);
    }

    void refusesWhatCannotBeChanged()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const auto refused = [&](MessageId id, const MarkedText &text) {
            const Result<Done> changed = answer(desk.commands->changeMessage(id, text));
            return changed ? QString() : changed.error().message;
        };
        QVERIFY(refused(customers(desk, u"c1:1"_s), {u"Otherwise"_s, {}}).contains(u"written here"_s));
        const Message first = sent(desk, u"One"_s);
        QVERIFY(refused(first.id, {u"  "_s, {}}).contains(u"empty"_s));
        QVERIFY(refused(first.id, {u"One"_s, {}}).contains(u"already"_s));
        desk.info().abilities.longestText = 5;
        QVERIFY(refused(first.id, {u"Too long"_s, {}}).contains(u"at most 5"_s));
        desk.commands->setHoldTime(std::chrono::milliseconds(60000));
        const auto waiting = desk.reply(desk.only().id, u"Two"_s);
        QVERIFY(waiting.ok());
        QVERIFY(refused(waiting->message, {u"Twice"_s, {}}).contains(u"Take it back"_s));
        QVERIFY(desk.tell({told(u"deletion"_s, first.externalId.section(u':', 1))}));
        QVERIFY(refused(first.id, {u"Once"_s, {}}).contains(u"deleted"_s));
        desk.info().takesChanges.clear();
        QVERIFY(refused(first.id, {u"Once"_s, {}}).contains(u"cannot be changed"_s));
        QVERIFY(desk.chat.changes.empty());
    }

    void takesItsOwnChangeThatComesBackForNoOther()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const Message first = sent(desk, u"One"_s);
        QVERIFY(answer(desk.commands->changeMessage(first.id, {u"Once"_s, {{0, 4, Mark::Bold}}})));
        QVERIFY(desk.work());
        QVERIFY(answer(desk.commands->changeMessage(first.id, {u"Twice"_s, {}})));
        QVERIFY(desk.work());
        // Both come back, the older one with a later time than ours, and with the platform's signs.
        QVERIFY(desk.tell({editOf(first, u"*Once*"_s, desk.clock.us / 1000000 + 30), editOf(first, u"Twice"_s)}));
        const Message now = stored(desk, first.id);
        QCOMPARE(now.text, u"Twice"_s);
        QCOMPARE(desk.story(first.id).formerTexts.size(), size_t(2));
        QVERIFY(desk.counters().addsUp());
    }

    void takesWhatSomebodyElseChangedThere()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        const Message first = sent(desk, u"One"_s);
        QVERIFY(answer(desk.commands->changeMessage(first.id, {u"Once"_s, {}})));
        QVERIFY(desk.work());
        QVERIFY(desk.tell({editOf(first, u"Changed at the telephone"_s)}));
        QCOMPARE(stored(desk, first.id).text, u"Changed at the telephone"_s);
        QCOMPARE(desk.story(first.id).formerTexts.back().text, u"Once"_s);
    }

    void knowsItsOwnMessageThatComesBackWithSigns()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(begin(desk));
        desk.chat.next = ScriptedChat::End::LoseAnswer;
        const auto reply =
            answer(desk.commands->reply(desk.only().id, MarkedText{u"It comes today"_s, {{9, 5, Mark::Bold}}}));
        QVERIFY(reply.ok());
        QVERIFY(desk.work());
        QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Unknown);
        ChatItem back = said(u"100"_s, u"It comes *today*"_s);
        back.self = true;
        QVERIFY(desk.tell({back}));
        QCOMPARE(desk.delivery(reply->delivery).state, DeliveryState::Sent);
        QCOMPARE(stored(desk, reply->message).text, u"It comes today"_s);
        const ConversationId id = desk.only().id;
        QCOMPARE(desk.run([id](Database &db) { return messages::count(db, id); }), 3);
    }
};

PATCHBAY_TESTS(ChatWordTests)
#include "tst_chat_words.moc"
