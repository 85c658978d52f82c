#include "ui/widgets/lessons_dialog.h"
#include "ui/widgets/main_window.h"

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

} // namespace patchbay
