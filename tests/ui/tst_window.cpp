#include "core/store/misc_tables.h"
#include "core/store/suggestion_table.h"
#include "core/store/task_table.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/outbox_page.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/route_card.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The window on a real workspace, worked by keys alone.
class WindowTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

    void open(const std::vector<ConsoleDesk::Mail> &mails)
    {
        m_window.reset();
        m_desk = std::make_unique<ConsoleDesk>();
        QVERIFY2(m_desk->failure.isEmpty(), qPrintable(m_desk->failure));
        m_desk->receive(mails);
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showView(conversations::View::All);
        QTRY_COMPARE(m_window->listPane()->model().rowCount(), int(mails.size()));
        QTRY_VERIFY(details());
    }
    static ConsoleDesk::Mail billing(const QByteArray &name, int minutesAgo)
    {
        ConsoleDesk::Mail mail;
        mail.from = name + " <" + name.toLower() + "@example.org>";
        mail.subject = "Charged twice, " + name;
        mail.text = "My card was charged twice for the same invoice. Please refund one payment.";
        mail.minutesAgo = minutesAgo;
        return mail;
    }
    const ConversationDetails *details() const { return m_window->triage().details(); }
    void press(const char *keys) { pressText(QLatin1String(keys)); }
    void pressText(const QString &keys)
    {
        const QKeyCombination chord = QKeySequence::fromString(keys, QKeySequence::PortableText)[0];
        QWidget *focus = m_window->focusWidget() ? m_window->focusWidget() : m_window.get();
        QTest::keyClick(focus, chord.key(), chord.keyboardModifiers());
    }
    QPlainTextEdit *editor() const { return m_window->threadPane()->composer()->editor(); }
    QString subject() const { return details() ? details()->conversation.subject : QString(); }
    template <class F> auto read(F work) { return await(m_desk->store().read(std::move(work))); }
    int taskCount(ConversationId id)
    {
        return int(read([id](Database &db) -> Result<std::vector<Task>> {
                       return db.finish(tasks::ofConversation(db, id));
                   })->size());
    }

private Q_SLOTS:
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void acceptsWithOneKeyAndMakesOneTask();
    void takesAnAcceptanceBackWithZ();
    void refusesAnAcceptanceOfAVersionThatIsNoLongerPainted();
    void movesOnWithShiftY();
    void triagesAQueueByKeysAlone();
    void doesNothingWithLettersInTextFields();
    void keepsDraftsApartAndSavesThemWithinASecond();
    void restoresADraftAfterARestart();
    void sendsAReplyAndBringsItsTextBackWithZ();
    void changesTheCategoryByKeyboard();
    void makesALabelByKeyboard();
    void warnsOfANewMessageBelow();
    void showsReasonsWithW();
    void cyclesPanesWithF6();
    void asksBeforeSettlingAnUnknownDelivery();
    void goesBackToTheListWithEscape();
    void registersNoKeyTwice();
};

void WindowTest::acceptsWithOneKeyAndMakesOneTask()
{
    open({billing("Ana", 5)});
    QTRY_VERIFY(m_window->triage().canAccept());
    const ConversationId id = m_window->triage().current();
    press("Y");
    press("Y"); // leaning on the key makes no second task
    QTRY_VERIFY(details() && details()->suggestion->state == Suggestion::State::Accepted);
    QTRY_VERIFY(m_window->toast()->isVisible());
    QCOMPARE(taskCount(id), 1);
}

void WindowTest::takesAnAcceptanceBackWithZ()
{
    open({billing("Ana", 5)});
    QTRY_VERIFY(m_window->triage().canAccept());
    press("Y");
    QTRY_VERIFY(details() && !details()->isPending());
    press("Z");
    QTRY_VERIFY(details() && details()->isPending());
    QCOMPARE(int(details()->deliveries.size()), 1);
    QCOMPARE(details()->deliveries.front().state, DeliveryState::Cancelled);
}

void WindowTest::refusesAnAcceptanceOfAVersionThatIsNoLongerPainted()
{
    open({billing("Ana", 5)});
    QTRY_VERIFY(m_window->triage().canAccept());
    const ConversationId id = m_window->triage().current();
    QSignalSpy failed(&m_window->triage(), &Triage::failed);
    // The re-evaluation commits, but the window has not read it yet: as with two operators.
    const auto other = std::find_if(details()->taxonomy.begin(), details()->taxonomy.end(), [this](const Category &one) {
        return one.id != details()->conversation.category && !one.isUnsorted;
    });
    auto category = m_desk->commands->overrideCategory(id, other->id);
    m_window->triage().accept(false);
    QTRY_VERIFY(category.isFinished());
    QTRY_VERIFY(failed.count() > 0);
    QCOMPARE(taskCount(id), 0);
    QTRY_VERIFY(details() && details()->isPending());
}

void WindowTest::movesOnWithShiftY()
{
    open({billing("Ana", 5), billing("Bea", 10)});
    QTRY_COMPARE(subject(), u"Charged twice, Ana"_s);
    QTRY_VERIFY(m_window->triage().canAccept());
    const ConversationId ana = m_window->triage().current();
    press("Shift+Y");
    QTRY_COMPARE(subject(), u"Charged twice, Bea"_s);
    QCOMPARE(taskCount(ana), 1);
}

void WindowTest::triagesAQueueByKeysAlone()
{
    std::vector<ConsoleDesk::Mail> mails;
    for (int i = 0; i < 10; ++i)
        mails.push_back(billing("P" + QByteArray::number(i), 5 + i));
    open(mails);
    for (int i = 0; i < 10; ++i) {
        QTRY_COMPARE(subject(), u"Charged twice, P%1"_s.arg(i));
        QTRY_VERIFY(m_window->triage().canAccept());
        const ConversationId id = m_window->triage().current();
        press("Y");
        QTRY_VERIFY(details() && !details()->isPending());
        press("E");
        if (i < 9)
            QTRY_VERIFY(m_window->triage().current() != id);
        QCOMPARE(taskCount(id), 1);
    }
    auto open = read([me = m_desk->me.id](Database &db) -> Result<std::vector<conversations::Ordered>> {
        return db.finish(conversations::ordered(db, conversations::View::All, me));
    });
    QTRY_VERIFY(m_window->rail()->model().countOf(conversations::View::Done) == 10);
    QVERIFY(open.ok());
}

void WindowTest::doesNothingWithLettersInTextFields()
{
    open({billing("Ana", 5)});
    QTRY_VERIFY(m_window->triage().canAccept());
    press("R");
    QTRY_VERIFY(editor()->hasFocus());
    QTest::keyClicks(editor(), u"yxjkerm?]zhuY"_s);
    QCOMPARE(editor()->toPlainText(), u"yxjkerm?]zhuY"_s);
    QTest::qWait(100);
    QVERIFY(details()->isPending());
    QCOMPARE(taskCount(m_window->triage().current()), 0);
    press("Esc");
    press("L");
    QTRY_VERIFY(qobject_cast<Picker *>(QApplication::activeModalWidget()));
    auto *picker = qobject_cast<Picker *>(QApplication::activeModalWidget());
    QTest::keyClicks(picker->field(), u"yes"_s);
    QCOMPARE(picker->field()->text(), u"yes"_s);
    picker->reject();
    QVERIFY(details()->isPending());
}

void WindowTest::keepsDraftsApartAndSavesThemWithinASecond()
{
    open({billing("Ana", 5), billing("Bea", 10)});
    QTRY_COMPARE(subject(), u"Charged twice, Ana"_s);
    const ConversationId ana = m_window->triage().current();
    press("R");
    QTest::keyClicks(editor(), u"to Ana"_s);
    QTest::qWait(1000);
    const auto saved = read([&](Database &db) -> Result<std::vector<drafts::Draft>> {
        return db.finish(drafts::of(db, ana, m_desk->me.id));
    });
    QVERIFY(saved.ok() && saved->size() == 1);
    QCOMPARE(saved->front().text, u"to Ana"_s);
    press("Ctrl+Shift+M");
    QCOMPARE(editor()->toPlainText(), QString());
    QTest::keyClicks(editor(), u"note on Ana"_s);
    press("Alt+Down"); // also while writing
    QTRY_COMPARE(subject(), u"Charged twice, Bea"_s);
    QCOMPARE(editor()->toPlainText(), QString());
    m_window->threadPane()->composer()->beginReply();
    QTest::keyClicks(editor(), u"to Bea"_s);
    editor()->undo();
    editor()->undo();
    QVERIFY2(!editor()->toPlainText().contains(u"Ana"_s), "undo must not bring another conversation's text");
    press("Alt+Up");
    QTRY_COMPARE(subject(), u"Charged twice, Ana"_s);
    QCOMPARE(m_window->threadPane()->composer()->mode(), u"note"_s);
    QCOMPARE(editor()->toPlainText(), u"note on Ana"_s);
    m_window->threadPane()->composer()->beginReply();
    QCOMPARE(editor()->toPlainText(), u"to Ana"_s);
}

void WindowTest::restoresADraftAfterARestart()
{
    open({billing("Ana", 5)});
    press("R");
    QTest::keyClicks(editor(), u"half a sentence"_s);
    m_window->close(); // saves at once
    m_window.reset();
    m_window = std::make_unique<MainWindow>(m_desk->context());
    m_window->show();
    m_window->showView(conversations::View::All);
    QTRY_VERIFY(details());
    QTRY_COMPARE(editor()->toPlainText(), u"half a sentence"_s);
}

void WindowTest::sendsAReplyAndBringsItsTextBackWithZ()
{
    open({billing("Ana", 5)});
    press("R");
    QTest::keyClicks(editor(), u"We refund it today."_s);
    QVERIFY(m_window->threadPane()->composer()->sendButton()->accessibleName().contains(u"Ana"_s));
    press("Ctrl+Return");
    QTRY_COMPARE(editor()->toPlainText(), QString());
    QTRY_VERIFY(m_window->toast()->text().contains(u"queued"_s));
    press("Esc");
    press("Z");
    QTRY_COMPARE(editor()->toPlainText(), u"We refund it today."_s);
}

void WindowTest::changesTheCategoryByKeyboard()
{
    open({billing("Ana", 5)});
    const Category wanted = details()->taxonomy.back().id == details()->conversation.category
        ? details()->taxonomy.front()
        : details()->taxonomy.back();
    press("C");
    QTRY_VERIFY(qobject_cast<Picker *>(QApplication::activeModalWidget()));
    auto *picker = qobject_cast<Picker *>(QApplication::activeModalWidget());
    QTest::keyClicks(picker->field(), wanted.name);
    QTest::keyClick(picker->field(), Qt::Key_Return);
    QTRY_VERIFY(details() && details()->conversation.category == wanted.id);
}

void WindowTest::makesALabelByKeyboard()
{
    open({billing("Ana", 5)});
    press("L");
    QTRY_VERIFY(qobject_cast<Picker *>(QApplication::activeModalWidget()));
    auto *picker = qobject_cast<Picker *>(QApplication::activeModalWidget());
    QTest::keyClicks(picker->field(), u"vip"_s);
    QTest::keyClick(picker->field(), Qt::Key_Return);
    QTRY_VERIFY(details() && details()->labels.contains(u"vip"_s));
    press("Z");
    QTRY_VERIFY(details() && !details()->labels.contains(u"vip"_s));
}

void WindowTest::warnsOfANewMessageBelow()
{
    ConsoleDesk::Mail first = billing("Ana", 5);
    first.messageId = "below1@example.org";
    open({first});
    press("R");
    QTest::keyClicks(editor(), u"I think"_s);
    ConsoleDesk::Mail second = billing("Ana", 1);
    second.inReplyTo = "below1@example.org";
    m_desk->receive({second});
    QTRY_VERIFY([&] {
        for (const QLabel *label : m_window->threadPane()->composer()->findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().startsWith(u"New message below"_s))
                return true;
        }
        return false;
    }());
    QCOMPARE(editor()->toPlainText(), u"I think"_s);
}

void WindowTest::showsReasonsWithW()
{
    open({billing("Ana", 5)});
    QVERIFY(!m_window->contextPanel()->routeCard()->showsWhy());
    press("W");
    QVERIFY(m_window->contextPanel()->routeCard()->showsWhy());
    QVERIFY(!details()->suggestion->classification.because.empty());
}

void WindowTest::cyclesPanesWithF6()
{
    open({billing("Ana", 5)});
    QSet<QWidget *> seen;
    for (int i = 0; i < 5; ++i) {
        press("F6");
        QVERIFY(m_window->focusWidget());
        seen.insert(m_window->focusWidget());
    }
    QCOMPARE(seen.size(), 5);
}

void WindowTest::asksBeforeSettlingAnUnknownDelivery()
{
    open({billing("Ana", 5)});
    QTRY_VERIFY(m_window->triage().canAccept());
    m_desk->commands->setHoldTime(std::chrono::milliseconds(0));
    press("Y");
    QTRY_VERIFY(details() && !details()->deliveries.empty());
    const DeliveryId id = details()->deliveries.front().id;
    const auto unknown = await(m_desk->store().write([id](Database &db) -> Result<Done> {
        const std::optional<Delivery> taken =
            deliveries::claim(db, id, QStringLiteral("test"), std::chrono::seconds(60));
        if (!taken)
            return makeError(Error::Kind::Conflict, QStringLiteral("not claimed"));
        deliveries::markEffectStarted(db, id, taken->fence);
        deliveries::Outcome outcome;
        outcome.state = DeliveryState::Unknown;
        outcome.ambiguous = true;
        outcome.error = QStringLiteral("No answer in time");
        deliveries::settle(db, id, taken->fence, outcome);
        return db.finish(Done{});
    }));
    QVERIFY2(unknown.ok(), unknown ? "" : qPrintable(unknown.error().message));
    press("Ctrl+7");
    auto *page = qobject_cast<OutboxPage *>(m_window->pages()->currentWidget());
    QVERIFY(page);
    QTRY_COMPARE(page->model().rowCount(), 1);
    QTRY_COMPARE(page->model().at(0)->delivery.state, DeliveryState::Unknown);
    QTRY_VERIFY(page->currentRow() == 0);
    press("S");
    QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
    auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
    QCOMPARE(box->textFormat(), Qt::PlainText);
    box->buttons().first()->click();
    QTRY_COMPARE(page->model().rowCount(), 0);
}

void WindowTest::goesBackToTheListWithEscape()
{
    open({billing("Ana", 5)});
    press("R");
    QTRY_VERIFY(editor()->hasFocus());
    press("Esc");
    QVERIFY(m_window->listPane()->list()->hasFocus());
    press("Return");
    QVERIFY(m_window->threadPane()->view()->hasFocus());
    press("Ctrl+8");
    press("Esc");
    QVERIFY(m_window->listPane()->list()->hasFocus());
}

void WindowTest::registersNoKeyTwice()
{
    open({billing("Ana", 5)});
    QCOMPARE(m_window->actions().conflicts(), QStringList());
}

} // namespace patchbay::tests

using patchbay::tests::WindowTest;
PATCHBAY_TESTS(WindowTest)
#include "tst_window.moc"
