#include "core/store/account_table.h"
#include "ui/models/person_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/person_merge_dialog.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/toast.h"

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

/// By which platforms with agents of their own (Chatwoot) know who somebody is assigned to.
void MainWindow::pickMyMail()
{
    auto reading = [me = m_ctx.me.id](Database &db) { return db.finish(operators::byId(db, me).mail); };
    whenDone(this, m_ctx.store.read(std::move(reading)), [this](const Result<QString> &mail) {
        if (!mail)
            return m_toast->complain(mail.error().message);
        std::vector<Choice> choices;
        if (!mail->isEmpty()) {
            Choice known;
            known.text = words::oneLine(*mail, 100);
            known.hint = tr("stays as it is");
            known.value = *mail;
            Choice none;
            none.text = tr("Remove it");
            none.hint = tr("other platforms know nobody by it then");
            none.value = QString();
            choices = {known, none};
        }
        auto *picker = new Picker(tr("The mail address by which other platforms know me"), std::move(choices), this);
        picker->allowNew(tr("Enter takes “%1”"));
        picker->setPlaceholder(tr("As your agent there has it"));
        const auto set = [this](const QString &address) {
            whenDone(this, m_ctx.commands.setOperatorMail(m_ctx.me.id, address),
                     [this, address](const Result<Done> &set) {
                         if (!set)
                             return m_toast->complain(set.error().message);
                         m_toast->say(
                             {address.isEmpty()
                                  ? tr("Your mail address is removed")
                                  : tr("Your mail address is %1").arg(words::oneLine(address.trimmed().toLower(), 100)),
                              false,
                              {}});
                     });
        };
        connect(picker, &Picker::chosen, this, [set](const QVariant &value) { set(value.toString()); });
        connect(picker, &Picker::chosenNew, this, set);
        picker->openOver(this);
    });
}

} // namespace patchbay
