#include "support/task_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/widgets/context_panel.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

#include <QtCore/QPromise>

namespace patchbay::tests {

/// What is there already of a person, and linking it.
class ExistingRecordsTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysHowItStandsWithTheTargetsRecords_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("says");
        QTest::newRow("none") << u"none"_s << u"Tracker has no record of the person."_s;
        QTest::newRow("some") << u"some"_s << u"Tracker has 1 record of the person."_s;
        QTest::newRow("failed") << u"failed"_s << u"✕ Tracker did not say: HTTP 403: “<b>Not</b> yours”"_s;
        QTest::newRow("offline") << u"offline"_s << u"△ Tracker cannot be reached now: Connection refused"_s;
        QTest::newRow("cannot") << u"cannot"_s << u"Tracker cannot be asked for a person’s records"_s;
    }
    void saysHowItStandsWithTheTargetsRecords()
    {
        QFETCH(QString, state);
        QFETCH(QString, says);
        TaskDesk rig;
        rig.open();
        QPromise<void> answer;
        answer.start();
        rig.script.gate = answer.future();
        rig.script.canList = state != u"cannot"_s;
        if (state == u"some"_s)
            rig.script.records = std::vector{recordCalled(u"42"_s, u"Older refund"_s)};
        else if (state == u"failed"_s)
            rig.script.records = makeError(Error::Kind::Refused, u"HTTP 403: “<b>Not</b> yours”"_s);
        else if (state == u"offline"_s)
            rig.script.records = makeError(Error::Kind::Offline, u"Connection refused"_s);
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        if (rig.script.canList)
            QTRY_VERIFY(dialog->existing()->states().contains(u"being asked"_s));
        QVERIFY(dialog->fields()->isEnabled()); // the form does not wait for it
        answer.finish();
        QTRY_VERIFY2(dialog->existing()->states().contains(says), qPrintable(dialog->existing()->states()));
        QCOMPARE(dialog->existing()->askButton()->isVisibleTo(dialog), state == u"failed"_s || state == u"offline"_s);
        if (state == u"offline"_s) {
            rig.script.records = std::vector<RemoteRecord>();
            QTest::mouseClick(dialog->existing()->askButton(), Qt::LeftButton);
            QTRY_VERIFY(dialog->existing()->states().contains(u"has no record"_s));
            QCOMPARE(rig.script.asked, 2);
        }
    }

    void linksARecordFromTheListAndSendsNothing()
    {
        TaskDesk rig;
        rig.open();
        rig.script.records =
            std::vector{recordCalled(u"42"_s, u"Refund <b>order</b>"_s), recordCalled(u"41"_s, u"Old"_s, true)};
        rig.script.there.insert(u"42"_s, {u"Waiting"_s, false, u"https://tracker.example/issues/42"_s});
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        QTableView *table = dialog->existing()->table();
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QCOMPARE(table->model()->index(0, ExistingModel::What).data().toString(), u"Refund <b>order</b>"_s);
        table->setFocus();
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_Return);
        QTRY_VERIFY(!rig.window->findChild<TaskDialog *>());
        const Delivery linked = rig.deliveriesOfAll().front();
        QVERIFY(linked.isLinked());
        QCOMPARE(linked.externalId, u"42"_s);
        QCOMPARE(linked.remoteStatus, u"Waiting"_s); // as it is now, not as it was listed
        QTRY_VERIFY(rig.window->triage().details() && rig.window->triage().details()->tasks.size() == 1);
        bool says = false;
        for (const QLabel *label : rig.window->contextPanel()->findChildren<QLabel *>())
            says = says || label->text().contains(u"Linked"_s);
        QVERIFY(says);
        (void)await(rig.desk->outbox->runOnce());
        QCOMPARE(rig.script.delivered, 0);
        rig.key(Qt::Key_Z);
        QTRY_VERIFY(rig.window->triage().details() && rig.window->triage().details()->isPending());
        QTRY_VERIFY(rig.window->triage().details()->tasks.empty());
    }

    void linksWhatIsTypedAndRefusesAWrongId()
    {
        TaskDesk rig;
        rig.open();
        rig.script.canList = false;
        rig.script.there.insert(u"42"_s, {u"Open"_s, false, u"https://tracker.example/issues/42"_s});
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        QLineEdit *typed = dialog->existing()->typed();
        QTRY_COMPARE(dialog->existing()->target()->currentText(), u"Tracker"_s);
        typed->setText(u"4711"_s);
        QTest::keyClick(typed, Qt::Key_Return);
        QTRY_VERIFY2(dialog->answer().contains(u"There is no record “4711” over there"_s),
                     qPrintable(dialog->answer()));
        typed->setText(u"https://elsewhere.example/issues/42"_s);
        QTest::keyClick(typed, Qt::Key_Return);
        QTRY_VERIFY2(dialog->answer().contains(u"elsewhere.example"_s), qPrintable(dialog->answer()));
        QVERIFY(rig.deliveriesOfAll().empty());
        typed->setText(u"https://tracker.example/issues/42"_s);
        QTest::keyClick(typed, Qt::Key_Return);
        QTRY_VERIFY(!rig.window->findChild<TaskDialog *>());
        QVERIFY(rig.deliveriesOfAll().front().isLinked());
        dialog = rig.press(); // the same one again
        QVERIFY(dialog);
        dialog->existing()->typed()->setText(u"42"_s);
        QTest::keyClick(dialog->existing()->typed(), Qt::Key_Return);
        QTRY_VERIFY2(dialog->answer().contains(u"is a task of this conversation already"_s),
                     qPrintable(dialog->answer()));
        QCOMPARE(rig.deliveriesOfAll().size(), size_t(1));
        QTRY_VERIFY(dialog->createButton()->text().contains(u"another"_s));
    }

    void asksBeforeALinkLosesWhatWasWritten()
    {
        TaskDesk rig;
        rig.open();
        rig.script.records = std::vector{recordCalled(u"42"_s, u"Older refund"_s)};
        rig.script.there.insert(u"42"_s, {u"Open"_s, false, u"https://tracker.example/issues/42"_s});
        rig.openWindow();
        TaskDialog *dialog = rig.press();
        QVERIFY(dialog);
        QTableView *table = dialog->existing()->table();
        QTRY_COMPARE(table->model()->rowCount(), 1);
        dialog->fields()->text()->setPlainText(u"My own words"_s);
        table->setFocus();
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_Return);
        rig.answerQuestion(u"Cancel"_s);
        QVERIFY(rig.window->findChild<TaskDialog *>());
        QCOMPARE(dialog->fields()->text()->toPlainText(), u"My own words"_s);
        QVERIFY(rig.deliveriesOfAll().empty());
        QTest::keyClick(table, Qt::Key_Return);
        rig.answerQuestion(u"Link"_s);
        QTRY_VERIFY(!rig.window->findChild<TaskDialog *>());
        QVERIFY(rig.deliveriesOfAll().front().isLinked());
    }

    void keepsItsRowsInOrderWhileTheyChange()
    {
        TaskDesk rig;
        rig.open();
        rig.script.records = std::vector{recordCalled(u"42"_s, u"Older refund"_s)};
        rig.openWindow();
        const ConversationId id = rig.window->triage().current();
        ExistingModel model(rig.desk->context(), id);
        const Watched<ExistingModel> watch(model);
        model.reload();
        QTRY_VERIFY(model.isLoaded());
        Target tracker;
        tracker.id = rig.tracker;
        tracker.name = u"Tracker"_s;
        model.ask({tracker}, {});
        QTRY_COMPARE(model.rowCount(), 1);
        QVERIFY(await(rig.desk->commands->linkRecord(id, rig.window->triage().details()->suggestion->version,
                                                     rig.tracker, recordCalled(u"42"_s, u"Older refund"_s))));
        model.reload(); // the record is ours now, and not there twice
        QTRY_VERIFY(model.rowCount() == 1 && model.at(0)->ours);
        QVERIFY(model.hasOpenAt({rig.tracker}));
        QCOMPARE(model.index(0, ExistingModel::State).data().toString(), u"⇄ Linked"_s);
    }
};

} // namespace patchbay::tests

using patchbay::tests::ExistingRecordsTest;
PATCHBAY_TESTS(ExistingRecordsTest)
#include "tst_existing_records.moc"
