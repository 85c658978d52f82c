#include "core/store/task_list.h"
#include "core/store/task_table.h"
#include "support/target_desk.h"
#include "support/watched.h"
#include "ui/models/targets_model.h"
#include "ui/models/task_board_model.h"
#include "ui/models/task_words.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/task_board.h"
#include "ui/widgets/tasks_page.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDir>
#include <QtTest/QSignalSpy>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace std::chrono_literals;

/// A desk whose one conversation has tasks that came to any end.
class TasksPageDesk final {
public:
    struct At {
        TargetId target = {};
        DeliveryState state = DeliveryState::Sent;
        QString status = {};
        bool closed = false;
    };

    TargetDesk desk;
    TargetId jira = desk.add(u"tracker"_s, u"Jira"_s);
    TargetId notion = desk.add(u"board"_s, u"Notion"_s);

    TaskId add(const QString &title, const std::vector<At> &at)
    {
        const auto made = await(desk.store().write([=, me = desk.me.id](Database &db) -> Result<TaskId> {
            Task task;
            task.conversation = conversations::ordered(db, conversations::View::All, me).front().id;
            task.payload.title = title;
            task.payload.category = u"Billing"_s;
            task.operatorId = me;
            const TaskId id = tasks::insert(db, task);
            for (const At &one : at)
                send(db, task.conversation, id, one, me);
            return db.finish(id);
        }));
        if (!made)
            QTest::qFail(qPrintable(made.error().message), __FILE__, __LINE__);
        return made ? *made : TaskId();
    }
    void setStatus(TaskId id, const QString &status, bool closed)
    {
        QVERIFY(await(desk.store().write([=](Database &db) -> Result<Done> {
            for (const task_list::Entry &entry : task_list::entries(db, {id})) {
                for (const task_list::At &at : entry.at)
                    tasks::setStatusAt(db, at.delivery.id, status, closed);
            }
            return db.finish(Done{});
        })));
    }

private:
    static void send(Database &db, ConversationId conversation, TaskId task, const At &at, OperatorId me)
    {
        Delivery delivery;
        delivery.kind = DeliveryKind::Task;
        delivery.conversation = conversation;
        delivery.task = task;
        delivery.target = at.target;
        delivery.key = newUid(db.clock());
        delivery.operatorId = me;
        const DeliveryId id = deliveries::insert(db, delivery);
        if (at.state == DeliveryState::Queued)
            return;
        const auto claimed = deliveries::claim(db, id, u"test"_s, 60s);
        if (!claimed)
            return db.fail(makeError(Error::Kind::Conflict, u"not claimed"_s));
        deliveries::Outcome outcome;
        outcome.state = at.state;
        outcome.error = at.state == DeliveryState::Sent ? QString() : u"No answer in time"_s;
        outcome.ambiguous = at.state == DeliveryState::Unknown;
        if (at.state == DeliveryState::Sent) {
            outcome.externalId = u"SUP-%1"_s.arg(id.value);
            outcome.externalUrl = u"https://tracker.example/SUP-%1"_s.arg(id.value);
        }
        deliveries::settle(db, id, claimed->fence, outcome);
        task_watch::enroll(db, task_watch::unwatched(db, {id}, 1), 2min, 1h);
        if (at.state == DeliveryState::Sent && (!at.status.isEmpty() || at.closed)) {
            tasks::setStatusAt(db, id, at.status, at.closed);
            auto watch = task_watch::of(db, id).value_or(task_watch::Watch{});
            watch.readAt = db.now() - 3min;
            watch.nextAt = db.now() + 2min;
            task_watch::store(db, watch);
        }
    }
};

/// The page of tasks: its models, and the page worked by keys alone.
class TasksTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<TasksPageDesk> m_tasks;
    std::unique_ptr<MainWindow> m_window;

    void open()
    {
        m_window = std::make_unique<MainWindow>(m_tasks->desk.context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showView(conversations::View::All);
        press("Ctrl+T");
        QCOMPARE(m_window->pages()->currentWidget(), static_cast<QWidget *>(page()));
    }
    /// One task of each kind.
    void fill()
    {
        using S = DeliveryState;
        m_tasks->add(u"Refund one payment"_s, {{m_tasks->jira, S::Sent, u"In progress"_s}});
        m_tasks->add(u"Mend the export"_s, {{m_tasks->jira, S::Sent, u"To Do"_s}});
        m_tasks->add(u"Call the carrier"_s,
                     {{m_tasks->jira, S::Sent, u"Done"_s, true}, {m_tasks->notion, S::Sent, u"Doing"_s}});
        m_tasks->add(u"Send the invoice again"_s, {{m_tasks->notion, S::Sent, u"Done"_s, true}});
        m_tasks->add(u"Reset the password"_s, {{m_tasks->jira, S::Unknown}});
        m_tasks->add(u"<b>Bold</b> request"_s, {{m_tasks->notion, S::Queued}});
    }
    TasksPage *page() const { return m_window->tasksPage(); }
    void press(const char *keys)
    {
        const QKeyCombination chord = QKeySequence::fromString(QLatin1String(keys), QKeySequence::PortableText)[0];
        QWidget *focus = m_window->focusWidget() ? m_window->focusWidget() : m_window.get();
        QTest::keyClick(focus, chord.key(), chord.keyboardModifiers());
    }
    void keep(const QString &name)
    {
        QTest::qWait(250);
        const QPixmap picture = m_window->grab();
        QVERIFY(!picture.isNull());
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (!folder.isEmpty()) {
            QDir().mkpath(folder);
            QVERIFY(picture.save(u"%1/%2.png"_s.arg(folder, name)));
        }
    }
    QString cell(int row, TaskListModel::Column column) const
    {
        return page()->model().index(row, column).data().toString();
    }

private Q_SLOTS:
    void init() { m_tasks = std::make_unique<TasksPageDesk>(); }
    void cleanup()
    {
        m_window.reset();
        m_tasks.reset();
    }
    void followsCommitsRowByRow();
    void followsCommitsOnTheBoard();
    void saysHowOldAStatusIsAndWhenItMayBeOutOfDate();
    void filtersByKeysAndItsCountsAreTrue();
    void opensTheConversationAndComesBack();
    void settlesWhatNobodyKnows();
    void movesOnTheBoardByArrows();
    void showsTheTargetsOwnWordsAsColumns();
    void tellsOfATargetThatItsStatusesCannotBeRead();
    void saysThatThereIsNothing();
    void paintsInBothSchemes();
};

void TasksTest::followsCommitsRowByRow()
{
    const TaskId first = m_tasks->add(u"First"_s, {{m_tasks->jira, DeliveryState::Sent, u"To Do"_s}});
    TaskListModel model(m_tasks->desk.store());
    const Watched<TaskListModel> watch(model);
    task_list::Filter filter;
    filter.state = task_list::State::Open;
    model.setFilter(filter);
    QTRY_COMPARE(model.rowCount(), 1);
    QTRY_COMPARE(model.index(0, TaskListModel::Title).data().toString(), u"First"_s);
    QCOMPARE(model.index(0, TaskListModel::Status).data().toString(), u"○ To Do"_s);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const TaskId second = m_tasks->add(u"Second"_s, {{m_tasks->jira, DeliveryState::Sent, u"To Do"_s}});
    QTRY_COMPARE(model.rowCount(), 2);
    QCOMPARE(model.idAt(0), second);
    QTRY_COMPARE(model.counts()[1], 2);
    m_tasks->setStatus(second, u"Done"_s, true);
    QTRY_COMPARE(model.rowCount(), 1);
    QCOMPARE(model.idAt(0), first);
    m_tasks->setStatus(first, u"In progress"_s, false);
    QTRY_COMPARE(model.index(0, TaskListModel::Status).data().toString(), u"○ In progress"_s);
    QCOMPARE(resets.count(), 0);
}

void TasksTest::followsCommitsOnTheBoard()
{
    TaskBoardModel board(m_tasks->desk.store());
    board.setShown(true);
    QTRY_COMPARE(board.columns().size(), size_t(4));
    TaskColumnModel *open = board.columns()[2].cards;
    const Watched<TaskColumnModel> watch(*open);
    QCOMPARE(board.columns()[2].place, task_list::Place::Open);
    const TaskId id = m_tasks->add(u"First"_s, {{m_tasks->jira, DeliveryState::Sent, u"To Do"_s}});
    QTRY_COMPARE(open->rowCount(), 1);
    QCOMPARE(board.columns()[2].count, 1);
    m_tasks->setStatus(id, u"Done"_s, true);
    QTRY_COMPARE(open->rowCount(), 0);
    QTRY_COMPARE(board.columns()[3].cards->rowCount(), 1);
}

void TasksTest::saysHowOldAStatusIsAndWhenItMayBeOutOfDate()
{
    Delivery delivery;
    delivery.state = DeliveryState::Sent;
    delivery.externalId = u"SUP-12"_s;
    task_watch::Watch watch;
    const Timestamp now{1'760'000'000'000'000};
    QCOMPARE(words::taskStatus(delivery, watch, now), u"Its status was not read yet"_s);
    delivery.remoteStatus = u"Done\u202e<b>"_s;
    delivery.remoteClosed = true;
    watch.readAt = now - 3min;
    watch.nextAt = now + 2min;
    QCOMPARE(words::taskStatus(delivery, watch, now),
             u"Closed over there: ✓ Done<b>, read %1"_s.arg(words::ago(watch.readAt, now)));
    watch.nextAt = now - 2h;
    QVERIFY(words::taskStatus(delivery, watch, now).endsWith(u"It may be out of date"_s));
    watch.error = u"HTTP 500"_s;
    QVERIFY(words::taskStatus(delivery, watch, now).endsWith(u"It could not be read again: HTTP 500"_s));
    watch = {};
    watch.readAt = now;
    watch.gone = true;
    QCOMPARE(words::taskStatus(delivery, watch, now), u"Not found any more over there, looked just now"_s);
    delivery.state = DeliveryState::Unknown;
    QVERIFY(words::taskStatus(delivery, watch, now).isEmpty()); // the delivery's own truth comes first
}

void TasksTest::filtersByKeysAndItsCountsAreTrue()
{
    fill();
    open();
    QTRY_COMPARE(page()->model().rowCount(), 3); // open ones first
    press("1");
    QTRY_COMPARE(page()->model().rowCount(), 6);
    QTRY_COMPARE(page()->model().counts(), (std::vector<int>{6, 3, 1, 1, 1, 0, 0}));
    const int expected[] = {6, 3, 1, 1, 1, 0, 0};
    for (int i = 0; i < 7; ++i) {
        press(qPrintable(QString::number(i + 1)));
        QTRY_COMPARE(page()->model().state(), TaskListModel::State::Ready);
        QTRY_COMPARE(page()->model().rowCount(), expected[i]);
    }
    press("1");
    press("F");
    QVERIFY(page()->field()->hasFocus());
    QTest::keyClicks(page()->field(), u"mend"_s);
    press("Return");
    QTRY_COMPARE(page()->model().rowCount(), 1);
    QTRY_COMPARE(cell(0, TaskListModel::Title), u"Mend the export"_s);
    QVERIFY(page()->table()->hasFocus());
    press("F");
    press("Esc");
    QVERIFY(page()->table()->hasFocus()); // still on the page
}

void TasksTest::opensTheConversationAndComesBack()
{
    fill();
    open();
    QTRY_VERIFY(page()->current());
    QVERIFY(page()->table()->selectionModel()->hasSelection()); // what keys act on is seen
    press("Return");
    QTRY_VERIFY(m_window->triage().details());
    QVERIFY(m_window->pages()->currentWidget() != static_cast<QWidget *>(page()));
    press("Ctrl+T");
    QCOMPARE(m_window->pages()->currentWidget(), static_cast<QWidget *>(page()));
    const RailModel &rail = m_window->rail()->model();
    QTRY_COMPARE(rail.at(rail.rowOfKind(RailRow::Kind::Tasks))->count, 3);
}

void TasksTest::settlesWhatNobodyKnows()
{
    fill();
    open();
    press("5");
    QTRY_VERIFY(page()->current() && page()->model().rowCount() == 1);
    QCOMPARE(page()->current()->task.payload.title, u"Reset the password"_s);
    press("S");
    QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
    auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
    QCOMPARE(box->textFormat(), Qt::PlainText);
    box->buttons().first()->click();
    QTRY_COMPARE(page()->model().rowCount(), 0);
    press("2");
    QTRY_VERIFY(page()->current());
    press("S"); // nothing to settle: said, and nothing happens
    QTRY_VERIFY(m_window->toast()->isVisible());
}

void TasksTest::movesOnTheBoardByArrows()
{
    fill();
    open();
    press("1");
    press("B");
    QTRY_COMPARE(page()->board()->lists().size(), size_t(4));
    QTRY_VERIFY(page()->current());
    page()->main()->setFocus();
    QCOMPARE(page()->current()->task.payload.title, u"<b>Bold</b> request"_s);
    press("Right");
    QTRY_COMPARE(page()->current()->task.payload.title, u"Reset the password"_s);
    press("Right");
    QTRY_COMPARE(page()->current()->task.payload.title, u"Call the carrier"_s);
    press("Down");
    QTRY_COMPARE(page()->current()->task.payload.title, u"Mend the export"_s);
    for (QListView *list : page()->board()->lists())
        QVERIFY(!list->dragEnabled()); // nothing here moves a task over there
    press("Return");
    QTRY_VERIFY(m_window->triage().details());
}

void TasksTest::showsTheTargetsOwnWordsAsColumns()
{
    fill();
    TaskBoardModel board(m_tasks->desk.store());
    board.setShown(true);
    task_list::Filter filter;
    filter.target = m_tasks->jira;
    board.setFilter(filter);
    QTRY_COMPARE(board.columns().size(), size_t(5));
    QStringList titles;
    for (const TaskBoardModel::Column &column : board.columns())
        titles << u"%1 %2"_s.arg(column.title()).arg(column.count);
    QCOMPARE(titles,
             (QStringList{u"Waiting 0"_s, u"Needs a person 1"_s, u"In progress 1"_s, u"To Do 1"_s, u"Closed 1"_s}));
}

void TasksTest::tellsOfATargetThatItsStatusesCannotBeRead()
{
    QVERIFY(await(m_tasks->desk.store().write([jira = m_tasks->jira](Database &db) -> Result<Done> {
        task_watch::setTrouble(db, jira, {1, db.now() + 1min, u"HTTP 503: “<b>away</b>”"_s, u"remote"_s, db.now()});
        return db.finish(Done{});
    })));
    TargetsModel model(m_tasks->desk.context());
    model.reload();
    QTRY_COMPARE(model.rowCount(), 3);
    const int row = model.rowOf(m_tasks->jira.value);
    QCOMPARE(model.index(row, TargetsModel::LastError).data().toString(),
             u"Statuses could not be read: HTTP 503: “<b>away</b>”"_s);
    QCOMPARE(model.at(row)->health(), Health::Unknown); // tasks may go there all the same
}

void TasksTest::saysThatThereIsNothing()
{
    open();
    QTRY_COMPARE(page()->model().state(), TaskListModel::State::Ready);
    QTRY_VERIFY(!page()->table()->isVisible());
    for (const QPushButton *button : page()->findChildren<QPushButton *>()) {
        if (button->text().contains(u'(')) // has a key: a deed
            QVERIFY2(!button->isEnabled(), qPrintable(button->text()));
    }
    keep(u"tasks-empty"_s);
}

void TasksTest::paintsInBothSchemes()
{
    fill();
    open();
    press("1");
    QTRY_COMPARE(page()->model().rowCount(), 6);
    QTRY_VERIFY(page()->model().entry(5));
    for (const auto &[scheme, name] :
         {std::pair{Theme::Scheme::Light, u"light"_s}, std::pair{Theme::Scheme::Dark, u"dark"_s}}) {
        m_window->theme().set(scheme);
        keep(name + u"-tasks"_s);
        press("B");
        QTRY_VERIFY(page()->current());
        keep(name + u"-tasks-board"_s);
        press("B");
    }
    press("Return");
    QTRY_VERIFY(m_window->triage().details());
    keep(u"dark-tasks-context"_s);
}

} // namespace patchbay::tests

using patchbay::tests::TasksTest;
PATCHBAY_TESTS(TasksTest)
#include "tst_tasks.moc"
