#include "core/store/misc_tables.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/thread_pane.h"

#include <QtCore/QThread>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// What the window says about sending and keeping what was written, and refuses.
class ComposerTest final : public QObject {
    Q_OBJECT

private:
    static bool says(const QWidget &where, const QString &text)
    {
        const QList<QLabel *> labels = where.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
            return label->isVisibleTo(&where) && label->text().contains(text);
        });
    }
    static QPushButton *sendButton(const QWidget &composer)
    {
        for (QPushButton *button : composer.findChildren<QPushButton *>()) {
            if (button->property("kind") == u"primary"_s)
                return button;
        }
        return nullptr;
    }

private Q_SLOTS:
    void saysWhereNothingCanBeSentAndKeepsNotes();
    void saysWhereTheReplyGoes();
    void neverBringsASentReplyBack();
    void doesNotCloseOverADraftThatCannotBeSaved();
    void saysForAsLongAsNothingCanBeStored();
};

void ComposerTest::saysWhereTheReplyGoes()
{
    ConsoleDesk desk;
    desk.receive({{.subject = "A question", .extraHeaders = "Reply-To: ticket+7@example.org\r\n"}});
    MainWindow window(desk.context());
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.showView(conversations::View::All);
    QTRY_VERIFY(window.triage().details());
    window.threadPane()->composer()->beginReply();
    const auto tips = window.threadPane()->composer()->findChildren<QLabel *>();
    QVERIFY(std::any_of(tips.begin(), tips.end(), [](const QLabel *label) {
        return label->toolTip().contains(u"ticket+7@example.org") && !label->toolTip().contains(u"ana@");
    }));
}

void ComposerTest::saysWhereNothingCanBeSentAndKeepsNotes()
{
    ConsoleDesk desk;
    desk.makeChannelMute();
    desk.receive({{.subject = "An imported question"}});
    MainWindow window(desk.context());
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.showView(conversations::View::All);
    QTRY_VERIFY(window.triage().details());
    Composer *composer = window.threadPane()->composer();
    QPushButton *send = sendButton(*composer);
    QVERIFY(send);

    composer->beginReply();
    composer->editor()->setPlainText(u"An answer"_s);
    QVERIFY(says(*composer, u"Support mail holds imported messages only"_s));
    QVERIFY(!send->isEnabled());

    composer->beginNote();
    composer->editor()->setPlainText(u"A note"_s);
    QVERIFY(!says(*composer, u"imported messages only"_s));
    QVERIFY(send->isEnabled());
}

void ComposerTest::neverBringsASentReplyBack()
{
    ConsoleDesk desk;
    desk.receive({{.subject = "A question"}});
    MainWindow window(desk.context());
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.showView(conversations::View::All);
    QTRY_VERIFY(window.triage().details());
    Composer *composer = window.threadPane()->composer();
    composer->beginReply();
    // The store is busy for longer than a draft waits before it is saved.
    auto busy = desk.store().write([](Database &db) -> Result<Done> {
        QThread::msleep(1500);
        return db.finish(Done{});
    });
    composer->editor()->setPlainText(u"An answer"_s);
    sendButton(*composer)->click();
    QTRY_VERIFY(busy.isFinished());
    QTRY_COMPARE(composer->editor()->toPlainText(), QString());
    QTest::qWait(1000); // a save that came after the reply would show by now
    QCOMPARE(composer->editor()->toPlainText(), QString());
    const auto left =
        desk.read([&](Database &db) { return db.finish(drafts::of(db, window.triage().current(), desk.me.id)); });
    QVERIFY(left && left->empty());
}

void ComposerTest::doesNotCloseOverADraftThatCannotBeSaved()
{
    ConsoleDesk desk;
    desk.receive({{.subject = "A question"}});
    MainWindow window(desk.context());
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.showView(conversations::View::All);
    QTRY_VERIFY(window.triage().details());
    QVERIFY(desk.write([](Database &db) -> Result<Done> {
        db.exec("CREATE TRIGGER no_room BEFORE INSERT ON draft BEGIN SELECT RAISE(ABORT, 'no room'); END");
        return db.finish(Done{});
    }));
    window.threadPane()->composer()->beginReply();
    window.threadPane()->composer()->editor()->setPlainText(u"Half a sentence"_s);
    QVERIFY(!window.close());
    QTRY_VERIFY(qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
    auto *question = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
    question->reject();
    QVERIFY(window.isVisible());
    QCOMPARE(window.threadPane()->composer()->editor()->toPlainText(), u"Half a sentence"_s);

    QVERIFY(desk.write([](Database &db) -> Result<Done> {
        db.exec("DROP TRIGGER no_room");
        return db.finish(Done{});
    }));
    window.close(); // waits for the save, then goes
    QTRY_VERIFY(!window.isVisible());
    const auto kept =
        desk.read([&](Database &db) { return db.finish(drafts::of(db, window.triage().current(), desk.me.id)); });
    QVERIFY(kept && kept->size() == 1);
    QCOMPARE(kept->front().text, u"Half a sentence"_s);
}

void ComposerTest::saysForAsLongAsNothingCanBeStored()
{
    ConsoleDesk desk;
    MainWindow window(desk.context());
    window.show();
    Q_EMIT desk.store().troubled(u"The disk is full."_s);
    QVERIFY(says(*window.rail(), u"The disk is full."_s));
    Q_EMIT desk.store().troubled(QString());
    QVERIFY(!says(*window.rail(), u"The disk is full."_s));
}

} // namespace patchbay::tests

using patchbay::tests::ComposerTest;
PATCHBAY_TESTS(ComposerTest)
#include "tst_composer.moc"
