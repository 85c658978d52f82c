#include "support/target_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/target_kinds_model.h"
#include "ui/models/targets_model.h"
#include "ui/widgets/connector_icon.h"
#include "ui/widgets/state_page.h"
#include "ui/widgets/target_gallery.h"
#include "ui/widgets/targets_dialog.h"

#include <QtTest/QSignalSpy>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The gallery of what a target can be, and the connectors' own pictures.
class TargetGalleryTest final : public QObject {
    Q_OBJECT

private:
    const QColor m_brand{0xe0, 0x1e, 0x5a}; // of tests/support/pictures/tracker/tracker.svg

    /// Whether the row's first cell shows the picture's colour at its middle.
    bool isDrawn(QTableView &table, int row) const
    {
        const QImage cell = table.viewport()->grab(table.visualRect(table.model()->index(row, 0))).toImage();
        for (int x = 0; x < cell.width(); ++x) {
            if (cell.pixelColor(x, cell.height() / 2) == m_brand)
                return true;
        }
        return false;
    }

private Q_SLOTS:
    void narrowsTheGalleryByNameAndByWhatATaskBecomes()
    {
        const TargetDesk desk;
        TargetKindsModel model(desk.catalog());
        const Watched<TargetKindsModel> watch(model);
        const int all = model.rowCount();
        QCOMPARE(all, int(desk.catalog().crms.size()));
        model.narrow(u"CLOUD sub"_s);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, TargetKindsModel::Title).data().toString(), u"Tracker Cloud"_s);
        QCOMPARE(model.index(0, TargetKindsModel::Makes).data().toString(), u"issue / sub-task"_s);
        QCOMPARE(model.index(0, TargetKindsModel::Repeats).data().toString(), u"D: a repeat needs you"_s);
        model.narrow(u"card"_s);
        QCOMPARE(model.index(0, TargetKindsModel::Title).data().toString(), u"Board"_s);
        model.narrow({});
        QCOMPARE(model.rowCount(), all);
    }

    void takesWhatWasWalkedToWhileOneTypes()
    {
        const TargetDesk desk;
        TargetGallery gallery(desk.catalog());
        gallery.setAttribute(Qt::WA_DeleteOnClose, false);
        gallery.show();
        QSignalSpy chosen(&gallery, &TargetGallery::chosen);
        gallery.field()->setText(u"nothing like it"_s);
        QVERIFY(gallery.findChild<StatePage *>()->isVisible());
        QTest::keyClick(gallery.field(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 0);
        gallery.field()->clear();
        QTest::keyClick(gallery.field(), Qt::Key_Down);
        QCOMPARE(gallery.table()->currentIndex().row(), 1);
        QTest::keyClick(gallery.field(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.front().front().toString(), desk.catalog().crms[1].id);
    }

    void showsTheConnectorsOwnPictureOrElseAGlyph()
    {
        const auto middle = [](const QIcon &icon) { return icon.pixmap(32, 32).toImage().pixelColor(16, 16); };
        QCOMPARE(middle(connectorIcon(u"tracker"_s, Glyph::Target)), m_brand);
        QCOMPARE(connectorIcon(u"nobody's"_s, Glyph::Target).pixmap(32, 32).toImage(),
                 glyphIcon(Glyph::Target).pixmap(32, 32).toImage());
    }

    void putsThePictureBeforeEachConnectorAndEachTarget()
    {
        TargetDesk desk;
        TargetGallery gallery(desk.catalog());
        gallery.setAttribute(Qt::WA_DeleteOnClose, false);
        gallery.show();
        const auto *kinds = qobject_cast<const TargetKindsModel *>(gallery.table()->model());
        QVERIFY(kinds && kinds->rowCount() > 1);
        for (int row = 0; row < kinds->rowCount(); ++row)
            QCOMPARE(isDrawn(*gallery.table(), row), (*kinds->at(row))->id == u"tracker"_s);

        desk.add(u"tracker"_s, u"Desk"_s);
        desk.add(u"board"_s, u"Cards"_s);
        TargetsDialog targets(desk.context(), {}, nullptr);
        targets.setAttribute(Qt::WA_DeleteOnClose, false);
        targets.show();
        QTRY_COMPARE(targets.model().rowCount(), 3);
        for (int row = 0; row < 3; ++row)
            QTRY_COMPARE(isDrawn(*targets.table(), row), targets.model().at(row)->target.connector == u"tracker"_s);
    }
};

} // namespace patchbay::tests

using patchbay::tests::TargetGalleryTest;
PATCHBAY_TESTS(TargetGalleryTest)
#include "tst_target_gallery.moc"
