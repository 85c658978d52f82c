#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/models/words.h"
#include "ui/widgets/channels_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/pairing_dialog.h"
#include "ui/widgets/qr_code.h"

#include <QtCore/QDir>
#include <QtCore/QPointer>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// A channel that is paired with a telephone when the test says so.
class PairedChannel final : public ChatConnector {
public:
    explicit PairedChannel(std::shared_ptr<Result<Pairing>> now)
        : m_now(std::move(now))
    {
    }
    void start(QByteArray, IntakeSink) override { }
    void fetchOnce(QByteArray, IntakeSink) override { }
    void stop() override { }
    DeliveryFacts facts() const override { return {}; }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override { co_return Receipt(); }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override { co_return std::optional<Receipt>(); }
    Async<Result<QString>> test() override { co_return QString(); }
    Async<Result<Pairing>> pairing() override
    {
        const Result<Pairing> now = *m_now;
        co_return now;
    }

private:
    std::shared_ptr<Result<Pairing>> m_now;
};

/// The QR code of a channel that is connected by scanning.
class PairingTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;
    std::shared_ptr<Result<Pairing>> m_pairing = std::make_shared<Result<Pairing>>(Pairing{});
    ChannelId m_channel = {};

    static Pairing codeOf(const QString &text, std::chrono::seconds good)
    {
        Pairing pairing;
        pairing.scan = text;
        pairing.until = words::now() + good;
        pairing.sentence = u"Open WhatsApp, Linked devices, Link a device, and scan this code."_s;
        return pairing;
    }
    void open()
    {
        m_window.reset();
        m_desk = std::make_unique<ConsoleDesk>();
        QVERIFY2(m_desk->failure.isEmpty(), qPrintable(m_desk->failure));
        ChatConnectorInfo info = m_desk->catalog().chats.front();
        info.id = u"paired"_s;
        info.title = u"Paired"_s;
        info.pairs = true;
        info.create = [now = m_pairing](AccountConfig) { return std::make_unique<PairedChannel>(now); };
        m_desk->addConnector(info);
        const auto added = m_desk->write([](Database &db) -> Result<ChannelId> {
            Channel channel;
            channel.connector = u"paired"_s;
            channel.name = u"Telephone"_s;
            return db.finish(channels::insert(db, channel));
        });
        QVERIFY(added);
        m_channel = *added;
        QVERIFY(await(m_desk->channels_->load()));
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    Channel channel()
    {
        return m_desk
            ->write([id = m_channel](Database &db) -> Result<Channel> {
                return db.finish(channels::byId(db, id).value_or(Channel{}));
            })
            .value();
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

    void drawsACodeThatAScannerFinds()
    {
        const QrSquares code = qrSquares(u"2@made-up-code/with+signs==,and,parts"_s);
        QVERIFY(code.side >= 21);
        QCOMPARE((code.side - 17) % 4, 0); // ISO/IEC 18004: 17 + 4 times the version
        const auto isFinder = [&code](int left, int top) {
            for (int y = 0; y < 7; ++y) {
                for (int x = 0; x < 7; ++x) {
                    const int ring = std::max(std::abs(x - 3), std::abs(y - 3));
                    if (code.at(left + x, top + y) != (ring != 2))
                        return false;
                }
            }
            return true;
        };
        QVERIFY(isFinder(0, 0) && isFinder(code.side - 7, 0) && isFinder(0, code.side - 7));
        QVERIFY(!isFinder(code.side - 7, code.side - 7));
        QVERIFY(qrSquares(u"another"_s).dark != code.dark);
        QCOMPARE(qrSquares({}).side, 0);
        QCOMPARE(qrSquares(QString(2001, u'x')).side, 0); // no code that a telephone reads from a screen
    }

    void isWhiteAroundTheCodeAndLargeEnough()
    {
        QrCode shown;
        QVERIFY(shown.setText(QString(240, u'x'))); // as long as WhatsApp's
        const QrSquares code = qrSquares(QString(240, u'x'));
        const int square = shown.sizeHint().width() / (code.side + 8);
        QVERIFY(square >= 4);
        shown.resize(shown.sizeHint());
        const QImage image = shown.grab().toImage();
        for (int i = 0; i < image.width(); ++i) {
            for (int line = 0; line < 4 * square; ++line) {
                QCOMPARE(image.pixelColor(i, line), QColor(Qt::white));
                QCOMPARE(image.pixelColor(line, i), QColor(Qt::white));
            }
        }
        QCOMPARE(image.pixelColor(4 * square, 4 * square), QColor(Qt::black));
        QVERIFY(!shown.setText(QString(5000, u'x')));
        QVERIFY(!shown.isShown());
    }

    void showsTheCodeAndHowLongItIsGood()
    {
        open();
        *m_pairing = codeOf(QString(230, u'a'), 40s);
        PairingDialog dialog(m_desk->context(), channel(), nullptr, 20ms);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_VERIFY(dialog.code()->isShown());
        QVERIFY2(dialog.countdown().startsWith(u"Good for "_s), qPrintable(dialog.countdown()));
        QVERIFY(dialog.sentence().contains(u"Linked devices"_s));
        QVERIFY(dialog.typed().isEmpty());
        // Who hears the screen is not told the code.
        QVERIFY(!dialog.code()->accessibleDescription().contains(u"aaa"_s));
        QVERIFY(!dialog.code()->accessibleDescription().isEmpty());
        for (const auto &[scheme, name] :
             {std::pair{Theme::Scheme::Light, u"light"_s}, std::pair{Theme::Scheme::Dark, u"dark"_s}}) {
            m_window->theme().set(scheme);
            keep(dialog, name + u"-pairing"_s);
        }
        *m_pairing = codeOf(QString(230, u'a'), -1s);
        QTRY_VERIFY(!dialog.code()->isShown()); // it is over, and nobody scans it any more
        QVERIFY(dialog.countdown().contains(u"over"_s));
        Pairing next = codeOf(QString(230, u'b'), 40s);
        next.typed = u"ABCD-1234"_s;
        *m_pairing = next;
        QTRY_VERIFY(dialog.code()->isShown());
        QVERIFY(dialog.typed().endsWith(u"ABCD-1234"_s));
    }

    void saysWhatIsWrongAndGoesOn()
    {
        open();
        *m_pairing = makeError(Error::Kind::Offline, u"No connection to evolution.example."_s);
        PairingDialog dialog(m_desk->context(), channel(), nullptr, 20ms);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTRY_VERIFY(dialog.sentence().contains(u"No connection to evolution.example."_s));
        *m_pairing = codeOf(QString(3000, u'x'), 40s);
        QTRY_VERIFY(dialog.sentence().contains(u"too long"_s));
        QVERIFY(!dialog.code()->isShown());
        *m_pairing = codeOf(u"good"_s, 40s);
        QTRY_VERIFY(dialog.code()->isShown());
    }

    void closesByItselfWhenItIsPaired()
    {
        open();
        *m_pairing = codeOf(u"code"_s, 40s);
        ChannelsDialog page(m_desk->context(), m_channel);
        page.setAttribute(Qt::WA_DeleteOnClose, false);
        page.show();
        QTRY_COMPARE(page.table()->currentIndex().isValid(), true);
        const QPointer<PairingDialog> dialog = page.pair();
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->code()->isShown());
        Pairing done;
        done.isPaired = true;
        *m_pairing = done;
        QTRY_VERIFY_WITH_TIMEOUT(!dialog || !dialog->isVisible(), 8000);
        QVERIFY2(page.answer().contains(u"Telephone is paired."_s), qPrintable(page.answer()));
    }
};

} // namespace patchbay::tests

using patchbay::tests::PairingTest;
PATCHBAY_TESTS(PairingTest)
#include "tst_pairing.moc"
