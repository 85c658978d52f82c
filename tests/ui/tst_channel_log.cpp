#include "core/store/channel_event_table.h"
#include "support/console_desk.h"
#include "support/hand_clock.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/channel_log_model.h"
#include "ui/models/channel_words.h"
#include "ui/models/channels_model.h"
#include "ui/models/words.h"
#include "ui/widgets/channel_log_dialog.h"
#include "ui/widgets/channels_dialog.h"
#include "ui/widgets/language.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/state_page.h"

#include <QtCore/QDir>
#include <QtCore/QSemaphore>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Kind = ChannelEvent::Kind;

/// What the channels page says of sign-ins and waits, and the log of a channel.
class ChannelLogTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

    void open()
    {
        m_window.reset();
        m_desk = std::make_unique<ConsoleDesk>();
        QVERIFY2(m_desk->failure.isEmpty(), qPrintable(m_desk->failure));
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void note(Kind kind, int times = 1, const QString &detail = {})
    {
        const auto noted = m_desk->write([=, channel = m_desk->channel](Database &db) -> Result<Done> {
            channel_events::note(db, channel, kind, times, detail);
            return db.finish(Done{});
        });
        QVERIFY(noted);
    }
    void noteSome()
    {
        note(Kind::Connected, 1, u"Connected to far.example; what comes is stored at once."_s);
        note(Kind::Fetched, 12);
        note(Kind::Lost, 1, u"far.example hung up. <b>x</b>\u202E Trying again in 4 s."_s);
        note(Kind::Connected, 1, u"Connected to far.example; what comes is stored at once."_s);
        note(Kind::RequestRefused, 3);
        note(Kind::Sent, 2);
        note(Kind::NotSent, 1, u"It is tried again (rate_limited); the Outbox has the words of the other side."_s);
    }
    Channel channel()
    {
        const auto read = m_desk->write([id = m_desk->channel](Database &db) -> Result<Channel> {
            return db.finish(channels::byId(db, id).value_or(Channel{}));
        });
        return read.value();
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

    void saysOfASignInOnlyWhatWasTold()
    {
        HandClock clock;
        const Timestamp now = clock.now();
        QVERIFY(words::standing({}, u"Slack"_s, now).isEmpty());
        ChannelStanding ends;
        ends.signInUntil = now + 72h + 1min;
        QCOMPARE(words::standing(ends, u"Slack"_s, now), QStringList{u"sign-in ends in 3 days"_s});
        QVERIFY(words::standing(ends, u"Slack"_s, now + 73h).value(0).startsWith(u"sign-in expired on "_s));
        QVERIFY(words::standing(ends, u"Slack"_s, now + 73h).value(0).endsWith(u": sign in again"_s));
        ends.signInUntil = now + 24h * 60;
        QVERIFY(words::standing(ends, u"Slack"_s, now).value(0).startsWith(u"sign-in lasts until "_s));
        ChannelStanding refused;
        refused.refusedAt = now - 1h;
        QVERIFY(words::standing(refused, u"Slack"_s, now).value(0).startsWith(u"sign-in refused since "_s));
        ChannelStanding waits;
        waits.waitsUntil = now + 90s;
        const QString until = waits.waitsUntil.toDateTime().toLocalTime().toString(u"HH:mm:ss"_s);
        QCOMPARE(words::standing(waits, u"Slack"_s, now), QStringList{u"waits until %1, as Slack asked"_s.arg(until)});
        QVERIFY(words::standing(waits, u"Slack"_s, now + 91s).isEmpty()); // it is over
    }

    void showsThemOnThePage()
    {
        open();
        ChannelsDialog dialog(m_desk->context(), m_desk->channel);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_COMPARE(dialog.model().rowCount(), 1);
        ChannelStanding standing;
        standing.refusedAt = words::now() - 2h;
        standing.waitsUntil = words::now() + 1h;
        QVERIFY(m_desk->write([standing, id = m_desk->channel](Database &db) -> Result<Done> {
            channels::setStanding(db, id, standing);
            return db.finish(Done{});
        }));
        const auto says = [&dialog] { return dialog.model().index(0, ChannelsModel::Says).data().toString(); };
        QTRY_VERIFY2(says().startsWith(u"sign-in refused since "_s), qPrintable(says()));
        QVERIFY2(says().contains(u"; waits until "_s) && says().contains(u"Signed in as support@desk.example"_s),
                 qPrintable(says()));
        QTRY_VERIFY2(dialog.details().contains(u"⚠ sign-in refused since "_s), qPrintable(dialog.details()));
        for (const auto &[scheme, name] :
             {std::pair{Theme::Scheme::Light, u"light"_s}, std::pair{Theme::Scheme::Dark, u"dark"_s}}) {
            m_window->theme().set(scheme);
            keep(dialog, name + u"-standing"_s);
        }
    }

    void showsTheNewestFirstAndTroubleAlone()
    {
        open();
        noteSome();
        ChannelLogDialog dialog(m_desk->context(), channel());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        const Watched<ChannelLogModel> watch(dialog.model());
        dialog.show();
        QTRY_COMPARE(dialog.model().rowCount(), 7);
        const auto cell = [&dialog](int row, int column) {
            return dialog.model().index(row, column).data().toString();
        };
        QCOMPARE(cell(0, ChannelLogModel::What), u"⚠ 1 not sent"_s);
        QCOMPARE(cell(2, ChannelLogModel::What), u"⚠ 3 requests unproved"_s);
        QVERIFY(cell(4, ChannelLogModel::Details).contains(u"<b>x</b>"_s)); // as text
        QVERIFY(!cell(4, ChannelLogModel::Details).contains(QChar(0x202e)));
        QCOMPARE(cell(5, ChannelLogModel::What), u"12 fetched"_s);
        for (const auto &[scheme, name] :
             {std::pair{Theme::Scheme::Light, u"light"_s}, std::pair{Theme::Scheme::Dark, u"dark"_s}}) {
            m_window->theme().set(scheme);
            keep(dialog, name + u"-channel-log"_s);
        }
        dialog.troubleOnly()->click();
        QTRY_COMPARE(dialog.model().rowCount(), 3);
        note(Kind::Unreadable);
        QTRY_COMPARE(dialog.model().rowCount(), 4); // it follows what happens
        QCOMPARE(cell(0, ChannelLogModel::What), u"⚠ 1 unreadable"_s);
    }

    void givesTheTableTheKeyboardHoweverLateTheRowsCome()
    {
        open();
        noteSome();
        QSemaphore gate;
        std::vector<QFuture<Result<Done>>> held;
        for (int i = 0; i < 8; ++i) // as many as may read at once, and more
            held.push_back(m_desk->store().read([&gate](Database &db) -> Result<Done> {
                gate.acquire();
                return db.finish(Done{});
            }));
        ChannelLogDialog dialog(m_desk->context(), channel());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        const bool isActive = QTest::qWaitForWindowActive(&dialog);
        const int before = dialog.model().rowCount();
        gate.release(int(held.size()));
        QVERIFY(isActive);
        QCOMPARE(before, 0);
        QTRY_COMPARE(dialog.model().rowCount(), 7);
        QTRY_VERIFY(dialog.table()->hasFocus());
        dialog.troubleOnly()->setFocus();
        dialog.troubleOnly()->click();
        QTRY_COMPARE(dialog.model().rowCount(), 3);
        QVERIFY(dialog.troubleOnly()->hasFocus());
    }

    void copiesWhatIsShownOrChosen()
    {
        open();
        noteSome();
        ChannelLogDialog dialog(m_desk->context(), channel());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_COMPARE(dialog.model().rowCount(), 7);
        dialog.copy();
        QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), 7);
        dialog.table()->selectRow(1);
        dialog.table()->selectionModel()->select(dialog.model().index(2, 0),
                                                 QItemSelectionModel::Select | QItemSelectionModel::Rows);
        dialog.copy();
        const QStringList lines = QGuiApplication::clipboard()->text().trimmed().split(u'\n');
        QCOMPARE(lines.size(), 2);
        QVERIFY2(lines[0].endsWith(u"2 sent"_s) && lines[1].contains(u"3 requests unproved"_s), qPrintable(lines[0]));
    }

    void saysThatNothingHasHappened()
    {
        open();
        ChannelLogDialog dialog(m_desk->context(), channel());
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_COMPARE(dialog.state()->sentence(), u"Nothing has happened yet"_s);
        dialog.troubleOnly()->click();
        QTRY_COMPARE(dialog.state()->sentence(), u"No trouble"_s);
    }
};

} // namespace patchbay::tests

using patchbay::tests::ChannelLogTest;
PATCHBAY_TESTS(ChannelLogTest)
#include "tst_channel_log.moc"
