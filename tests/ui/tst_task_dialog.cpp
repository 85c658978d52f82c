#include "support/task_desk.h"
#include "support/test_main.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

/// The Task dialog: what it begins with, and what it creates.
class TaskDialogTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void createsWhatWasWrittenByKeysAlone()
    {
        TaskDesk rig;
        rig.open();
        rig.desk->commands->setHoldTime(std::chrono::minutes(5));
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        QVERIFY(dialog->fields()->title()->hasFocus());
        QCOMPARE(dialog->fields()->title()->text(), u"Charged twice"_s);
        QVERIFY2(dialog->goesTo().contains(u"Tracker"_s)
                     && dialog->goesTo().contains(u"C: searches for our key first"_s),
                 qPrintable(dialog->goesTo()));
        QVERIFY(dialog->requests().contains(u"\"title\": \"Charged twice\""_s));
        QTest::keyClicks(dialog->fields()->title(), u"Refund 1177"_s); // it is selected: the words take its place
        QTRY_VERIFY2(dialog->requests().contains(u"\"title\": \"Refund 1177\""_s), qPrintable(dialog->requests()));
        dialog->fields()->due()->setText(u"soon"_s);
        QTRY_VERIFY2(dialog->goesTo().contains(u"“soon” is no due date"_s), qPrintable(dialog->goesTo()));
        QVERIFY(!dialog->createButton()->isEnabled());
        dialog->fields()->due()->setText(u"+3d"_s);
        QTRY_VERIFY(dialog->createButton()->isEnabled());
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Return); // creates nothing
        QVERIFY(rig.deliveriesOfAll().empty());
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(!rig.window->findChild<TaskDialog *>());
        const std::vector<Delivery> made = rig.deliveriesOfAll();
        QCOMPARE(made.size(), size_t(1));
        QCOMPARE(taskPayloadFromJson(made.front().payload).title, u"Refund 1177"_s);
        QVERIFY(taskPayloadFromJson(made.front().payload).due);
        rig.key(Qt::Key_Z); // and back
        QTRY_COMPARE(rig.deliveriesOfAll().front().state, DeliveryState::Cancelled);
        QTRY_VERIFY(rig.window->triage().details() && rig.window->triage().details()->isPending());
    }

    void asksBeforeItsWordsAreLostAndLeavesNoTrace()
    {
        TaskDesk rig;
        rig.open();
        rig.openWindow();
        const int version = rig.window->triage().details()->suggestion->version;
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Escape); // nothing was written
        QTRY_VERIFY(!rig.window->findChild<TaskDialog *>());
        dialog = rig.press();
        QVERIFY(dialog);
        dialog->fields()->text()->setPlainText(u"My own words"_s);
        QTest::keyClick(dialog, Qt::Key_Escape);
        rig.answerQuestion(u"Cancel"_s);
        QVERIFY(rig.window->findChild<TaskDialog *>());
        QCOMPARE(dialog->fields()->text()->toPlainText(), u"My own words"_s);
        QTest::keyClick(dialog, Qt::Key_Escape);
        rig.answerQuestion(u"Leave"_s);
        QTRY_VERIFY(!rig.window->findChild<TaskDialog *>());
        QVERIFY(rig.deliveriesOfAll().empty());
        QVERIFY(rig.window->triage().details()->isPending());
        QCOMPARE(rig.window->triage().details()->suggestion->version, version);
    }

    void keepsAPersonsWordsWhenTheSuggestionChanges()
    {
        TaskDesk rig;
        rig.open();
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        dialog->fields()->title()->setText(u"My own title"_s);
        rig.more("And the second invoice is wrong as well.");
        QTRY_VERIFY2(dialog->news().contains(u"Text, added: “And the second invoice is wrong as well.”"_s),
                     qPrintable(dialog->news()));
        QCOMPARE(dialog->fields()->title()->text(), u"My own title"_s);
        QVERIFY(!dialog->createButton()->isEnabled());
        dialog->create();
        QVERIFY(dialog->answer().contains(u"Say first"_s));
        QTest::mouseClick(dialog->keepButton(), Qt::LeftButton);
        QTRY_VERIFY(dialog->createButton()->isEnabled());
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(!rig.window->findChild<TaskDialog *>());
        const TaskPayload made = taskPayloadFromJson(rig.deliveriesOfAll().front().payload);
        QCOMPARE(made.title, u"My own title"_s);
        QVERIFY(!made.description.contains(u"second invoice"_s));
    }

    void followsASuggestionThatNobodyTouched()
    {
        TaskDesk rig;
        rig.open();
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        rig.more("And the second invoice is wrong as well.");
        QTRY_VERIFY(dialog->fields()->text()->toPlainText().contains(u"second invoice"_s));
        QVERIFY(dialog->news().isEmpty());
        QVERIFY(dialog->answer().contains(u"the form with it"_s));
        dialog->fields()->title()->setText(u"Mine"_s);
        rig.more("A third mail.");
        QTRY_VERIFY(!dialog->news().isEmpty());
        QTest::mouseClick(dialog->takeNewButton(), Qt::LeftButton);
        QCOMPARE(dialog->fields()->title()->text(), u"Charged twice"_s);
        QVERIFY(dialog->fields()->text()->toPlainText().contains(u"third mail"_s));
    }

    void isWorkedByKeysAndNamesEverything()
    {
        TaskDesk rig;
        rig.open();
        rig.script.records = std::vector{recordCalled(u"42"_s, u"Older refund"_s)};
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->existing()->table()->model()->rowCount(), 1);
        QSet<QWidget *> seen;
        for (int i = 0; i < 30; ++i) {
            QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
            QWidget *focus = dialog->focusWidget();
            const auto *button = qobject_cast<QPushButton *>(focus);
            QVERIFY2(!focus->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                     focus->metaObject()->className());
            seen << focus;
        }
        const QList<QWidget *> wanted{
            dialog->fields()->title(),        dialog->fields()->text(),     dialog->fields()->priority(),
            dialog->fields()->due(),          dialog->fields()->category(), dialog->fields()->route(),
            dialog->existing()->table(),      dialog->existing()->typed(),  dialog->existing()->target(),
            dialog->existing()->linkButton(), dialog->createButton()};
        for (QWidget *one : wanted)
            QVERIFY2(seen.contains(one), qPrintable(one->accessibleName()));
        for (const QLabel *label : dialog->findChildren<QLabel *>())
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }

    void looksRightInBothSchemes()
    {
        TaskDesk rig;
        rig.open();
        const QString hostile = u"<img src=x onerror=alert(1)>\u202eevil "_s + QString(400, u'W');
        rig.script.records = std::vector{recordCalled(u"42"_s, hostile), recordCalled(u"41"_s, u"Lamp broken"_s),
                                         recordCalled(u"12"_s, u"Parcel late"_s, true)};
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->existing()->table()->model()->rowCount(), 3);
        rig.keepBoth(*dialog, u"task"_s);
        dialog->fields()->title()->setText(QString(220, u'W'));
        rig.more("<b>Hurry</b>");
        QTRY_VERIFY(!dialog->news().isEmpty());
        rig.keepBoth(*dialog, u"task-changed"_s);
        dialog->resize(420, 600);
        rig.keepBoth(*dialog, u"task-narrow"_s);
        QVERIFY(dialog->width() <= 480); // nothing in it wants more room than a narrow window has
    }
};

} // namespace patchbay::tests

using patchbay::tests::TaskDialogTest;
PATCHBAY_TESTS(TaskDialogTest)
#include "tst_task_dialog.moc"
