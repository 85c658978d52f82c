#include "core/store/raw_message_table.h"
#include "support/story_window.h"
#include "support/test_main.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/import_dialog.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/search_pane.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/thread_view.h"

#include <QtCore/QFile>
#include <QtWidgets/QApplication>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// A mailbox is brought in, searched and read in the real window, by the keyboard alone, while the import still runs.
class HistoryWindowStory : public QObject, protected StoryWindow {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QCOMPARE(m_desk.ctl({u"init"_s}).status, 0);
        writeMailbox();
        openWindow();
    }

    void importsAFileThatIsChosenByKeys()
    {
        press("Ctrl+K");
        QTRY_VERIFY(isOpen(u"What do you want"_s));
        QTest::keyClicks(QApplication::focusWidget(), u"Import files"_s);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY(isOpen(u"Import files"_s));
        QTest::keyClicks(QApplication::focusWidget(), m_file);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY(qobject_cast<ImportDialog *>(QApplication::activeModalWidget()));
        const auto *asking = qobject_cast<ImportDialog *>(QApplication::activeModalWidget());
        QTRY_VERIFY(isOpen(u"Import"_s) && asking->importButton()->isEnabled()); // it has looked into the file
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY(!QApplication::activeModalWidget());
    }

    void findsAWordWhileTheRestStillComesIn()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_window->listPane()->isVisible(), 20000); // the page for the first channel is gone
        m_window->activateWindow(); // a window manager does it; there is none here
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        press("/");
        QTRY_VERIFY(m_window->searchPane()->field()->hasFocus());
        QTest::keyClicks(QApplication::focusWidget(), u"marmalade17"_s);
        SearchListModel &hits = m_window->searchPane()->model();
        QTRY_VERIFY_WITH_TIMEOUT(again(hits) && hits.rowCount() >= 1, 30000); // marmalade170 too: it is still typed
    }

    void readsTheHitInItsThread()
    {
        press("Return");
        QTRY_VERIFY(m_window->searchPane()->list()->hasFocus());
        QTRY_COMPARE(m_window->searchPane()->model().rowCount(), 1);
        press("Down");
        QTRY_VERIFY_WITH_TIMEOUT(m_window->triage().details() != nullptr, 5000);
        QCOMPARE(m_window->triage().details()->contact.name, u"Person 17"_s);
        const auto shown = [this] {
            for (const BodyView *body : m_window->threadPane()->findChildren<BodyView *>()) {
                if (body->isVisible() && body->toPlainText().contains(u"marmalade17"_s))
                    return true;
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(shown(), 5000);
        press("Return");
        QVERIFY(m_window->threadPane()->view()->hasFocus());
    }

    void bringsAllInAndNothingTwice()
    {
        const auto visible = [this] {
            const auto counters = await(m_app->store().read(
                [](Database &db) -> Result<raw_messages::Counters> { return db.finish(raw_messages::kept(db)); }));
            return counters ? counters->visible : qint64(-1);
        };
        QTRY_COMPARE_WITH_TIMEOUT(visible(), qint64(mails), 60000);
        SearchListModel &hits = m_window->searchPane()->model();
        QTRY_VERIFY_WITH_TIMEOUT(again(hits) && hits.rowCount() == 1, 30000); // marmalade17 stands in one only
    }

    void cleanupTestCase()
    {
        closeWindow();
        QCOMPARE(m_desk.check().value("visible"_L1).toInt(), mails);
    }

private:
    static constexpr int mails = 3000;

    void writeMailbox()
    {
        m_file = m_files.filePath(u"old.mbox"_s);
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < mails; ++i) {
            const QByteArray n = QByteArray::number(i);
            file.write("From somebody Tue Nov 14 10:00:00 2023\nFrom: Person " + n + " <p" + n
                       + "@example.org>\nTo: support@example.org\nSubject: Letter " + n + "\nMessage-ID: <l" + n
                       + "@example.org>\nDate: Tue, 14 Nov 2023 10:00:00 +0000\n\nWhere is my marmalade" + n + "?\n\n");
        }
    }
    void openWindow()
    {
        showWindow(m_desk, QSize(1280, 800));
        if (QTest::currentTestFailed())
            return;
        m_app->startWorking();
    }
    /// A dialog with this in its title, which has the focus.
    static bool isOpen(const QString &title)
    {
        const QWidget *dialog = QApplication::activeModalWidget();
        return dialog && dialog->windowTitle().contains(title) && dialog->isAncestorOf(QApplication::focusWidget());
    }
    /// The search asks anew when something came in, as the line "3 new" lets a person do.
    static bool again(SearchListModel &hits)
    {
        if (hits.state() == SearchListModel::State::Ready && hits.rowCount() == 0)
            hits.again();
        return true;
    }
    void press(const char *keys)
    {
        const QKeyCombination chord = QKeySequence::fromString(QLatin1String(keys), QKeySequence::PortableText)[0];
        QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), chord.key(),
                        chord.keyboardModifiers());
    }

    Desk m_desk;
    QTemporaryDir m_files;
    QString m_file;
};
PATCHBAY_TESTS(HistoryWindowStory)

#include "tst_history_window.moc"
