#include "ui/widgets/context_panel.h"
#include "ui/widgets/lessons_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/route_card.h"
#include "ui/widgets/thread_pane.h"

namespace patchbay {

void MainWindow::registerLearning()
{
    addAction_("go.lessons", tr("Rules"), tr("What was learned…"), {QStringLiteral("Ctrl+Shift+L")},
               ActionScope::Everywhere, [this] { showLessons(); });
}

void MainWindow::showLessons()
{
    auto *dialog = new LessonsDialog(m_ctx, this);
    connect(dialog, &LessonsDialog::conversationWanted, this, &MainWindow::openConversation);
    connect(dialog, &LessonsDialog::trialWanted, this, &MainWindow::tryThreshold);
    dialog->open();
}

void MainWindow::connectReasons()
{
    connect(m_context->routeCard(), &RouteCard::whyToggled, this, &MainWindow::markEvidence);
    connect(m_context->routeCard(), &RouteCard::messageWanted, m_thread->view(), &ThreadView::showMessage);
    connect(&m_triage, &Triage::detailsChanged, this, &MainWindow::markEvidence);
}

void MainWindow::toggleWhy()
{
    RouteCard *card = m_context->routeCard();
    if (m_context->isHidden()) {
        m_context->show();
        if (card->showsWhy()) // open already, where nobody could see it
            return markEvidence();
    }
    card->toggleWhy();
    m_context->ensureWidgetVisible(card);
}

void MainWindow::markEvidence()
{
    const ConversationDetails *details = m_triage.details();
    const bool shown = details && !m_context->isHidden() && m_context->routeCard()->showsWhy();
    m_thread->view()->setEvidence(shown ? details->evidence : EvidencePlaces());
}

} // namespace patchbay
