#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/categories_page.h"
#include "ui/widgets/lessons_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/merge_dialog.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/taxonomy_dialog.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/trial_page.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QListView>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>

namespace patchbay {

void MainWindow::registerTrial()
{
    using Scope = ActionScope;
    const QString group = tr("Rules");
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    const auto there = [this] { return m_trial != nullptr; };
    addAction_(
        "go.trial", group, tr("Back to the trial"), key("Ctrl+Shift+H"), Scope::Everywhere, [this] { showTrial(); },
        there);
    addAction_(
        "trial.run", group, tr("Try on history"), key("T"), Scope::Trial, [this] { m_trial->tryOnHistory(); }, there);
    addAction_(
        "trial.apply", group, tr("Apply what was tried"), key("P"), Scope::Trial, [this] { m_trial->apply(); },
        [this] { return m_trial && m_trial->canApply(); });
    addAction_(
        "trial.give_up", group, tr("Give the trial up"), key("X"), Scope::Trial, [this] { m_trial->giveUp(); }, there);
    addAction_(
        "trial.threshold", group, tr("Try another threshold on history…"), {}, Scope::Everywhere,
        [this] { tryThreshold(); }, [this] { return m_ctx.snapshots != nullptr; });
}

void MainWindow::showTrial()
{
    m_pages->setCurrentWidget(m_trial);
    m_rail->list()->setCurrentIndex({}); // it is no view of the rail's
    m_trial->setFocus();
}

void MainWindow::openTrial(TrialSubject subject)
{
    if (m_trial)
        m_trial->drop(); // one at a time
    m_trial = new TrialPage(m_ctx, m_actions, std::move(subject), this);
    connect(m_trial, &TrialPage::conversationWanted, this, &MainWindow::openConversation);
    connect(m_trial, &TrialPage::failed, m_toast, &Toast::complain);
    QWidget *before = m_pages->currentWidget();
    connect(m_trial, &TrialPage::ended, this, [this, before] {
        if (m_pages->currentWidget() == static_cast<QWidget *>(m_trial)) {
            if (m_categories && before == static_cast<QWidget *>(m_categories)) {
                showCategories();
            } else if (before == m_conversations) {
                back();
            } else {
                m_pages->setCurrentWidget(before);
                mainOf(before)->setFocus();
            }
        }
        m_pages->removeWidget(m_trial);
        m_trial->deleteLater();
        m_trial = nullptr;
    });
    m_pages->addWidget(m_trial);
    m_triage.drafts().flush();
    showTrial();
}

void MainWindow::tryThreshold()
{
    auto *wanted = new QComboBox;
    offerPrecisions(wanted);
    wanted->setCurrentIndex(wanted->findData(0.95));
    TrialSubject subject;
    subject.title = tr("Another threshold");
    subject.explanation = tr("Of what the model answers without asking, so many are to be right; from the rest it "
                             "abstains.");
    subject.applyText = tr("Set this threshold");
    subject.chooser = wanted;
    subject.offersModels = false;
    subject.draft = [wanted] { return ThresholdDraft{wanted->currentData().toDouble()}; };
    subject.apply = [this, wanted] {
        whenDone(this, m_ctx.commands.setWantedPrecision(wanted->currentData().toDouble()),
                 [this](const Result<Done> &done) {
                     if (done)
                         m_toast->say({tr("The threshold holds from the next message on"), false, {}});
                     else
                         m_toast->complain(done.error().message);
                 });
    };
    openTrial(std::move(subject));
}

/// The dialog waits, hidden, for what comes of the trial.
void MainWindow::tryDialog(TaxonomyDialog *dialog)
{
    TrialSubject subject;
    subject.title = dialog->windowTitle();
    if (const auto *merge = qobject_cast<MergeDialog *>(dialog))
        subject.explanation =
            tr("Into %1. It holds when you apply it, and cannot be taken back.").arg(merge->into()->currentText());
    subject.applyText = dialog->goText();
    const QPointer<TaxonomyDialog> waiting(dialog);
    subject.draft = [draft = *dialog->draft()] { return draft; };
    subject.apply = [waiting] {
        if (waiting) {
            waiting->open();
            waiting->apply();
        }
    };
    subject.waiting = dialog;
    dialog->hide();
    openTrial(std::move(subject));
}

void MainWindow::tryRetiring()
{
    const Category category = *m_categories->current();
    const QString name = words::oneLine(category.name, 60);
    TaxonomyDraft draft;
    draft.kind = TaxonomyDraft::Kind::Retire;
    draft.category = category.id;
    TrialSubject subject;
    subject.title = tr("Retire %1").arg(name);
    subject.explanation = tr("It is no longer suggested, learned or offered. Conversations that have it keep it, and "
                             "you can bring it back.");
    subject.applyText = tr("Retire");
    subject.draft = [draft] { return draft; };
    subject.apply = [this, category, name] {
        taxonomyDone(m_ctx.taxonomy->retire(category.id, category.version), tr("%1 is retired").arg(name));
    };
    openTrial(std::move(subject));
}

} // namespace patchbay
