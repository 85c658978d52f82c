#include "core/store/channel_event_table.h"
#include "core/store/channel_lag.h"
#include "core/store/message_table.h"
#include "core/store/raw_message_table.h"
#include "support/delivery_steps.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// How far behind its platform a channel is, as its page tells it.
class TestChannelLag : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void tellsTheUsualOneOnceThereIsEnoughToTell()
    {
        PATCHBAY_OUTBOX_DESK(desk);
        QVERIFY(!lag(desk));
        happens(desk, ChannelEvent::Kind::Connected);
        for (const auto &late : {2s, 3s, 600s, 1s})
            arrive(desk, late);
        QVERIFY(lag(desk) && !lag(desk)->usual);
        arrive(desk, 2s);
        QCOMPARE(lag(desk)->of, 5);
        QCOMPARE(lag(desk)->usual.value_or(0s), 2s); // one that was slow is no measure
        QCOMPARE(lag(desk)->now.value_or(0s), 2s);
        for (int i = 0; i < 2; ++i)
            arrive(desk, 240s);
        QCOMPARE(lag(desk)->now.value_or(0s), 240s);
        QCOMPARE(lag(desk)->usual.value_or(0s), 3s);
        desk.clock.advance(16min);
        QVERIFY(!lag(desk)->now); // that was then
        QCOMPARE(lag(desk)->usual.value_or(0s), 3s);
        desk.clock.advance(std::chrono::hours(24 * 8));
        QVERIFY(!lag(desk));
    }

    void leavesOutWhatHadToBeCaughtUp()
    {
        PATCHBAY_OUTBOX_DESK(desk);
        arrive(desk, 5s); // nobody wrote down how the channel fared then
        QVERIFY(!lag(desk)->usual && lag(desk)->of == 0);
        desk.clock.advance(1h);
        happens(desk, ChannelEvent::Kind::Connected);
        for (int i = 0; i < 5; ++i)
            arrive(desk, 2s);
        happens(desk, ChannelEvent::Kind::Lost);
        desk.clock.advance(8h);
        happens(desk, ChannelEvent::Kind::Connecting);
        for (int i = 7; i > 0; --i)
            arrive(desk, std::chrono::hours(i));
        QCOMPARE(lag(desk)->catchingUp.value_or(0s), std::chrono::seconds(1h));
        QCOMPARE(lag(desk)->of, 5);
        QCOMPARE(lag(desk)->usual.value_or(0s), 2s);
        QVERIFY(!lag(desk)->now);
        happens(desk, ChannelEvent::Kind::Connected);
        arrive(desk, 3s);
        QVERIFY(!lag(desk)->catchingUp); // it is there
        QCOMPARE(lag(desk)->now.value_or(0s), 3s);
    }

    void saysNothingWhereNoTimeIsKnownAndNeverLessThanNothing()
    {
        PATCHBAY_OUTBOX_DESK(desk);
        happens(desk, ChannelEvent::Kind::Connected);
        for (int i = 0; i < 6; ++i)
            arrive(desk, std::nullopt);
        QVERIFY(!lag(desk));
        for (int i = 0; i < 5; ++i)
            arrive(desk, -30s); // its clock is ahead of ours
        QCOMPARE(lag(desk)->usual.value_or(9s), 0s);
        for (int i = 0; i < 6; ++i)
            arrive(desk, 900s, Direction::Outbound); // what we wrote ourselves
        QCOMPARE(lag(desk)->of, 5);
    }

private:
    using All = std::map<qint64, channels::Lag>;

    static std::optional<channels::Lag> lag(OutboxDesk &desk)
    {
        const Timestamp now = desk.clock.now();
        const auto all =
            desk.read([now](Database &db) -> Result<All> { return db.finish(channels::allLags(db, now)); }).value();
        const auto found = all.find(desk.channel.value);
        return found == all.end() ? std::nullopt : std::optional(found->second);
    }

    /// A moment later than what was before.
    static void happens(OutboxDesk &desk, ChannelEvent::Kind kind)
    {
        desk.clock.advance(1s);
        QVERIFY(desk.write([&](Database &db) -> Result<Done> {
            channel_events::note(db, desk.channel, kind);
            return db.finish(Done{});
        }));
        desk.clock.advance(1s);
    }

    /// Time goes on by so much from when it is written to when it is stored; no time: the platform tells none.
    void arrive(OutboxDesk &desk, std::optional<std::chrono::seconds> late, Direction direction = Direction::Inbound)
    {
        const bool waited = !late || *late >= 1h || *late < 0s;
        if (!waited)
            desk.clock.advance(*late + 1s); // written after what was there before
        const ConversationId conversation = desk.addConversation();
        QVERIFY(desk.write([&](Database &db) -> Result<Done> {
            RawItem item;
            item.sourceKey = u"item %1"_s.arg(++m_items);
            item.raw = item.sourceKey.toUtf8();
            const auto id = raw_messages::insert(db, desk.channel, item);
            Message message;
            message.conversation = conversation;
            message.channel = desk.channel;
            message.direction = direction;
            message.providerAt = late ? db.now() - *late : Timestamp();
            message.arrivedAt = message.sortAt = db.now();
            const MessageId stored = messages::insert(db, message, item.sourceKey);
            raw_messages::settle(db, *id, raw_messages::State::Visible, stored, {});
            return db.finish(Done{});
        }));
    }

    int m_items = 0;
};

PATCHBAY_TESTS(TestChannelLag)
#include "tst_channel_lag.moc"
