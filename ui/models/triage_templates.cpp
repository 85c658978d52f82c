// What Triage does with the approved templates of a chat's platform.
#include "ui/models/triage.h"
#include "ui/models/when_done.h"

namespace patchbay {

void Triage::sendTemplate(const TemplateUse &use)
{
    if (!m_current || m_sending.contains(m_current))
        return;
    const ConversationId id = m_current;
    const QString draft = asDraft(use);
    m_sending.insert(id);
    m_drafts.flush();
    whenDone(this, m_context.commands.replyWithTemplate(id, use), [=, this](const Result<Commands::Reply> &answer) {
        m_sending.remove(id);
        sendAnswered(id, QStringLiteral("template"), draft, false, answer);
    });
}

std::optional<TemplateUse> Triage::templateDraft() const
{
    return templateFromDraft(m_drafts.text(m_current, QStringLiteral("template")));
}

bool Triage::takesTemplates() const
{
    const ChatConnectorInfo *info =
        m_details && m_details->channel ? m_context.catalog.chat(m_details->channel->connector) : nullptr;
    return info && info->isChat && abilitiesOf(*info, m_details->channel->settings).templates;
}

} // namespace patchbay
