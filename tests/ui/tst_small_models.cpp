#include "support/console_desk.h"
#include "support/test_main.h"
#include "support/watched.h"
#include "ui/models/work_models.h"
#include "ui/widgets/choice_model.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QSignalSpy>

#include <set>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Numbers as rows: the base of the tables by itself.
class NumbersModel final : public RowsModel<int> {
public:
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : 2; }
    QVariant data(const QModelIndex &index, int role) const override
    {
        const int *row = at(index);
        return row && role == Qt::DisplayRole ? QVariant(*row) : QVariant();
    }
    using RowsModel<int>::assign;
    std::vector<int> rows() const { return m_rows; }

protected:
    qint64 key(const int &row) const override { return row; }
};

/// The models of pickers and pages, and the base they share.
class SmallModelsTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void turnsAnyRowsIntoAnyOthersByExactChanges()
    {
        QRandomGenerator chance(7);
        NumbersModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy moved(&model, &QAbstractItemModel::rowsMoved);
        for (int round = 0; round < 300; ++round) {
            std::set<int> numbers;
            for (int i = chance.bounded(12); i > 0; --i)
                numbers.insert(chance.bounded(20));
            std::vector<int> wanted(numbers.begin(), numbers.end());
            std::shuffle(wanted.begin(), wanted.end(), chance);
            model.assign(wanted);
            QCOMPARE(model.rows(), wanted);
        }
        QCOMPARE(reset.count(), 0);
        QVERIFY(moved.count() > 0);
    }

    void keepsTheSelectedRowWhereverItMoves()
    {
        NumbersModel model;
        model.assign({1, 2, 3, 4});
        const QPersistentModelIndex third = model.index(2, 0);
        model.assign({9, 3, 1});
        QCOMPARE(third.data().toInt(), 3);
        QCOMPARE(third.row(), 1);
        model.assign({9, 1});
        QVERIFY(!third.isValid());
    }

    void offersOtherChoicesWhenOthersAreSet()
    {
        ChoiceModel model;
        const Watched<ChoiceModel> watch(model);
        QCOMPARE(model.rowCount(), 0);
        model.setChoices({{.text = u"Ana"_s}, {.text = u"<b>Ben</b>"_s, .hint = u"B"_s, .checked = true}});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.checkedRow(), 1);
        QCOMPARE(model.index(1).data().toString(), u"<b>Ben</b>"_s);
        QCOMPARE(model.index(1).data(Qt::AccessibleTextRole).toString(), u"<b>Ben</b>, chosen"_s);
        model.setChoices({{.text = u"Cem"_s}});
        QCOMPARE(model.rowCount(), 1);
        QVERIFY(!model.index(1).isValid());
        model.setChoices({});
        QCOMPARE(model.rowCount(), 0);
    }

    void followsTheLocalTasks()
    {
        ConsoleDesk desk;
        LocalTasksModel model(desk.store());
        const Watched<LocalTasksModel> watch(model);
        QSignalSpy loaded(&model, &LocalTasksModel::loaded);
        model.reload();
        QTRY_COMPARE(loaded.count(), 1);
        QCOMPARE(model.rowCount(), 0);
        const auto add = [&](const QString &title) {
            return desk.write([&](Database &db) -> Result<LocalTaskId> {
                Target local;
                local.connector = u"local"_s;
                local.name = title;
                TaskPayload payload;
                payload.title = title;
                return db.finish(local_tasks::findOrInsert(db, targets::insert(db, local), title, payload).id);
            });
        };
        const auto lamp = add(u"Broken lamp"_s);
        const auto parcel = add(u"Late parcel"_s);
        QVERIFY(lamp.ok() && parcel.ok());
        QTRY_COMPARE(model.rowCount(), 2);
        const auto finish = [&](LocalTaskId id) {
            return desk.write([id](Database &db) -> Result<Done> {
                local_tasks::setDone(db, id, true);
                return db.finish(Done{});
            });
        };
        QVERIFY(finish(*lamp).ok());
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, LocalTasksModel::Title).data().toString(), u"Late parcel"_s);
        model.setWithDone(true);
        QTRY_COMPARE(model.rowCount(), 2);
        QCOMPARE(model.total(), 2);
    }
};

} // namespace patchbay::tests

using patchbay::tests::SmallModelsTest;
PATCHBAY_TESTS(SmallModelsTest)
#include "tst_small_models.moc"
