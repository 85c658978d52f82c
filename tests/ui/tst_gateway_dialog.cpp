#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/models/words.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/gateway_dialog.h"
#include "ui/widgets/main_window.h"

#include <QtCore/QDir>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTableWidget>

namespace patchbay::tests {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// A gateway that stands as the test says.
class PlayedGateway final : public GatewayDesk {
public:
    GatewayState state() const override { return now; }
    QString addressOf(const QString &uid) const override
    {
        const QString base = now.settings.publicUrl;
        return (base.isEmpty() ? u"http://127.0.0.1:8790"_s : base) + u"/hooks/"_s + uid;
    }
    QFuture<Result<Done>> change(GatewaySettings settings) override
    {
        QPromise<Result<Done>> promise;
        promise.start();
        const bool refused = settings.publicUrl == "nonsense"_L1;
        promise.addResult(refused ? Result<Done>(makeError(Error::Kind::Refused, u"“nonsense” is no address."_s))
                                  : Result<Done>(Done{}));
        promise.finish();
        if (!refused) {
            now.settings = settings;
            Q_EMIT changed();
        }
        return promise.future();
    }
    void tryNow() override { ++tries; }

    GatewayState now = {};
    int tries = 0;
};

/// The gateway in the window.
class GatewayDialogTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
    PlayedGateway m_gateway;

    void open()
    {
        m_window.reset();
        m_gateway.now = {};
        m_gateway.tries = 0;
        m_desk = std::make_unique<ConsoleDesk>();
        QVERIFY2(m_desk->failure.isEmpty(), qPrintable(m_desk->failure));
        ConsoleContext context = m_desk->context();
        context.gateway = &m_gateway;
        m_window = std::make_unique<MainWindow>(context);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void addHook(const QString &name, const QString &uid)
    {
        if (!m_desk->catalog().chat(u"hook"_s)) {
            ChatConnectorInfo hook = m_desk->catalog().chats.front();
            hook.id = u"hook"_s;
            hook.takesHooks = true;
            m_desk->addConnector(hook);
        }
        const auto added = m_desk->write([=](Database &db) -> Result<ChannelId> {
            Channel channel;
            channel.uid = uid;
            channel.connector = u"hook"_s;
            channel.name = name;
            return db.finish(channels::insert(db, channel));
        });
        QVERIFY(added);
        QVERIFY(await(m_desk->channels_->load()));
    }
    GatewayDialog *dialog()
    {
        m_window->actions().trigger(u"setup.gateway"_s);
        return m_window->findChild<GatewayDialog *>();
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
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void saysHowItStands()
    {
        open();
        GatewayDialog *shown = dialog();
        QVERIFY(shown);
        QCOMPARE(shown->standing(), u"○ It does not listen: no channel needs it."_s);
        QVERIFY(!shown->tryButton()->isVisible());
        m_gateway.now.isNeeded = true;
        m_gateway.now.settings.allowed = false;
        Q_EMIT m_gateway.changed();
        QVERIFY(shown->standing().contains(u"not allowed to"_s));
        m_gateway.now.settings.allowed = true;
        m_gateway.now.listensAt = u"http://127.0.0.1:8790"_s;
        Q_EMIT m_gateway.changed();
        QCOMPARE(shown->standing(), u"● It listens on http://127.0.0.1:8790."_s);
        m_gateway.now.listensAt.clear();
        m_gateway.now.problem = u"The gateway cannot listen on 127.0.0.1, port 8790: another program has the port."_s;
        m_gateway.now.triesAgainAt = SystemClock().now() + 40s;
        Q_EMIT m_gateway.changed();
        QVERIFY2(shown->standing().contains(u"port 8790"_s)
                     && shown->standing().contains(u"It tries again by itself in "_s),
                 qPrintable(shown->standing()));
        QVERIFY(shown->tryButton()->isVisible());
        shown->tryButton()->click();
        QCOMPARE(m_gateway.tries, 1);
    }

    void showsTheAddressOfEachChannelAndCopiesIt()
    {
        open();
        addHook(u"Shop"_s, u"0199aaaa-0000-7000-8000-000000000001"_s);
        m_gateway.now.settings.publicUrl = u"https://hooks.example.org"_s;
        GatewayDialog *shown = dialog();
        QVERIFY(shown);
        QCOMPARE(shown->addresses()->rowCount(), 1);
        shown->copy();
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 u"https://hooks.example.org/hooks/0199aaaa-0000-7000-8000-000000000001"_s);
        addHook(u"Web form"_s, u"0199aaaa-0000-7000-8000-000000000002"_s);
        QTRY_COMPARE(shown->addresses()->rowCount(), 2); // it follows
    }

    void saysInPlainWordsHowAPlatformReachesThisComputer()
    {
        open();
        GatewayDialog *shown = dialog();
        QVERIFY(shown);
        QVERIFY(!shown->ways()->isOpen());
        QTest::keyClick(shown->ways()->findChild<QPushButton *>(), Qt::Key_Return);
        QVERIFY(shown->ways()->isOpen());
        QString all;
        for (const QLabel *label : shown->ways()->findChildren<QLabel *>())
            all += label->isVisible() ? label->text() : QString();
        for (const QString &way : {u"A tunnel is"_s, u"A reverse proxy is"_s, u"A relay is"_s})
            QVERIFY2(all.contains(way), qPrintable(way));
        for (const auto &[scheme, name] :
             {std::pair{Theme::Scheme::Light, u"light"_s}, std::pair{Theme::Scheme::Dark, u"dark"_s}}) {
            m_window->theme().set(scheme);
            keep(*shown, name + u"-gateway-ways"_s);
        }
    }

    void savesWhatWasEnteredAndSaysWhyNot()
    {
        open();
        GatewayDialog *shown = dialog();
        QVERIFY(shown);
        shown->allowed()->setChecked(false);
        shown->port()->setValue(9001);
        shown->publicUrl()->setText(u"nonsense"_s);
        shown->save();
        QTRY_COMPARE(shown->answer(), u"✕ “nonsense” is no address."_s);
        QCOMPARE(shown->port()->value(), 9001); // what was typed stays
        Q_EMIT m_gateway.changed(); // something else happened
        QCOMPARE(shown->port()->value(), 9001);
        shown->publicUrl()->setText(u"https://hooks.example.org"_s);
        shown->save();
        QTRY_COMPARE(shown->answer(), u"✓ Saved."_s);
        QVERIFY(!m_gateway.now.settings.allowed);
        QCOMPARE(m_gateway.now.settings.port, 9001);
        QCOMPARE(m_gateway.now.settings.publicUrl, u"https://hooks.example.org"_s);
    }

    void looksRightInBothSchemes()
    {
        open();
        addHook(u"Shop"_s, u"0199aaaa-0000-7000-8000-000000000001"_s);
        addHook(u"Web form"_s, u"0199aaaa-0000-7000-8000-000000000002"_s);
        m_gateway.now.isNeeded = true;
        m_gateway.now.problem = u"The gateway cannot listen on 127.0.0.1, port 8790: another program has the port, or "
                                "this computer does not have the address."_s;
        m_gateway.now.triesAgainAt = SystemClock().now() + 40s;
        GatewayDialog *shown = dialog();
        QVERIFY(shown);
        for (const auto &[scheme, name] :
             {std::pair{Theme::Scheme::Light, u"light"_s}, std::pair{Theme::Scheme::Dark, u"dark"_s}}) {
            m_window->theme().set(scheme);
            keep(*shown, name + u"-gateway"_s);
        }
        for (const QPushButton *one : shown->findChildren<QPushButton *>())
            QVERIFY(!one->text().isEmpty());
    }
};

} // namespace patchbay::tests

using patchbay::tests::GatewayDialogTest;
PATCHBAY_TESTS(GatewayDialogTest)
#include "tst_gateway_dialog.moc"
