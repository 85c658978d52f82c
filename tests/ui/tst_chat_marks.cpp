#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "support/shop_chat.h"
#include "support/test_main.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDir>
#include <QtCore/QMimeData>
#include <QtGui/QClipboard>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Writing in a chat by keyboard: how an answer looks, which message it answers, and changing what was sent.
class ChatMarksTest final : public QObject {
    Q_OBJECT

private:
    void tell(const QString &id, const QString &text) { QVERIFY(customerWrites(*m_desk, m_channel, id, text)); }
    ChatConnectorInfo &info() { return const_cast<ChatConnectorInfo &>(m_desk->catalog().chats.back()); }
    Composer *composer() { return m_window->threadPane()->composer(); }
    ThreadView *view() { return m_window->threadPane()->view(); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QWidget *focus = m_window->focusWidget();
        QTest::keyClick(focus ? focus : m_window.get(), key, modifiers);
    }
    void write(const QString &text) { QTest::keyClicks(composer()->editor(), text); }
    bool says(const QWidget *where, const QString &text)
    {
        const QList<QLabel *> labels = where->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel *label) { return label->isVisible() && label->text().contains(text); });
    }
    void send()
    {
        const int rows = m_window->threadPane()->timeline().rowCount();
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(m_window->threadPane()->timeline().rowCount(), rows + 1);
        QVERIFY(await(m_desk->outbox->runOnce()));
    }
    void keep(const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const bool dark : {true, false}) {
            m_window->theme().set(dark ? Theme::Scheme::Dark : Theme::Scheme::Light);
            QTest::qWait(150);
            const QPixmap shot = m_window->grab();
            QVERIFY(!shot.isNull());
            if (!folder.isEmpty())
                QVERIFY(QDir().mkpath(folder)
                        && shot.save(folder + u'/' + name + (dark ? u"_dark.png"_s : u"_light.png"_s)));
        }
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
    ChannelId m_channel;
    ScriptedChat *m_chat = nullptr;

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        ChatConnectorInfo chat = scriptedChatInfo(m_chat);
        chat.takesChanges = {ChatChange::What::Words};
        chat.abilities.marks = {Mark::Bold, Mark::Italic, Mark::Strike, Mark::Code};
        chat.abilities.quotes = true;
        m_channel = addShopChat(*m_desk, chat);
        QVERIFY(m_channel);
        tell(u"1"_s, u"Where is my parcel?"_s);
        tell(u"2"_s, u"And my invoice?"_s);
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->resize(1280, 800);
        m_window->show();
        m_window->showView(conversations::View::All);
        QTRY_VERIFY(m_window->triage().details());
        QTRY_COMPARE(m_window->threadPane()->timeline().rowCount(), 2);
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void looksAsItWillLookAndIsSentSo()
    {
        composer()->beginReply();
        write(u"It comes "_s);
        press(Qt::Key_B, Qt::ControlModifier);
        write(u"today"_s);
        press(Qt::Key_B, Qt::ControlModifier);
        write(u", not *soon*"_s);
        QTextCursor cursor = composer()->editor()->textCursor();
        cursor.setPosition(6);
        QCOMPARE(cursor.charFormat().fontWeight() >= QFont::DemiBold, false);
        cursor.setPosition(12);
        QVERIFY(cursor.charFormat().fontWeight() >= QFont::DemiBold);
        keep(u"marks_composer"_s);
        send();
        QCOMPARE(m_chat->sent.back().text, u"It comes today, not *soon*"_s);
        QCOMPARE(m_chat->sent.back().marks, (std::vector<MarkSpan>{{9, 5, Mark::Bold}}));
        QTRY_VERIFY(view()->card(2));
        const QTextDocument *shown = view()->card(2)->body()->document();
        QTextCursor there = shown->find(u"today"_s);
        QVERIFY(there.charFormat().fontWeight() >= QFont::DemiBold);
        QVERIFY(shown->find(u"*soon*"_s).charFormat().fontWeight() < QFont::DemiBold);
        QVERIFY(composer()->editor()->toPlainText().isEmpty());
        keep(u"marks_thread"_s);
    }

    void givesAndTakesLooksOfWhatIsChosen()
    {
        composer()->beginReply();
        write(u"one two"_s);
        press(Qt::Key_A, Qt::ControlModifier);
        press(Qt::Key_I, Qt::ControlModifier);
        press(Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);
        const auto draft = [this] {
            return markedFromDraft(m_window->triage().drafts().text(m_window->triage().current(), u"reply"_s));
        };
        QCOMPARE(draft().marks, (std::vector<MarkSpan>{{0, 7, Mark::Italic}, {0, 7, Mark::Strike}}));
        press(Qt::Key_E, Qt::ControlModifier); // a program's words look like nothing else
        QCOMPARE(draft().marks, (std::vector<MarkSpan>{{0, 7, Mark::Code}}));
        press(Qt::Key_E, Qt::ControlModifier);
        QVERIFY(draft().marks.empty());
        QCOMPARE(draft().text, u"one two"_s);
    }

    void keepsTheLooksWithTheDraft()
    {
        composer()->beginReply();
        write(u"one "_s);
        press(Qt::Key_B, Qt::ControlModifier);
        write(u"two"_s);
        const ConversationId id = m_window->triage().current();
        m_window->triage().drafts().flush();
        QTRY_VERIFY(!m_window->triage().drafts().isSaving());
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        m_window->showView(conversations::View::All);
        QTRY_COMPARE(m_window->triage().current(), id);
        QTRY_COMPARE(composer()->editor()->toPlainText(), u"one two"_s);
        QTextCursor cursor = composer()->editor()->textCursor();
        cursor.setPosition(6);
        QVERIFY(cursor.charFormat().fontWeight() >= QFont::DemiBold);
        cursor.setPosition(2);
        QVERIFY(cursor.charFormat().fontWeight() < QFont::DemiBold);
    }

    void pastesTextAlone()
    {
        composer()->beginReply();
        auto *mime = new QMimeData;
        mime->setHtml(u"<b>bold</b> <img src=\"https://elsewhere.example/x\">"_s);
        mime->setText(u"bold"_s);
        QGuiApplication::clipboard()->setMimeData(mime);
        composer()->editor()->paste();
        QCOMPARE(markedFromDraft(m_window->triage().drafts().text(m_window->triage().current(), u"reply"_s)),
                 (MarkedText{u"bold"_s, {}}));
    }

    void saysWhereThereAreNoLooks()
    {
        info().abilities.marks = {Mark::Bold};
        composer()->beginReply();
        write(u"one"_s);
        press(Qt::Key_A, Qt::ControlModifier);
        press(Qt::Key_I, Qt::ControlModifier);
        QTRY_VERIFY(says(m_window.get(), u"Chatter shows plain text only"_s));
        QVERIFY(
            markedFromDraft(m_window->triage().drafts().text(m_window->triage().current(), u"reply"_s)).marks.empty());
        composer()->beginNote();
        press(Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(says(m_window.get(), u"A note is kept as plain text"_s));
    }

    void answersTheMessageThatWasChosen()
    {
        view()->setFocus();
        press(Qt::Key_R, Qt::ShiftModifier);
        QTRY_VERIFY(says(m_window.get(), u"Choose a message first"_s));
        press(Qt::Key_K, Qt::ShiftModifier); // the newest
        press(Qt::Key_K, Qt::ShiftModifier);
        QVERIFY(view()->chosen());
        QCOMPARE(view()->chosen()->messages.front().text, u"Where is my parcel?"_s);
        QCOMPARE(m_window->focusWidget(), view()->card(0));
        press(Qt::Key_R, Qt::ShiftModifier);
        QVERIFY(says(composer(), u"Answers Zoë: Where is my parcel?"_s));
        QVERIFY(composer()->editor()->accessibleDescription().contains(u"Where is my parcel?"_s));
        write(u"In the van."_s);
        keep(u"marks_answer"_s);
        press(Qt::Key_Escape);
        QVERIFY(!says(composer(), u"Where is my parcel?"_s));
        QCOMPARE(composer()->editor()->toPlainText(), u"In the van."_s);
        QCOMPARE(m_window->focusWidget(), composer()->editor());
        view()->setFocus();
        press(Qt::Key_R, Qt::ShiftModifier);
        send();
        QCOMPARE(m_chat->sent.back().inReplyTo, u"c1:1"_s);
        QVERIFY(m_chat->sent.back().quotes);
        QVERIFY(!says(composer(), u"Where is my parcel?"_s));
        QTRY_VERIFY(view()->card(2) && view()->card(2)->item().quote);
    }

    void changesWhatWasSent()
    {
        composer()->beginReply();
        write(u"It comes tomorow."_s);
        send();
        QTRY_VERIFY(!m_window->threadPane()->timeline().at(2)->messages.front().externalId.isEmpty());
        write(u"Something else"_s); // a reply that is begun stays
        view()->setFocus();
        press(Qt::Key_K, Qt::ShiftModifier);
        press(Qt::Key_E, Qt::ShiftModifier);
        QCOMPARE(composer()->mode(), u"change"_s);
        QCOMPARE(composer()->editor()->toPlainText(), u"It comes tomorow."_s);
        QCOMPARE(composer()->sendButton()->text(), u"Save change"_s);
        composer()->editor()->moveCursor(QTextCursor::End);
        press(Qt::Key_Backspace);
        write(u", I hope."_s);
        keep(u"marks_change"_s);
        m_desk->commands->setHoldTime(std::chrono::milliseconds(60000));
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(view()->card(2) && says(view()->card(2), u"This change waits: “It comes tomorow, I hope.”"_s));
        QCOMPARE(composer()->mode(), u"reply"_s);
        QCOMPARE(composer()->editor()->toPlainText(), u"Something else"_s);
        keep(u"marks_change_waits"_s);
        m_desk->commands->setHoldTime(std::chrono::milliseconds(0));
        view()->setFocus();
        press(Qt::Key_E, Qt::ShiftModifier);
        press(Qt::Key_A, Qt::ControlModifier);
        write(u"It comes tomorrow."_s);
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(composer()->mode(), u"reply"_s);
        QVERIFY(await(m_desk->outbox->runOnce()));
        QCOMPARE(m_chat->changes.size(), size_t(1));
        QCOMPARE(m_chat->changes.back().words.text, u"It comes tomorrow."_s);
        QTRY_COMPARE(m_window->threadPane()->timeline().at(2)->messages.front().text, u"It comes tomorrow."_s);
        QTRY_VERIFY(view()->card(2) && !says(view()->card(2), u"This change waits"_s));
        QCOMPARE(view()->card(2)->item().story.formerTexts.front().text, u"It comes tomorow."_s);
        keep(u"marks_changed"_s);
    }

    void saysWhatThePlatformDidNotChange()
    {
        composer()->beginReply();
        write(u"It comes today."_s);
        send();
        QTRY_VERIFY(!m_window->threadPane()->timeline().at(2)->messages.front().externalId.isEmpty());
        m_chat->next = ScriptedChat::End::Refuse;
        view()->setFocus();
        press(Qt::Key_K, Qt::ShiftModifier);
        press(Qt::Key_E, Qt::ShiftModifier);
        write(u" Or so."_s);
        press(Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(composer()->mode(), u"reply"_s);
        QVERIFY(await(m_desk->outbox->runOnce()));
        QTRY_VERIFY(view()->card(2) && says(view()->card(2), u"422 no such agent"_s));
        QCOMPARE(m_window->threadPane()->timeline().at(2)->messages.front().text, u"It comes today."_s);
        keep(u"marks_change_refused"_s);
        // Esc leaves what is being changed as it is.
        view()->setFocus();
        press(Qt::Key_E, Qt::ShiftModifier);
        write(u" Never."_s);
        press(Qt::Key_Escape);
        QCOMPARE(composer()->mode(), u"reply"_s);
        QVERIFY(m_window->triage().drafts().text(m_window->triage().current(), u"change"_s).isEmpty());
        // What the customer wrote is not ours to change.
        view()->setFocus();
        press(Qt::Key_K, Qt::ShiftModifier);
        press(Qt::Key_E, Qt::ShiftModifier);
        QTRY_VERIFY(says(m_window.get(), u"Only what was written here can be changed"_s));
    }
};

} // namespace patchbay::tests

using patchbay::tests::ChatMarksTest;
PATCHBAY_TESTS(ChatMarksTest)
#include "tst_chat_marks.moc"
