#include "core/store/search_index.h"
#include "core/store/search_table.h"
#include "support/chat_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// What platforms tell of messages: once each, in any order, and nothing is lost.
class ChatIntakeTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void takesEachUpdateOnceHoweverOftenItComes()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        ChatItem edit = told(u"edit"_s, u"1"_s, u"Where is my parcel? It is late."_s);
        ChatItem reaction = told(u"reaction"_s, u"1"_s, u"👍"_s);
        ChatItem deletion = told(u"deletion"_s, u"2"_s);
        std::vector<ChatItem> all{said(u"1"_s, u"Where is my parcel?"_s), said(u"2"_s, u"oops"_s), edit, reaction,
                                  deletion};
        for (size_t i = 0; i < all.size(); ++i)
            all[i].at = desk.clock.us / 1000000 + int(i);
        QVERIFY(desk.tell(all));
        const auto once = desk.counters();
        QCOMPARE(once.visible, 2);
        QCOMPARE(once.noted, 3);
        desk.restartAll();
        QVERIFY(desk.tell(all));
        const auto twice = desk.counters();
        QCOMPARE(twice.visible, 2);
        QCOMPARE(twice.noted, 3);
        QCOMPARE(twice.duplicate, 5);
        const auto timeline = desk.timeline(desk.only().id);
        QCOMPARE(timeline.size(), size_t(2));
        QCOMPARE(timeline[0].text, edit.text);
        const MessageStory first = desk.story(timeline[0].id);
        QCOMPARE(first.formerTexts.size(), size_t(1));
        QCOMPARE(first.formerTexts[0].text, u"Where is my parcel?"_s);
        QCOMPARE(first.reactions.size(), size_t(1));
        QVERIFY(!first.deletion);
        QCOMPARE(timeline[1].text, u"oops"_s); // kept
        QVERIFY(desk.story(timeline[1].id).deletion.has_value());
        QCOMPARE(desk.only().messageCount, 2);
    }

    void appliesWhatCameBeforeItsMessageAlsoAfterARestart()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        ChatItem first = told(u"edit"_s, u"7"_s, u"second wording"_s);
        ChatItem second = told(u"edit"_s, u"7"_s, u"third wording"_s);
        ChatItem reaction = told(u"reaction"_s, u"7"_s, u"❤"_s);
        const qint64 start = desk.clock.us / 1000000;
        first.at = start + 10;
        second.at = start + 20;
        QVERIFY(desk.tell({second, first, reaction}));
        QCOMPARE(desk.counters().noted, 3);
        QVERIFY(desk.all().empty());
        desk.restartAll();
        ChatItem message = said(u"7"_s, u"first wording"_s);
        message.at = start;
        QVERIFY(desk.tell({message}));
        const auto counters = desk.counters();
        QCOMPARE(counters.visible, 1);
        QCOMPARE(counters.noted, 3);
        QCOMPARE(counters.pending, 0);
        const Message now = desk.timeline(desk.only().id).at(0);
        QCOMPARE(now.text, u"third wording"_s);
        const MessageStory story = desk.story(now.id);
        QCOMPARE(story.formerTexts.size(), size_t(2));
        QCOMPARE(story.formerTexts[0].text, u"first wording"_s);
        QCOMPARE(story.formerTexts[1].text, u"second wording"_s);
        QCOMPARE(story.reactions.size(), size_t(1));
        QVERIFY(desk.only().snippet.contains(u"third wording"_s));
    }

    void readsAnEditedMessageAgainLikeANewOne()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Where is my parcel? The delivery is late."_s)}));
        const auto before = desk.suggestion(desk.only().id);
        QVERIFY(before);
        QCOMPARE(desk.categoryName(before->classification.category), u"Delivery"_s);
        const ConversationId seen = desk.only().id;
        desk.run([seen](Database &db) {
            conversations::setUnread(db, seen, false);
            return Done{};
        });
        QVERIFY(desk.tell({told(u"edit"_s, u"1"_s, u"I want a refund: the invoice was charged twice."_s)}));
        const Conversation c = desk.only();
        QVERIFY(c.unread);
        const auto after = desk.suggestion(c.id);
        QCOMPARE(after->version, before->version + 1);
        QVERIFY(desk.categoryName(after->classification.category) != u"Delivery"_s);
        QVERIFY(after->draft.description.contains(u"charged twice"_s));
        QVERIFY(!after->draft.description.contains(u"parcel"_s));
        QVERIFY(c.snippet.contains(u"refund"_s));
    }

    void keepsAPersonsCategoryThroughAnEdit()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Where is my parcel? The delivery is late."_s)}));
        const ConversationId id = desk.only().id;
        const auto billing = desk.run([](Database &db) {
            for (const Category &one : categories::all(db)) {
                if (one.name != u"Delivery"_s && !one.isUnsorted)
                    return one.id;
            }
            return CategoryId{};
        });
        QVERIFY(answer(desk.commands->overrideCategory(id, billing)));
        QVERIFY(desk.tell({told(u"edit"_s, u"1"_s, u"Where is my parcel? The delivery is very late."_s)}));
        QCOMPARE(desk.only().category, billing);
        QVERIFY(desk.suggestion(id)->draft.description.contains(u"very late"_s));
    }

    void findsTheNewTextAndNotTheOldOne()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        const auto found = [&desk](const QString &words) {
            return desk.run([&](Database &db) {
                search::indexSome(db, 100);
                SearchTerm term;
                term.value = words;
                SearchQuery query;
                query.groups.push_back({term});
                return int(search::newest(db, query, desk.me, 0, 50).hits.size());
            });
        };
        QVERIFY(desk.tell({said(u"1"_s, u"a zebra waits"_s), told(u"edit"_s, u"1"_s, u"a giraffe waits"_s)}));
        QCOMPARE(found(u"zebra"_s), 0); // both in one batch: never indexed
        QCOMPARE(found(u"giraffe"_s), 1);
        QVERIFY(desk.tell({told(u"edit"_s, u"1"_s, u"an okapi waits"_s)}));
        QCOMPARE(found(u"giraffe"_s), 0);
        QCOMPARE(found(u"okapi"_s), 1);
    }

    void countsEachPersonsNewestReaction()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        const qint64 start = desk.clock.us / 1000000;
        const auto reaction = [&](const QString &from, const QString &sign, int at) {
            ChatItem item = told(u"reaction"_s, u"1"_s, sign);
            item.from = from;
            item.at = start + at;
            return item;
        };
        QVERIFY(desk.tell({said(u"1"_s, u"hello"_s)}));
        const MessageId id = desk.timeline(desk.only().id).at(0).id;
        QVERIFY(desk.tell({reaction(u"u1"_s, u"👍"_s, 5), reaction(u"u2"_s, u"🎉"_s, 6), reaction(u"u1"_s, u"❤"_s, 7)}));
        auto story = desk.story(id);
        QCOMPARE(story.reactions.size(), size_t(2));
        QCOMPARE(story.reactions[0].text, u"❤"_s);
        QVERIFY(desk.tell({reaction(u"u1"_s, {}, 9), reaction(u"u1"_s, u"👎"_s, 8)})); // the older one comes late
        story = desk.story(id);
        QCOMPARE(story.reactions.size(), size_t(1));
        QCOMPARE(story.reactions[0].author.address, u"u2"_s);
    }

    void keepsTwoMessagesWithOneIdInTwoChats()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        ChatItem other = said(u"1"_s, u"Hello from the other chat"_s);
        other.chat = u"c2"_s;
        other.from = u"u2"_s;
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s), other}));
        QCOMPARE(desk.counters().visible, 2);
        QCOMPARE(desk.all().size(), size_t(2));
        QVERIFY(desk.tell({told(u"edit"_s, u"1"_s, u"Hello again"_s)}));
        QCOMPARE(desk.timeline(desk.inChat(u"c1"_s).id).at(0).text, u"Hello again"_s);
        QCOMPARE(desk.timeline(desk.inChat(u"c2"_s).id).at(0).text, other.text);
    }

    void holdsAGroupUnderItsTitleWithAllItsPeople()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        ChatItem first = said(u"1"_s, u"Where is my parcel?"_s);
        first.title = u"Parcels"_s;
        ChatItem second = said(u"2"_s, u"Mine is late, too"_s);
        second.title = u"Parcels"_s;
        second.from = u"u2"_s;
        second.name = u"Max"_s;
        second.answers = u"1"_s;
        QVERIFY(desk.tell({first, second}));
        const Conversation c = desk.only();
        QCOMPARE(c.subject, u"Parcels"_s);
        const auto timeline = desk.timeline(c.id);
        QCOMPARE(timeline.size(), size_t(2));
        QCOMPARE(timeline[1].author.name, u"Max"_s);
        QVERIFY(!timeline[1].newParticipant); // a group is no mail that somebody slipped into
        const auto quotes =
            desk.run([&](Database &db) { return messages::quoted(db, desk.channel, {timeline[1].answers}); });
        QCOMPARE(quotes.value(timeline[1].answers).id, timeline[0].id);
        QCOMPARE(desk.run([&](Database &db) { return conversations::participants(db, c.id); }).size(), size_t(2));
    }

    void keepsWhatItDoesNotKnowAndShowsNothing()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        ChatItem typing;
        typing.kind = u"typing"_s;
        ChatItem nonsense;
        nonsense.kind = u"nonsense"_s;
        ChatItem lost;
        lost.kind = u"edit"_s; // of nothing
        QVERIFY(desk.tell({typing, nonsense, lost}));
        const auto counters = desk.counters();
        QCOMPARE(counters.noted, 2);
        QCOMPARE(counters.quarantined, 1);
        QVERIFY(desk.all().empty());
        const auto kept = desk.run([](Database &db) {
            return db.row("SELECT COUNT(*) FROM raw_message WHERE state = 'noted' AND body IS NOT NULL")->integer(0);
        });
        QCOMPARE(kept, 2);
    }

    void tellsWhatHappenedToAChatOverThereAndFollowsItsEnd()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        const qint64 start = desk.clock.us / 1000000;
        ChatItem assigned = beside(u"event"_s, u"Assigned to Bob by Ana"_s, start + 1);
        QVERIFY(desk.tell({assigned}));
        QVERIFY(desk.all().empty()); // an event opens no conversation
        ChatItem message = said(u"1"_s, u"Where is my parcel?"_s);
        message.at = start;
        QVERIFY(desk.tell({message}));
        ChatItem resolved = beside(u"event"_s, u"Resolved by Bob"_s, start + 2);
        resolved.fate = u"done"_s;
        QVERIFY(desk.tell({resolved, resolved}));
        const auto timeline = desk.timeline(desk.only().id);
        QCOMPARE(timeline.size(), size_t(2));
        QCOMPARE(timeline[1].direction, Direction::Event);
        QCOMPARE(timeline[1].text, u"Resolved by Bob"_s);
        QCOMPARE(desk.only().status, ConversationStatus::Done);
        QVERIFY(!desk.only().unread);
        QVERIFY(desk.only().snippet.contains(u"parcel"_s));
        ChatItem reopened = beside(u"event"_s, {}, start + 3);
        reopened.fate = u"open"_s;
        QVERIFY(desk.tell({reopened}));
        QCOMPARE(desk.only().status, ConversationStatus::Open);
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(2)); // without words there is nothing to show
        const auto counters = desk.counters();
        QCOMPARE(counters.visible, 2);
        QCOMPARE(counters.noted, 2);
        QCOMPARE(counters.duplicate, 1);
    }

    void keepsANoteOfColleaguesOutOfTheCustomersMouth()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        const qint64 start = desk.clock.us / 1000000;
        ChatItem message = said(u"1"_s, u"Where is my parcel?"_s);
        message.at = start;
        ChatItem own = said(u"2"_s, u"On its way."_s);
        own.self = true;
        own.at = start + 1;
        ChatItem note = beside(u"note"_s, u"She is angry, be kind."_s, start + 2);
        note.from = u"agent7"_s;
        note.name = u"Bob"_s;
        QVERIFY(desk.tell({message, own, note}));
        const auto timeline = desk.timeline(desk.only().id);
        QCOMPARE(timeline.size(), size_t(3));
        QCOMPARE(timeline[2].direction, Direction::Note);
        QCOMPARE(timeline[2].author.name, u"Bob"_s);
        const Conversation now = desk.only();
        QVERIFY(!now.awaitingUs); // ours was the last word to the customer
        QVERIFY(now.snippet.contains(u"On its way"_s));
        for (const Participant &one : desk.run([&](Database &db) { return conversations::participants(db, now.id); }))
            QVERIFY(one.address.address != u"agent7"_s); // who noted takes no part
    }

    void keepsAFileThatWasNotLoadedYet()
    {
        PATCHBAY_STORE_PLACE(place);
        ChatDesk desk(place);
        ChatItem item = said(u"1"_s, u"see the picture"_s);
        item.file = u"photo.png"_s;
        QVERIFY(desk.tell({item}));
        const Message message = desk.timeline(desk.only().id).at(0);
        QCOMPARE(message.attachments.size(), size_t(1));
        QVERIFY(!message.attachments[0].isLoaded());
        QCOMPARE(message.attachments[0].size, 348160);
        QCOMPARE(message.attachments[0].remote.value("id"_L1).toString(), u"photo.png"_s);
        QVERIFY(desk.run([&](Database &db) { return messages::filesOf(db, message.id, 10); }).empty());
    }
};

PATCHBAY_TESTS(ChatIntakeTests)
#include "tst_chat_intake.moc"
