#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "eight_platforms.h"
#include "support/story_window.h"
#include "support/test_main.h"
#include "ui/models/channels_model.h"
#include "ui/models/words.h"
#include "ui/widgets/channels_dialog.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/thread_pane.h"

#include <QtCore/QJsonArray>
#include <QtCore/QProcess>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QTableView>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

constexpr int saidInOneChat = 4;
const QString chatOfAna = u"551190041"_s;
const QString chatOfBen = u"551190042"_s;

} // namespace

/// Eight channels at once flow into one inbox, while the console is killed twice; the operator answers on three of
/// them. Then one is down, one has an expired token and one has much to catch up with, and the channels' page says so.
class EightChannelsStory : public QObject, protected StoryWindow {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (m_mail.isThere()) { // a ninth
            m_mail.empty(m_mail.support(), "INBOX");
            QCOMPARE(m_desk.setUp(m_mail), QString());
            QVERIFY(m_mail.append(m_mail.support(), "INBOX",
                                  plainMail(m_mail.customer().address, m_mail.support().address, u"By mail"_s,
                                            u"Mail: where is my parcel?"_s, u"eight@customer.test"_s)));
            ++m_others;
        } else {
            QCOMPARE(m_desk.ctl({u"init"_s, u"--name"_s, u"Test desk"_s}).status, 0);
        }
        for (const FarChannel &one : m_far.channels) {
            for (auto secret = one.secrets.begin(); secret != one.secrets.end(); ++secret)
                m_desk.writeSecret(one.name + u'.' + secret.key(), secret.value());
            QStringList arguments{u"channels"_s, u"add"_s, one.connector, u"--name"_s, one.name};
            for (const QString &setting : one.settings)
                arguments << u"--set"_s << setting;
            addChannel(arguments);
        }
        reachTheGateway();
    }

    void init()
    {
        if (std::exchange(m_isBegun, true) && !m_app)
            QSKIP("The console did not come back.");
    }

    void bringsEverythingInOnceWhoeverIsKilled()
    {
        tellAll(0, 2);
        // Killed by kill -9 at the worst moment: stored, and the platform does not know it.
        std::unique_ptr<QProcess> console = startConsole(u"intake.after_commit_before_ack:12"_s);
        QTRY_COMPARE_WITH_TIMEOUT(console->state(), QProcess::NotRunning, 60000);
        QCOMPARE(console->exitStatus(), QProcess::CrashExit);
        const int taken = m_far.caller.taken + m_far.acknowledged();
        QVERIFY(taken < int(m_far.channels.size()) * (saidInOneChat + 1) * 2); // it is the middle
        tellAll(2, saidInOneChat + 1);
        console = startConsole({});
        QTRY_VERIFY_WITH_TIMEOUT(m_far.caller.taken + m_far.acknowledged() > taken + 5, 60000);
        console->kill(); // whatever it is doing
        QVERIFY(console->waitForFinished(10000));
        openWindow();
        QTRY_COMPARE_WITH_TIMEOUT(visible().size(), allMessages(), 60000);
        QTRY_COMPARE_WITH_TIMEOUT(m_far.caller.taken, 4 * 2 * (saidInOneChat + 1), 60000);
    }

    void showsOneVisibleMessageEach()
    {
        QTest::qWait(500); // a repeat may still come
        const QStringList all = visible();
        QCOMPARE(all.size(), allMessages());
        for (const FarChannel &one : m_far.channels) {
            for (int i = 0; i <= saidInOneChat; ++i)
                QVERIFY2(all.count(said(one, i).text) == 1, qPrintable(said(one, i).text + u'\n' + all.join(u'\n')));
            if (one.idsCountPerChat)
                QCOMPARE(said(one, 0).id, said(one, saidInOneChat).id); // in two chats: two messages
        }
        const QJsonObject check = m_desk.check();
        QVERIFY2(check.value("adds_up"_L1).toBool(), QJsonDocument(check).toJson().constData());
        QCOMPARE(check.value("visible"_L1).toInt(), allMessages());
        QCOMPARE(check.value("quarantined"_L1).toInt(), 0);
        QVERIFY(check.value("duplicate"_L1).toInt() > 0);
        QTRY_COMPARE(m_window->listPane()->model().rowCount(), int(m_far.channels.size()) * 2 + m_others);
        keep(*m_window, u"eight-channels-inbox"_s);
    }

    void saysThatAnAnswerIsOnItsWayAndThenThatItIsThere()
    {
        m_far.holdMs = 1500;
        answerTo(u"Telegram"_s, chatOfAna, u"It left this morning."_s);
        QTRY_VERIFY_WITH_TIMEOUT(threadText().contains(words::deliverySign(DeliveryState::Sending)), 10000);
        QVERIFY2(!threadText().contains(u"✓ Sent"_s), qPrintable(threadText()));
        QTRY_VERIFY_WITH_TIMEOUT(threadText().contains(u"✓ Sent"_s), 10000);
        m_far.holdMs = 0;
        QCOMPARE(idsOf(u"It left this morning."_s), QStringList{m_far.taken.back().id});
    }

    void waitsAsToldAndKnowsItsOwnMessageAgain()
    {
        m_far.slackWaits = 1;
        answerTo(u"Slack"_s, u"D"_s + chatOfAna, u"We look for it."_s);
        QTRY_VERIFY_WITH_TIMEOUT(threadText().contains(u"✓ Sent"_s), 20000);
        QCOMPARE(m_far.slackWaits, 0);
        m_far.echoSlack(m_far.taken.back());
        m_far.echoSlack(m_far.taken.back());
        QTest::qWait(800);
        QCOMPARE(idsOf(u"We look for it."_s), QStringList{m_far.taken.back().id});
        QCOMPARE(threadText().count(u"We look for it."_s), 1);
        QVERIFY(!threadText().contains(u"Sent from elsewhere"_s));
    }

    void tellsHowAnAnswerFares()
    {
        answerTo(u"WhatsApp"_s, chatOfAna, u"It is at your door."_s);
        QTRY_VERIFY_WITH_TIMEOUT(threadText().contains(u"✓ Sent"_s), 20000);
        const FarTaken sent = m_far.taken.back();
        for (const QString &status : {u"read"_s, u"delivered"_s, u"read"_s, u"delivered"_s, u"sent"_s})
            m_far.tellFate(status, sent.id, chatOfAna);
        QTRY_VERIFY_WITH_TIMEOUT(threadText().contains(u"✓✓ Read"_s), 20000);
        QTest::qWait(500);
        QVERIFY2(threadText().contains(u"✓✓ Read"_s), qPrintable(threadText())); // what comes late takes nothing back
        QCOMPARE(idsOf(u"It is at your door."_s), QStringList{sent.id});
        for (const QLabel *label : m_window->threadPane()->findChildren<QLabel *>())
            QVERIFY(label->text() != u"(no subject)"_s); // a chat stands under its person's name
        keep(*m_window, u"eight-channels-answered"_s);
    }

    void sentEachAnswerOnce()
    {
        QStringList texts;
        for (const FarTaken &one : m_far.taken)
            texts << one.channel + u": "_s + one.text;
        QCOMPARE(texts,
                 QStringList({u"Telegram: It left this morning."_s, u"Slack: We look for it."_s,
                              u"WhatsApp: It is at your door."_s}));
        QCOMPARE(m_far.telegramTyping, 1); // while it was written, and no answer of its own
        QCOMPARE(visible().size(), allMessages());
    }

    void tellsTheTruthAboutWhatIsDownExpiredAndCatchingUp()
    {
        m_far.sockets().shut(u"/discord"_s, true);
        m_far.hasExpired = true;
        m_far.sockets().socket(u"/slack"_s)->abort();
        m_far.backlog = 10000;
        m_far.backlogMs = 300;
        QTest::keyClick(focus(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = m_window->findChild<ChannelsDialog *>();
        QVERIFY(dialog);
        QTRY_VERIFY(rowOf(*dialog, u"Telegram"_s) >= 0);
        dialog->table()->selectRow(rowOf(*dialog, u"Telegram"_s));
        dialog->restart();
        QVERIFY2(dialog->answer() == u"Telegram begins anew."_s, qPrintable(dialog->answer()));
        QTRY_VERIFY2_WITH_TIMEOUT(healthOf(*dialog, u"Telegram"_s) == Health::CatchingUp,
                                  qPrintable(cell(*dialog, u"Telegram"_s, ChannelsModel::Says)), 10000);
        QTRY_COMPARE_WITH_TIMEOUT(healthOf(*dialog, u"Discord"_s), Health::Offline, 10000);
        QTRY_COMPARE_WITH_TIMEOUT(healthOf(*dialog, u"Slack"_s), Health::Failed, 10000);
        for (const char *name : {"DingTalk", "LINE", "WhatsApp", "Messenger", "Shop"})
            QTRY_COMPARE(healthOf(*dialog, QString::fromLatin1(name)), Health::Ok);
        QTRY_VERIFY2(cell(*dialog, u"Slack"_s, ChannelsModel::Says).contains(u"sign-in refused since"_s),
                     qPrintable(cell(*dialog, u"Slack"_s, ChannelsModel::Says)));
        QVERIFY(cell(*dialog, u"Slack"_s, ChannelsModel::Says).contains(u"token_expired"_s));
        QVERIFY2(cell(*dialog, u"Discord"_s, ChannelsModel::Says).contains(u"Trying again in"_s),
                 qPrintable(cell(*dialog, u"Discord"_s, ChannelsModel::Says)));
        QVERIFY2(cell(*dialog, u"Telegram"_s, ChannelsModel::Says).contains(u"Reading what has come"_s),
                 qPrintable(cell(*dialog, u"Telegram"_s, ChannelsModel::Says)));
        QCOMPARE(cell(*dialog, u"WhatsApp"_s, ChannelsModel::Out), u"1 sent"_s);
        dialog->table()->selectRow(rowOf(*dialog, u"Slack"_s));
        QVERIFY2(dialog->details().contains(u"Slack is failed"_s), qPrintable(dialog->details()));
        keep(*dialog, u"channels-truth"_s);
        // It is over by itself where it can be.
        m_far.sockets().shut(u"/discord"_s, false);
        m_far.backlog = 0;
        QTRY_COMPARE_WITH_TIMEOUT(healthOf(*dialog, u"Telegram"_s), Health::Ok, 20000);
        QTRY_COMPARE_WITH_TIMEOUT(healthOf(*dialog, u"Discord"_s), Health::Ok, 60000);
        QCOMPARE(healthOf(*dialog, u"Slack"_s), Health::Failed);
        QCOMPARE(visible().size(), allMessages());
        dialog->close();
    }

    void cleanupTestCase() { closeWindow(); }

private:
    void addChannel(const QStringList &arguments)
    {
        // Its platform answers in this program: the event loop must go on.
        QProcess program;
        program.start(QString::fromUtf8(PATCHBAYCTL),
                      QStringList{u"--workspace"_s, m_desk.workspace(), u"--secrets"_s, m_desk.secretsFolder()}
                          + arguments);
        QTRY_COMPARE_WITH_TIMEOUT(program.state(), QProcess::NotRunning, 30000);
        QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());
    }
    void reachTheGateway()
    {
        quint16 port = 0;
        {
            QTcpServer free;
            QVERIFY(free.listen(QHostAddress::LocalHost));
            port = free.serverPort();
        }
        const CtlResult set = m_desk.ctl({u"gateway"_s, u"set"_s, u"--allow"_s, u"--port"_s, QString::number(port)});
        QVERIFY2(set.status == 0, set.err.constData());
        QHash<QString, QByteArray> paths;
        for (const QJsonValue &one : m_desk.ctl({u"gateway"_s, u"show"_s}).json.value("channels"_L1).toArray())
            paths.insert(one["name"_L1].toString(), QUrl(one["address"_L1].toString()).path().toLatin1());
        QCOMPARE(paths.size(), 4);
        m_far.reach(port, paths);
    }
    std::unique_ptr<QProcess> startConsole(const QString &fault)
    {
        auto program = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
        environment.insert(u"XDG_CACHE_HOME"_s, m_desk.secretsFolder());
        if (!fault.isEmpty())
            environment.insert(u"PATCHBAY_FAULT"_s, fault);
        program->setProcessEnvironment(environment);
        program->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        program->start(QString::fromUtf8(PATCHBAY),
                       {u"--workspace"_s, m_desk.workspace(), u"--secrets"_s, m_desk.secretsFolder()});
        return program;
    }
    void openWindow()
    {
        showWindow(m_desk, QSize(1400, 900), std::chrono::milliseconds(1));
        if (QTest::currentTestFailed())
            return;
        QVERIFY(await(m_app->gatewayKeeper()->begin()).ok());
        m_app->startWorking();
        QTest::keyClick(m_window.get(), Qt::Key_5, Qt::ControlModifier); // All
    }

    /// What a channel's customers say: four times in one chat, and last in another.
    Told said(const FarChannel &channel, int n) const
    {
        static const QStringList words{u"where is my parcel?"_s, u"it should have come."_s, u"are you there?"_s,
                                       u"please look."_s, u"and mine?"_s};
        const bool isBen = n == saidInOneChat;
        const int id = isBen && channel.idsCountPerChat ? 7001 : 7001 + n;
        const qint64 at = m_begin - 600 + (isBen && channel.connector == "slack"_L1 ? 0 : 10 * n);
        return {isBen ? chatOfBen : chatOfAna, QString::number(id), channel.name + u": "_s + words[n], at, n + 1};
    }
    void tellAll(int from, int to)
    {
        for (const FarChannel &one : m_far.channels) {
            QList<Told> all;
            for (int i = from; i < to; ++i)
                all << said(one, i);
            m_far.tell(one.name, all);
        }
    }
    int allMessages() const { return int(m_far.channels.size()) * (saidInOneChat + 1) + m_others; }

    /// The texts of all inbound messages.
    QStringList visible()
    {
        const auto read = await(m_app->store().read([](Database &db) -> Result<QStringList> {
            QStringList all;
            for (const Row &row : db.rows("SELECT body_text FROM message WHERE direction = 'inbound'"))
                all << row.text(0);
            return db.finish(all);
        }));
        return read ? *read : QStringList{read.error().message};
    }
    /// The platform's ids of what was sent with this text.
    QStringList idsOf(const QString &text)
    {
        const auto listed = await(m_app->store().read(
            [](Database &db) { return db.finish(deliveries::list(db, deliveries::Filter::All, 100)); }));
        QStringList ids;
        for (const deliveries::Entry &one : listed ? *listed : std::vector<deliveries::Entry>()) {
            if (QJsonDocument(one.delivery.payload).toJson().contains(text.toUtf8()))
                ids << one.delivery.externalId;
        }
        return ids;
    }
    void answerTo(const QString &channel, const QString &thread, const QString &text)
    {
        const auto found = await(m_app->store().read([=](Database &db) -> Result<ConversationId> {
            const auto known = channels::byName(db, channel);
            return db.finish(
                conversations::byThreadKey(db, known ? known->id : ChannelId{}, thread).value_or(ConversationId{}));
        }));
        QVERIFY2(found.ok() && found->value > 0, qPrintable(channel + u' ' + thread));
        m_window->openConversation(*found);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->triage().details() && m_window->triage().details()->conversation.id == *found, 5000);
        QTest::keyClick(focus(), Qt::Key_R);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->threadPane()->composer()->editor()->hasFocus(), 3000);
        QTest::keyClicks(focus(), text);
        const size_t before = m_far.taken.size();
        QTest::keyClick(focus(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_far.taken.size(), before + 1, 20000);
        QTest::keyClick(focus(), Qt::Key_Escape);
    }
    QWidget *focus() const { return m_window->focusWidget() ? m_window->focusWidget() : m_window.get(); }
    QString threadText() const
    {
        QStringList all;
        for (const QLabel *label : m_window->threadPane()->view()->findChildren<QLabel *>()) {
            if (label->isVisible())
                all << label->text().remove(QChar(0x200b));
        }
        for (const QTextEdit *body : m_window->threadPane()->view()->findChildren<QTextEdit *>())
            all << body->toPlainText();
        return all.join(u'\n');
    }

    static int rowOf(const ChannelsDialog &dialog, const QString &name)
    {
        for (int row = 0; row < dialog.model().rowCount(); ++row) {
            if (dialog.model().at(row)->channel.name == name)
                return row;
        }
        return -1;
    }
    static Health healthOf(const ChannelsDialog &dialog, const QString &name)
    {
        const ChannelRow *row = dialog.model().at(rowOf(dialog, name));
        return row ? row->health() : Health::Unknown;
    }
    static QString cell(const ChannelsDialog &dialog, const QString &name, int column)
    {
        return dialog.model().index(rowOf(dialog, name), column).data().toString();
    }

    /// In both schemes; with PATCHBAY_SHOTS set to a folder, keeps the pictures for people.
    void keep(QWidget &widget, const QString &what)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const auto &[scheme, name] :
             {std::pair(Theme::Scheme::Dark, u"dark"_s), std::pair(Theme::Scheme::Light, u"light"_s)}) {
            m_window->theme().set(scheme);
            QTest::qWait(250); // until what was painted has settled
            const QPixmap picture = widget.grab();
            QVERIFY(!picture.isNull());
            if (!folder.isEmpty())
                QVERIFY(picture.save(u"%1/%2-%3.png"_s.arg(folder, name, what)));
        }
    }

    MailServer m_mail;
    Desk m_desk;
    EightPlatforms m_far;
    qint64 m_begin = QDateTime::currentSecsSinceEpoch();
    int m_others = 0;
    bool m_isBegun = false;
};
PATCHBAY_TESTS(EightChannelsStory)

#include "tst_eight_channels.moc"
