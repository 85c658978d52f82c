#include "support/route_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// Routes as a lead changes them, and the open task that is shown before a second one.
class TestRouteCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatAStrategyLacks_data();
    void refusesWhatAStrategyLacks();
    void addsChangesAndRemovesARoute();
    void refusesToRemoveWhatTheRulesUse();
    void asksAnewWhenTheRouteOfASuggestionChanged();
    void saysWhatAMappingCannotGive();
    void showsTheOpenTaskAndLinksToIt();
    void makesAnotherTaskWhereTheFirstIsClosedOrElsewhere();
    void takesALinkBack();
    void leadsTheDefaultRouteElsewhereOnlyWhenItIsSimple();
};

void TestRouteCommands::refusesWhatAStrategyLacks_data()
{
    QTest::addColumn<int>("strategy");
    QTest::addColumn<int>("targets");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("no name") << -1 << 1 << u"name"_s;
    QTest::newRow("single, none") << int(Route::Strategy::Single) << 0 << u"exactly one"_s;
    QTest::newRow("single, two") << int(Route::Strategy::Single) << 2 << u"exactly one"_s;
    QTest::newRow("primary alone") << int(Route::Strategy::PrimaryBackup) << 1 << u"at least two"_s;
    QTest::newRow("parallel alone") << int(Route::Strategy::Parallel) << 1 << u"at least two"_s;
    QTest::newRow("the same twice") << int(Route::Strategy::Parallel) << 3 << u"twice"_s;
    QTest::newRow("by category without default") << int(Route::Strategy::ByCategory) << 0 << u"default target"_s;
}

void TestRouteCommands::refusesWhatAStrategyLacks()
{
    QFETCH(int, strategy);
    QFETCH(int, targets);
    QFETCH(QString, sentence);
    RouteRig rig;
    Route route;
    route.name = strategy < 0 ? u" "_s : u"New"_s;
    route.strategy = strategy < 0 ? Route::Strategy::Single : Route::Strategy(strategy);
    const TargetId all[] = {rig.primary, rig.backup, rig.primary};
    for (int i = 0; i < targets; ++i)
        route.targets.push_back(all[i]);
    const auto added = await(rig.desk.commands->addRoute(route));
    QVERIFY(!added);
    QCOMPARE(added.error().kind, Error::Kind::Refused);
    QVERIFY2(added.error().message.contains(sentence), qPrintable(added.error().message));
    QCOMPARE(rig.desk.get([](Database &db) { return routes::all(db); }).size(), size_t(1));
}

void TestRouteCommands::addsChangesAndRemovesARoute()
{
    RouteRig rig;
    Route route;
    route.name = u"Escalations"_s;
    route.targets = {rig.primary};
    const auto added = await(rig.desk.commands->addRoute(route));
    QVERIFY2(added, qPrintable(added ? QString() : added.error().message));
    QCOMPARE(rig.desk.snapshots.current()->routes.size(), size_t(2)); // the router knows it at once
    QCOMPARE(await(rig.desk.commands->addRoute(route)).error().kind, Error::Kind::Conflict);

    Route changed = *added;
    changed.name = u"Emergencies"_s;
    changed.strategy = Route::Strategy::Parallel;
    changed.targets = {rig.backup, rig.primary};
    QVERIFY(await(rig.desk.commands->changeRoute(changed)));
    QCOMPARE(rig.desk.snapshots.current()->routes.back().name, u"Emergencies"_s);
    QVERIFY(rig.desk.snapshots.current()->routes.back().targets == changed.targets);
    changed.name = u"Tasks"_s;
    QCOMPARE(await(rig.desk.commands->changeRoute(changed)).error().kind, Error::Kind::Conflict);
    changed.name = u"Emergencies"_s;
    FieldMapping mapping;
    mapping.target = rig.primary;
    mapping.title = u"{{contact.nam}}"_s;
    changed.mappings = {mapping};
    const auto unreadable = await(rig.desk.commands->changeRoute(changed));
    QVERIFY2(!unreadable && unreadable.error().message.contains(u"at character 3"_s),
             qPrintable(unreadable ? QString() : unreadable.error().message));

    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    QVERIFY(await(rig.desk.commands->setRoute(id, added->id)));
    QVERIFY(await(rig.desk.commands->removeRoute(added->id)));
    QCOMPARE(rig.desk.snapshots.current()->routes.size(), size_t(1));
    const auto accepted = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY2(!accepted && accepted.error().message.contains(u"was removed"_s),
             qPrintable(accepted ? QString() : accepted.error().message));
    QVERIFY(rig.desk.pending(id));
    QCOMPARE(await(rig.desk.commands->removeRoute(added->id)).error().kind, Error::Kind::NotFound);
    QCOMPARE(rig.desk.auditActions().filter(u"_route"_s),
             (QStringList{u"add_route"_s, u"change_route"_s, u"set_route"_s, u"remove_route"_s}));
}

void TestRouteCommands::refusesToRemoveWhatTheRulesUse()
{
    RouteRig rig;
    const Route tasks = rig.route(Route::Strategy::Single, {rig.primary});
    const auto removed = await(rig.desk.commands->removeRoute(tasks.id));
    QCOMPARE(removed.error().kind, Error::Kind::Conflict);
    QVERIFY2(removed.error().message.contains(u"the default route"_s), qPrintable(removed.error().message));
    Route renamed = tasks;
    renamed.name = u"Work"_s;
    QCOMPARE(await(rig.desk.commands->changeRoute(renamed)).error().kind, Error::Kind::Conflict);
    Route special;
    special.name = u"Special"_s;
    special.targets = {rig.primary};
    const auto added = await(rig.desk.commands->addRoute(special));
    QVERIFY(added);
    QVERIFY(rig.desk.change([&](Database &db) {
        rule_sets::publish(db,
                           R"({"rules":[{"name":"VIPs","when":{"field":"priority","is":"urgent"},)"
                           R"("then":[{"suggest_route":"Special"}]}],"default_route":"Tasks"})",
                           rig.desk.me.id);
    }));
    const auto used = await(rig.desk.commands->removeRoute(added->id));
    QVERIFY2(!used && used.error().message.contains(u"“VIPs”"_s), qPrintable(used ? QString() : used.error().message));
}

void TestRouteCommands::asksAnewWhenTheRouteOfASuggestionChanged()
{
    RouteRig rig;
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const int painted = rig.desk.pending(id)->version;
    QVERIFY(rig.use(rig.route(Route::Strategy::Single, {rig.backup})));
    QCOMPARE(await(rig.desk.commands->accept(id, painted)).error().kind, Error::Kind::Conflict);
    QVERIFY(await(rig.desk.commands->accept(id, rig.desk.pending(id)->version)));
    QCOMPARE(rig.deliveriesOf(id).front().target, rig.backup);
}

void TestRouteCommands::saysWhatAMappingCannotGive()
{
    RouteRig rig;
    Route route = rig.route(Route::Strategy::Single, {rig.primary});
    FieldMapping mapping;
    mapping.target = rig.primary;
    mapping.priority = u"{{conversation.subject}}"_s;
    route.mappings = {mapping};
    QVERIFY(rig.use(route));
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto accepted = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY(!accepted);
    QVERIFY2(accepted.error().message.contains(u"“refund please” is none of"_s), qPrintable(accepted.error().message));
    QVERIFY(rig.desk.pending(id)); // nothing was decided
}

void TestRouteCommands::showsTheOpenTaskAndLinksToIt()
{
    RouteRig rig;
    QVERIFY(rig.use(rig.route(Route::Strategy::Single, {rig.primary})));
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    const TaskId first = rig.deliveriesOf(id).front().task;
    QVERIFY(await(rig.desk.commands->suggestAgain(id)));
    const auto suggestion = rig.desk.pending(id);
    const auto asked = await(rig.desk.commands->accept(id, suggestion->version));
    QVERIFY(asked && asked->open);
    QCOMPARE(asked->open->task, first);
    QCOMPARE(asked->open->target, u"Redmine"_s);
    QCOMPARE(asked->open->title, u"Refund please"_s);
    QCOMPARE(asked->open->state, DeliveryState::Sent);
    QVERIFY(asked->deliveryUids.isEmpty());
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(1));
    QCOMPARE(rig.desk.pending(id)->version, suggestion->version); // still there, as it was painted

    const auto linked = await(rig.desk.commands->link(id, suggestion->version, asked->open->task));
    QVERIFY2(linked, qPrintable(linked ? QString() : linked.error().message));
    QVERIFY(!rig.desk.pending(id));
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(1)); // nothing new goes out
    const auto decided = rig.desk.get([&](Database &db) { return suggestions::byId(db, suggestion->id); });
    QCOMPARE(decided->state, Suggestion::State::Accepted);
    QCOMPARE(decided->linkedTask, first);
    QCOMPARE(await(rig.desk.commands->link(id, suggestion->version, first)).error().kind, Error::Kind::Conflict);
}

void TestRouteCommands::makesAnotherTaskWhereTheFirstIsClosedOrElsewhere()
{
    RouteRig rig;
    QVERIFY(rig.use(rig.route(Route::Strategy::Single, {rig.primary})));
    const ConversationId id = rig.acceptOne();
    QVERIFY(rig.workToTheEnd());
    QVERIFY(rig.use(rig.route(Route::Strategy::Single, {rig.backup})));
    QVERIFY(await(rig.desk.commands->suggestAgain(id)));
    const auto elsewhere = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY(elsewhere && !elsewhere->open);
    QVERIFY(rig.workToTheEnd());
    const Delivery second = rig.deliveriesOf(id).back();
    QVERIFY(rig.desk.change([&](Database &db) { tasks::setStatusAt(db, second.id, u"Closed"_s, true); }));
    QVERIFY(await(rig.desk.commands->suggestAgain(id)));
    const auto again = await(rig.desk.commands->accept(id, rig.desk.pending(id)->version));
    QVERIFY(again && !again->open);
    QCOMPARE(rig.deliveriesOf(id).size(), size_t(3));
    // A closed one is nothing to link to.
    QVERIFY(await(rig.desk.commands->suggestAgain(id)));
    QCOMPARE(await(rig.desk.commands->link(id, rig.desk.pending(id)->version, second.task)).error().kind,
             Error::Kind::Conflict);
}

void TestRouteCommands::takesALinkBack()
{
    RouteRig rig;
    QVERIFY(rig.use(rig.route(Route::Strategy::Single, {rig.primary})));
    const ConversationId id = rig.acceptOne();
    QVERIFY(await(rig.desk.commands->suggestAgain(id)));
    const auto suggestion = rig.desk.pending(id);
    const auto linked = await(rig.desk.commands->link(id, suggestion->version, rig.deliveriesOf(id).front().task));
    QVERIFY(linked);
    QVERIFY(await(rig.desk.commands->unlink(linked->suggestion)));
    QCOMPARE(rig.desk.pending(id)->id, suggestion->id);
    QVERIFY(!rig.desk.pending(id)->linkedTask);
    QCOMPARE(await(rig.desk.commands->unlink(linked->suggestion)).error().kind, Error::Kind::NotFound);
}

void TestRouteCommands::leadsTheDefaultRouteElsewhereOnlyWhenItIsSimple()
{
    RouteRig rig;
    QVERIFY(await(rig.desk.commands->routeToTarget(rig.backup)));
    QVERIFY(rig.desk.snapshots.current()->routes.front().targets == std::vector{rig.backup});
    QVERIFY(rig.use(rig.route(Route::Strategy::Parallel, {rig.primary, rig.backup})));
    QCOMPARE(await(rig.desk.commands->routeToTarget(rig.backup)).error().kind, Error::Kind::Conflict);
}

PATCHBAY_TESTS(TestRouteCommands)
#include "tst_route_commands.moc"
