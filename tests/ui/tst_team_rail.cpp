#include "core/store/account_table.h"
#include "core/store/lease_table.h"
#include "support/manual_clock.h"
#include "support/store_place.h"
#include "support/test_main.h"
#include "ui/models/rail_model.h"
#include "ui/models/words.h"

#include <QtTest/QtTest>

namespace patchbay::tests {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What the rail says of channels in a workspace that several workstations share.
class TeamRailTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhereAChannelRunsAndWhenNobodyRunsIt()
    {
        const StorePlace place(u"postgres"_s);
        PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
        ManualClock clock;
        auto opened = place.open(&clock);
        QVERIFY(opened);
        Store &store = **opened;
        const ChannelId id = written(store, [](Database &db) -> Result<ChannelId> {
            Channel inbox;
            inbox.connector = u"mail"_s;
            inbox.name = u"Inbox"_s;
            const ChannelId made = channels::insert(db, inbox);
            channels::setHealth(db, made, Health::Ok, u"Signed in as ana"_s);
            return db.finish(made);
        });
        RailModel rail(store, {});
        const auto row = [&] { return *rail.at(rail.rowOfKind(RailRow::Kind::Channel)); };
        const auto take = [&](const QString &owner) {
            written(store, [=](Database &db) -> Result<bool> { return db.finish(leases::take(db, id, owner, 60s)); });
        };
        QTRY_VERIFY(rail.hasChannels());
        QCOMPARE(row().health, Health::Offline); // it said so when somebody ran it
        QVERIFY2(row().detail.contains(u"No workstation"_s), qPrintable(row().detail));
        QVERIFY(rail.isTroubled());

        take(u"desk2/1"_s);
        QTRY_COMPARE(row().health, Health::Ok);
        QCOMPARE(row().detail, u"Runs on desk2. Signed in as ana"_s);
        QVERIFY(!rail.isTroubled());

        clock.advance(61s); // it is gone without a word
        rail.reload();
        QTRY_COMPARE(row().health, Health::Offline);

        take(store.owner());
        QTRY_COMPARE(row().health, Health::Ok);
        QCOMPARE(row().detail, u"Signed in as ana"_s);
    }

    void countsByTheTeamsClock()
    {
        const ManualClock server;
        words::followClock(&server);
        QCOMPARE(words::now(), server.now());
        words::followClock(nullptr);
        QVERIFY(words::now() > server.now() + 1h);
    }
};

} // namespace patchbay::tests

using patchbay::tests::TeamRailTest;
PATCHBAY_TESTS(TeamRailTest)
#include "tst_team_rail.moc"
