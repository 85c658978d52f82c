#include "core/store/account_table.h"
#include "core/store/misc_tables.h"
#include "support/store_place.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;

namespace {

template <class F> ChangeSet changesOf(Store &store, F work)
{
    return written(store, [work](Database &db) {
        work(db);
        return db.finish(db.changes());
    });
}

Channel mailbox(const QString &name)
{
    Channel channel;
    channel.connector = QStringLiteral("mail");
    channel.name = name;
    channel.settings = QJsonObject{{QStringLiteral("host"), QStringLiteral("imap.example")}};
    channel.cursor = QByteArray("\0\x80 17", 5);
    channel.health = Health::CatchingUp;
    channel.healthDetail = QStringLiteral("200 of 900");
    return channel;
}

ConversationId conversationOn(Database &db)
{
    const ChannelId channel = channels::insert(db, mailbox(QStringLiteral("Support")));
    const qint64 contact = db.insert("INSERT INTO contact (uid, name, created_at) VALUES ('c', 'Ann', 1) RETURNING id");
    return {db.insert("INSERT INTO conversation (uid, channel_id, contact_id, subject, status, unread, awaiting_us, "
                      "first_at, sort_at) VALUES ('v', ?, ?, 'Hi', 'open', 1, 1, 1, 1) RETURNING id",
                      {channel.value, contact})};
}

} // namespace

class AccountTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void keepsAChannelAsItIs()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const ChannelId id = written(
            **store, [](Database &db) { return db.finish(channels::insert(db, mailbox(QStringLiteral("Support")))); });
        QVERIFY(id);
        const auto channel = written(**store, [id](Database &db) { return db.finish(*channels::byId(db, id)); });
        QVERIFY(isUid(channel.uid));
        QCOMPARE(channel.name, QStringLiteral("Support"));
        QCOMPARE(channel.settings, mailbox({}).settings);
        QCOMPARE(channel.cursor, mailbox({}).cursor);
        QCOMPARE(channel.health, Health::CatchingUp);
        QCOMPARE(channel.healthDetail, QStringLiteral("200 of 900"));
        QVERIFY(channel.addedAt && !channel.paused && !channel.lastReceivedAt);
        written(**store, [id](Database &db) {
            channels::setCursor(db, id, QByteArray("next"));
            channels::setPaused(db, id, true);
            channels::setReceived(db, id, {5});
            channels::setCaughtUp(db, id, {6});
            return db.finish(Done{});
        });
        const auto later = written(**store, [](Database &db) { return db.finish(channels::all(db)); });
        QCOMPARE(later.size(), size_t(1));
        QCOMPARE(later[0].cursor, QByteArray("next"));
        QVERIFY(later[0].paused);
        QCOMPARE(later[0].lastReceivedAt.us, 5);
        QCOMPARE(later[0].caughtUpAt.us, 6);
    }

    void refusesASecondChannelOfTheName()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto add = [](Database &db) {
            return db.finish(channels::insert(db, mailbox(QStringLiteral("Support"))));
        };
        QVERIFY(answer((*store)->write(add)));
        const auto second = answer((*store)->write(add));
        QVERIFY(!second);
        QCOMPARE(second.error().kind, Error::Kind::Conflict);
        QVERIFY(second.error().message.contains(QStringLiteral("Support")));
        const auto target = [](Database &db) {
            Target made;
            made.name = QStringLiteral("Tracker");
            return db.finish(targets::insert(db, made));
        };
        QVERIFY(answer((*store)->write(target)));
        QCOMPARE(answer((*store)->write(target)).error().kind, Error::Kind::Conflict);
    }

    void announcesAHealthThatChangedAndNoOther()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const ChannelId id = written(
            **store, [](Database &db) { return db.finish(channels::insert(db, mailbox(QStringLiteral("Support")))); });
        const auto fail = [id](Database &db) {
            channels::setHealth(db, id, Health::Failed, QStringLiteral("no route"));
        };
        QVERIFY(changesOf(**store, fail).channels);
        QVERIFY(!changesOf(**store, fail).channels);
    }

    void keepsATargetsBreaker()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto target = written(**store, [](Database &db) {
            Target made;
            made.connector = QStringLiteral("redmine");
            made.name = QStringLiteral("Tracker");
            const TargetId id = targets::insert(db, made);
            targets::setBreaker(db, id, 5, {77});
            targets::setHealth(db, id, Health::Offline, QStringLiteral("timed out"));
            return db.finish(*targets::byName(db, QStringLiteral("Tracker")));
        });
        QCOMPARE(target.consecutiveFailures, 5);
        QCOMPARE(target.breakerOpenUntil.us, 77);
        QCOMPARE(target.health, Health::Offline);
    }

    void knowsTheSystemAndMakesOneOperatorPerUser()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto both = written(**store, [](Database &db) {
            const Operator first = operators::forOsUser(db, QStringLiteral("ann"), QStringLiteral("Ann"));
            const Operator again = operators::forOsUser(db, QStringLiteral("ann"), QStringLiteral("Ann B."));
            return db.finish(std::pair(first.id, again.id));
        });
        QCOMPARE(both.first, both.second);
        const auto all = written(**store, [](Database &db) { return db.finish(operators::all(db)); });
        QCOMPARE(all.size(), size_t(2));
        QVERIFY(all[0].isSystem && all[0].name == QStringLiteral("the system"));
        const auto missing = answer((*store)->read([](Database &db) { return db.finish(operators::byId(db, {99})); }));
        QCOMPARE(missing.error().kind, Error::Kind::NotFound);
    }

    void keepsDraftsLabelsAndAudit()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        QVERIFY(store);
        const auto id = written(**store, [](Database &db) { return db.finish(conversationOn(db)); });
        const auto me = written(**store, [](Database &db) { return db.finish(operators::system(db).id); });
        const auto changes = changesOf(**store, [=](Database &db) {
            drafts::save(db, id, me, QStringLiteral("reply"), QStringLiteral("Dear"));
            drafts::save(db, id, me, QStringLiteral("reply"), QStringLiteral("Dear Ann"));
            labels::set(db, id, QStringLiteral("vip"), true);
            labels::set(db, id, QStringLiteral("vip"), true);
            labels::set(db, id, QStringLiteral("late"), true);
            labels::set(db, id, QStringLiteral("late"), false);
            audit::add(db, me, "label.set", "conversation", QStringLiteral("v"), {{QStringLiteral("name"), 1}});
        });
        QVERIFY(changes.conversations.contains(id));
        written(**store, [=](Database &db) {
            const auto draft = drafts::of(db, id, me);
            if (draft.size() != 1 || draft[0].text != QStringLiteral("Dear Ann"))
                db.fail(makeError(Error::Kind::Refused, QStringLiteral("the draft is another")));
            if (labels::of(db, id) != QStringList{QStringLiteral("vip")} || labels::all(db).size() != 2)
                db.fail(makeError(Error::Kind::Refused, QStringLiteral("the labels are others")));
            const auto entries = audit::newest(db, 10);
            if (entries.size() != 1 || entries[0].action != QStringLiteral("label.set")
                || entries[0].detail[QStringLiteral("name")].toInt() != 1)
                db.fail(makeError(Error::Kind::Refused, QStringLiteral("the audit is another")));
            drafts::remove(db, id, me, QStringLiteral("reply"));
            if (!drafts::of(db, id, me).empty())
                db.fail(makeError(Error::Kind::Refused, QStringLiteral("the draft is still there")));
            return db.finish(Done{});
        });
    }
};

PATCHBAY_TESTS(AccountTables)

#include "tst_account_tables.moc"
