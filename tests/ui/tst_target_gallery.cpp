#include "support/target_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/target_kinds_model.h"
#include "ui/widgets/state_page.h"
#include "ui/widgets/target_gallery.h"

#include <QtTest/QSignalSpy>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// The gallery of what a target can be.
class TargetGalleryTest final : public QObject {
    Q_OBJECT

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
};

} // namespace patchbay::tests

using patchbay::tests::TargetGalleryTest;
PATCHBAY_TESTS(TargetGalleryTest)
#include "tst_target_gallery.moc"
