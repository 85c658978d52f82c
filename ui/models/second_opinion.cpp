#include "ui/models/second_opinion.h"

#include "core/engine/model_commands.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"

#include <QtCore/QLocale>

#include <algorithm>

namespace patchbay {

QString readersLanguage() { return QLocale().name().left(2).toLower(); }

SecondOpinion::SecondOpinion(Triage &triage, QObject *parent)
    : QObject(parent)
    , m_triage(triage)
{
    connect(&triage, &Triage::detailsChanged, this, [this] {
        lookAtAnswers();
        Q_EMIT changed();
    });
}

bool SecondOpinion::isSetUp() const
{
    const ConversationDetails *details = m_triage.details();
    return details && details->modelPolicy.allowed && !details->models.empty() && m_triage.context().modelCommands;
}

QString SecondOpinion::obstacle() const
{
    const ConversationDetails *details = m_triage.details();
    if (!details || !m_triage.context().modelCommands || m_triage.context().store.isReadOnly())
        return tr("The workspace is open for reading only.");
    if (!details->modelPolicy.allowed)
        return tr("Remote models are off in this workspace. Nothing leaves this computer for them.");
    if (details->models.empty())
        return tr("Remote models are allowed, but none is set up.");
    if (!details->newestInbound)
        return tr("There is no message from outside to ask about.");
    return {};
}

QString SecondOpinion::refusal() const { return m_refusedAt == m_triage.current() ? m_refusal : QString(); }

const questions::Shown *SecondOpinion::newest(Purpose purpose) const
{
    const ConversationDetails *details = m_triage.details();
    if (!details)
        return nullptr;
    const auto found =
        std::find_if(details->questions.begin(), details->questions.end(),
                     [purpose](const questions::Shown &shown) { return shown.question.purpose == purpose; });
    return found == details->questions.end() ? nullptr : &*found;
}

void SecondOpinion::ask(Purpose purpose, bool anew)
{
    if (const QString why = obstacle(); !why.isEmpty()) {
        Q_EMIT failed(why);
        return;
    }
    const ConversationId id = m_triage.current();
    m_refusal.clear();
    whenDone(this, m_triage.context().modelCommands->ask(id, purpose, readersLanguage(), {}, anew),
             [this, id, purpose](const Result<Question> &asked) {
                 if (!asked) {
                     m_refusedAt = id;
                     m_refusal = asked.error().message;
                     Q_EMIT failed(m_refusal);
                     Q_EMIT changed();
                     return;
                 }
                 if (purpose == Purpose::Reply)
                     m_wanted.insert(asked->uid);
                 lookAtAnswers();
             });
}

void SecondOpinion::lookAtAnswers()
{
    const questions::Shown *reply = newest(Purpose::Reply);
    if (!reply || !m_wanted.contains(reply->question.uid) || reply->isWaiting())
        return;
    m_wanted.remove(reply->question.uid);
    if (!reply->question.isAnswered())
        return;
    // Nothing that a person has written is written over.
    if (m_triage.drafts().text(m_triage.current(), QStringLiteral("reply")).isEmpty())
        putIntoComposer(*reply);
    else
        Q_EMIT said(tr("A reply is suggested. There is a draft already, so it waits beside the conversation."));
}

void SecondOpinion::putIntoComposer(const questions::Shown &shown)
{
    m_triage.drafts().put(m_triage.current(), QStringLiteral("reply"), ModelCommands::draftText(shown.question));
    Q_EMIT said(
        tr("A draft by %1 is in the composer. Read it before you send it.").arg(words::oneLine(shown.modelName)));
}

void SecondOpinion::useReply()
{
    const questions::Shown *reply = newest(Purpose::Reply);
    if (reply && reply->question.isAnswered())
        putIntoComposer(*reply);
}

void SecondOpinion::takeCategory()
{
    const questions::Shown *shown = newest(Purpose::Classify);
    const ConversationDetails *details = m_triage.details();
    if (!shown || !shown->question.isAnswered() || !details)
        return;
    const QString name = answerText(shown->question);
    const auto found = std::find_if(details->taxonomy.begin(), details->taxonomy.end(),
                                    [&name](const Category &category) { return category.name == name; });
    if (found != details->taxonomy.end())
        m_triage.overrideCategory(found->id);
}

} // namespace patchbay
