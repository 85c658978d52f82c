#include "core/store/raw_message_table.h"
#include "support/inbox.h"
#include "support/long_ids.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

/// Ids of the other side stand in indexes, which take about 2,700 bytes on PostgreSQL. Whatever their length: none is
/// refused, and no two become one.
class LongIds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void findThreadsByReferencesOfAnyLength_data() { lengths(); }
    void findThreadsByReferencesOfAnyLength()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(int, characters);
        Inbox in(place);
        const QString one = chineseText(characters);
        const QString other = one + u'!';
        const ConversationId first = in.conversation(second);
        const ConversationId last = in.conversation(second);
        const auto found = in.run([&](Database &db) {
            conversations::addReference(db, in.channel, one, first);
            conversations::addReference(db, in.channel, other, last);
            return std::vector{conversations::byReferences(db, in.channel, {one}),
                               conversations::byReferences(db, in.channel, {other}),
                               conversations::byReferences(db, in.channel, {one + u'?'})};
        });
        QCOMPARE(found, (std::vector<std::optional<ConversationId>>{first, last, std::nullopt}));
    }

    void findConversationsByThreadKeysOfAnyLength_data() { lengths(); }
    void findConversationsByThreadKeysOfAnyLength()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(int, characters);
        Inbox in(place);
        const QString one = chineseText(characters);
        const ConversationId first = in.conversation(second, ConversationStatus::Open, one);
        const ConversationId last = in.conversation(second, ConversationStatus::Open, one + u'!');
        QVERIFY(first && last);
        const auto found = in.run([&](Database &db) {
            return std::vector{conversations::byThreadKey(db, in.channel, one),
                               conversations::byThreadKey(db, in.channel, one + u'!')};
        });
        QCOMPARE(found, (std::vector<std::optional<ConversationId>>{first, last}));
    }

    void findMessagesByIdsAndDedupeKeysOfAnyLength_data() { lengths(); }
    void findMessagesByIdsAndDedupeKeysOfAnyLength()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(int, characters);
        Inbox in(place);
        const QString one = chineseText(characters);
        Message m = in.message(in.conversation(second), second);
        m.externalId = one;
        const MessageId first = in.add(m, u"k:"_s + one);
        m.externalId = one + u'!';
        const MessageId last = in.add(m, u"k:"_s + one + u'!');
        QVERIFY(first && last);
        const auto found = in.run([&](Database &db) {
            const auto a = messages::byExternalId(db, in.channel, one);
            const auto b = messages::byExternalId(db, in.channel, one + u'!');
            const MessageId again = messages::insert(db, m, u"k:"_s + one);
            return std::vector{a ? a->id : MessageId{}, b ? b->id : MessageId{},
                               messages::byDedupeKey(db, in.channel, u"k:"_s + one).value_or(MessageId{}),
                               messages::byDedupeKey(db, in.channel, u"k:"_s + one + u'!').value_or(MessageId{}),
                               again};
        });
        QCOMPARE(found, (std::vector<MessageId>{first, last, first, last, MessageId{}}));
    }

    void keepRawItemsApartByKeysOfAnyLength_data() { lengths(); }
    void keepRawItemsApartByKeysOfAnyLength()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(int, characters);
        Inbox in(place);
        const QString one = chineseText(characters);
        const auto kept = in.run([&](Database &db) {
            std::vector<bool> stored;
            for (const QString &key : {one + u";1;1"_s, one + u";1;2"_s, one + u";1;1"_s})
                stored.push_back(raw_messages::insert(db, in.channel, {key, "x", false}).has_value());
            return stored;
        });
        QCOMPARE(kept, (std::vector<bool>{true, true, false}));
    }

private:
    static void lengths()
    {
        QTest::addColumn<int>("characters");
        for (const int characters : {10, 332, 333, 900, 30000})
            QTest::addRow("%d characters", characters) << characters;
    }
};
PATCHBAY_TESTS(LongIds)

#include "tst_long_ids.moc"
