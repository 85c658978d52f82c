#include "core/store/guidance_table.h"
#include "core/store/taxonomy_table.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/guidance_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/state_page.h"

#include <QtCore/QDir>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Canned replies and business rules in the window, by keyboard.
class GuidanceDialogTest final : public QObject {
    Q_OBJECT

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

    GuidanceDialog *open(Qt::Key letter)
    {
        QTest::keyClick(m_window->listPane()->list(), letter, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = qobject_cast<GuidanceDialog *>(QApplication::activeModalWidget());
        if (!dialog || !QTest::qWaitFor([dialog] { return dialog->state()->sentence() != u"Loading…"_s; }))
            return nullptr;
        return dialog;
    }
    static GuidanceEditor *editor() { return qobject_cast<GuidanceEditor *>(QApplication::activeModalWidget()); }
    std::vector<CannedReply> replies()
    {
        return *m_desk->read([](Database &db) { return db.finish(canned_replies::all(db)); });
    }
    void fill(const QStringList &titles)
    {
        QVERIFY(m_desk->write([titles](Database &db) {
            for (const QString &title : titles) {
                CannedReply one;
                one.title = title;
                one.text = u"Dear {{contact.name}}, about {{conversation.subject}}: %1."_s.arg(title);
                canned_replies::put(db, one);
            }
            return db.finish(Done{});
        }));
    }
    void keepBoth(QWidget &widget, const QString &name)
    {
        for (const auto &[scheme, suffix] :
             {std::pair(Theme::Scheme::Light, u"light"_s), {Theme::Scheme::Dark, u"dark"_s}}) {
            const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
            if (folder.isEmpty())
                return;
            m_window->theme().set(scheme);
            QTest::qWait(200);
            QDir().mkpath(folder);
            QVERIFY(widget.grab().save(u"%1/%2-%3.png"_s.arg(folder, name, suffix)));
        }
    }

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_desk->receive({{.from = "Ana Silva <ana@example.org>", .subject = "Lost parcel", .text = "Where is it?"}});
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showView(conversations::View::All);
        QTRY_VERIFY(m_window->triage().details());
        m_window->listPane()->list()->setFocus();
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void writesTheFirstReplyByKeysAlone()
    {
        GuidanceDialog *dialog = open(Qt::Key_Y);
        QVERIFY(dialog);
        QCOMPARE(dialog->state()->sentence(), u"No canned reply yet"_s);
        keepBoth(*dialog, u"replies-empty"_s);
        const Watched<GuidanceModel> watch(dialog->model());
        QTest::keyClick(dialog->filter(), Qt::Key_Insert);
        QTRY_VERIFY(editor());
        QCOMPARE(editor()->focusWidget(), editor()->titleField());
        QTest::keyClicks(editor()->titleField(), u"Parcel is late"_s);
        editor()->textField()->setPlainText(u"Dear {{contact.name}}, sorry. {{contact.nam}}"_s);
        QTest::keyClicks(editor()->untilField(), u"soon"_s);
        QTest::keyClick(editor()->titleField(), Qt::Key_Return);
        QTRY_VERIFY2(editor()->problem().contains(u"“soon” is no day"_s), qPrintable(editor()->problem()));
        editor()->untilField()->setText(u"2099-01-31"_s);
        QTest::keyClick(editor()->titleField(), Qt::Key_Return);
        QTRY_VERIFY2(editor()->problem().contains(u"{{contact.nam}}, which nothing fills"_s),
                     qPrintable(editor()->problem()));
        editor()->textField()->setPlainText(u"Dear {{contact.name}}, sorry about {{conversation.subject}}."_s);
        QCOMPARE(editor()->preview(), u"Dear Ana Silva, sorry about Lost parcel."_s);
        keepBoth(*editor(), u"reply-editor"_s);
        QTest::keyClick(editor()->titleField(), Qt::Key_Return);
        QTRY_COMPARE(dialog->model().rowCount(), 1);
        QCOMPARE(dialog->answer(), u"“Parcel is late” is added"_s);
        QCOMPARE(dialog->text(), u"Dear Ana Silva, sorry about Lost parcel."_s);
        QCOMPARE(replies().front().valid.until, QDate(2099, 1, 31));
    }

    void changesAndDeletesTheChosenOne()
    {
        fill({u"Alpha"_s, u"Beta"_s, u"Gamma"_s});
        GuidanceDialog *dialog = open(Qt::Key_Y);
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->model().rowCount(), 3);
        QTest::keyClicks(dialog->filter(), u"beta"_s);
        QTRY_COMPARE(dialog->model().rowCount(), 1);
        QTest::keyClick(dialog->filter(), Qt::Key_Down);
        QVERIFY(dialog->table()->hasFocus());
        QTest::keyClick(dialog->table(), Qt::Key_Return);
        QTRY_VERIFY(editor());
        editor()->titleField()->setText(u"Beta two"_s);
        QTest::keyClick(editor()->titleField(), Qt::Key_Return);
        QTRY_COMPARE(dialog->answer(), u"“Beta two” is changed"_s);
        QTRY_COMPARE(dialog->model().rowCount(), 3);
        QTRY_COMPARE(dialog->table()->currentIndex().data().toString(), u"Beta two"_s);
        keepBoth(*dialog, u"replies"_s);

        QTest::keyClick(dialog->table(), Qt::Key_Delete);
        QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
        QApplication::activeModalWidget()->close();
        QTRY_COMPARE(QApplication::activeModalWidget(), dialog);
        QCOMPARE(replies().size(), 3u); // not confirmed
        QTest::keyClick(dialog->table(), Qt::Key_Delete);
        QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
        const auto buttons = QApplication::activeModalWidget()->findChildren<QPushButton *>();
        for (QPushButton *button : buttons) {
            if (button->text() == u"Delete"_s)
                button->click();
        }
        QTRY_COMPARE(dialog->answer(), u"“Beta two” is deleted"_s);
        QTRY_COMPARE(dialog->model().rowCount(), 2);
        QCOMPARE(replies().size(), 2u);
    }

    void narrowsAndSaysWhenNothingFits()
    {
        fill({u"Alpha"_s, u"Beta"_s});
        GuidanceDialog *dialog = open(Qt::Key_Y);
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->model().rowCount(), 2);
        QTest::keyClicks(dialog->filter(), u"about alPHA"_s); // in text and title
        QCOMPARE(dialog->model().rowCount(), 1);
        QTest::keyClicks(dialog->filter(), u"zzz"_s);
        QCOMPARE(dialog->model().rowCount(), 0);
        QCOMPARE(dialog->state()->sentence(), u"None of 2 fits"_s);
        QVERIFY(dialog->text().isEmpty());
    }

    void refusesToOverwriteWhatSomebodyElseChanged()
    {
        fill({u"Alpha"_s});
        GuidanceDialog *dialog = open(Qt::Key_Y);
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->model().rowCount(), 1);
        QTest::keyClick(dialog->table(), Qt::Key_Return);
        QTRY_VERIFY(editor());
        QVERIFY(m_desk->write([](Database &db) {
            CannedReply theirs = canned_replies::all(db).front();
            theirs.text = u"Theirs"_s;
            canned_replies::change(db, theirs);
            return db.finish(Done{});
        }));
        editor()->textField()->setPlainText(u"Mine"_s);
        QTest::keyClick(editor()->titleField(), Qt::Key_Return);
        QTRY_VERIFY2(editor()->problem().contains(u"changed by somebody else"_s), qPrintable(editor()->problem()));
        QCOMPARE(replies().front().text, u"Theirs"_s);
    }

    void writesABusinessRuleWithItsDays()
    {
        GuidanceDialog *dialog = open(Qt::Key_B);
        QVERIFY(dialog);
        QCOMPARE(dialog->state()->sentence(), u"No business rule yet"_s);
        QTest::keyClick(dialog->filter(), Qt::Key_Insert);
        QTRY_VERIFY(editor());
        QVERIFY(!editor()->languageField()->isVisible());
        editor()->titleField()->setText(u"Returns"_s);
        editor()->categoryField()->setCurrentText(u"Delivery"_s);
        editor()->textField()->setPlainText(u"returns accepted within 60 days"_s);
        editor()->fromField()->setText(u"2026-02-01"_s);
        editor()->untilField()->setText(u"2026-01-31"_s);
        QTest::keyClick(editor()->titleField(), Qt::Key_Return);
        QTRY_VERIFY2(editor()->problem().contains(u"is before its first"_s), qPrintable(editor()->problem()));
        editor()->untilField()->setText(u"2099-01-31"_s);
        keepBoth(*editor(), u"business-rule-editor"_s);
        QTest::keyClick(editor()->titleField(), Qt::Key_Return);
        QTRY_COMPARE(dialog->model().rowCount(), 1);
        keepBoth(*dialog, u"business-rules"_s);
        QCOMPARE(dialog->model().index(0, GuidanceModel::Category_).data().toString(), u"Delivery"_s);
        const auto rules = *m_desk->read([](Database &db) { return db.finish(business_rules::all(db)); });
        QCOMPARE(rules.front().text, u"returns accepted within 60 days"_s);
        QVERIFY(rules.front().category);
    }

    void opensTheFormOfANewReplyByItsAction()
    {
        QVERIFY(m_window->actions().trigger(u"reply.add"_s));
        QTRY_VERIFY(editor());
        QCOMPARE(editor()->windowTitle(), u"New canned reply"_s);
        QVERIFY(editor()->categoryField()->count() > 1);
    }

    void saysWhatStaysEmptyInAConversation()
    {
        const ReplyExample example{u"Lost parcel"_s, {{u"contact.name"_s, u"Ana {{operator.name}}"_s}}};
        const QString text = replyExampleText(u"{{contact.name}}: {{ conversation.subject }}"_s, example);
        QCOMPARE(text, u"Ana {{operator.name}}: \n\n⚠ Empty in this conversation: conversation.subject"_s);
        QVERIFY(replyExampleText(u"x"_s, {}).startsWith(u"Open a conversation"_s));
    }
};

} // namespace patchbay::tests

using patchbay::tests::GuidanceDialogTest;
PATCHBAY_TESTS(GuidanceDialogTest)
#include "tst_guidance_dialog.moc"
