#include "core/store/raw_message_table.h"
#include "support/hand_clock.h"
#include "support/shop_chat.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/channel_words.h"
#include "ui/models/channels_model.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/channel_gallery.h"
#include "ui/widgets/channels_dialog.h"
#include "ui/widgets/language.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/state_page.h"

#include <QtCore/QDir>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// The dialog of channels, and the words in it.
class ChannelsTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

    void open(bool withChannel = true)
    {
        m_window.reset();
        m_desk = std::make_unique<ConsoleDesk>(withChannel);
        QVERIFY2(m_desk->failure.isEmpty(), qPrintable(m_desk->failure));
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    ChannelId add(const QString &name, Health health, const QString &says)
    {
        const auto added = m_desk->write([=](Database &db) -> Result<ChannelId> {
            Channel channel;
            channel.connector = u"mail"_s;
            channel.name = name;
            return db.finish(channels::insert(db, channel));
        });
        if (!added)
            return {};
        (void)await(m_desk->channels_->load());
        const auto set = m_desk->write([id = *added, health, says](Database &db) -> Result<Done> {
            channels::setHealth(db, id, health, says); // after the load, which forgets what an older one said
            return db.finish(Done{});
        });
        return set ? *added : ChannelId{};
    }
    ChannelsDialog *openDialog()
    {
        QWidget *focus = m_window->focusWidget() ? m_window->focusWidget() : m_window.get();
        QTest::keyClick(focus, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = m_window->findChild<ChannelsDialog *>();
        if (!dialog || !QTest::qWaitFor([dialog] { return dialog->table()->currentIndex().isValid(); }))
            return nullptr;
        return dialog;
    }
    static QString cell(const ChannelsDialog &dialog, const QString &name, int column)
    {
        for (int row = 0; row < dialog.model().rowCount(); ++row) {
            if (dialog.model().at(row)->channel.name == name)
                return dialog.model().index(row, column).data().toString();
        }
        return u"no such channel"_s;
    }
    static void choose(ChannelsDialog &dialog, const QString &name)
    {
        for (int row = 0; row < dialog.model().rowCount(); ++row) {
            if (dialog.model().at(row)->channel.name == name)
                dialog.table()->selectRow(row);
        }
    }
    static QPushButton *button(const QWidget &widget, const QString &text)
    {
        for (QPushButton *one : widget.findChildren<QPushButton *>()) {
            if (one->text() == text)
                return one;
        }
        return nullptr;
    }
    static void keep(QWidget &widget, const QString &name)
    {
        QTest::qWait(250);
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (!folder.isEmpty()) {
            QDir().mkpath(folder);
            QVERIFY(widget.grab().save(QStringLiteral("%1/%2.png").arg(folder, name)));
        }
    }

private Q_SLOTS:
    void initTestCase() { installLanguage(*QCoreApplication::instance()); }
    void cleanup()
    {
        words::followClock(nullptr);
        m_window.reset();
        m_desk.reset();
    }

    void tellsHowEachChannelFaresAndWhatWentThroughIt()
    {
        open();
        add(u"Bot"_s, Health::Failed, u"Telegram answers 401: Unauthorized.\u202E <b>x</b>"_s);
        ConsoleDesk::Mail mail;
        mail.messageId = "once@example.org";
        m_desk->receive({mail});
        m_desk->receive({mail}); // comes again under another number
        m_desk->receiveRaw({QByteArray()});
        ChannelsDialog *dialog = openDialog();
        QVERIFY(dialog);
        QTRY_COMPARE(cell(*dialog, u"Support mail"_s, ChannelsModel::In), u"1 in, 1 doubled, 1 unreadable"_s);
        QCOMPARE(cell(*dialog, u"Support mail"_s, ChannelsModel::State), u"● connected"_s);
        QCOMPARE(cell(*dialog, u"Support mail"_s, ChannelsModel::Out), u"0 sent"_s);
        QCOMPARE(cell(*dialog, u"Bot"_s, ChannelsModel::State), u"✕ failed"_s);
        QCOMPARE(cell(*dialog, u"Bot"_s, ChannelsModel::Last), u"never"_s);
        QVERIFY(cell(*dialog, u"Bot"_s, ChannelsModel::Says).contains(u"<b>x</b>"_s)); // as text
        QVERIFY(!cell(*dialog, u"Bot"_s, ChannelsModel::Says).contains(QChar(0x202e)));
        choose(*dialog, u"Bot"_s);
        QVERIFY2(dialog->details().contains(u"Bot is failed."_s), qPrintable(dialog->details()));
        QVERIFY(dialog->details().contains(u"401"_s));
        // What comes in meanwhile is counted, and the chosen one stays.
        ConsoleDesk::Mail another;
        m_desk->receive({another});
        QTRY_VERIFY(cell(*dialog, u"Support mail"_s, ChannelsModel::In).startsWith(u"2 in"_s));
        QCOMPARE(dialog->model().at(dialog->table()->currentIndex())->channel.name, u"Bot"_s);
    }

    void saysHowLongItIsSilentBesideItsUsualRhythm()
    {
        channels::Figures figures;
        HandClock clock;
        const Timestamp now = clock.now();
        QVERIFY(words::rhythm(figures, now - 3h, now).isEmpty()); // too few to say
        figures.usualGap = 240s;
        QCOMPARE(words::rhythm(figures, now - 30s, now), u"usually every 4 minutes"_s);
        QCOMPARE(words::rhythm(figures, now - 3h, now), u"usually every 4 minutes, silent for 3 hours"_s);
        QVERIFY(words::isUnusuallySilent(figures, now - 3h, now));
        QVERIFY(!words::isUnusuallySilent(figures, now - 39min, now));
        figures.usualGap = 60s;
        QVERIFY(!words::isUnusuallySilent(figures, now - 29min, now)); // a busy channel may have a break
        QVERIFY(words::isUnusuallySilent(figures, now - 31min, now));
        figures.usualGap = 5s;
        QCOMPARE(words::rhythm(figures, now, now), u"usually several a minute"_s);
    }

    void saysHowFarBehindItsPlatformItIsWhereThatIsKnown()
    {
        channels::Lag lag;
        QVERIFY(words::behind(lag, Health::Ok).isEmpty());
        lag.now = 500s;
        QVERIFY(words::behind(lag, Health::Ok).isEmpty()); // too few to say what is usual
        lag.usual = 1s;
        lag.now = 30s;
        QCOMPARE(words::behind(lag, Health::Ok), u"usually 1 second behind"_s);
        QVERIFY(!words::isUnusuallyBehind(lag));
        lag.usual = 2s;
        lag.now = 240s;
        QCOMPARE(words::behind(lag, Health::Ok), u"usually 2 seconds behind, now 4 minutes"_s);
        QVERIFY(words::isUnusuallyBehind(lag));
        lag.usual = 60s;
        QCOMPARE(words::behind(lag, Health::Ok), u"usually 1 minute behind"_s);
        lag.usual = 0s;
        QCOMPARE(words::behind(lag, Health::Ok), u"usually less than a second behind, now 4 minutes"_s);
        lag.catchingUp = 3h;
        QCOMPARE(words::behind(lag, Health::CatchingUp), u"the newest message came 3 hours late"_s);
        lag.catchingUp.reset();
        QVERIFY(words::behind(lag, Health::CatchingUp).isEmpty());
    }

    void tellsThePaceOfAChatBesideIt()
    {
        open();
        ScriptedChat *live = nullptr;
        const ChannelId chat = addShopChat(*m_desk, scriptedChatInfo(live));
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        QVERIFY(m_desk->write([chat, at = (now - 3600) * 1000000](Database &db) {
            db.exec("INSERT INTO channel_event (channel_id, kind, detail, times, began_at, happened_at) VALUES (?, "
                    "'connected', '', 1, ?, ?)",
                    {chat.value, at, at});
            return db.finish(Done{});
        }));
        for (const QString &id : {u"1"_s, u"2"_s, u"3"_s, u"4"_s, u"5"_s}) {
            ChatItem item = said(id, u"Hello"_s);
            item.at = now - 320;
            QVERIFY(await(m_desk->intake->accept(chat, {{{u"u"_s + id, item.raw()}}, {}})));
        }
        QVERIFY(await(m_desk->intake->drain()));
        ChannelsDialog *dialog = openDialog();
        QVERIFY(dialog);
        choose(*dialog, u"Shop chat"_s);
        QTRY_VERIFY2(dialog->details().contains(u"usually 5 minutes behind"), qPrintable(dialog->details()));
        const QModelIndex name = dialog->table()->currentIndex().siblingAtColumn(ChannelsModel::Name);
        QVERIFY(name.data(Qt::AccessibleTextRole).toString().contains(u"usually 5 minutes behind"));
        keep(*dialog, u"channels-pace"_s);
    }

    void stopsStartsAndRestartsByTheKeyboard()
    {
        open();
        m_desk->channels_->start();
        ChannelsDialog *dialog = openDialog();
        QVERIFY(dialog);
        QPushButton *stop = button(*dialog, u"Stop"_s);
        QVERIFY(stop && stop->isEnabled());
        stop->setFocus();
        QTest::keyClick(stop, Qt::Key_Space);
        QTRY_COMPARE(cell(*dialog, u"Support mail"_s, ChannelsModel::State), u"‖ paused"_s);
        QCOMPARE(stop->text(), u"Start"_s);
        QVERIFY(!button(*dialog, u"Restart"_s)->isEnabled());
        QVERIFY(dialog->answer().contains(u"is stopped"_s));
        QTest::keyClick(stop, Qt::Key_Space);
        QTRY_COMPARE(stop->text(), u"Stop"_s);
        QTRY_VERIFY(button(*dialog, u"Restart"_s)->isEnabled());
        QTest::keyClick(button(*dialog, u"Restart"_s), Qt::Key_Space);
        QVERIFY(dialog->answer().contains(u"begins anew"_s));
    }

    void testsWithTheLiveConnectionAndFetches()
    {
        open();
        ChannelsDialog *dialog = openDialog();
        QVERIFY(dialog);
        QTest::keyClick(button(*dialog, u"Test connection"_s), Qt::Key_Space);
        QTRY_COMPARE(dialog->answer(), u"✓ Support mail: Signed in, INBOX has 12 messages"_s);
        QTest::keyClick(button(*dialog, u"Fetch now"_s), Qt::Key_Space);
        QTRY_COMPARE(dialog->answer(), u"✓ Support mail: caught up"_s);
    }

    void tellsWhereAChannelThatIsCalledIsReached()
    {
        open();
        ChatConnectorInfo hook = m_desk->catalog().chats.front();
        hook.id = u"hook"_s;
        hook.title = u"Hook"_s;
        hook.takesHooks = true;
        m_desk->addConnector(hook);
        const auto added = m_desk->write([](Database &db) -> Result<ChannelId> {
            Channel channel;
            channel.uid = u"0199aaaa-0000-7000-8000-000000000001"_s;
            channel.connector = u"hook"_s;
            channel.name = u"Shop"_s;
            return db.finish(channels::insert(db, channel));
        });
        QVERIFY(added);
        (void)await(m_desk->channels_->load());
        ConsoleContext context = m_desk->context();
        QString base;
        context.hookAddress = [&base](const QString &uid) { return base.isEmpty() ? QString() : base + uid; };
        ChannelsDialog dialog(context, *added);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_VERIFY(dialog.details().contains(u"No gateway listens here"_s));
        QVERIFY(!button(dialog, u"Copy address"_s)->isEnabled());
        base = u"https://hooks.example.org/hooks/"_s;
        dialog.model().reload();
        const QString whole = base + u"0199aaaa-0000-7000-8000-000000000001"_s;
        QTRY_VERIFY2(dialog.details().contains(whole), qPrintable(dialog.details()));
        QTest::keyClick(button(dialog, u"Copy address"_s), Qt::Key_Space);
        QCOMPARE(QGuiApplication::clipboard()->text(), whole);
        choose(dialog, u"Support mail"_s);
        QVERIFY(!button(dialog, u"Copy address"_s)->isVisible());
    }

    void tellsTheAddressOnlyWhereThePlatformCallsIt()
    {
        open();
        ChatConnectorInfo both = m_desk->catalog().chats.front();
        both.id = u"both"_s;
        both.takesHooks = both.asksToo = true;
        m_desk->addConnector(both);
        const auto added = m_desk->write([](Database &db) -> Result<ChannelId> {
            Channel channel;
            channel.connector = u"both"_s;
            channel.name = u"Bot"_s;
            return db.finish(channels::insert(db, channel));
        });
        QVERIFY(added);
        ConsoleContext context = m_desk->context();
        context.hookAddress = [](const QString &uid) { return u"https://hooks.example.org/hooks/"_s + uid; };
        ChannelsDialog dialog(context, *added);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_VERIFY(dialog.details().contains(u"Bot is"_s));
        QVERIFY2(!dialog.details().contains(u"hooks.example.org"_s), qPrintable(dialog.details()));
        QVERIFY(!button(dialog, u"Copy address"_s)->isVisible());
        const auto changed = m_desk->write([id = *added](Database &db) -> Result<Done> {
            channels::change(db, id, u"Bot"_s, {{arrivesBy, arrivesByGateway}});
            return db.finish(Done{});
        });
        QVERIFY(changed);
        QTRY_VERIFY2(dialog.details().contains(u"https://hooks.example.org/hooks/"_s), qPrintable(dialog.details()));
        QVERIFY(button(dialog, u"Copy address"_s)->isVisible());
    }

    void opensTheSettingsWithEnterAndAddsFromTheChoice()
    {
        open();
        ChannelsDialog *dialog = openDialog();
        QVERIFY(dialog);
        QTest::keyClick(dialog->table(), Qt::Key_Return);
        QTRY_VERIFY(dialog->findChild<AccountDialog *>());
        dialog->findChild<AccountDialog *>()->close();
        QTRY_VERIFY(!dialog->findChild<AccountDialog *>());
        ChannelGallery *gallery = dialog->add();
        QVERIFY(gallery);
        QTest::keyClick(gallery->field(), Qt::Key_Return);
        QTRY_VERIFY(dialog->findChild<AccountDialog *>());
    }

    void saysThatThereIsNoChannelYet()
    {
        open(false);
        ChannelsDialog dialog(m_desk->context());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_COMPARE(dialog.state()->sentence(), u"No channel yet: add one"_s);
        QVERIFY(dialog.state()->isVisible());
        keep(dialog, u"channels-none"_s);
    }

    void namesEverythingThatTheKeyboardReaches()
    {
        open();
        ChannelsDialog *dialog = openDialog();
        QVERIFY(dialog);
        for (const QPushButton *one : dialog->findChildren<QPushButton *>())
            QVERIFY(!one->text().isEmpty() || !one->isVisibleTo(dialog));
        const QString row = dialog->model().index(0, ChannelsModel::Name).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(row.startsWith(u"Channel Support mail, "_s), qPrintable(row));
        const Watched<ChannelsModel> watch(dialog->model());
        add(u"Another"_s, Health::Ok, {});
        QTRY_COMPARE(dialog->model().rowCount(), 2);
    }

    void keepsTheColourOfAStateInTheChosenRow()
    {
        open();
        add(u"Bot of the shop"_s, Health::Failed, u"The token is over."_s);
        ChannelsDialog *dialog = openDialog();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->model().rowCount(), 2);
        choose(*dialog, u"Bot of the shop"_s);
        for (const auto scheme : {Theme::Scheme::Light, Theme::Scheme::Dark}) {
            m_window->theme().set(scheme);
            QTest::qWait(100);
            const QModelIndex chosen = dialog->table()->currentIndex().siblingAtColumn(ChannelsModel::State);
            const QImage cell = dialog->table()->viewport()->grab(dialog->table()->visualRect(chosen)).toImage();
            const ThemeColors &colors = themeColors(scheme == Theme::Scheme::Dark);
            const auto pixelsOf = [&cell](const QColor &color) {
                int count = 0;
                for (int y = 0; y < cell.height(); ++y) {
                    for (int x = 0; x < cell.width(); ++x)
                        count += cell.pixelColor(x, y).rgb() == color.rgb() ? 1 : 0;
                }
                return count;
            };
            QVERIFY(pixelsOf(colors.selected) > cell.width()); // it is the chosen one
            QVERIFY(pixelsOf(colors.danger) > 0);
            QCOMPARE(pixelsOf(colors.text), 0);
        }
    }

    void looksRightInBothSchemes()
    {
        open();
        add(u"Bot of the shop"_s, Health::Failed, u"The token is over: sign in again in the settings."_s);
        add(u"WhatsApp"_s, Health::CatchingUp, u"Reading what came since 09:12."_s);
        add(u"Slack"_s, Health::Offline, u"No connection to slack.com. Trying again in 40 s."_s);
        m_desk->receive({ConsoleDesk::Mail()});
        ChannelsDialog *dialog = openDialog();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->model().rowCount(), 4);
        for (const auto &[scheme, name] :
             {std::pair{Theme::Scheme::Light, u"light"_s}, std::pair{Theme::Scheme::Dark, u"dark"_s}}) {
            m_window->theme().set(scheme);
            keep(*dialog, name + u"-channels"_s);
        }
    }
};

} // namespace patchbay::tests

using patchbay::tests::ChannelsTest;
PATCHBAY_TESTS(ChannelsTest)
#include "tst_channels.moc"
