#include "ui/models/triage.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"

namespace patchbay {

namespace {

QString triageName(const QString &name) { return words::oneLine(name, 60); }

} // namespace

const ContactMatch *Triage::suggestedPerson() const
{
    return m_details && m_details->person && !m_details->person->matches.empty() ? &m_details->person->matches.front()
                                                                                 : nullptr;
}

bool Triage::canMerge() const { return m_context.contacts && m_details && m_details->person; }

void Triage::samePerson()
{
    const ContactMatch *match = suggestedPerson();
    if (!canMerge() || !match)
        return;
    whenDone(this, m_context.contacts->merge(match->onePerson.id, match->otherPerson.id),
             [this](const Result<ContactDesk::Merged> &merged) {
                 if (merged)
                     personsMerged(*merged);
                 else
                     Q_EMIT failed(merged.error().message);
             });
}

void Triage::notSamePerson()
{
    const ContactMatch *match = suggestedPerson();
    if (!canMerge() || !match)
        return;
    const QString text = tr("%1 is somebody else; it is not suggested again").arg(triageName(match->otherPerson.name));
    whenDone(this, m_context.contacts->refuse(match->uid), [this, text](const Result<ContactDesk::Refused> &refused) {
        if (!refused) {
            Q_EMIT failed(refused.error().message);
            return;
        }
        pushUndo(tr("It is suggested again."), {},
                 [this, taken = *refused] { return m_context.contacts->undoRefuse(taken); });
        Q_EMIT said({text, true, {}});
    });
}

void Triage::personsMerged(const ContactDesk::Merged &merged)
{
    pushUndo(tr("They are two persons again."), {}, [this, merged] { return m_context.contacts->undoMerge(merged); });
    Q_EMIT said({tr("%1 is %2 now").arg(triageName(merged.joined), triageName(merged.person.name)), true, {}});
}

void Triage::splitPerson(ContactId part)
{
    if (!canMerge())
        return;
    whenDone(this, m_context.contacts->split(part), [this](const Result<ContactDesk::Split> &split) {
        if (!split) {
            Q_EMIT failed(split.error().message);
            return;
        }
        pushUndo(tr("They are one person again."), {},
                 [this, taken = *split] { return m_context.contacts->undoSplit(taken); });
        Q_EMIT said({tr("%1 is a person of their own again").arg(triageName(split->name)), true, {}});
    });
}

} // namespace patchbay
