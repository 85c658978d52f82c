#include "ui/models/person_words.h"
#include "ui/models/words.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/person_merge_dialog.h"
#include "ui/widgets/picker.h"

namespace patchbay {

void MainWindow::registerPeople()
{
    using Scope = ActionScope;
    const QString group = tr("Person");
    const auto known = [this] { return m_triage.canMerge() && !m_ctx.store.isReadOnly(); };
    const auto suggested = [this, known] { return known() && m_triage.suggestedPerson(); };
    const auto merged = [this, known] { return known() && m_triage.details()->person->parts.size() > 1; };
    addAction_(
        "person.same", group, tr("The same person"), {QStringLiteral("P")}, Scope::Conversations,
        [this] { m_triage.samePerson(); }, suggested);
    addAction_(
        "person.other", group, tr("Not the same person"), {QStringLiteral("Shift+P")}, Scope::Conversations,
        [this] { m_triage.notSamePerson(); }, suggested);
    addAction_(
        "person.merge", group, tr("Merge with another person…"), {}, Scope::Conversations, [this] { mergePerson(); },
        known);
    addAction_(
        "person.split", group, tr("Split off what was merged…"), {}, Scope::Conversations, [this] { splitPerson(); },
        merged);
}

void MainWindow::mergePerson()
{
    auto *dialog = new PersonMergeDialog(m_ctx, m_triage.details()->person->contact.id, this);
    connect(dialog, &PersonMergeDialog::merged, &m_triage, &Triage::personsMerged);
    dialog->open();
}

void MainWindow::splitPerson()
{
    std::vector<Choice> choices;
    for (const ContactPart &part : m_triage.details()->person->parts) {
        if (!part.mergedInto)
            continue;
        Choice choice;
        choice.text = words::oneLine(part.contact.name, 60);
        choice.hint = words::oneLine(words::handles(part.handles, m_ctx.catalog), 60);
        choice.value = part.contact.id.value;
        choices.push_back(choice);
    }
    auto *picker = new Picker(tr("Which of them is a person of their own?"), std::move(choices), this);
    connect(picker, &Picker::chosen, this,
            [this](const QVariant &value) { m_triage.splitPerson(ContactId{value.toLongLong()}); });
    picker->openOver(this);
}

} // namespace patchbay
