#include "support/story_window.h"
#include "support/test_main.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/thread_pane.h"

#include <QtCore/QDir>
#include <QtCore/QJsonArray>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QPlainTextEdit>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// The main job by the keyboard alone, in the real window, on real servers.
class WindowStory : public QObject, protected StoryWindow {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        PATCHBAY_SKIP_WITHOUT_SERVER(m_mail.isThere(), "Dovecot and Exim");
        PATCHBAY_SKIP_WITHOUT_SERVER(m_redmine.isThere(), "Redmine");
        m_mail.empty(m_mail.support(), "INBOX");
        m_mail.empty(m_mail.customer(), "INBOX");
        QCOMPARE(m_desk.setUp(m_mail), QString());
        QCOMPARE(m_desk.addRedmine(m_redmine, m_redmine.text("url"), 8000), QString());
        openWindow();
    }

    void showsAMailSoonAfterItArrived()
    {
        const QByteArray mail =
            plainMail(u"\"Ana <b>Silva</b>\" <%1>"_s.arg(m_mail.customer().address), m_mail.support().address,
                      m_subject, u"My card was charged twice for one invoice. Please refund a payment."_s,
                      m_subject.section(u' ', -1) + u"@customer.test"_s);
        QCOMPARE(m_mail.send(m_mail.customer().address, m_mail.support().address, mail), QString());
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 1, 20000);
    }

    void opensItWithACategoryAndItsReasons()
    {
        press(Qt::Key_J);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->triage().details() != nullptr, 5000);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->triage().canAccept(), 5000);
        QVERIFY(labels().contains(u"Billing"_s));
        const ConversationDetails *details = m_window->triage().details();
        QVERIFY(!details->suggestion->classification.because.empty());
        QVERIFY(!details->suggestion->trace.rules.empty());
        QCOMPARE(details->targetOf(*details->suggestion)->name, u"Tracker"_s);
    }

    void showsANameWithMarkupAsText()
    {
        QVERIFY2(labels().contains(u"Ana <b>Silva</b>"_s), qPrintable(labels()));
        for (const QLabel *label : m_window->findChildren<QLabel *>())
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }

    void makesOneIssueOfOneKey()
    {
        press(Qt::Key_Y);
        QTRY_COMPARE_WITH_TIMEOUT(m_redmine.issuesWith(m_subject).size(), 1, 20000);
        press(Qt::Key_Y); // a second press has nothing to accept
        QTest::qWait(1500);
        QCOMPARE(m_redmine.issuesWith(m_subject).size(), 1);
    }

    void sendsTheReplyIntoTheCustomersThread()
    {
        press(Qt::Key_R);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->threadPane()->composer()->editor()->hasFocus(), 3000);
        QTest::keyClicks(focus(), u"Dear Ana, we jeyed it back."_s);
        QCOMPARE(m_window->threadPane()->composer()->editor()->toPlainText(), u"Dear Ana, we jeyed it back."_s);
        QTest::keyClick(focus(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_mail.mails(m_mail.customer(), "INBOX").size(), 1, 20000);
        const QByteArray answer = m_mail.mails(m_mail.customer(), "INBOX").first();
        QVERIFY(answer.contains("In-Reply-To: <" + m_subject.section(u' ', -1).toUtf8() + "@customer.test>"));
        QCOMPARE(m_redmine.issuesWith(m_subject).size(), 1);
    }

    void endsWithDone()
    {
        press(Qt::Key_Escape); // from the composer back to the list
        press(Qt::Key_E);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->triage().details() ? int(m_window->triage().details()->conversation.status)
                                                               : -1,
                                  int(ConversationStatus::Done), 5000);
    }

    void cleanupTestCase()
    {
        closeWindow();
        QCOMPARE(m_desk.check().value("visible"_L1).toInt(), 1);
    }

private:
    void openWindow()
    {
        showWindow(m_desk, QSize(1280, 800), std::chrono::milliseconds(500));
        if (QTest::currentTestFailed())
            return;
        m_app->startWorking();
        QTest::keyClick(m_window.get(), Qt::Key_5, Qt::ControlModifier); // All
    }

    int rows() const { return m_window->listPane()->model().rowCount(); }
    QWidget *focus() const { return m_window->focusWidget() ? m_window->focusWidget() : m_window.get(); }
    void press(Qt::Key key) { QTest::keyClick(focus(), key); }
    QString labels() const
    {
        QStringList all;
        for (const QLabel *label : m_window->findChildren<QLabel *>()) {
            if (label->isVisible())
                all << label->text();
        }
        return all.join(u'\n').remove(QChar(0x200b));
    }

    MailServer m_mail;
    RedmineServer m_redmine;
    Desk m_desk;
    QString m_subject = u"Charged twice %1"_s.arg(QDateTime::currentMSecsSinceEpoch(), 0, 36);
};
PATCHBAY_TESTS(WindowStory)

#include "tst_window.moc"
