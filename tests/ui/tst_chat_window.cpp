#include "core/store/channel_event_table.h"
#include "support/shop_chat.h"
#include "support/test_main.h"
#include "ui/models/typing_line.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/outbox_page.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/thread_pane.h"

#include <QtCore/QDir>
#include <QtGui/QPainter>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A chat whose platform knows states and who writes, in the whole window.
class ChatWindowTest final : public QObject {
    Q_OBJECT

private:
    void tell(const QString &id, const QString &text) { QVERIFY(customerWrites(*m_desk, m_channel, id, text)); }
    void writes(const QString &name, bool isTyping = true, const QString &thread = u"c1"_s)
    {
        Q_EMIT m_chat->typed({thread, name, isTyping});
    }
    QLabel *label() { return m_window->threadPane()->typingLabel(); }
    template <class Widget> Widget *beside(const QString &words)
    {
        for (Widget *one : m_window->contextPanel()->findChildren<Widget *>()) {
            if (one->isVisible() && one->text().contains(words))
                return one;
        }
        return nullptr;
    }
    void keep(const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        QTest::qWait(150);
        QPixmap shot = m_window->grab();
        QVERIFY(!shot.isNull());
        if (QWidget *over = QApplication::activeModalWidget())
            QPainter(&shot).drawPixmap(m_window->mapFromGlobal(over->mapToGlobal(QPoint())), over->grab());
        if (!folder.isEmpty())
            QVERIFY(QDir().mkpath(folder) && shot.save(folder + u'/' + name + u".png"_s));
    }
    /// The whole window on a small and a large screen, in both schemes.
    void keepEverywhere(const QString &name)
    {
        for (const QSize &size : {QSize(1920, 1080), QSize(1280, 720)}) {
            m_window->resize(size);
            for (const bool dark : {false, true}) {
                m_window->theme().set(dark ? Theme::Scheme::Dark : Theme::Scheme::Light);
                keep(u"%1_%2_%3"_s.arg(name, dark ? u"dark"_s : u"light"_s).arg(size.width()));
            }
        }
        m_window->theme().set(Theme::Scheme::Light);
    }
    Operator myself()
    {
        return m_desk->read([me = m_desk->context().me.id](Database &db) { return db.finish(operators::byId(db, me)); })
            .value();
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
        chat.takesChanges = {ChatChange::What::Status, ChatChange::What::Assignee, ChatChange::What::Label};
        m_channel = addShopChat(*m_desk, chat);
        QVERIFY(m_channel);
        tell(u"1"_s, u"Where is my parcel?"_s);
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->resize(1280, 800);
        m_window->show();
        m_window->showView(conversations::View::All);
        QTRY_VERIFY(m_window->triage().details());
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void saysWhoWritesForAMoment()
    {
        m_window->threadPane()->typing().setLasting(std::chrono::milliseconds(60000));
        QVERIFY(label()->isHidden());
        writes(u"Zoë <b>x</b>"_s);
        QVERIFY(label()->isVisible());
        QCOMPARE(label()->text(), u"Zoë <b>x</b> is writing…"_s);
        QCOMPARE(label()->textFormat(), Qt::PlainText);
        keep(u"chat_typing"_s);
        writes(u"Max"_s);
        QCOMPARE(label()->text(), u"Max and others are writing…"_s);
        writes(u"Max"_s, false);
        writes(u"Somebody"_s, true, u"another chat"_s);
        QCOMPARE(label()->text(), u"Zoë <b>x</b> is writing…"_s);
        writes(u"Zoë <b>x</b>"_s, false);
        QVERIFY(label()->isHidden());
        writes({}); // the platform does not say who
        QCOMPARE(label()->text(), u"Zoë is writing…"_s);
        tell(u"2"_s, u"Hello?"_s); // there it is
        QTRY_VERIFY(label()->isHidden());
    }

    void endsByItselfAndIsNowhereKept()
    {
        m_window->threadPane()->typing().setLasting(std::chrono::milliseconds(30));
        const auto rows = [this] {
            return m_desk->read([](Database &db) { return db.finish(raw_messages::counted(db).received); }).value();
        };
        const qint64 before = rows();
        writes(u"Zoë"_s);
        QVERIFY(label()->isVisible());
        QTRY_VERIFY(label()->isHidden());
        QCOMPARE(rows(), before);
    }

    void tellsThePlatformThatTheOperatorWrites()
    {
        Composer *composer = m_window->threadPane()->composer();
        composer->beginNote();
        QTest::keyClicks(composer->editor(), u"for the team"_s);
        QTest::qWait(50);
        QVERIFY(m_chat->typedTo.isEmpty());
        composer->beginReply();
        QTest::keyClicks(composer->editor(), u"It left"_s);
        QTRY_VERIFY(m_chat->typedTo.contains(u"c1"_s));
        QVERIFY(m_chat->typedTo.size() < 7); // not with each key
        Q_EMIT m_chat->typingFailed(u"Chatter does not allow it (403)."_s);
        const auto log = [this] {
            return m_desk->read([id = m_channel](Database &db) { return db.finish(channel_events::of(db, id, false)); })
                .value();
        };
        QTRY_VERIFY(!log().empty() && log().front().kind == ChannelEvent::Kind::TypingNotShown);
        QVERIFY(log().front().detail.contains(u"403"));
        QVERIFY(log().front().isTrouble());
    }

    void showsWhatThePlatformDidNotTake()
    {
        m_chat->next = ScriptedChat::End::Refuse;
        m_window->triage().assign(m_desk->context().me.id);
        QTRY_VERIFY(m_window->triage().details()->conversation.assignee);
        QVERIFY(await(m_desk->outbox->runOnce()));
        QTRY_VERIFY(beside<QLabel>(u"422 no such agent"_s));
        QVERIFY(beside<QLabel>(u"Assigned to "_s));
        QVERIFY(beside<QPushButton>(u"Not so over there"_s));
        keepEverywhere(u"chat_change_refused"_s);
        const QRect seen = m_window->contextPanel()->viewport()->rect();
        for (QWidget *part : std::initializer_list<QWidget *>{beside<QLabel>(u"422 no such agent"_s),
                                                              beside<QPushButton>(u"Leave it as it is"_s)}) {
            const QPoint at = part->mapTo(m_window->contextPanel()->viewport(), QPoint());
            QVERIFY(seen.contains(QRect(at, part->size()))); // at 1280x720, without scrolling
        }
        m_chat->next = ScriptedChat::End::Answer;
        QVERIFY(beside<QPushButton>(u"Try again"_s));
        beside<QPushButton>(u"Try again"_s)->click();
        QTRY_COMPARE(m_window->triage().details()->troubledChanges().size(), size_t(0));
        QVERIFY(await(m_desk->outbox->runOnce()));
        QCOMPARE(m_chat->changes.size(), size_t(1));
        QTRY_VERIFY(!beside<QPushButton>(u"Not so over there"_s));
        m_chat->next = ScriptedChat::End::Refuse;
        m_window->triage().setLabel(u"urgent"_s, true);
        QTRY_COMPARE(m_window->triage().details()->labels, QStringList{u"urgent"_s});
        QVERIFY(await(m_desk->outbox->runOnce()));
        QTRY_VERIFY(beside<QPushButton>(u"Leave it as it is"_s));
        beside<QPushButton>(u"Leave it as it is"_s)->click();
        QTRY_VERIFY(!beside<QPushButton>(u"Not so over there"_s));
        QCOMPARE(m_window->triage().details()->labels, QStringList{u"urgent"_s}); // here it stays
    }

    void asksTheOperatorForTheMailAddress()
    {
        const auto picker = []() -> Picker * { return qobject_cast<Picker *>(QApplication::activeModalWidget()); };
        m_window->actions().trigger(u"setup.my_mail"_s);
        QTRY_VERIFY(picker());
        QTest::keyClicks(picker()->field(), u"Ann@Example.org"_s);
        QTest::keyClick(picker()->field(), Qt::Key_Return);
        QTRY_COMPARE(myself().mail, u"ann@example.org"_s);
        QTRY_VERIFY(!picker());
        m_window->actions().trigger(u"setup.my_mail"_s);
        QTRY_VERIFY(picker());
        keepEverywhere(u"my_mail"_s);
        QTest::keyClick(picker()->field(), Qt::Key_Return); // the one that is there
        QTRY_VERIFY(!picker());
        QTest::qWait(50);
        QCOMPARE(myself().mail, u"ann@example.org"_s); // whoever only looked loses nothing
        m_window->actions().trigger(u"setup.my_mail"_s);
        QTRY_VERIFY(picker());
        QTest::keyClick(picker()->field(), Qt::Key_Down);
        QTest::keyClick(picker()->field(), Qt::Key_Return);
        QTRY_COMPARE(myself().mail, QString());
    }
};

} // namespace patchbay::tests

using patchbay::tests::ChatWindowTest;
PATCHBAY_TESTS(ChatWindowTest)
#include "tst_chat_window.moc"
