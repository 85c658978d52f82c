#include "core/store/account_table.h"
#include "core/store/delivery_table.h"
#include "core/store/task_list.h"
#include "core/store/task_table.h"
#include "support/inbox.h"
#include "support/manual_clock.h"
#include "support/store_place.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// The list of all tasks: what a filter lets through, and that its counts are what it lists.
class TestTaskList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }
    void countsWhatItLists();
    void isOpenWhileOneTargetHasItOpen();
    void standsInOnePlaceOfTheBoard();
    void narrowsByTextTargetCategoryAndPerson();
    void pagesByKeyWithoutLosingOrRepeating();
    void namesTheTargetsOwnWords();

private:
    struct Bench {
        ManualClock clock = ManualClock();
        std::unique_ptr<Store> store = {};
        ConversationId conversation = {};
        TargetId jira = {};
        TargetId notion = {};
        OperatorId ana = {};
        OperatorId mila = {};
    };
    struct At {
        TargetId target = {};
        DeliveryState state = DeliveryState::Sent;
        QString status = {};
        bool closed = false;
    };
    static void setUp(Bench &bench, const StorePlace &place);
    static TaskId add(Bench &bench, const QString &title, const std::vector<At> &at, const QString &category = {},
                      Timestamp due = {}, OperatorId by = {});
    static QStringList titles(Bench &bench, const task_list::Filter &filter);
    static std::vector<int> counts(Bench &bench, const task_list::Filter &filter);
};

void TestTaskList::setUp(Bench &bench, const StorePlace &place)
{
    auto opened = place.open(&bench.clock);
    QVERIFY2(opened.ok(), opened ? "" : qPrintable(opened.error().message));
    bench.store = std::move(*opened);
    written(*bench.store, [&](Database &db) -> Result<Done> {
        bench.ana = operators::forOsUser(db, u"ana"_s, u"Ana"_s).id;
        bench.mila = operators::forOsUser(db, u"mila"_s, u"Mila"_s).id;
        Target target;
        target.connector = u"tracker"_s;
        target.name = u"Jira"_s;
        bench.jira = targets::insert(db, target);
        target.name = u"Notion"_s;
        bench.notion = targets::insert(db, target);
        Channel channel;
        channel.connector = u"mail"_s;
        channel.name = u"Support"_s;
        Conversation conversation;
        conversation.channel = channels::insert(db, channel);
        conversation.contact = conversations::contactFor(db, u"mail"_s, {u"Zoë Quist"_s, u"zoe@customer.example"_s});
        conversation.subject = u"Lamp"_s;
        conversation.firstAt = conversation.sortAt = db.now();
        bench.conversation = conversations::insert(db, conversation, {});
        return db.finish(Done{});
    });
}

TaskId TestTaskList::add(Bench &bench, const QString &title, const std::vector<At> &at, const QString &category,
                         Timestamp due, OperatorId by)
{
    return written(*bench.store, [=, &bench](Database &db) -> Result<TaskId> {
        Task task;
        task.conversation = bench.conversation;
        task.payload.title = title;
        task.payload.category = category;
        task.payload.due = due;
        task.operatorId = by ? by : bench.ana;
        const TaskId id = tasks::insert(db, task);
        int number = 0;
        for (const At &one : at) {
            Delivery delivery;
            delivery.kind = DeliveryKind::Task;
            delivery.conversation = bench.conversation;
            delivery.task = id;
            delivery.target = one.target;
            delivery.key = newUid(db.clock());
            delivery.operatorId = task.operatorId;
            const DeliveryId made = deliveries::insert(db, delivery);
            if (one.state == DeliveryState::Queued)
                continue;
            const auto claimed = deliveries::claim(db, made, u"test"_s, 60s);
            if (!claimed)
                return makeError(Error::Kind::Conflict, u"not claimed"_s);
            deliveries::Outcome outcome;
            outcome.state = one.state;
            outcome.externalId = one.state == DeliveryState::Sent ? u"%1-%2"_s.arg(title).arg(++number) : QString();
            deliveries::settle(db, made, claimed->fence, outcome);
            if (one.state == DeliveryState::Sent && (!one.status.isEmpty() || one.closed))
                tasks::setStatusAt(db, made, one.status, one.closed);
        }
        return db.finish(id);
    });
}

QStringList TestTaskList::titles(Bench &bench, const task_list::Filter &filter)
{
    const auto found = answer(bench.store->read([filter](Database &db) -> Result<QStringList> {
        const auto ids = task_list::page(db, filter, {}, 1000);
        QHash<TaskId, QString> byId;
        for (const task_list::Entry &entry : task_list::entries(db, ids))
            byId.insert(entry.task.id, entry.task.payload.title);
        QStringList all;
        for (const TaskId id : ids)
            all << byId.value(id);
        auto same = task_list::among(db, filter, ids);
        if (same.size() != ids.size() || task_list::count(db, filter) != int(ids.size()))
            db.fail(makeError(Error::Kind::Conflict, u"the list and its count differ"_s));
        return db.finish(all);
    }));
    if (!found)
        QTest::qFail(qPrintable(found.error().message), __FILE__, __LINE__);
    return found ? *found : QStringList();
}

std::vector<int> TestTaskList::counts(Bench &bench, const task_list::Filter &filter)
{
    return answer(bench.store->read([filter](Database &db) -> Result<std::vector<int>> {
               return db.finish(task_list::counts(db, filter));
           }))
        .value();
}

void TestTaskList::countsWhatItLists()
{
    PATCHBAY_STORE_PLACE(place);
    Bench b;
    setUp(b, place);
    using S = DeliveryState;
    const Timestamp past = b.clock.now() - 1h;
    add(b, u"open"_s, {{b.jira, S::Sent, u"To Do"_s}}, {}, past);
    add(b, u"closed"_s, {{b.jira, S::Sent, u"Done"_s, true}}, {}, past);
    add(b, u"waits"_s, {{b.jira, S::Queued}});
    add(b, u"unknown"_s, {{b.jira, S::Unknown}});
    add(b, u"dead"_s, {{b.notion, S::Dead}});
    add(b, u"back"_s, {{b.jira, S::Cancelled}});
    add(b, u"both"_s, {{b.jira, S::Sent, u"Done"_s, true}, {b.notion, S::Sent, u"Open"_s}});
    const QMap<task_list::State, QStringList> expected{
        {task_list::State::All, {u"both"_s, u"back"_s, u"dead"_s, u"unknown"_s, u"waits"_s, u"closed"_s, u"open"_s}},
        {task_list::State::Open, {u"both"_s, u"open"_s}},
        {task_list::State::Closed, {u"closed"_s}},
        {task_list::State::Waiting, {u"waits"_s}},
        {task_list::State::Unknown, {u"unknown"_s}},
        {task_list::State::Failed, {u"dead"_s}},
        {task_list::State::Overdue, {u"open"_s}}};
    const std::vector<int> counted = counts(b, {});
    for (size_t i = 0; i < std::size(task_list::allStates); ++i) {
        task_list::Filter filter;
        filter.state = task_list::allStates[i];
        QCOMPARE(titles(b, filter), expected[filter.state]);
        QCOMPARE(counted[i], int(expected[filter.state].size()));
    }
    task_list::Filter narrowed; // and the same with the rest of a filter
    narrowed.target = b.jira;
    narrowed.text = u"o"_s;
    const std::vector<int> few = counts(b, narrowed);
    for (size_t i = 0; i < std::size(task_list::allStates); ++i) {
        narrowed.state = task_list::allStates[i];
        QCOMPARE(few[i], int(titles(b, narrowed).size()));
    }
    QVERIFY(few[0] > 0 && few[0] < counted[0]);
    QCOMPARE(
        answer(b.store->read([](Database &db) -> Result<int> { return db.finish(task_list::openCount(db)); })).value(),
        2);
}

void TestTaskList::isOpenWhileOneTargetHasItOpen()
{
    PATCHBAY_STORE_PLACE(place);
    Bench b;
    setUp(b, place);
    using S = DeliveryState;
    add(b, u"both"_s, {{b.jira, S::Sent, u"Done"_s, true}, {b.notion, S::Sent, u"Open"_s}});
    task_list::Filter filter;
    filter.state = task_list::State::Open;
    QCOMPARE(titles(b, filter), QStringList{u"both"_s});
    filter.target = b.jira; // where it is closed
    QVERIFY(titles(b, filter).isEmpty());
    filter.state = task_list::State::Closed;
    QCOMPARE(titles(b, filter), QStringList{u"both"_s});
}

void TestTaskList::standsInOnePlaceOfTheBoard()
{
    PATCHBAY_STORE_PLACE(place);
    Bench b;
    setUp(b, place);
    using S = DeliveryState;
    using P = task_list::Place;
    const std::vector<S> states{S::Queued, S::Sent, S::Unknown, S::Dead, S::Cancelled};
    for (const S one : states) {
        for (const S two : states) {
            add(b, u"%1%2"_s.arg(int(one)).arg(int(two)), {{b.jira, one}, {b.notion, two}});
            add(b, u"%1%2c"_s.arg(int(one)).arg(int(two)), {{b.jira, one, {}, true}, {b.notion, two}});
        }
    }
    QStringList seen;
    for (const P where : {P::Waiting, P::NeedsPerson, P::Open, P::Closed, P::TakenBack}) {
        task_list::Filter filter;
        filter.place = where;
        seen += titles(b, filter);
        const auto entries = answer(b.store->read([filter](Database &db) -> Result<std::vector<task_list::Entry>> {
            return db.finish(task_list::entries(db, task_list::page(db, filter, {}, 1000)));
        }));
        for (const task_list::Entry &entry : *entries)
            QCOMPARE(entry.place(), where); // the row says the same as the query
    }
    QCOMPARE(seen.size(), 50);
    QCOMPARE(QSet<QString>(seen.begin(), seen.end()).size(), 50);
}

void TestTaskList::narrowsByTextTargetCategoryAndPerson()
{
    PATCHBAY_STORE_PLACE(place);
    Bench b;
    setUp(b, place);
    using S = DeliveryState;
    add(b, u"Mend 100% of it_all"_s, {{b.jira, S::Sent}}, u"Billing"_s, {}, b.mila);
    add(b, u"Refund"_s, {{b.notion, S::Sent}}, u"Refunds"_s);
    task_list::Filter filter;
    filter.text = u"mend 100%"_s;
    QCOMPARE(titles(b, filter), QStringList{u"Mend 100% of it_all"_s});
    filter.text = u"10_%"_s; // no wildcards
    QVERIFY(titles(b, filter).isEmpty());
    filter.text = u"quist"_s;
    QCOMPARE(titles(b, filter).size(), 2);
    filter.text = u"refund-1"_s; // the id over there
    QCOMPARE(titles(b, filter), QStringList{u"Refund"_s});
    filter.text.clear();
    filter.category = u"Billing"_s;
    QCOMPARE(titles(b, filter).size(), 1);
    filter = {};
    filter.acceptedBy = b.mila;
    QCOMPARE(titles(b, filter).size(), 1);
    filter = {};
    filter.target = b.notion;
    QCOMPARE(titles(b, filter), QStringList{u"Refund"_s});
    QCOMPARE(answer(b.store->read([](Database &db) -> Result<QStringList> {
                 return db.finish(task_list::categories(db));
             })).value(),
             (QStringList{u"Billing"_s, u"Refunds"_s}));
}

void TestTaskList::pagesByKeyWithoutLosingOrRepeating()
{
    PATCHBAY_STORE_PLACE(place);
    Bench b;
    setUp(b, place);
    for (int i = 0; i < 25; ++i)
        add(b, QString::number(i), {{b.jira, DeliveryState::Sent}});
    const auto all = answer(b.store->read([](Database &db) -> Result<std::vector<TaskId>> {
        std::vector<TaskId> ids;
        TaskId before;
        for (int page = 0; page < 10; ++page) {
            const auto more = task_list::page(db, {}, before, 4);
            ids.insert(ids.end(), more.begin(), more.end());
            if (more.size() < 4)
                break;
            before = more.back();
        }
        return db.finish(ids);
    }));
    QVERIFY(all);
    QCOMPARE(all->size(), size_t(25));
    QVERIFY(std::is_sorted(all->begin(), all->end(), std::greater<>()));
}

void TestTaskList::namesTheTargetsOwnWords()
{
    PATCHBAY_STORE_PLACE(place);
    Bench b;
    setUp(b, place);
    using S = DeliveryState;
    for (int i = 0; i < 3; ++i)
        add(b, u"p%1"_s.arg(i), {{b.jira, S::Sent, u"In progress"_s}});
    add(b, u"t"_s, {{b.jira, S::Sent, u"To Do"_s}, {b.notion, S::Sent, u"Elsewhere"_s}});
    add(b, u"d"_s, {{b.jira, S::Sent, u"Done"_s, true}});
    task_list::Filter filter;
    filter.target = b.jira;
    const auto words = answer(b.store->read(
        [filter](Database &db) -> Result<QStringList> { return db.finish(task_list::openWords(db, filter, 10)); }));
    QCOMPARE(words.value(), (QStringList{u"In progress"_s, u"To Do"_s}));
    filter.place = task_list::Place::Open;
    filter.word = u"To Do"_s;
    QCOMPARE(titles(b, filter), QStringList{u"t"_s});
}

PATCHBAY_TESTS(TestTaskList)
#include "tst_task_list.moc"
