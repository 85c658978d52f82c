#include "core/store/channel_figures.h"
#include "core/store/raw_message_table.h"
#include "support/delivery_steps.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// What went through a channel, as its page tells it.
class TestChannelFigures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void countsWhatCameInTheLastDayAndWhatIsOwed()
    {
        PATCHBAY_OUTBOX_DESK(desk);
        QVERIFY(figures(desk).empty());
        arrive(desk, u"old"_s, raw_messages::State::Quarantined);
        arrive(desk, u"older message"_s, raw_messages::State::Visible);
        desk.clock.advance(25h);
        arrive(desk, u"1"_s, raw_messages::State::Visible);
        arrive(desk, u"2"_s, raw_messages::State::Duplicate);
        arrive(desk, u"3"_s, raw_messages::State::Pending);
        arrive(desk, u"a reaction"_s, raw_messages::State::Noted);
        arrive(desk, u"imported"_s, raw_messages::State::Visible, true);
        const ConversationId conversation = desk.addConversation();
        const auto sent = claimed(desk, desk.addReply(conversation, u"a"_s));
        QVERIFY(sent && settled(desk, *sent, outcome(DeliveryState::Sent)));
        const auto unknown = claimed(desk, desk.addReply(conversation, u"b"_s));
        QVERIFY(unknown && settled(desk, *unknown, outcome(DeliveryState::Unknown)));
        desk.addReply(desk.addConversation(), u"c"_s);
        desk.addTask(u"to a target"_s);
        channels::Figures expected;
        expected.received = 2;
        expected.doubled = 1;
        expected.unreadable = 1;
        expected.pending = 1;
        expected.sent = 1;
        expected.waiting = 1;
        expected.unknown = 1;
        QCOMPARE(figures(desk).at(desk.channel.value), expected);
        desk.clock.advance(25h);
        expected.received = expected.doubled = expected.sent = 0;
        QCOMPARE(figures(desk).at(desk.channel.value), expected);
    }

    void tellsTheUsualGapOnceThereIsEnoughToTell()
    {
        PATCHBAY_OUTBOX_DESK(desk);
        for (int i = 0; i < 4; ++i) {
            arrive(desk, u"few%1"_s.arg(i), raw_messages::State::Visible);
            desk.clock.advance(4min);
        }
        QCOMPARE(figures(desk).at(desk.channel.value).usualGap, 0s);
        arrive(desk, u"together1"_s, raw_messages::State::Visible);
        arrive(desk, u"together2"_s, raw_messages::State::Visible); // one arrival
        desk.clock.advance(3h);
        arrive(desk, u"after the break"_s, raw_messages::State::Visible);
        QCOMPARE(figures(desk).at(desk.channel.value).usualGap, 240s);
        desk.clock.advance(std::chrono::hours(24 * 8));
        QVERIFY(!figures(desk).contains(desk.channel.value)); // nothing lately
    }

private:
    using All = std::map<qint64, channels::Figures>;

    static All figures(OutboxDesk &desk)
    {
        const Timestamp now = desk.clock.now();
        return desk.read([now](Database &db) -> Result<All> { return db.finish(channels::allFigures(db, now)); })
            .value();
    }

    static void arrive(OutboxDesk &desk, const QString &key, raw_messages::State state, bool historical = false)
    {
        QVERIFY(desk.write([&](Database &db) -> Result<Done> {
            RawItem item;
            item.sourceKey = key;
            item.raw = key.toUtf8();
            item.historical = historical;
            const auto id = raw_messages::insert(db, desk.channel, item);
            if (id && state != raw_messages::State::Pending)
                raw_messages::settle(db, *id, state, {}, {});
            return db.finish(Done{});
        }));
    }
};

PATCHBAY_TESTS(TestChannelFigures)
#include "tst_channel_figures.moc"
