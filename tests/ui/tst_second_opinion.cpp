#include "core/store/model_table.h"
#include "support/console_desk.h"
#include "support/scripted_model.h"
#include "support/test_main.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/models_dialog.h"
#include "ui/widgets/opinion_card.h"
#include "ui/widgets/thread_pane.h"

#include <QtCore/QDir>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Remote models in the window: what is said in each state, and that nothing is sent by itself.
class SecondOpinionTest final : public QObject {
    Q_OBJECT

private:
    /// A window on one conversation, with a scripted model.
    struct Bench {
        ConsoleDesk desk;
        ScriptedModel far;
        ModelAccount model;
        std::unique_ptr<MainWindow> window;

        explicit Bench(bool withModel = true, bool allowed = true, qint64 budget = 1'000'000'000)
        {
            desk.addModelConnector(far.info());
            const QJsonObject settings{
                {u"price_input"_s, u"3"_s}, {u"price_output"_s, u"15"_s}, {u"max_output_tokens"_s, 500}};
            if (withModel)
                model = await(desk.modelCommands->add(u"scripted"_s, u"Second"_s, settings)).value();
            ModelPolicy policy;
            policy.allowed = allowed;
            policy.budget = {budget};
            (void)await(desk.modelCommands->setPolicy(policy));
            (void)await(desk.models_->load());
            desk.receive({{.from = "Ana Silva <ana@example.org>",
                           .subject = "Charged twice",
                           .text = "My card was charged twice, please refund one payment. Call +351 912 345 678."}});
            window = std::make_unique<MainWindow>(desk.context());
            window->show();
            window->showView(conversations::View::All);
        }
        bool ready()
        {
            return QTest::qWaitFor([this] { return window->triage().details() != nullptr; });
        }
        QString says() const { return window->contextPanel()->opinionCard()->text(); }
        bool saysSoon(const QString &text)
        {
            return QTest::qWaitFor([&] { return says().contains(text); });
        }
        QString draft() const { return window->threadPane()->composer()->editor()->toPlainText(); }
        QString otherCategory() const
        {
            const ConversationDetails &details = *window->triage().details();
            for (const Category &one : details.taxonomy) {
                if (!one.isUnsorted && one.id != details.conversation.category)
                    return one.name;
            }
            return {};
        }
        static QString classifies(const QString &category)
        {
            return u"{\"category\":\"%1\",\"reason\":\"It is about that.\"}"_s.arg(category);
        }
    };
    static void keep(QWidget &widget, const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (folder.isEmpty())
            return;
        QTest::qWait(250);
        QDir().mkpath(folder);
        QVERIFY(widget.grab().save(u"%1/%2.png"_s.arg(folder, name)));
    }

private Q_SLOTS:
    void saysThatModelsAreOff()
    {
        Bench bench(true, false);
        QVERIFY(bench.ready());
        QVERIFY2(bench.saysSoon(u"Remote models are off in this workspace"_s), qPrintable(bench.says()));
        QVERIFY(!bench.window->actions().trigger(u"model.reply"_s));
        QVERIFY(bench.window->contextPanel()->findChild<QPushButton *>(u"setup.models"_s));
    }

    void saysThatThereIsNone()
    {
        Bench bench(false);
        QVERIFY(bench.ready());
        QVERIFY(bench.saysSoon(u"allowed, but none is set up"_s));
    }

    void saysWhyAQuestionOverTheBudgetWasNotAsked()
    {
        Bench bench(true, true, 1);
        QVERIFY(bench.ready());
        QVERIFY(bench.window->actions().trigger(u"model.summary"_s));
        QVERIFY2(bench.saysSoon(u"The budget of this month is 0.000001 EUR"_s), qPrintable(bench.says()));
        QVERIFY(await(bench.desk.outbox->runOnce()).ok());
        QVERIFY(bench.far.asked.empty());
    }

    void showsBothAnswersWhereTheyDisagreeAndChangesNothingByItself()
    {
        Bench bench;
        QVERIFY(bench.ready());
        const CategoryId before = bench.window->triage().details()->conversation.category;
        const QString other = bench.otherCategory();
        bench.far.says(bench.classifies(other));
        QVERIFY(bench.window->actions().trigger(u"model.classify"_s));
        QVERIFY(bench.saysSoon(u"Second is being asked"_s));
        QVERIFY(await(bench.desk.outbox->runOnce()).ok());
        QVERIFY2(bench.saysSoon(u"Second: "_s + other), qPrintable(bench.says()));
        QVERIFY(bench.says().contains(u"On this computer: "_s));
        QVERIFY(bench.says().contains(u"They disagree"_s));
        QCOMPARE(bench.window->triage().details()->conversation.category, before);
        keep(*bench.window, u"opinion-light"_s);
        bench.window->theme().set(Theme::Scheme::Dark);
        keep(*bench.window, u"opinion-dark"_s);

        QVERIFY(bench.window->actions().trigger(u"model.take_category"_s));
        QTRY_COMPARE(
            bench.window->triage().details()->categoryName(bench.window->triage().details()->conversation.category),
            other);
        QTRY_VERIFY(!bench.window->contextPanel()->findChild<QPushButton *>(u"model.take_category"_s));
    }

    void putsASuggestedReplyIntoTheComposerAndSendsNothing()
    {
        Bench bench;
        QVERIFY(bench.ready());
        bench.far.says(u"{\"reply\":\"Dear Ana, we call [phone 1] today.\"}"_s);
        QVERIFY(bench.window->actions().trigger(u"model.reply"_s));
        QVERIFY(bench.saysSoon(u"being asked"_s));
        QVERIFY(await(bench.desk.outbox->runOnce()).ok());
        QTRY_COMPARE(bench.draft(), u"Dear Ana, we call +351 912 345 678 today."_s);
        QVERIFY(!bench.far.asked.front().text.contains(u"912"_s));
        keep(*bench.window, u"opinion-reply"_s);
        QVERIFY(await(bench.desk.outbox->runOnce()).ok());
        const auto sent = bench.desk.read([id = bench.window->triage().current()](Database &db) {
            return db.finish(deliveries::ofConversation(db, id));
        });
        for (const Delivery &delivery : *sent)
            QVERIFY(delivery.kind != DeliveryKind::Reply);
    }

    void leavesADraftThatIsThereAlone()
    {
        Bench bench;
        QVERIFY(bench.ready());
        bench.window->threadPane()->composer()->beginReply();
        bench.window->threadPane()->composer()->editor()->setPlainText(u"My own words"_s);
        bench.far.says(u"{\"reply\":\"Its words\"}"_s);
        QVERIFY(bench.window->actions().trigger(u"model.reply"_s));
        QVERIFY(bench.saysSoon(u"being asked"_s));
        QVERIFY(await(bench.desk.outbox->runOnce()).ok());
        QVERIFY(bench.saysSoon(u"Its words"_s));
        QCOMPARE(bench.draft(), u"My own words"_s);
        QVERIFY(bench.window->actions().trigger(u"model.use_reply"_s));
        QTRY_COMPARE(bench.draft(), u"Its words"_s);
    }

    void tellsARefusedAnswerWithItsReason()
    {
        Bench bench;
        QVERIFY(bench.ready());
        bench.far.says(bench.classifies(u"<b>refund</b>"_s));
        QVERIFY(bench.window->actions().trigger(u"model.classify"_s));
        QVERIFY(bench.saysSoon(u"being asked"_s));
        QVERIFY(await(bench.desk.outbox->runOnce()).ok());
        QVERIFY2(bench.saysSoon(u"“<b>refund</b>” is not in the taxonomy"_s), qPrintable(bench.says()));
        keep(*bench.window, u"opinion-refused"_s);
    }

    void setsThePolicyAndShowsMeterAndLedger()
    {
        Bench bench(true, false);
        QVERIFY(bench.ready());
        QVERIFY(bench.window->actions().trigger(u"setup.models"_s));
        auto *dialog = bench.window->findChild<ModelsDialog *>();
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->text().contains(u"Second"_s));
        QVERIFY(!dialog->allow()->isChecked());
        QTest::mouseClick(dialog->allow(), Qt::LeftButton, {}, QPoint(8, dialog->allow()->height() / 2));
        QVERIFY(dialog->allow()->isChecked());
        dialog->budget()->selectAll();
        QTest::keyClicks(dialog->budget(), u"7,50"_s);
        QPushButton *save = nullptr;
        for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
            if (button->text() == u"Save"_s)
                save = button;
        }
        QVERIFY(save);
        save->click();
        QTRY_VERIFY(dialog->answer().contains(u"is an amount such as"_s));
        dialog->budget()->selectAll();
        QTest::keyClicks(dialog->budget(), u"7.50"_s);
        save->click();
        QTRY_VERIFY(dialog->answer().contains(u"Saved for everybody"_s));

        bench.far.says(u"{\"summary\":\"She was charged twice.\"}"_s, 300, 40);
        QVERIFY(await(bench.desk.modelCommands->ask(bench.window->triage().current(), Purpose::Summary)).ok());
        QVERIFY(await(bench.desk.outbox->runOnce()).ok());
        QTRY_COMPARE(dialog->ledger()->rowCount(), 1);
        QTRY_VERIFY2(dialog->text().contains(u"300 tokens asked, 40 answered"_s), qPrintable(dialog->text()));
        QVERIFY(dialog->text().contains(u"0.0015 EUR of 7.50 EUR spent or held"_s));
        dialog->ledger()->setCurrentCell(0, 0);
        QTRY_VERIFY(dialog->text().contains(u"[phone 1]"_s));
        keep(*dialog, u"models-light"_s);
        bench.window->theme().set(Theme::Scheme::Dark);
        keep(*dialog, u"models-dark"_s);
        QSignalSpy wanted(dialog, &ModelsDialog::conversationWanted);
        dialog->ledger()->setFocus();
        QTest::keyClick(dialog->ledger(), Qt::Key_Return);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().value<ConversationId>(), bench.window->triage().current());
    }

    void addsAModelThroughItsForm()
    {
        Bench bench(false);
        QVERIFY(bench.ready());
        auto *dialog =
            new AccountDialog(bench.desk.context(), AccountDialog::Kind::Model, u"scripted"_s, bench.window.get());
        QSignalSpy saved(dialog, &AccountDialog::saved);
        dialog->open();
        for (QLineEdit *field : dialog->findChildren<QLineEdit *>())
            field->setText(u"Mine"_s);
        for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
            if (button->text() == u"Add model"_s)
                button->click();
        }
        QTRY_COMPARE(saved.size(), 1);
        const auto all = bench.desk.read([](Database &db) { return db.finish(model_accounts::all(db)); });
        QCOMPARE(all->size(), size_t(1));
        QCOMPARE(all->front().name, u"Mine"_s);
        Delivery question;
        question.model = all->front().id;
        QVERIFY(bench.desk.models_->live(question).ok());
    }
};

} // namespace patchbay::tests

using patchbay::tests::SecondOpinionTest;
PATCHBAY_TESTS(SecondOpinionTest)
#include "tst_second_opinion.moc"
