// How a reply looks, and the message that it is about.
#include "ui/widgets/composer.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/thread_pane.h"

namespace patchbay {

void MainWindow::registerWriting()
{
    const auto looks = [&](const char *id, const QString &title, const char *key, Mark mark) {
        addAction_(
            id, tr("Conversation"), title, {QLatin1String(key)}, ActionScope::Composer,
            [this, mark] { m_thread->composer()->format(mark); },
            [this] { return m_triage.details() && !m_ctx.store.isReadOnly(); });
    };
    looks("compose.bold", tr("Bold"), "Ctrl+B", Mark::Bold);
    looks("compose.italic", tr("Italic"), "Ctrl+I", Mark::Italic);
    looks("compose.strike", tr("Struck through"), "Ctrl+Shift+X", Mark::Strike);
    looks("compose.code", tr("Words of a program"), "Ctrl+E", Mark::Code);
    const auto choice = [&](const char *id, const QString &title, const char *key, Handler run) {
        addAction_(id, tr("Conversation"), title, {QLatin1String(key)}, ActionScope::Conversations, std::move(run),
                   [this] { return m_triage.details() != nullptr; });
    };
    choice("message.previous", tr("Choose the message before"), "Shift+K",
           [this] { m_thread->view()->chooseMessage(-1); });
    choice("message.next", tr("Choose the message behind"), "Shift+J", [this] { m_thread->view()->chooseMessage(1); });
    choice("message.answer", tr("Reply to the chosen message"), "Shift+R",
           [this] { withChosen([this](const TimelineItem &item) { m_thread->composer()->answerTo(item); }); });
    choice("message.change", tr("Change the chosen message"), "Shift+E",
           [this] { withChosen([this](const TimelineItem &item) { m_thread->composer()->change(item); }); });
}

void MainWindow::withChosen(const std::function<void(const TimelineItem &)> &run)
{
    if (const TimelineItem *item = m_thread->view()->chosen())
        return run(TimelineItem(*item));
    Q_EMIT m_triage.failed(tr("Choose a message first: %1 goes back from the newest one.")
                               .arg(m_actions.keyText(QStringLiteral("message.previous"))));
}

} // namespace patchbay
