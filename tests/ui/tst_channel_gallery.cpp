#include "core/ports/catalog.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/channel_kinds_model.h"
#include "ui/widgets/channel_gallery.h"
#include "ui/widgets/language.h"
#include "ui/widgets/state_page.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The gallery of what a channel can be: what it needs is said before it is set up.
class ChannelGalleryTest final : public QObject {
    Q_OBJECT

private:
    static Catalog catalog()
    {
        Catalog all;
        const auto add = [&all](const QString &id, const QString &title) -> ChatConnectorInfo & {
            ChatConnectorInfo info;
            info.id = id;
            info.title = title;
            all.chats.push_back(info);
            return all.chats.back();
        };
        add(u"bot"_s, u"Parcel bot"_s).contract = {true, u"Parcel API (OpenAPI)"_s, u"2025"_s};
        ChatConnectorInfo &cloud = add(u"cloud"_s, u"Cloud messages"_s);
        cloud.takesHooks = true;
        cloud.abilities.answerWindow = std::chrono::hours(24);
        cloud.abilities.templates = true;
        ChatConnectorInfo &both = add(u"both"_s, u"Talk"_s);
        both.takesHooks = both.asksToo = true;
        both.canSend = false;
        both.contract = {false, u"Seen in programs of others"_s, {}};
        return all;
    }

private Q_SLOTS:
    void initTestCase() { installLanguage(*QCoreApplication::instance()); }

    void saysHowMessagesArriveAndWhatWasNeverVerified()
    {
        const Catalog all = catalog();
        ChannelKindsModel model(all);
        const Watched<ChannelKindsModel> watch(model);
        using Model = ChannelKindsModel;
        const auto cell = [&model](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(cell(0, Model::Arrives), u"works behind a firewall"_s);
        QCOMPARE(cell(1, Model::Arrives), u"by the gateway: needs a public address"_s);
        QCOMPARE(cell(2, Model::Arrives), u"works behind a firewall, or by the gateway"_s);
        QCOMPARE(cell(0, Model::Answers), u"at any time"_s);
        QCOMPARE(cell(1, Model::Answers), u"for 24 hours, then templates"_s);
        QCOMPARE(cell(2, Model::Answers), u"receives only"_s);
        QCOMPARE(cell(0, Model::HeldAgainst), u"✓ verified: Parcel API (OpenAPI), of 2025"_s);
        QCOMPARE(cell(1, Model::HeldAgainst), u"unverified"_s);
        QCOMPARE(cell(2, Model::HeldAgainst), u"unverified: Seen in programs of others"_s);
        const QString spoken = model.index(1, Model::Title).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(spoken.startsWith(u"Cloud messages, messages arrive: by the gateway"_s), qPrintable(spoken));
        model.narrow(u"parc BOT"_s);
        QCOMPARE(model.rowCount(), 1);
        model.narrow({});
        QCOMPARE(model.rowCount(), 3);
    }

    void takesWhatWasWalkedToWhileOneTypes()
    {
        const Catalog all = catalog();
        ChannelGallery gallery(all);
        gallery.setAttribute(Qt::WA_DeleteOnClose, false);
        gallery.show();
        QSignalSpy chosen(&gallery, &ChannelGallery::chosen);
        gallery.field()->setText(u"nothing like it"_s);
        QVERIFY(gallery.findChild<StatePage *>()->isVisible());
        QTest::keyClick(gallery.field(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 0);
        QVERIFY(gallery.about().isEmpty());
        gallery.field()->clear();
        QTest::keyClick(gallery.field(), Qt::Key_Down);
        QVERIFY2(gallery.about().startsWith(u"Messages of Cloud messages arrive so: by the gateway"_s),
                 qPrintable(gallery.about()));
        QTest::keyClick(gallery.field(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.front().front().toString(), u"cloud"_s);
    }

    void takesTheRowThatHasTheFocusWithEnterOnce()
    {
        const Catalog all = catalog();
        ChannelGallery gallery(all);
        gallery.setAttribute(Qt::WA_DeleteOnClose, false);
        gallery.show();
        QSignalSpy chosen(&gallery, &ChannelGallery::chosen);
        gallery.table()->setFocus();
        QTest::keyClick(gallery.table(), Qt::Key_Return);
        QTRY_COMPARE(chosen.size(), 1);
        QTest::qWait(50);
        QCOMPARE(chosen.size(), 1);
        QVERIFY(!gallery.isVisible());
    }
};

} // namespace patchbay::tests

using patchbay::tests::ChannelGalleryTest;
PATCHBAY_TESTS(ChannelGalleryTest)
#include "tst_channel_gallery.moc"
