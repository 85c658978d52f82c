// Approved templates of the open conversation's platform.
#include "ui/models/message_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/template_dialog.h"
#include "ui/widgets/thread_pane.h"

namespace patchbay {

void MainWindow::registerTemplates()
{
    addAction_(
        "compose.template", tr("Conversation"), tr("Send a template…"), {QStringLiteral("Ctrl+Shift+P")},
        ActionScope::Everywhere, [this] { sendATemplate(); },
        [this] { return m_triage.takesTemplates() && !m_ctx.store.isReadOnly(); });
}

/// One that was begun is gone on with.
void MainWindow::sendATemplate()
{
    if (const std::optional<TemplateUse> begun = m_triage.templateDraft())
        openTemplate(*begun);
    else
        pickTemplate(false);
}

void MainWindow::pickTemplate(bool again)
{
    const ConversationDetails *details = m_triage.details();
    if (!details || !details->channel)
        return;
    whenDone(this, m_ctx.channels.templates(details->channel->id, again),
             [this, asked = m_triage.current()](const Result<TemplateList> &list) {
                 if (m_triage.current() != asked)
                     return;
                 if (!list)
                     Q_EMIT m_triage.failed(tr("The templates could not be read: %1").arg(list.error().message));
                 else
                     chooseTemplate(*list);
             });
}

void MainWindow::chooseTemplate(const TemplateList &list)
{
    std::vector<Choice> choices;
    for (size_t i = 0; i < list.templates.size(); ++i) {
        const MessageTemplate &one = list.templates[i];
        Choice choice;
        choice.text =
            QStringLiteral("%1: %2").arg(words::oneLine(one.name, 40), words::oneLine(templateText({one, {}}), 60));
        choice.hint = QStringLiteral("%1 %2").arg(words::oneLine(one.language, 12), words::oneLine(one.category, 14));
        choice.value = qlonglong(i);
        choices.push_back(choice);
    }
    Choice anew;
    anew.text = tr("Read the list again");
    anew.hint = tr("of %1").arg(words::momentAhead(list.readAt, words::now()));
    anew.value = qlonglong(-1);
    choices.push_back(anew);
    QString title = list.templates.empty() ? tr("No approved template can be sent from here") : tr("Send a template");
    if (list.others > 0)
        title += tr(" (left out, want more than texts: %1)").arg(list.others);
    auto *picker = new Picker(title, std::move(choices), this);
    connect(picker, &Picker::chosen, this, [this, list, asked = m_triage.current()](const QVariant &value) {
        const qlonglong at = value.toLongLong();
        if (m_triage.current() != asked)
            return;
        if (at < 0)
            pickTemplate(true);
        else if (size_t(at) < list.templates.size())
            openTemplate({list.templates[size_t(at)], {}});
    });
    picker->openOver(this);
}

void MainWindow::openTemplate(const TemplateUse &use)
{
    auto *dialog = new TemplateDialog(m_triage, use, this);
    connect(dialog, &TemplateDialog::anotherWanted, this, [this] { pickTemplate(false); });
    dialog->open();
}

} // namespace patchbay
