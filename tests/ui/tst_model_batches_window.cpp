#include "support/batch_window.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/widgets/models_dialog.h"
#include "ui/widgets/state_page.h"

#include <QtCore/QDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Asking a model in batches from the window: nothing leaves that a person has not seen the plan of.
class BatchesWindowTest final : public QObject {
    Q_OBJECT

private:
    static void keepPicture(QWidget &widget, const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (folder.isEmpty())
            return;
        QTest::qWait(250);
        QDir().mkpath(folder);
        QVERIFY(widget.grab().save(u"%1/%2.png"_s.arg(folder, name)));
    }
    static void keepBoth(BatchBench &bench, const QString &name)
    {
        keepPicture(*bench.dialog, name + u"-light"_s);
        bench.window->theme().set(Theme::Scheme::Dark);
        keepPicture(*bench.dialog, name + u"-dark"_s);
        bench.window->theme().set(Theme::Scheme::Light);
    }

private Q_SLOTS:
    void asksNothingBeforeAPersonHasSeenThePlanAndSaidYes()
    {
        BatchBench bench({});
        BatchesDialog &dialog = bench.open();
        QVERIFY2(bench.plans(u"Second would be asked about 3 conversations, for at most 0."_s),
                 qPrintable(dialog.plan()->text()));
        QVERIFY(bench.plans(u"Of this month's budget 1000.00 EUR is left"_s));
        QVERIFY(bench.plans(u"To whom: Second (A scripted model) at models.example"_s));
        QVERIFY(bench.plans(u"in 3 places"_s));
        QCOMPARE(dialog.state()->sentence(), u"Nothing was asked in batches yet"_s);
        QVERIFY(dialog.plan()->words().isEmpty());
        dialog.plan()->wordsButton()->click();
        QVERIFY2(dialog.plan()->words().contains(u"Plugh qwrt aaaa [phone 1]"_s), qPrintable(dialog.plan()->words()));
        keepBoth(bench, u"batches-plan"_s);

        QMessageBox *box = bench.question();
        QVERIFY(box);
        QCOMPARE(box->text(), u"Ask Second about 3 conversations?"_s);
        for (const QString &part : {u"for at most 0."_s, u"To whom: Second"_s, u"can be cancelled in the Outbox"_s})
            QVERIFY2(box->informativeText().contains(part), qPrintable(box->informativeText()));
        keepPicture(*box, u"batches-question"_s);
        QCOMPARE(box->defaultButton(), box->button(QMessageBox::Cancel));
        box->reject();
        QTest::qWait(50);
        QCOMPARE(bench.stored(), size_t(0));

        QTRY_VERIFY(!dialog.findChild<QMessageBox *>());
        QVERIFY(bench.agree());
        QTRY_COMPARE(dialog.answer(), u"✓ Put into the Outbox: 3 questions."_s);
        QVERIFY(bench.stateIs(u"… waits to leave"_s));
        QVERIFY(bench.far.batches.empty());
        QVERIFY(bench.plans(u"Waiting for an answer already: 3."_s));
        QVERIFY(!dialog.plan()->askButton()->isEnabled());
    }

    void refusesToAskMoreThanAPersonWasShown()
    {
        BatchBench bench({});
        BatchesDialog &dialog = bench.open();
        QVERIFY(bench.plans(u"about 3 conversations"_s));
        QMessageBox *box = bench.question();
        QVERIFY(box);
        bench.receive(1);
        box->buttons().first()->click();
        QTRY_VERIFY2(dialog.answer().contains(u"asked about 4 conversations"_s), qPrintable(dialog.answer()));
        QCOMPARE(bench.stored(), size_t(0));
        QVERIFY(bench.plans(u"about 4 conversations"_s));
    }

    void followsTheChoice()
    {
        BatchBench bench({});
        BatchesDialog &dialog = bench.open();
        QVERIFY(bench.plans(u"about 3 conversations"_s));
        dialog.plan()->most()->setValue(2);
        QVERIFY(!dialog.plan()->askButton()->isEnabled()); // what stands there is of another choice
        QVERIFY(bench.plans(u"about 2 conversations"_s));
        QVERIFY(bench.agree());
        QTRY_COMPARE(bench.stored(), size_t(1));
        QTRY_COMPARE(bench.cell(0, ModelBatchList::Questions), u"2"_s);
    }

    void saysWhyNothingCanBeAsked_data()
    {
        QTest::addColumn<bool>("allowed");
        QTest::addColumn<bool>("withModel");
        QTest::addColumn<int>("largest");
        QTest::addColumn<qint64>("budget");
        QTest::addColumn<int>("strange");
        QTest::addColumn<QString>("words");
        const qint64 enough = 1'000'000'000;
        QTest::newRow("forbidden") << false << true << 10 << enough << 2
                                   << u"Remote models are not allowed in this workspace"_s;
        QTest::newRow("no model") << true << false << 10 << enough << 2 << u"No model is set up"_s;
        QTest::newRow("no batches") << true << true << 0 << enough << 2 << u"takes no batches"_s;
        QTest::newRow("budget used up") << true << true << 10 << qint64(0) << 2
                                        << u"The budget of this month is used up"_s;
        QTest::newRow("budget too small")
            << true << true << 10 << qint64(100) << 2 << u"may cost more than is left of the budget"_s;
        QTest::newRow("nothing") << true << true << 10 << enough << 0 << u"There is nothing to ask about"_s;
    }

    void saysWhyNothingCanBeAsked()
    {
        QFETCH(bool, allowed);
        QFETCH(bool, withModel);
        QFETCH(int, largest);
        QFETCH(qint64, budget);
        QFETCH(int, strange);
        QFETCH(QString, words);
        BatchBench bench({allowed, withModel, largest, budget, strange});
        BatchesDialog &dialog = bench.open();
        QVERIFY2(bench.plans(words), qPrintable(dialog.plan()->text()));
        QVERIFY(!dialog.plan()->askButton()->isEnabled());
        QVERIFY(!bench.question());
        keepPicture(dialog, u"batches-"_s + QString::fromLatin1(QTest::currentDataTag()).replace(u' ', u'-'));
    }

    void showsHowFarABatchIsAndWhatEachQuestionCameTo()
    {
        BatchBench bench({});
        BatchesDialog &dialog = bench.open();
        QVERIFY(bench.plans(u"about 3 conversations"_s));
        QVERIFY(bench.agree());
        QVERIFY(bench.stateIs(u"… waits to leave"_s));
        QVERIFY(dialog.outboxButton()->isEnabled());
        QVERIFY(!dialog.readButton()->isEnabled());
        QVERIFY(bench.work());
        QVERIFY(bench.stateIs(u"… being answered"_s));
        QTRY_VERIFY2(dialog.sentence().contains(u"is called batch-1"_s), qPrintable(dialog.sentence()));
        QVERIFY(!dialog.outboxButton()->isEnabled());
        QTRY_COMPARE(dialog.answers()->model()->rowCount(), 3);
        keepBoth(bench, u"batches-running"_s);

        bench.press(Qt::Key_F5);
        QTRY_COMPARE(dialog.answer(), u"None has ended. What was said of each stands beside it."_s);
        bench.far.brings(0, 0, bench.says(bench.category()));
        bench.far.brings(0, 1, bench.says(u"<b>refund</b>"_s));
        bench.far.brings(0, 2, makeError(Error::Kind::Refused, u"too busy"_s));
        bench.press(Qt::Key_F5);
        QTRY_COMPARE(dialog.answer(), u"✓ Batches that have ended now: 1."_s);
        QVERIFY(bench.stateIs(u"✓ ended, not all answered"_s));
        QTRY_VERIFY2(dialog.sentence().contains(u"1 answered, 2 refused or not answered"_s),
                     qPrintable(dialog.sentence()));
        QStringList outcomes;
        QStringList reasons;
        const QAbstractItemModel *model = dialog.answers()->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            outcomes << model->data(model->index(row, BatchAnswers::Outcome), Qt::DisplayRole).toString();
            reasons << model->data(model->index(row, BatchAnswers::Reason), Qt::DisplayRole).toString();
        }
        QCOMPARE(outcomes.count(u"✓ "_s + bench.category()), 1);
        QCOMPARE(outcomes.count(u"✕ no answer"_s), 2);
        QVERIFY2(reasons.join(u'\n').contains(u"“<b>refund</b>” is not in the taxonomy"_s),
                 qPrintable(reasons.join(u'\n')));
        QVERIFY(reasons.contains(u"too busy"_s));
        keepBoth(bench, u"batches-ended"_s);

        QSignalSpy wanted(&dialog, &BatchesDialog::conversationWanted);
        dialog.answers()->setFocus();
        dialog.answers()->selectRow(0);
        QTest::keyClick(dialog.answers(), Qt::Key_Return);
        QCOMPARE(wanted.count(), 1);
        const auto opened = wanted.first().first().value<ConversationId>();
        QTRY_COMPARE(bench.window->triage().current(), opened);
    }

    void saysThatALostReplyIsLookedUpBeforeAnythingIsSentAgain()
    {
        BatchBench bench({});
        BatchesDialog &dialog = bench.open();
        QVERIFY(bench.plans(u"about 3 conversations"_s));
        QVERIFY(bench.agree());
        QVERIFY(bench.stateIs(u"… waits to leave"_s));
        bench.far.batchError = makeAmbiguous(Error::Kind::Timeout, u"the line went dead"_s);
        bench.far.takesItAllTheSame = true;
        QVERIFY(bench.work());
        QVERIFY2(bench.stateIs(u"? reply lost, looked up"_s), qPrintable(bench.cell(0, ModelBatchList::State)));
        QTRY_VERIFY2(dialog.sentence().contains(u"it is looked up"_s), qPrintable(dialog.sentence()));
        QVERIFY2(dialog.sentence().contains(u"the line went dead"_s), qPrintable(dialog.sentence()));
        QCOMPARE(bench.far.batches.size(), size_t(1));
        keepPicture(dialog, u"batches-lost"_s);
    }

    void saysWhyABatchFailed()
    {
        BatchBench bench({});
        BatchesDialog &dialog = bench.open();
        QVERIFY(bench.plans(u"about 3 conversations"_s));
        QVERIFY(bench.agree());
        QVERIFY(bench.stateIs(u"… waits to leave"_s));
        bench.far.batchError = makeError(Error::Kind::Refused, u"the model is unknown"_s);
        QVERIFY(bench.work());
        QVERIFY(bench.stateIs(u"✕ failed"_s));
        QTRY_COMPARE(dialog.sentence(), u"It came to nothing: the model is unknown"_s);
        QTRY_COMPARE(bench.cell(0, ModelBatchList::Refused), u"3"_s);
        QCOMPARE(bench.cell(0, ModelBatchList::Price), u"0.00 EUR"_s);
        QVERIFY(bench.plans(u"about 3 conversations"_s)); // may be asked anew
    }

    void saysThatItWasCancelledBeforeItLeft()
    {
        BatchBench bench({.strange = 1});
        BatchesDialog &dialog = bench.open();
        QVERIFY(bench.plans(u"about 1 conversation,"_s));
        QVERIFY(bench.agree());
        QVERIFY(bench.stateIs(u"… waits to leave"_s));
        const auto waiting =
            bench.desk.read([](Database &db) { return db.finish(deliveries::list(db, deliveries::Filter::All, 10)); });
        QVERIFY(await(bench.desk.commands->cancelDelivery(waiting->front().delivery.id)).ok());
        QVERIFY(bench.stateIs(u"– cancelled"_s));
        QTRY_COMPARE(dialog.sentence(), u"It was cancelled before it left. Nothing was asked."_s);
        QVERIFY(bench.work());
        QVERIFY(bench.far.batches.empty());
    }

    void isOneStepFromTheModelsAndBack()
    {
        BatchBench bench({});
        ConsoleContext context = bench.desk.context();
        context.modelBatches = bench.batches.get();
        MainWindow window(context);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(window.actions().trigger(u"setup.models"_s));
        QPointer<ModelsDialog> models = window.findChild<ModelsDialog *>();
        const auto press = [](QWidget &where, const QString &text) {
            for (QPushButton *button : where.findChildren<QPushButton *>()) {
                if (button->text() == text && button->isVisible())
                    return button->click(), true;
            }
            return false;
        };
        QTRY_VERIFY(models->text().contains(u"Second"_s));
        QTest::qWait(50);
        QVERIFY(press(*models, u"Ask in batches…"_s));
        QTRY_VERIFY(!models);
        QPointer<BatchesDialog> dialog = window.findChild<BatchesDialog *>();
        QVERIFY(dialog);
        QVERIFY(press(*dialog, u"Remote models…"_s));
        QTRY_VERIFY(!dialog);
        QVERIFY(window.findChild<ModelsDialog *>());
        window.findChild<ModelsDialog *>()->close();
        QTRY_VERIFY(!window.findChild<ModelsDialog *>());

        QTest::keyClick(window.focusWidget() ? window.focusWidget() : &window, Qt::Key_O,
                        Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(window.findChild<BatchesDialog *>());
        QVERIFY(window.actions().byId(u"model.read_batches"_s));
        for (QWidget *one : window.findChild<BatchesDialog *>()->findChildren<QWidget *>()) {
            const bool takesKeys = one->focusPolicy() != Qt::NoFocus && one->isVisible()
                && !one->objectName().startsWith(u"qt_"_s) && one->parentWidget() && !one->inherits("QHeaderView");
            if (takesKeys && !one->inherits("QLabel"))
                QVERIFY2(!one->accessibleName().isEmpty(), one->metaObject()->className());
        }
    }

    void announcesOnlyWhatChanges()
    {
        BatchBench bench({});
        ModelBatchList list(bench.desk.store(), bench.desk.models_.get());
        BatchAnswers answers(bench.desk.store());
        const Watched<ModelBatchList> watch(list);
        const Watched<BatchAnswers> watchAnswers(answers);
        list.reload();
        QVERIFY(await(bench.desk.modelCommands->askInBatches({})).ok());
        QTRY_COMPARE(list.rowCount(), 1);
        answers.setBatch(list.at(0)->batch.id);
        QTRY_COMPARE(answers.rowCount(), 3);
        QSignalSpy changed(&answers, &QAbstractItemModel::dataChanged);
        QVERIFY(bench.work());
        QTRY_COMPARE(list.running(), 1);
        QTRY_COMPARE(changed.count(), 3);
        QVERIFY(list.data(list.index(0, 0), Qt::AccessibleTextRole).toString().contains(u"3 questions"_s));
    }
};

} // namespace patchbay::tests

using patchbay::tests::BatchesWindowTest;
PATCHBAY_TESTS(BatchesWindowTest)
#include "tst_model_batches_window.moc"
