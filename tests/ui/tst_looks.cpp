#include "core/store/misc_tables.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/find_bar.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDir>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPlainTextEdit>

namespace patchbay::tests {

/// Paints every page in both schemes; with PATCHBAY_SHOTS set to a folder, keeps the pictures for people.
class LooksTest final : public QObject {
    Q_OBJECT

private:
    static void keep(QWidget &widget, const QString &name)
    {
        QTest::qWait(250);
        const QPixmap picture = widget.grab();
        QVERIFY(!picture.isNull());
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (!folder.isEmpty()) {
            QDir().mkpath(folder);
            QVERIFY(picture.save(QStringLiteral("%1/%2.png").arg(folder, name)));
        }
    }

    static std::vector<ConsoleDesk::Mail> mails();

private Q_SLOTS:
    void paintsTheConsoleInBothSchemes();
    void paintsTheFirstRunAndTheDialogs();
};

std::vector<ConsoleDesk::Mail> LooksTest::mails()
{
    std::vector<ConsoleDesk::Mail> all;
    all.push_back(
        {.from = "Ana Silva <ana.silva@example.org>",
         .subject = "Charged twice for order 48121",
         .text =
             "Hello,\r\n\r\nmy card was charged twice for the same invoice, 59.90 each time. Please refund one of the "
             "two "
             "payments.\r\n\r\nThe order number is 48121.\r\n\r\nThank you\r\nAna\r\n\r\n-- \r\nAna Silva\r\nLisboa",
         .minutesAgo = 64,
         .messageId = "ana1@example.org"});
    all.push_back({.from = "Oksana Lysenko <oksana@kyiv.example>",
                   .subject = "Parcel is late",
                   .text = "Where is my parcel? The tracking page has not changed for six days and the delivery was "
                           "promised for Monday.",
                   .minutesAgo = 200});
    all.push_back({.from = "\"<b>Bold Co</b>\" <bold@corp.example>",
                   .subject = "<img src=x onerror=alert(1)> invoice",
                   .text = "<script>alert(1)</script> please send the invoice for March again",
                   .minutesAgo = 12});
    all.push_back({.from = "Li Wei <liwei@shop.example>",
                   .subject = "Cannot sign in after password reset",
                   .text = "The password reset link says it has expired, and I cannot log in to my account any more. "
                           "URGENT, my shop is down.",
                   .minutesAgo = 3});
    all.push_back({.from = "Tomasz Zielony <tomasz@firma.example>",
                   .subject = "Thanks!",
                   .text = "Thank you, all fine now.",
                   .minutesAgo = 2900});
    all.push_back({.from = "Priya Raman <priya@acme.example>",
                   .subject = "App crashes when exporting a report",
                   .text = "Since the last update the application crashes with error 0x80 whenever I export the "
                           "monthly report as PDF.",
                   .minutesAgo = 480});
    all.push_back({.from = "Ana Silva <ana.silva@example.org>",
                   .subject = "Re: Charged twice for order 48121",
                   .text = "One more thing: the second payment shows up as pending. See https://bank.example/statement "
                           "for the list.\r\n\r\n"
                           "On Fri, support@desk.example wrote:\r\n> We are looking into it.\r\n> Jonas",
                   .minutesAgo = 8,
                   .inReplyTo = "ana1@example.org",
                   .extraHeaders = "Reply-To: ana@other-domain.example\r\n"});
    all.push_back({.from = "Bruno Costa <bruno@bank.example>",
                   .subject = "Re: Charged twice for order 48121",
                   .text = "I am the account holder; please copy me in.",
                   .minutesAgo = 6,
                   .inReplyTo = "ana1@example.org"});
    return all;
}

void LooksTest::paintsTheConsoleInBothSchemes()
{
    ConsoleDesk desk(true, true);
    QVERIFY2(desk.failure.isEmpty(), qPrintable(desk.failure));
    desk.receive(mails());
    desk.receiveRaw({QByteArray("\0\1\2 not a mail", 15)});
    (void)desk.write([&](Database &db) -> Result<Done> {
        Target tracker;
        tracker.connector = QStringLiteral("redmine");
        tracker.name = QStringLiteral("Redmine tracker");
        const TargetId id = targets::insert(db, tracker);
        targets::setHealth(db, id, Health::Offline, QStringLiteral("Connection refused"));
        return db.finish(Done{});
    });
    MainWindow window(desk.context());
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.theme().set(Theme::Scheme::Light);
    auto &list = window.listPane()->model();
    QTRY_VERIFY(list.rowCount() >= 5);
    int ana = -1;
    QTRY_VERIFY([&] {
        for (int row = 0; row < list.rowCount(); ++row) {
            if (list.summary(row) && list.summary(row)->contactName == QLatin1String("Ana Silva"))
                ana = row;
        }
        return ana >= 0;
    }());
    window.listPane()->list()->setCurrentIndex(list.index(ana));
    QTRY_VERIFY(window.triage().details());
    const ConversationId id = window.triage().current();
    (void)await(desk.commands->note(id, QStringLiteral("The bank confirmed a duplicate. Refund approved by Mila.")));
    desk.commands->setHoldTime(std::chrono::hours(1));
    (void)await(desk.commands->reply(
        id, QStringLiteral("Dear Ana,\n\nwe found the second payment and refund it today.\n\nJonas")));
    (void)await(desk.commands->setLabel(id, QStringLiteral("refund"), true));
    (void)await(desk.commands->assign(id, desk.mila.id));
    window.threadPane()->composer()->beginReply();
    window.threadPane()->composer()->editor()->setPlainText(QStringLiteral("One more thing: "));
    keep(window, QStringLiteral("light-1280"));
    window.theme().set(Theme::Scheme::Dark);
    keep(window, QStringLiteral("dark-1280"));
    window.resize(1920, 1080);
    keep(window, QStringLiteral("dark-1920"));
    window.theme().set(Theme::Scheme::Light);
    keep(window, QStringLiteral("light-1920"));
    window.resize(1280, 800);
    FindBar *find = window.threadPane()->findBar();
    window.threadPane()->startFind();
    find->field()->setText(QStringLiteral("pay"));
    QTRY_VERIFY(find->status()->text().contains(QLatin1String(" of ")));
    keep(window, QStringLiteral("light-find"));
    window.theme().set(Theme::Scheme::Dark);
    keep(window, QStringLiteral("dark-find"));
    find->field()->setText(QStringLiteral("nowhere"));
    QTRY_COMPARE(find->status()->text(), QStringLiteral("Nothing found"));
    keep(window, QStringLiteral("dark-find-nothing"));
    window.theme().set(Theme::Scheme::Light);
    find->close();
    window.triage().accept(false);
    QTRY_VERIFY(window.toast()->isVisible());
    keep(window, QStringLiteral("light-accepted"));
    window.showPage(RailRow::Kind::Outbox);
    keep(window, QStringLiteral("light-outbox"));
    window.showPage(RailRow::Kind::Quarantine);
    keep(window, QStringLiteral("light-quarantine"));
    window.showPage(RailRow::Kind::LocalTasks);
    keep(window, QStringLiteral("light-local-empty"));
    window.showView(conversations::View::MyQueue);
    keep(window, QStringLiteral("light-empty-queue"));
}

void LooksTest::paintsTheFirstRunAndTheDialogs()
{
    ConsoleDesk desk(false);
    desk.secrets.sentence = QStringLiteral("No keychain here: secrets are kept until Patchbay ends.");
    MainWindow window(desk.context());
    window.show();
    window.theme().set(Theme::Scheme::Light);
    keep(window, QStringLiteral("light-first-run"));
    window.theme().set(Theme::Scheme::Dark);
    window.addChannel(QStringLiteral("mail"));
    auto *dialog = window.findChild<AccountDialog *>();
    QVERIFY(dialog);
    keep(*dialog, QStringLiteral("dark-add-channel"));
    dialog->reject();
    window.actions().trigger(QStringLiteral("go.palette"));
    QTRY_VERIFY(QApplication::activeModalWidget());
    keep(*QApplication::activeModalWidget(), QStringLiteral("dark-palette"));
    QApplication::activeModalWidget()->close();
    window.actions().trigger(QStringLiteral("view.keys"));
    QTRY_VERIFY(QApplication::activeModalWidget());
    keep(*QApplication::activeModalWidget(), QStringLiteral("dark-keys"));
    QApplication::activeModalWidget()->close();
}

} // namespace patchbay::tests

using patchbay::tests::LooksTest;
PATCHBAY_TESTS(LooksTest)
#include "tst_looks.moc"
