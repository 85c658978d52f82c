#include "core/store/channel_event_table.h"
#include "ui/models/channel_log_model.h"
#include "dialog_keys.h"
#include "ui/widgets/channel_gallery.h"
#include "ui/widgets/channel_log_dialog.h"
#include "ui/widgets/gateway_dialog.h"
#include "ui/widgets/pairing_dialog.h"

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The dialogs of channels by the keyboard alone.
class DialogKeysTest final : public QObject, private DialogKeysRig {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { installLanguage(*QCoreApplication::instance()); }
    void cleanup() { close(); }

    void theChannelsPage_data() { sizes(); }
    void theChannelsPage()
    {
        QFETCH(QSize, size);
        open(size);
        QWidget *before = m_window->listPane()->list();
        before->setFocus();
        ChannelsDialog *dialog = channelsPage();
        QVERIFY(dialog);
        choose(dialog, u"Bot of the shop"_s);
        look(dialog, u"channels"_s);
        leave(dialog, before);
    }

    void theGalleryOfChannels_data() { sizes(); }
    void theGalleryOfChannels()
    {
        QFETCH(QSize, size);
        open(size);
        ChannelsDialog *page = channelsPage();
        QVERIFY(page);
        QVERIFY(walkTo(page, u"Add channel"_s));
        QWidget *before = page->focusWidget();
        press(page, Qt::Key_Return);
        auto *gallery = shown<ChannelGallery>();
        QVERIFY(gallery);
        QVERIFY(gallery->field()->hasFocus());
        QTest::keyClick(gallery->field(), Qt::Key_Down);
        QVERIFY2(gallery->about().contains(u"verified"_s), qPrintable(gallery->about()));
        look(gallery, u"gallery"_s);
        QTest::keyClicks(gallery->field(), u"no such thing"_s);
        look(gallery, u"gallery_nothing"_s);
        leave(gallery, before);
    }

    void theLogOfAChannel_data() { sizes(); }
    void theLogOfAChannel()
    {
        QFETCH(QSize, size);
        open(size);
        const auto noted = m_desk->write([id = m_chat](Database &db) -> Result<Done> {
            using Kind = ChannelEvent::Kind;
            channel_events::note(db, id, Kind::Connected, 1, u"Connected to far.example."_s);
            channel_events::note(db, id, Kind::Fetched, 12, {});
            channel_events::note(db, id, Kind::Lost, 1, u"far.example hung up. Trying again in 4 s. "_s.repeated(6));
            channel_events::note(db, id, Kind::NotSent, 1, u"It is tried again; the Outbox has the words."_s);
            return db.finish(Done{});
        });
        QVERIFY(noted);
        ChannelsDialog *page = channelsPage();
        QVERIFY(page);
        choose(page, u"Shop on WhatsApp"_s);
        QVERIFY(walkTo(page, u"Log"_s));
        QWidget *before = page->focusWidget();
        press(page, Qt::Key_Return);
        auto *log = shown<ChannelLogDialog>();
        QVERIFY(log);
        QTRY_COMPARE(log->model().rowCount(), 4);
        QTRY_VERIFY(log->table()->hasFocus());
        look(log, u"log"_s);
        leave(log, before);
    }

    void theCodeOfAPairing_data() { sizes(); }
    void theCodeOfAPairing()
    {
        QFETCH(QSize, size);
        open(size);
        ChannelsDialog *page = channelsPage();
        QVERIFY(page);
        choose(page, u"Shop on WhatsApp"_s);
        QVERIFY(walkTo(page, u"Pair"_s));
        QWidget *before = page->focusWidget();
        press(page, Qt::Key_Return);
        auto *pairing = shown<PairingDialog>();
        QVERIFY(pairing);
        QTRY_VERIFY(pairing->typed().contains(u"ABCD-1234"_s));
        look(pairing, u"pairing"_s);
        leave(pairing, before);
    }

    void theGateway_data() { sizes(); }
    void theGateway()
    {
        QFETCH(QSize, size);
        open(size);
        QWidget *before = m_window->listPane()->list();
        before->setFocus();
        command(u"gateway"_s);
        auto *gateway = shown<GatewayDialog>();
        QVERIFY(gateway);
        look(gateway, u"gateway"_s);
        QVERIFY(walkTo(gateway, u"Copy address"_s));
        press(gateway, Qt::Key_Return);
        QVERIFY2(gateway->answer().startsWith(u"✓ Copied: https://hooks.example.org/hooks/"_s),
                 qPrintable(gateway->answer()));
        QCOMPARE(m_gateway.changes, 0); // what has the focus is pressed, not the default
        leave(gateway, before);
    }
};

} // namespace patchbay::tests

using patchbay::tests::DialogKeysTest;
PATCHBAY_TESTS(DialogKeysTest)
#include "tst_dialog_keys.moc"
