#include "core/store/target_figures.h"
#include "support/route_rig.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// A task as a person writes it in the Task dialog.
class TestTaskForm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void startsFromTheSuggestionAndChangesNothing();
    void freezesWhatThePersonWrote();
    void isTakenBackWhileItIsHeld();
    void needsNoSuggestion();
    void isRefusedWhenTheSuggestionChangedMeanwhile();
    void teachesTheCategoryThatWasChosen();
    void refusesWhatIsNoTask_data();
    void refusesWhatIsNoTask();
    void asksAboutATaskThatIsOpen();
    void goesWhereItsOwnCategoryAndRouteLead();
    void readsADueDateAsItIsTyped();
    void listsThePersonsTasksOfAllConversations();

private:
    static std::vector<Delivery> deliveriesOf(CommandDesk &desk, ConversationId id)
    {
        return desk.get([id](Database &db) { return deliveries::ofConversation(db, id); });
    }
    static std::vector<Task> tasksOf(CommandDesk &desk, ConversationId id)
    {
        return desk.get([id](Database &db) { return tasks::ofConversation(db, id); });
    }
};

void TestTaskForm::startsFromTheSuggestionAndChangesNothing()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Re: Refund please"_s, u"I was charged twice."_s);
    const Suggestion pending = *desk.pending(id);
    const QStringList before = desk.auditActions();
    const auto start = await(desk.commands->startTask(id));
    QVERIFY2(start, qPrintable(start ? QString() : start.error().message));
    QCOMPARE(start->version, pending.version);
    QCOMPARE(start->form.title, u"Refund please"_s);
    QCOMPARE(start->form.text, pending.draft.description);
    QCOMPARE(start->form.category, pending.classification.category);
    QCOMPARE(start->form.route, pending.route);
    QVERIFY(await(desk.commands->planTask(id, start->form)));
    QCOMPARE(desk.pending(id)->version, pending.version);

    // Without one: what a person who asks would get, and still nothing is there.
    QVERIFY(await(desk.commands->dismiss(id, pending.version)));
    const auto drafted = await(desk.commands->startTask(id));
    QVERIFY(drafted);
    QCOMPARE(drafted->version, 0);
    QCOMPARE(drafted->form, start->form);
    QVERIFY(!desk.pending(id));
    QVERIFY(deliveriesOf(desk, id).empty());
    QCOMPARE(desk.auditActions(), before + QStringList{u"dismiss"_s});
    QCOMPARE(await(desk.commands->startTask(ConversationId{999})).error().kind, Error::Kind::NotFound);
}

void TestTaskForm::freezesWhatThePersonWrote()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const Suggestion pending = *desk.pending(id);
    TaskForm form = await(desk.commands->startTask(id))->form;
    form.title = u"  Refund\n for <b>order</b> 1177 "_s;
    form.text = u"Pay back once. {{operator.name}}"_s;
    form.priority = Priority::Urgent;
    form.due = desk.clock.now() + 24h;
    const auto made = await(desk.commands->createTask(id, pending.version, form));
    QVERIFY2(made, qPrintable(made ? QString() : made.error().message));
    const std::vector<Delivery> all = deliveriesOf(desk, id);
    QCOMPARE(all.size(), size_t(1));
    const TaskPayload sent = taskPayloadFromJson(all.front().payload);
    QCOMPARE(sent.title, u"Refund for <b>order</b> 1177"_s);
    QCOMPARE(sent.description, form.text);
    QCOMPARE(sent.priority, Priority::Urgent);
    QCOMPARE(sent.due, form.due);
    QCOMPARE(sent.contact, pending.draft.contact);
    QCOMPARE(sent.backLink, pending.draft.backLink);
    QCOMPARE(all.front().state, DeliveryState::Queued);
    QVERIFY(all.front().key.startsWith(u"patchbay-"_s));
    QCOMPARE(all.front().notBefore, desk.clock.now() + 5s);
    QCOMPARE(made->canUndoUntil, all.front().notBefore);
    QCOMPARE(tasksOf(desk, id).front().payload.title, sent.title);
    QCOMPARE(desk.get([&](Database &db) { return suggestions::byId(db, pending.id); })->state,
             Suggestion::State::Accepted);
    QCOMPARE(desk.auditActions().last(), u"create_task"_s);
}

void TestTaskForm::isTakenBackWhileItIsHeld()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const Conversation before = desk.conversation(id);
    TaskForm form = await(desk.commands->startTask(id))->form;
    form.category = desk.otherCategory(form.category).id;
    const auto made = await(desk.commands->createTask(id, desk.pending(id)->version, form));
    QVERIFY(made);
    QCOMPARE(desk.conversation(id).category, form.category);
    QVERIFY(await(desk.commands->cancelTask(made->task)));
    QCOMPARE(deliveriesOf(desk, id).front().state, DeliveryState::Cancelled);
    QVERIFY(desk.pending(id));
    QVERIFY(desk.lessons().empty());
    QCOMPARE(desk.conversation(id).category, before.category);
    QCOMPARE(desk.conversation(id).confidence, before.confidence);
}

void TestTaskForm::needsNoSuggestion()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    QVERIFY(await(desk.commands->dismiss(id, desk.pending(id)->version)));
    TaskForm form = await(desk.commands->startTask(id))->form;
    form.category = desk.otherCategory(form.category).id;
    const auto made = await(desk.commands->createTask(id, 0, form));
    QVERIFY2(made, qPrintable(made ? QString() : made.error().message));
    QVERIFY(!tasksOf(desk, id).front().suggestion);
    QCOMPARE(desk.lessons().size(), size_t(1));
    QVERIFY(await(desk.commands->cancelTask(made->task))); // nothing of it is left
    QVERIFY(desk.lessons().empty());
    QVERIFY(!desk.pending(id));
    QVERIFY(tasksOf(desk, id).empty());

    QVERIFY(await(desk.commands->suggestAgain(id)));
    const auto late = await(desk.commands->createTask(id, 0, form));
    QCOMPARE(late.error().kind, Error::Kind::Conflict);
    QVERIFY2(late.error().message.contains(u"meanwhile"_s), qPrintable(late.error().message));
    QVERIFY(desk.pending(id));
}

void TestTaskForm::isRefusedWhenTheSuggestionChangedMeanwhile()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto start = await(desk.commands->startTask(id));
    desk.receiveMore(id, u"And the lamp is broken."_s);
    const auto refused = await(desk.commands->createTask(id, start->version, start->form));
    QCOMPARE(refused.error().kind, Error::Kind::Conflict);
    QVERIFY(deliveriesOf(desk, id).empty());
    QVERIFY(desk.pending(id));
    QVERIFY(desk.pending(id)->version > start->version);
}

void TestTaskForm::teachesTheCategoryThatWasChosen()
{
    CommandDesk desk;
    const QString text = u"The flibbertigibbet in my quuxotron wobbles again"_s;
    const ConversationId id = desk.receive(u"Quuxotron"_s, text);
    TaskForm form = await(desk.commands->startTask(id))->form;
    const CategoryId suggested = form.category;
    const Category chosen = desk.otherCategory(suggested);
    form.category = chosen.id;
    QVERIFY(await(desk.commands->createTask(id, desk.pending(id)->version, form)));
    QCOMPARE(desk.lessons().size(), size_t(1));
    QCOMPARE(desk.lessons().front().category, chosen.id);
    QCOMPARE(desk.lessons().front().previous, suggested);
    QCOMPARE(desk.lessons().front().weight, 1.0);
    QCOMPARE(tasksOf(desk, id).front().payload.category, chosen.name);
    const Classification next = desk.snapshots.current()->classifier->classify(u"Quuxotron"_s, text);
    QCOMPARE(next.abstained ? next.runnerUp : next.category, chosen.id);
}

void TestTaskForm::refusesWhatIsNoTask_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("says");
    QTest::newRow("no title") << u"title"_s << u"Give the task a title"_s;
    QTest::newRow("a long title") << u"long"_s << u"201 characters, and 200 fit"_s;
    QTest::newRow("a long text") << u"text"_s << u"10001 characters, and 10000 fit"_s;
    QTest::newRow("an unknown category") << u"category"_s << u"category"_s;
    QTest::newRow("no route") << u"route"_s << u"Choose a route"_s;
}

void TestTaskForm::refusesWhatIsNoTask()
{
    QFETCH(QString, what);
    QFETCH(QString, says);
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    TaskForm form = await(desk.commands->startTask(id))->form;
    if (what == "title"_L1)
        form.title = u" \n "_s;
    else if (what == "long"_L1)
        form.title = QString(201, u'x');
    else if (what == "text"_L1)
        form.text = QString(10001, u'x');
    else if (what == "category"_L1)
        form.category = CategoryId{999};
    else
        form.route = {};
    const int version = desk.pending(id)->version;
    const auto refused = await(desk.commands->createTask(id, version, form));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(says), qPrintable(refused.error().message));
    QVERIFY(!await(desk.commands->planTask(id, form)));
    QVERIFY(tasksOf(desk, id).empty());
    QCOMPARE(desk.pending(id)->version, version); // nothing was decided
}

void TestTaskForm::asksAboutATaskThatIsOpen()
{
    CommandDesk desk;
    const ConversationId id = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const TaskForm form = await(desk.commands->startTask(id))->form;
    QVERIFY(await(desk.commands->createTask(id, desk.pending(id)->version, form)));
    const auto asked = await(desk.commands->createTask(id, 0, form));
    QVERIFY(asked && asked->open);
    QCOMPARE(tasksOf(desk, id).size(), size_t(1));
    QVERIFY(await(desk.commands->createTask(id, 0, form, Commands::IfOpen::Another)));
    QCOMPARE(tasksOf(desk, id).size(), size_t(2));
}

void TestTaskForm::goesWhereItsOwnCategoryAndRouteLead()
{
    RouteRig rig;
    const ConversationId id = rig.desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    TaskForm form = await(rig.desk.commands->startTask(id))->form;
    const Category other = rig.desk.otherCategory(form.category);
    Route route;
    route.name = u"By category"_s;
    route.strategy = Route::Strategy::ByCategory;
    route.byCategory = {{other.id, rig.backup}};
    route.defaultTarget = rig.primary;
    const auto added = await(rig.desk.commands->addRoute(route));
    QVERIFY2(added, qPrintable(added ? QString() : added.error().message));
    form.category = other.id;
    form.route = added->id;
    const auto plan = await(rig.desk.commands->planTask(id, form));
    QVERIFY(plan);
    QCOMPARE(plan->targets(), std::vector<TargetId>{rig.backup});
    QVERIFY(await(rig.desk.commands->createTask(id, rig.desk.pending(id)->version, form)));
    QVERIFY(rig.workToTheEnd());
    QCOMPARE(rig.side(rig.backup).everything().size(), size_t(1));
    QVERIFY(rig.side(rig.primary).everything().empty());
    QCOMPARE(rig.deliveriesOf(id).front().state, DeliveryState::Sent);
}

void TestTaskForm::readsADueDateAsItIsTyped()
{
    const Timestamp now = Timestamp::from(QDateTime::fromString(u"2026-03-01T12:00:00Z"_s, Qt::ISODate));
    QCOMPARE(*dueFrom(u" +3d "_s, now), now + 72h);
    QCOMPARE(*dueFrom(u"+4h"_s, now), now + 4h);
    QCOMPARE(*dueFrom(u"2026-03-05T14:00Z"_s, now),
             Timestamp::from(QDateTime::fromString(u"2026-03-05T14:00:00Z"_s, Qt::ISODate)));
    QVERIFY(!*dueFrom(u"  "_s, now));
    const auto refused = dueFrom(u"{{now}} tomorrow"_s, now);
    QVERIFY2(refused.error().message.contains(u"“{{now}} tomorrow” is no due date"_s),
             qPrintable(refused.error().message));
}

void TestTaskForm::listsThePersonsTasksOfAllConversations()
{
    CommandDesk desk;
    const ConversationId first = desk.receive(u"Refund please"_s, u"I was charged twice."_s);
    const auto old = await(desk.commands->accept(first, desk.pending(first)->version));
    QVERIFY(desk.change([&](Database &db) { tasks::setStatusAt(db, old->delivery, u"Closed"_s, true); }));
    desk.clock.advance(1min);
    const ConversationId second = desk.receive(u"Lamp broken"_s, u"It flickers."_s);
    const auto open = await(desk.commands->accept(second, desk.pending(second)->version));
    QVERIFY(open);
    desk.clock.advance(1min);
    const ConversationId third = desk.receive(u"Late parcel"_s, u"Where is it?"_s);
    const auto taken = await(desk.commands->accept(third, desk.pending(third)->version));
    QVERIFY(await(desk.commands->cancelTask(taken->task)));
    const auto existing = desk.get([third](Database &db) { return existingTasks(db, third); });
    QCOMPARE(existing.size(), size_t(2)); // what was taken back is not there
    QCOMPARE(existing[0].task.id, open->task);
    QVERIFY(existing[0].isOpen());
    QCOMPARE(existing[0].subject, u"Lamp broken"_s);
    QCOMPARE(existing[1].task.id, old->task);
    QVERIFY(!existing[1].isOpen());
    QCOMPARE(existing[1].delivery.remoteStatus, u"Closed"_s);
}

PATCHBAY_TESTS(TestTaskForm)
#include "tst_task_form.moc"
