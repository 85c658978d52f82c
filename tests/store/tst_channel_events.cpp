#include "core/store/account_table.h"
#include "core/store/channel_event_table.h"
#include "support/manual_clock.h"
#include "support/store_place.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using Kind = ChannelEvent::Kind;

/// The log of a channel as the database keeps it.
class ChannelEvents : public QObject {
    Q_OBJECT

private:
    static ChannelId added(Store &store, const QString &name)
    {
        return written(store, [name](Database &db) {
            Channel channel;
            channel.connector = QStringLiteral("mail");
            channel.name = name;
            return db.finish(channels::insert(db, channel));
        });
    }
    static std::vector<ChannelEvent> logOf(Store &store, ChannelId channel, bool troubleOnly = false)
    {
        return written(store, [=](Database &db) { return db.finish(channel_events::of(db, channel, troubleOnly)); });
    }
    static void note(Store &store, ChannelId channel, Kind kind, int times = 1, const QString &detail = {})
    {
        written(store, [=](Database &db) {
            channel_events::note(db, channel, kind, times, detail);
            return db.finish(Done{});
        });
    }

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void makesMuchTrafficOneRow()
    {
        PATCHBAY_STORE_PLACE(place);
        ManualClock clock;
        const auto store = place.open(&clock);
        QVERIFY(store);
        const ChannelId one = added(**store, QStringLiteral("One"));
        const ChannelId two = added(**store, QStringLiteral("Two"));
        const Timestamp begun = clock.now();
        note(**store, one, Kind::Fetched, 3);
        note(**store, two, Kind::Fetched, 1);
        clock.advance(60s);
        note(**store, one, Kind::Fetched, 4);
        std::vector<ChannelEvent> log = logOf(**store, one);
        QCOMPARE(log.size(), size_t(1));
        QCOMPARE(log[0].times, 7);
        QCOMPARE(log[0].beganAt, begun);
        QCOMPARE(log[0].at, clock.now());
        note(**store, one, Kind::Lost, 1, QStringLiteral("no route"));
        note(**store, one, Kind::Lost, 1, QStringLiteral("no name")); // says another thing
        clock.advance(11min);
        note(**store, one, Kind::Lost, 1, QStringLiteral("no name")); // another time
        log = logOf(**store, one);
        QCOMPARE(log.size(), size_t(4));
        QCOMPARE(log[1].detail, QStringLiteral("no name"));
        QCOMPARE(logOf(**store, two).size(), size_t(1));
    }

    void keepsTheNewestOfEachChannelOnly()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const ChannelId noisy = added(**store, QStringLiteral("Noisy"));
        const ChannelId quiet = added(**store, QStringLiteral("Quiet"));
        note(**store, quiet, Kind::Connected);
        written(**store, [noisy](Database &db) {
            for (int i = 0; i < channel_events::mostKept + 30; ++i)
                channel_events::note(db, noisy, Kind::Lost, 1, QString::number(i));
            return db.finish(Done{});
        });
        const std::vector<ChannelEvent> log = logOf(**store, noisy);
        QCOMPARE(int(log.size()), channel_events::mostKept);
        QCOMPARE(log.front().detail, QString::number(channel_events::mostKept + 29));
        QCOMPARE(log.back().detail, QStringLiteral("30"));
        QCOMPARE(logOf(**store, quiet).size(), size_t(1));
    }

    void showsTroubleAlone()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const ChannelId channel = added(**store, QStringLiteral("One"));
        for (const Kind kind : {Kind::Connected, Kind::Lost, Kind::Fetched, Kind::RequestRefused, Kind::Sent,
                                Kind::Unreadable, Kind::NotSent, Kind::Stopped})
            note(**store, channel, kind);
        std::vector<Kind> shown;
        for (const ChannelEvent &event : logOf(**store, channel, true))
            shown.push_back(event.kind);
        QVERIFY(shown == std::vector<Kind>({Kind::NotSent, Kind::Unreadable, Kind::RequestRefused, Kind::Lost}));
        QCOMPARE(logOf(**store, channel).size(), size_t(8));
    }

    void namesEachKindAsItReadsIt()
    {
        for (int i = 0; i <= int(Kind::NotSent); ++i)
            QCOMPARE(int(channelEventKind(nameOf(Kind(i)))), i);
    }
};

PATCHBAY_TESTS(ChannelEvents)
#include "tst_channel_events.moc"
