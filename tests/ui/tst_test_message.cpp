#include "core/store/misc_tables.h"
#include "support/key_walk.h"
#include "support/shop_chat.h"
#include "support/test_main.h"
#include "ui/models/outbox_model.h"
#include "ui/models/words.h"
#include "ui/widgets/language.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/test_message_dialog.h"

#include <QtCore/QDir>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A message through a channel to see that it arrives, and what is said of one that the platform gave no id.
class TestMessageTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
    ChannelId m_channel;
    ScriptedChat *m_chat = nullptr;

    void tell(const QString &chat, const QString &name, const QString &text)
    {
        ChatItem item = said(u"1"_s, text);
        item.chat = item.from = chat;
        item.name = name;
        item.at = QDateTime::currentSecsSinceEpoch() - 600;
        QVERIFY(await(m_desk->intake->accept(m_channel, {{{u"u:"_s + chat, item.raw()}}, {}})));
        QVERIFY(await(m_desk->intake->drain()));
    }
    Channel channel()
    {
        return m_desk->read([id = m_channel](Database &db) { return db.finish(*channels::byId(db, id)); }).value();
    }
    void keep(QWidget *widget, const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const bool dark : {false, true}) {
            m_window->theme().set(dark ? Theme::Scheme::Dark : Theme::Scheme::Light);
            QTest::qWait(100);
            if (!folder.isEmpty())
                QVERIFY(QDir().mkpath(folder)
                        && widget->grab().save(u"%1/%2_%3.png"_s.arg(folder, name, dark ? u"dark"_s : u"light"_s)));
        }
    }

private Q_SLOTS:
    void initTestCase() { installLanguage(*QCoreApplication::instance()); }
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_channel = addShopChat(*m_desk, scriptedChatInfo(m_chat), Health::Unknown);
        QVERIFY(m_channel);
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->resize(1280, 720);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void goesToWhomTheOperatorChoosesAndTellsHowItEnds()
    {
        tell(u"c1"_s, u"<b>Zoë</b>"_s, u"Where is it?"_s);
        tell(u"me"_s, u"Jonas"_s, u"Hello from my own telephone"_s);
        TestMessageDialog dialog(m_desk->context(), channel(), m_window.get());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_COMPARE(dialog.list()->model()->rowCount(), 2);
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QVERIFY(!dialog.sendButton()->isEnabled()); // nobody is chosen by itself
        dialog.send();
        QCOMPARE(m_chat->sent.size(), size_t(0));
        dialog.list()->setFocus();
        for (const Qt::Key key : {Qt::Key_Down, Qt::Key_Up}) {
            if (!dialog.sendButton()->text().contains(u"Jonas"_s))
                QTest::keyClick(dialog.list(), key);
        }
        QCOMPARE(dialog.sendButton()->text(), u"Send to Jonas"_s);
        QTest::keyClick(dialog.list(), Qt::Key_Return); // sends nothing
        QTest::qWait(50);
        QVERIFY(dialog.answer().isEmpty());
        const QStringList faults = faultsOf(dialog);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        dialog.text()->setText(u"Is anybody there?"_s);
        keep(&dialog, u"test_message"_s);
        QTest::keyClick(dialog.sendButton(), Qt::Key_Return);
        QTRY_VERIFY2(dialog.answer().startsWith(u"◷"_s), qPrintable(dialog.answer()));
        QVERIFY(!dialog.sendButton()->isEnabled()); // once
        QVERIFY(await(m_desk->outbox->runOnce()));
        QTRY_VERIFY2(dialog.answer().startsWith(u"✓ Sent "_s) && dialog.answer().endsWith(u"me:100"_s),
                     qPrintable(dialog.answer()));
        QCOMPARE(m_chat->sent.size(), size_t(1));
        QCOMPARE(m_chat->sent[0].threadKey, u"me"_s);
        QCOMPARE(m_chat->sent[0].text, u"Is anybody there?"_s);
        keep(&dialog, u"test_message_sent"_s);
    }

    void saysWhyItDidNotArriveAndThatNobodyHasWritten()
    {
        TestMessageDialog empty(m_desk->context(), channel());
        empty.setAttribute(Qt::WA_DeleteOnClose, false);
        empty.show();
        QTRY_VERIFY2(empty.answer().startsWith(u"Nobody has written"_s), qPrintable(empty.answer()));
        QVERIFY(!empty.sendButton()->isEnabled());
        tell(u"me"_s, u"Jonas"_s, u"Hello"_s);
        m_chat->next = ScriptedChat::End::Refuse;
        TestMessageDialog dialog(m_desk->context(), channel());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_COMPARE(dialog.list()->model()->rowCount(), 1);
        dialog.list()->setCurrentIndex(dialog.list()->model()->index(0, 0));
        dialog.send();
        QTRY_VERIFY(dialog.answer().startsWith(u"◷"_s));
        QVERIFY(await(m_desk->outbox->runOnce()));
        QTRY_VERIFY2(dialog.answer().contains(u"400 chat not found"_s), qPrintable(dialog.answer()));
    }

    void endsNoDraftOfTheOperators()
    {
        tell(u"me"_s, u"Jonas"_s, u"Hello"_s);
        QVERIFY(m_desk->write([this](Database &db) -> Result<Done> {
            const auto id = conversations::byThreadKey(db, m_channel, u"me"_s);
            drafts::save(db, *id, m_desk->me.id, u"reply"_s, u"half a sentence"_s);
            return db.finish(Done{});
        }));
        TestMessageDialog dialog(m_desk->context(), channel());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_COMPARE(dialog.list()->model()->rowCount(), 1);
        dialog.list()->setCurrentIndex(dialog.list()->model()->index(0, 0));
        QVERIFY(!dialog.sendButton()->isEnabled());
        dialog.send();
        QTest::qWait(50);
        QVERIFY(dialog.answer().isEmpty());
    }

    void saysThatThePlatformConfirmedWithoutAnId()
    {
        tell(u"c1"_s, u"Zoë"_s, u"Where is it?"_s);
        m_chat->next = ScriptedChat::End::AnswerWithoutId;
        const ConversationId chat =
            m_desk
                ->read([this](Database &db) { return db.finish(*conversations::byThreadKey(db, m_channel, u"c1"_s)); })
                .value();
        QVERIFY(await(m_desk->commands->reply(chat, u"It left today."_s)));
        QVERIFY(await(m_desk->outbox->runOnce()));
        m_window->openConversation(chat);
        const QString said = u"The platform confirmed it without an id: errcode 0"_s;
        QLabel *state = nullptr;
        const auto isShown = [&] {
            for (QLabel *one : m_window->findChildren<QLabel *>()) {
                if (one->isVisible() && one->text().remove(QChar(0x200b)).contains(said))
                    state = one;
            }
            return state != nullptr;
        };
        QTRY_VERIFY(isShown());
        QVERIFY(state->text().startsWith(u"✓ Sent "_s));
        QVERIFY2(state->toolTip().contains(u"named no id"_s), qPrintable(state->toolTip()));
        QVERIFY(state->accessibleDescription().contains(u"cannot be looked up"_s));
        keep(m_window.get(), u"without_id"_s);
        OutboxModel outbox(m_desk->store());
        outbox.setFilter(deliveries::Filter::All);
        QTRY_COMPARE(outbox.rowCount(), 1);
        QCOMPARE(outbox.index(0, OutboxModel::State).data().toString(), u"✓ Sent, no id"_s);
        QVERIFY(outbox.index(0, OutboxModel::State).data(Qt::AccessibleTextRole).toString().contains(said));
        // What has an id, or was settled by a person, says nothing of the kind.
        Delivery named;
        named.kind = DeliveryKind::Reply;
        named.state = DeliveryState::Sent;
        named.externalId = u"17"_s;
        QVERIFY(words::deliveryHint(named).isEmpty());
        named.externalId.clear();
        QVERIFY(!words::deliveryHint(named).isEmpty());
        named.settledBy = OperatorId{1};
        QVERIFY(words::deliveryHint(named).isEmpty());
    }
};

} // namespace patchbay::tests

using patchbay::tests::TestMessageTest;
PATCHBAY_TESTS(TestMessageTest)
#include "tst_test_message.moc"
