#include "core/store/backup.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/person_dialog.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/workspace_page.h"

#include <QtCore/QDir>
#include <QtWidgets/QApplication>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The page about the workspace itself, and the dialogs about one person's data.
class WorkspacePageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_desk->receive({{.subject = "Lost parcel", .text = "Where is my marmalade?"},
                         {.from = "Bob <bob@example.org>", .subject = "Pears", .text = "Pears, please."}});
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void saysWhetherTheWorkspaceIsWholeAndWhatCameIn()
    {
        page();
        QTRY_COMPARE(page().valueOf(u"received"_s), u"2"_s);
        QTRY_VERIFY(page().valueOf(u"integrity"_s).startsWith(u"whole"_s));
        QTRY_VERIFY(page().valueOf(u"database"_s).contains(u"B"_s));
        QTRY_VERIFY(page().valueOf(u"last_backup"_s).startsWith(u"none"_s));
        QCOMPARE(page().valueOf(u"place"_s), m_desk->store().location());
        QCOMPARE(page().valueOf(u"retention"_s), u"kept for ever"_s);
    }

    void takesALineOfSomebodyElse()
    {
        page().setLine({u"block"_s, u"Longest block"_s, u"12 ms"_s, FigureLine::Look::Good});
        page().setLine({u"block"_s, u"Longest block"_s, u"15 ms"_s, FigureLine::Look::Good});
        QCOMPARE(page().valueOf(u"block"_s), u"15 ms"_s);
    }

    void backsUpIntoTheWorkspacesOwnFolder()
    {
        page();
        m_window->actions().trigger(u"workspace.backup"_s);
        QTRY_VERIFY(QApplication::activeModalWidget());
        QPushButton *here = button(*QApplication::activeModalWidget(), u"Into the workspace's own backups"_s);
        QVERIFY(here);
        here->click();
        QTRY_VERIFY(page().valueOf(u"last_backup"_s).contains(u"backups"_s));
        QCOMPARE(QDir(m_desk->store().location() + u"/backups"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(),
                 1);
    }

    void compactsAndSaysWhatItGaveBack()
    {
        page();
        m_window->actions().trigger(u"workspace.compact"_s);
        QTRY_VERIFY(m_window->toast()->isVisible());
        QTRY_COMPARE(page().valueOf(u"free"_s), u"next to nothing"_s);
    }

    void deletesAPersonOnlyAfterTheAddressWasTyped()
    {
        PersonDialog *dialog = open(u"workspace.delete_person"_s);
        auto *whom = dialog->findChildren<QLineEdit *>().at(0);
        auto *typed = dialog->findChildren<QLineEdit *>().at(1);
        auto *what = dialog->findChild<QPlainTextEdit *>();
        QPushButton *go = button(*dialog, u"Delete"_s);
        QVERIFY(!go->isEnabled());
        whom->setText(u"nobody@example.org"_s);
        QTRY_VERIFY(what->toPlainText().contains(u"Nobody"_s));
        QVERIFY(!go->isEnabled());
        whom->setText(u"ana@example.org"_s);
        QTRY_VERIFY(what->toPlainText().contains(u"Messages: 1"_s));
        QVERIFY(typed->isVisible());
        QVERIFY(!go->isEnabled());
        typed->setText(u"yes"_s);
        QVERIFY(!go->isEnabled());
        typed->setText(u"Ana@example.org"_s);
        QVERIFY(go->isEnabled());
        go->click();
        QTRY_COMPARE(count("SELECT COUNT(*) FROM message"), 1);
        QTRY_VERIFY(m_window->toast()->isVisible());
        QCOMPARE(count("SELECT COUNT(*) FROM contact WHERE name LIKE 'Ana%'"), 0);
    }

    void saysWhyADeletionIsRefused()
    {
        QVERIFY(m_desk->write([](Database &db) {
            db.exec("INSERT INTO delivery (uid, kind, conversation_id, key, payload, state, created_at, operator_id) "
                    "SELECT 'd', 'task', v.id, 'k', '{}', 'unknown', 1, (SELECT MIN(id) FROM operator) FROM "
                    "conversation v JOIN contact c ON c.id = v.contact_id WHERE c.name LIKE 'Ana%'");
            return db.finish(Done{});
        }));
        PersonDialog *dialog = open(u"workspace.delete_person"_s);
        dialog->findChildren<QLineEdit *>().at(0)->setText(u"ana@example.org"_s);
        auto *what = dialog->findChild<QPlainTextEdit *>();
        QTRY_VERIFY(what->toPlainText().contains(u"Messages: 1"_s));
        const auto labels = dialog->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(),
                            [](QLabel *label) { return label->isVisible() && label->text().contains(u"Outbox"_s); }));
        QVERIFY(!dialog->findChildren<QLineEdit *>().at(1)->isVisible());
        dialog->reject();
    }

    void exportsTheOpenConversationsPerson()
    {
        auto &list = m_window->listPane()->model();
        QTRY_COMPARE(list.rowCount(), 2);
        QTRY_VERIFY(list.summary(0));
        m_window->openConversation(list.summary(0)->conversation.id);
        QTRY_VERIFY(m_window->triage().details());
        const QString name = m_window->triage().details()->contact.name;
        PersonDialog *dialog = open(u"person.export"_s);
        auto *what = dialog->findChild<QPlainTextEdit *>();
        QTRY_VERIFY2(what->toPlainText().startsWith(name), qPrintable(what->toPlainText()));
        QTRY_VERIFY(button(*dialog, u"Export…"_s)->isEnabled());
        button(*dialog, u"Export…"_s)->click();
        auto *files = dialog->findChild<QFileDialog *>();
        QVERIFY(files);
        QTemporaryDir folder;
        Q_EMIT files->fileSelected(folder.filePath(u"person"_s));
        QTRY_VERIFY(QFileInfo::exists(folder.filePath(u"person/data.json"_s)));
        QTRY_VERIFY(m_window->toast()->isVisible());
    }

    void isPaintedLightAndDark()
    {
        page();
        QTRY_VERIFY(page().valueOf(u"integrity"_s).startsWith(u"whole"_s));
        QTRY_VERIFY(!page().valueOf(u"last_backup"_s).isEmpty());
        m_window->theme().set(Theme::Scheme::Light);
        keep(*m_window, u"light-workspace"_s);
        m_window->theme().set(Theme::Scheme::Dark);
        keep(*m_window, u"dark-workspace"_s);
        PersonDialog *dialog = open(u"workspace.delete_person"_s);
        dialog->findChildren<QLineEdit *>().at(0)->setText(u"ana@example.org"_s);
        QTRY_VERIFY(dialog->findChildren<QLineEdit *>().at(1)->isVisible());
        keep(*dialog, u"dark-delete-person"_s);
        m_window->theme().set(Theme::Scheme::Light);
        keep(*dialog, u"light-delete-person"_s);
        dialog->reject();
        m_window->showView(conversations::View::AwaitingUs);
        QTRY_VERIFY(m_window->listPane()->model().summary(0));
        m_window->openConversation(m_window->listPane()->model().summary(0)->conversation.id);
        QTRY_VERIFY(m_window->triage().details());
        keep(*m_window, u"light-person"_s);
    }

private:
    WorkspacePage &page()
    {
        if (m_window->pages()->currentWidget() != m_window->workspacePage())
            m_window->actions().trigger(u"go.workspace"_s);
        return *m_window->workspacePage();
    }
    PersonDialog *open(const QString &action)
    {
        m_window->actions().trigger(action);
        return m_window->findChild<PersonDialog *>();
    }
    static QPushButton *button(QWidget &in, const QString &text)
    {
        for (QPushButton *one : in.findChildren<QPushButton *>()) {
            if (one->text() == text)
                return one;
        }
        return nullptr;
    }
    qint64 count(const char *sql)
    {
        const auto found = m_desk->read([sql](Database &db) -> Result<qint64> {
            const auto row = db.row(sql);
            return db.finish(row ? row->integer(0) : qint64(-1));
        });
        return found ? *found : -1;
    }
    static void keep(QWidget &widget, const QString &name)
    {
        QTest::qWait(200); // until what was painted has settled
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        const QPixmap picture = widget.grab();
        QVERIFY(!picture.isNull());
        if (!folder.isEmpty())
            QVERIFY(picture.save(folder + u'/' + name + u".png"_s));
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace patchbay::tests

using patchbay::tests::WorkspacePageTest;
PATCHBAY_TESTS(WorkspacePageTest)
#include "tst_workspace_page.moc"
