#include "support/command_desk.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QSemaphore>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// One more workstation on the same workspace.
struct OperatorsWorkstation {
    std::unique_ptr<Store> store = {};
    Snapshots snapshots = {};
    std::unique_ptr<Commands> commands = {};

    OperatorsWorkstation(CommandDesk &desk, const QString &location)
    {
        StoreOptions options;
        options.location = location;
        options.clock = &desk.clock;
        auto opened = Store::open(options);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        store = std::move(*opened);
        snapshots.replace(desk.snapshots.current());
        const auto ben = await(store->write([](Database &db) -> Result<Operator> {
            return db.finish(operators::forOsUser(db, QStringLiteral("ben"), QStringLiteral("Ben")));
        }));
        commands = std::make_unique<Commands>(*store, desk.catalog, snapshots, *ben);
    }
};

/// Holds a conversation so that nobody can add a task to it, until it is let go. On a workstation of its own.
class HeldConversation {
public:
    HeldConversation(Store &store, ConversationId id)
        : m_store(store)
        , m_work(store.write([this, id](Database &db) -> Result<Done> {
            const auto row = db.row("SELECT pg_backend_pid() FROM conversation WHERE id = ? FOR UPDATE", {id.value});
            m_pid = row ? int(row->integer(0)) : 0;
            m_held.release();
            m_letGo.acquire();
            return db.finish(Done{});
        }))
    {
        m_held.acquire();
    }
    ~HeldConversation() { letGo(); }

    void letGo()
    {
        m_letGo.release();
        (void)await(m_work);
    }

    /// Connections that wait for it, directly or behind one another.
    int waiting()
    {
        return await(m_store.read([pid = m_pid](Database &db) -> Result<int> {
                   const auto row = db.row("WITH RECURSIVE waits(pid) AS (SELECT CAST(? AS integer) UNION SELECT a.pid "
                                           "FROM pg_stat_activity a JOIN waits w ON w.pid = "
                                           "ANY(pg_blocking_pids(a.pid))) SELECT COUNT(*) - 1 FROM waits",
                                           {pid});
                   return db.finish(row ? int(row->integer(0)) : -1);
               }))
            .value();
    }

private:
    Store &m_store;
    QSemaphore m_held;
    QSemaphore m_letGo;
    int m_pid = 0;
    QFuture<Result<Done>> m_work;
};

} // namespace

/// Two people decide at the same moment, each at a workstation of their own.
class TwoOperators : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makeOneTaskWhenBothAcceptAtOnce();
    void decideOnceWhenOneAcceptsAndOneDismisses();
};

void TwoOperators::makeOneTaskWhenBothAcceptAtOnce()
{
    const StorePlace place(u"postgres"_s);
    PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
    CommandDesk desk(place.location());
    QVERIFY2(desk.failure.isEmpty(), qPrintable(desk.failure));
    OperatorsWorkstation other(desk, place.location());
    const OperatorsWorkstation third(desk, place.location());
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice, please refund me."_s);
    const int version = desk.pending(id)->version;

    HeldConversation held(*third.store, id);
    auto mine = desk.commands->accept(id, version);
    auto theirs = other.commands->accept(id, version);
    QTRY_COMPARE(held.waiting(), 2); // both are in the middle of it
    held.letGo();
    const auto first = await(mine);
    const auto second = await(theirs);
    QVERIFY(first.ok() != second.ok());
    const Error refused = first ? second.error() : first.error();
    QCOMPARE(refused.kind, Error::Kind::Conflict);
    QVERIFY2(refused.message.contains(u"decided already"_s), qPrintable(refused.message));
    QCOMPARE(desk.get([&](Database &db) { return deliveries::ofConversation(db, id); }).size(), size_t(1));
    QCOMPARE(desk.get([&](Database &db) { return tasks::ofConversation(db, id); }).size(), size_t(1));
    QCOMPARE(desk.lessons().size(), size_t(1));
}

void TwoOperators::decideOnceWhenOneAcceptsAndOneDismisses()
{
    const StorePlace place(u"postgres"_s);
    PATCHBAY_SKIP_WITHOUT_SERVER(place.isReachable(), "PostgreSQL");
    CommandDesk desk(place.location());
    OperatorsWorkstation other(desk, place.location());
    const OperatorsWorkstation third(desk, place.location());
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice, please refund me."_s);
    const auto painted = desk.pending(id);

    HeldConversation held(*third.store, id);
    auto accepting = desk.commands->accept(id, painted->version);
    QTRY_COMPARE(held.waiting(), 1);
    auto dismissing = other.commands->dismiss(id, painted->version);
    QTRY_VERIFY(dismissing.isFinished() || held.waiting() == 2);
    held.letGo();
    QVERIFY(await(accepting));
    const auto dismissed = await(dismissing);
    QVERIFY(!dismissed);
    QCOMPARE(dismissed.error().kind, Error::Kind::Conflict);
    const auto decided = desk.get([&](Database &db) { return suggestions::byId(db, painted->id); });
    QCOMPARE(decided->state, Suggestion::State::Accepted);
    QCOMPARE(decided->decidedBy, desk.me.id);
}

PATCHBAY_TESTS(TwoOperators)

#include "tst_two_operators.moc"
