#pragma once

#include "core/engine/model_batches.h"
#include "core/store/taxonomy_table.h"
#include "support/console_desk.h"
#include "support/scripted_model.h"
#include "ui/models/model_batch_list.h"
#include "ui/widgets/batch_plan.h"
#include "ui/widgets/batches_dialog.h"
#include "ui/widgets/main_window.h"

#include <QtCore/QPointer>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QTableView>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// What a batch bench begins with.
struct BatchGiven {
    bool allowed = true;
    bool withModel = true;
    int largest = 10;
    qint64 budget = 1'000'000'000;
    int strange = 3;
};
/// A desk with conversations that the local model abstains from, and a scripted vendor that takes batches.
struct BatchBench {
    ConsoleDesk desk;
    ScriptedModel far;
    std::unique_ptr<ModelBatches> batches;
    std::unique_ptr<MainWindow> window;
    QPointer<BatchesDialog> dialog;
    int received = 0;

    explicit BatchBench(const BatchGiven &given)
    {
        far.largestBatch = given.largest;
        desk.addModelConnector(far.info());
        const QJsonObject settings{{u"price_input"_s, u"3"_s},
                                   {u"price_output"_s, u"15"_s},
                                   {u"max_output_tokens"_s, 500},
                                   {u"batch_percent"_s, u"50"_s}};
        if (given.withModel)
            (void)await(desk.modelCommands->add(u"scripted"_s, u"Second"_s, settings));
        setPolicy(given.allowed, given.budget);
        (void)await(desk.models_->load());
        batches = std::make_unique<ModelBatches>(desk.store(), desk.snapshots,
                                                 [this](ModelId id) { return desk.models_->language(id); });
        receive(given.strange);
    }
    void setPolicy(bool allowed, qint64 budget)
    {
        ModelPolicy policy;
        policy.allowed = allowed;
        policy.budget = {budget};
        (void)await(desk.modelCommands->setPolicy(policy));
    }
    void receive(int count)
    {
        for (int i = 0; i < count; ++i, ++received) {
            const QByteArray name(1, char('A' + received));
            desk.receive({{.from = name + "na <" + name + "na@example.org>",
                           .subject = "Zzyzx",
                           .text = "Plugh qwrt " + QByteArray(4, char('a' + received)) + " +351 912 345 678"}});
        }
    }
    BatchesDialog &open()
    {
        ConsoleContext context = desk.context();
        context.modelBatches = batches.get();
        window = std::make_unique<MainWindow>(context);
        window->show();
        window->actions().trigger(u"setup.batches"_s);
        dialog = window->findChild<BatchesDialog *>();
        return *dialog;
    }
    bool plans(const QString &text)
    {
        return QTest::qWaitFor([&] { return dialog->plan()->text().contains(text); });
    }
    /// A window manager brings the dialog to the front again after a question; there is none here.
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        dialog->activateWindow();
        (void)QTest::qWaitForWindowActive(dialog);
        QTest::keyClick(dialog, key, modifiers);
    }
    /// The question that a click on Ask brings; null when there is none.
    QMessageBox *question()
    {
        press(Qt::Key_Return, Qt::ControlModifier);
        return dialog->findChild<QMessageBox *>();
    }
    bool agree(const QString &yes = u"Ask"_s)
    {
        QMessageBox *box = question();
        for (QAbstractButton *button : box ? box->buttons() : QList<QAbstractButton *>()) {
            if (button->text() == yes) {
                button->click();
                return true;
            }
        }
        return false;
    }
    QString cell(int row, int column) const
    {
        const QAbstractItemModel *model = dialog->table()->model();
        return model->data(model->index(row, column), Qt::DisplayRole).toString();
    }
    bool stateIs(const QString &state)
    {
        return QTest::qWaitFor([&] { return cell(0, ModelBatchList::State) == state; });
    }
    bool work() { return await(desk.outbox->runOnce()).ok(); }
    size_t stored() { return await(desk.modelCommands->batches(20)).value().size(); }
    QString category()
    {
        const auto all = desk.read([](Database &db) { return db.finish(categories::all(db)); });
        for (const Category &one : *all) {
            if (!one.isUnsorted)
                return one.name;
        }
        return {};
    }
    ModelAnswer says(const QString &category)
    {
        return far.answer(u"{\"category\":\"%1\",\"reason\":\"It is about that.\"}"_s.arg(category), 300, 20);
    }
};

} // namespace patchbay::tests
