#include "app/application.h"
#include "support/await.h"
#include "support/batch_server.h"
#include "support/desk.h"
#include "support/test_main.h"
#include "ui/models/model_batch_list.h"
#include "ui/widgets/batch_plan.h"
#include "ui/widgets/batches_dialog.h"
#include "ui/widgets/main_window.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QPointer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// A lead has a model say what old mails are about, in one batch, from the real window to a vendor on this machine.
class BatchesStory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(m_desk.ctl({u"init"_s}).status, 0);
        for (const auto &[name, words] :
             {std::pair(u"zoe"_s, u"Zzyzx plugh qwrt, call +49 30 1234567"_s), {u"yves"_s, u"Xyzzy fnord grue"_s}}) {
            QFile file(QFileInfo(m_desk.workspace()).dir().filePath(name + u".eml"_s));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(plainMail(name + u" <"_s + name + u"@customer.test>"_s, u"desk@example.test"_s, u"Plugh"_s,
                                 words, name + u"@customer.test"_s));
            file.close();
            QCOMPARE(m_desk.ctl({u"import"_s, file.fileName(), u"--channel"_s, u"Files"_s}).status, 0);
        }
        const CtlResult added =
            m_desk.ctl({u"models"_s, u"add"_s, u"openai"_s, u"--name"_s, u"Far"_s, u"--set"_s,
                        u"url="_s + m_server.url(), u"--set"_s, u"allow_http=true"_s, u"--set"_s, u"model=small"_s,
                        u"--set"_s, u"price_input=1"_s, u"--set"_s, u"price_output=5"_s});
        QVERIFY2(added.status == 0, added.err.constData());
        m_desk.writeSecret(u"Far.api_key"_s, u"made-up-key"_s);
        QCOMPARE(m_desk.ctl({u"models"_s, u"allow"_s, u"--budget"_s, u"5"_s}).status, 0);
        openWindow();
    }

    void showsThePlanBeforeAnythingLeaves()
    {
        QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), Qt::Key_O,
                        Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(m_window->findChild<BatchesDialog *>());
        m_dialog = m_window->findChild<BatchesDialog *>();
        m_dialog->plan()->span()->setCurrentIndex(4);
        Q_EMIT m_dialog->plan()->span()->activated(4);
        QTRY_VERIFY2(m_dialog->plan()->text().contains(u"Far would be asked about 2 conversations"_s),
                     qPrintable(m_dialog->plan()->text()));
        QVERIFY(m_dialog->plan()->text().contains(u"To whom: Far (OpenAI) at 127.0.0.1"_s));
        QTest::keyClick(m_dialog, Qt::Key_Return, Qt::ControlModifier);
        auto *question = m_dialog->findChild<QMessageBox *>();
        QVERIFY(question);
        QTest::qWait(300);
        QVERIFY(m_server.files.isEmpty());
        keep(u"story-batches-question"_s);
        question->buttons().first()->click();
        QTRY_COMPARE_WITH_TIMEOUT(state(), u"… being answered"_s, 20000);
    }

    void handsThemOverInOneBatchWithoutNumbersOfPersons()
    {
        QCOMPARE(m_server.files.size(), 1);
        QCOMPARE(m_server.batches, 1);
        QCOMPARE(m_server.questions().size(), 2);
        QVERIFY(m_server.files.first().contains("[phone 1]"));
        QVERIFY(!m_server.files.first().contains("1234567"));
        QVERIFY(!m_server.files.first().contains("customer.test"));
        keep(u"story-batches-running"_s);
    }

    void readsTheAnswersWhenOneAsks()
    {
        m_dialog->activateWindow(); // a window manager does it; there is none here
        QVERIFY(QTest::qWaitForWindowActive(m_dialog));
        QTest::keyClick(m_dialog, Qt::Key_F5);
        QTRY_VERIFY(m_dialog->answer().startsWith(u"None has ended"_s));
        m_server.hasEnded = true;
        QTRY_VERIFY(m_dialog->readButton()->isEnabled());
        m_dialog->activateWindow(); // a window manager does it; there is none here
        QVERIFY(QTest::qWaitForWindowActive(m_dialog));
        QTest::keyClick(m_dialog, Qt::Key_F5);
        QTRY_COMPARE_WITH_TIMEOUT(state(), u"✓ answered"_s, 20000);
        QTRY_COMPARE(m_dialog->answers()->model()->rowCount(), 2);
        QTRY_VERIFY(m_dialog->answers()->currentIndex().isValid());
        keep(u"story-batches-ended"_s);
        m_dialog->answers()->setFocus();
        QTest::keyClick(m_dialog->answers(), Qt::Key_Return);
        QTRY_VERIFY(!m_dialog);
        QTRY_VERIFY(m_window->triage().details());
        const ConversationDetails &details = *m_window->triage().details();
        QCOMPARE(details.categoryName(details.conversation.category), m_server.firstCategory());
        keep(u"story-batches-opened"_s);
    }

    void saysTheSameOnTheCommandLine()
    {
        closeWindow();
        const QJsonArray all = m_desk.ctl({u"models"_s, u"batches"_s}).json.value("batches"_L1).toArray();
        QCOMPARE(all.size(), 1);
        QCOMPARE(all[0]["state"_L1].toString(), u"ended"_s);
        QCOMPARE(all[0]["answered"_L1].toInt(), 2);
        QCOMPARE(all[0]["cost"_L1].toString(), u"0.0003"_s); // half of twice 200 tokens at 1 and 20 at 5 a million
        const QJsonArray calls = m_desk.ctl({u"models"_s, u"ledger"_s}).json.value("calls"_L1).toArray();
        QCOMPARE(calls.size(), 2);
    }

    void cleanupTestCase() { closeWindow(); }

private:
    QString state() const
    {
        const QAbstractItemModel *model = m_dialog ? m_dialog->table()->model() : nullptr;
        return model ? model->index(0, ModelBatchList::State).data().toString() : QString();
    }

    void openWindow()
    {
        ApplicationOptions options;
        options.location = m_desk.workspace();
        options.secretsFolder = m_desk.secretsFolder();
        QFuture<Result<std::unique_ptr<Application>>> opening = m_scope.run(Application::open(options));
        QTRY_VERIFY_WITH_TIMEOUT(opening.isFinished(), 20000);
        Result<std::unique_ptr<Application>> opened = opening.takeResult();
        QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().message));
        m_app = std::move(*opened);
        ConsoleContext context{m_app->store(),    *m_app->commands(), *m_app->outbox(),  *m_app->channels(),
                               *m_app->targets(), *m_app->intake(),   *m_app->history(), m_app->catalog(),
                               m_app->secrets(),  m_app->me()};
        context.snapshots = &m_app->snapshots();
        context.models = m_app->models();
        context.modelCommands = &m_app->modelCommands();
        context.modelBatches = m_app->modelBatches();
        m_window = std::make_unique<MainWindow>(context);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QVERIFY(await(m_app->loadAccounts()).ok());
        m_app->startWorking();
    }

    void closeWindow()
    {
        if (!m_app)
            return;
        m_window->close();
        m_app->stopWorking();
        m_window.reset();
        m_app.reset();
    }

    void keep(const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (folder.isEmpty())
            return;
        QTest::qWait(300);
        QDir().mkpath(folder);
        QWidget *shown = QApplication::activeModalWidget();
        QVERIFY((shown ? shown : m_window.get())->grab().save(u"%1/%2.png"_s.arg(folder, name)));
    }

    BatchServer m_server;
    Desk m_desk;
    AsyncScope m_scope;
    std::unique_ptr<Application> m_app;
    std::unique_ptr<MainWindow> m_window;
    QPointer<BatchesDialog> m_dialog;
};
PATCHBAY_TESTS(BatchesStory)

#include "tst_batches_window.moc"
