#pragma once

#include "core/engine/gateway_desk.h"
#include "support/chat_side.h"
#include "support/console_desk.h"
#include "support/key_walk.h"
#include "support/test_main.h"
#include "ui/models/channels_model.h"
#include "ui/models/words.h"
#include "ui/widgets/channels_dialog.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/language.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/picker.h"

#include <QtCore/QDir>
#include <QtCore/QPointer>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// A gateway whose port another program has.
class TakenGateway final : public GatewayDesk {
public:
    GatewayState state() const override
    {
        GatewayState now;
        now.isNeeded = true;
        now.settings.publicUrl = u"https://hooks.example.org"_s;
        now.problem = u"The gateway cannot listen on 127.0.0.1, port 8790: another program has the port, or another "
                      "Patchbay. Choose another port, or end that program."_s;
        now.triesAgainAt = SystemClock().now() + 40s;
        return now;
    }
    QString addressOf(const QString &uid) const override { return u"https://hooks.example.org/hooks/"_s + uid; }
    QFuture<Result<Done>> change(GatewaySettings) override
    {
        ++changes;
        return QtFuture::makeReadyFuture(Result<Done>(Done{}));
    }
    void tryNow() override { }

    int changes = 0;
};

/// A chat that is paired with a telephone and has templates; it says what the test wants of both.
class TelephoneChat final : public ChatConnector {
public:
    void start(QByteArray, IntakeSink) override { }
    void fetchOnce(QByteArray, IntakeSink) override { }
    void stop() override { }
    DeliveryFacts facts() const override { return {}; }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override { co_return Receipt(); }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override { co_return std::optional<Receipt>(); }
    Async<Result<QString>> test() override { co_return QString(); }
    Async<Result<Pairing>> pairing() override
    {
        Pairing now;
        now.scan = u"2@made-up-code/with+signs==,and,parts,"_s + QString(160, u'x');
        now.typed = u"ABCD-1234"_s;
        now.until = words::now() + 40s;
        now.sentence = u"Open WhatsApp, Linked devices, Link a device, and scan this code."_s;
        co_return now;
    }
    Async<Result<TemplateList>> templates(bool) override
    {
        TemplateList list;
        list.readAt = words::now();
        list.templates = {{u"order_left"_s,
                           u"en_US"_s,
                           u"UTILITY"_s,
                           u"About your {{1}}"_s,
                           u"Hello {{name}}, your parcel left today and arrives on {{day}}. Who takes it in?"_s,
                           u"Parcel service"_s,
                           {u"I am at home"_s, u"A neighbour"_s}},
                          {u"thanks"_s, u"en_US"_s, u"MARKETING"_s, {}, u"Thank you!"_s, {}, {}}};
        co_return list;
    }
};

/// Every dialog of channels and persons by the keyboard alone: Tab reaches everything in the order in which it stands,
/// everything has a name, Return presses what has the focus, Esc closes, and the focus is back where it was.
class DialogKeysRig {
protected:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
    TakenGateway m_gateway;
    ChannelId m_chat;

    ChannelId add(const QString &connector, const QString &name, Health health, const QString &says,
                  const ChannelStanding &standing = {})
    {
        return m_desk
            ->write([=](Database &db) -> Result<ChannelId> {
                Channel channel;
                channel.connector = connector;
                channel.name = name;
                const ChannelId id = channels::insert(db, channel);
                channels::setHealth(db, id, health, says);
                channels::setStanding(db, id, standing);
                return db.finish(id);
            })
            .value();
    }
    void addChats()
    {
        ChatConnectorInfo chat = m_desk->catalog().chats.front();
        chat.id = u"whatsapp"_s;
        chat.title = u"WhatsApp"_s;
        chat.parse = &parseChatItem;
        chat.isChat = chat.pairs = true;
        chat.addresses = Addresses::Phones;
        chat.abilities.answerWindow = std::chrono::hours(24);
        chat.abilities.templates = true;
        chat.contract = {true, u"WhatsApp Cloud API (OpenAPI)"_s, u"v23.0"_s};
        chat.create = [](AccountConfig) { return std::make_unique<TelephoneChat>(); };
        m_desk->addConnector(chat);
        ChatConnectorInfo hook = m_desk->catalog().chats.front();
        hook.id = u"hook"_s;
        hook.title = u"Custom webhook"_s;
        hook.takesHooks = true;
        hook.contract = {false, u"As the form describes it"_s, {}};
        m_desk->addConnector(hook);
    }
    void addWhatCame()
    {
        ChatItem late = said(u"1"_s, u"Any news of my parcel?"_s);
        late.chat = late.from = u"491711234567"_s;
        late.name = u"Annie"_s;
        late.at = QDateTime::currentSecsSinceEpoch() - 25 * 3600;
        late.file = u"photo.png"_s;
        QVERIFY(await(m_desk->intake->accept(m_chat, {{{u"u1"_s, late.raw()}}, {}})));
        QVERIFY(await(m_desk->intake->drain()));
        m_desk->receive({{.from = "Ana Silva <ana@example.org>", .subject = "Lost parcel", .text = "Where is it?"}});
    }
    void open(QSize size)
    {
        m_window.reset();
        m_gateway.changes = 0;
        m_desk = std::make_unique<ConsoleDesk>();
        addChats();
        m_chat = add(u"whatsapp"_s, u"Shop on WhatsApp"_s, Health::CatchingUp, u"Reading what came since 09:12."_s);
        ChannelStanding over;
        over.refusedAt = words::now() - 2h;
        add(u"hook"_s, u"Bot of the shop"_s, Health::Failed, u"Telegram answers 401: Unauthorized."_s, over);
        add(u"mail"_s, u"Second mailbox"_s, Health::Offline, u"No connection to mail.example. Trying again in 40 s."_s);
        addWhatCame();
        QVERIFY(await(m_desk->channels_->load()));
        ConsoleContext context = m_desk->context();
        context.gateway = &m_gateway;
        context.hookAddress = [this](const QString &uid) { return m_gateway.addressOf(uid); };
        m_window = std::make_unique<MainWindow>(context);
        m_window->resize(size);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showView(conversations::View::All);
        QTRY_COMPARE(m_window->listPane()->model().rowCount(), 2);
    }
    static void sizes()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("1280x720") << QSize(1280, 720);
        QTest::newRow("1920x1080") << QSize(1920, 1080);
    }
    /// The modal dialog of this kind that comes up.
    template <class Dialog> Dialog *shown()
    {
        Dialog *dialog = nullptr;
        const auto isThere = [&dialog] {
            dialog = qobject_cast<Dialog *>(QApplication::activeModalWidget());
            return dialog != nullptr && dialog->isActiveWindow();
        };
        return QTest::qWaitFor(isThere, 5000) ? dialog : nullptr;
    }
    static void press(QWidget *in, Qt::Key key, Qt::KeyboardModifiers with = {})
    {
        QTest::keyClick(in->focusWidget() ? in->focusWidget() : in, key, with);
    }
    /// By what one types after Ctrl+K.
    void command(const QString &words)
    {
        press(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        Picker *palette = shown<Picker>();
        QVERIFY(palette);
        QTest::keyClicks(palette->field(), words);
        QTest::keyClick(palette->field(), Qt::Key_Return);
    }
    /// Goes on with Tab to the button with these words.
    static bool walkTo(QWidget *dialog, const QString &words)
    {
        for (int i = 0; i < 40; ++i) {
            QWidget *at = dialog->focusWidget();
            if (at && walkName(at).startsWith(words))
                return true;
            press(dialog, Qt::Key_Tab);
        }
        return false;
    }
    /// In both schemes; `look` is done in each before the picture is kept.
    void inBothSchemes(QWidget *widget, const QString &name, const std::function<void()> &look)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const bool dark : {false, true}) {
            m_window->theme().set(dark ? Theme::Scheme::Dark : Theme::Scheme::Light);
            QTest::qWait(100);
            look();
            QTest::qWait(50);
            const QString file =
                u"%1/keys_%2_%3_%4.png"_s.arg(folder, name).arg(m_window->height()).arg(dark ? u"dark"_s : u"light"_s);
            if (!folder.isEmpty())
                QVERIFY(QDir().mkpath(folder) && widget->grab().save(file));
        }
    }
    /// Wants no fault of a dialog, and room for it in the window.
    void look(QWidget *dialog, const QString &name)
    {
        const QPointer<QWidget> focus = dialog->focusWidget();
        inBothSchemes(dialog, name, [dialog, focus] {
            const QStringList faults = faultsOf(*dialog);
            QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
            if (focus)
                focus->setFocus();
        });
        QVERIFY(dialog->width() <= m_window->width() && dialog->height() <= m_window->height());
    }
    /// Esc, and the focus is where it was.
    static void leave(QDialog *dialog, QWidget *back)
    {
        const QPointer<QDialog> gone(dialog);
        press(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!gone || !gone->isVisible());
        QTRY_COMPARE(back->window()->focusWidget(), back); // no window manager makes its window the active one here
    }
    ChannelsDialog *channelsPage()
    {
        press(m_window.get(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = shown<ChannelsDialog>();
        if (!dialog || !QTest::qWaitFor([dialog] { return dialog->model().rowCount() == 4; }))
            return nullptr;
        return dialog;
    }
    static void choose(ChannelsDialog *dialog, const QString &name)
    {
        for (int row = 0; row < dialog->model().rowCount(); ++row) {
            if (dialog->model().at(row)->channel.name == name)
                dialog->table()->selectRow(row);
        }
    }
    void openChat()
    {
        QWidget *list = m_window->listPane()->list();
        list->setFocus();
        for (int i = 0; i < 2 && !m_window->triage().takesTemplates(); ++i) {
            QTest::keyClick(list, Qt::Key_J);
            QTest::qWait(150);
        }
        QTRY_VERIFY(m_window->triage().takesTemplates());
    }
    void close()
    {
        m_window.reset();
        m_desk.reset();
    }
};

} // namespace patchbay::tests
