#include "ui/widgets/person_merge_dialog.h"

#include "ui/models/person_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/choice_model.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtCore/QTimer>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QRadioButton>

#include <algorithm>

namespace patchbay {

namespace {

constexpr int mergeDialogPause = 200; // while somebody types
constexpr int mergeDialogFound = 30;

} // namespace

PersonMergeDialog::PersonMergeDialog(const ConsoleContext &context, ContactId person, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_id(person)
    , m_field(new QLineEdit(this))
    , m_model(new ChoiceModel(this))
    , m_list(new QListView(this))
    , m_keepThis(new QRadioButton(this))
    , m_keepOther(new QRadioButton(this))
    , m_preview(new QPlainTextEdit(this))
    , m_answer(plainLabel({}, "danger", this, true))
    , m_go(textButton(tr("Merge"), "primary", this))
    , m_pause(new QTimer(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Merge two persons into one"));
    resize(600, 620);
    m_field->setAccessibleName(tr("Who is the same person"));
    m_field->setPlaceholderText(tr("Part of a name or an address"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("Persons found"));
    m_keepThis->setChecked(true);
    m_preview->setReadOnly(true);
    m_preview->setAccessibleName(tr("What would come of it"));
    auto *cancel = textButton(tr("Cancel"), "normal", this);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addWidget(plainLabel(tr("Who is the same person"), "section", this));
    layout->addWidget(m_field);
    layout->addWidget(m_list, 2);
    layout->addWidget(plainLabel(tr("Whose name stays"), "section", this));
    layout->addWidget(m_keepThis);
    layout->addWidget(m_keepOther);
    layout->addWidget(plainLabel(tr("What would come of it"), "section", this));
    layout->addWidget(m_preview, 3);
    layout->addWidget(m_answer);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_go);
    layout->addLayout(buttons);
    setTabOrder(m_preview, cancel);
    setTabOrder(cancel, m_go);
    keepEnterInRows(m_list);
    m_go->setAutoDefault(false);
    cancel->setAutoDefault(false);
    m_pause->setSingleShot(true);
    m_pause->setInterval(mergeDialogPause);
    connect(m_pause, &QTimer::timeout, this, &PersonMergeDialog::find);
    connect(m_field, &QLineEdit::textChanged, this, [this] { m_pause->start(); });
    connect(m_field, &QLineEdit::returnPressed, m_list, [this] { m_list->setFocus(); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &PersonMergeDialog::refresh);
    connect(m_keepThis, &QRadioButton::toggled, this, &PersonMergeDialog::refresh);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &PersonMergeDialog::go);
    say({});
    refresh();
    whenDone(this, m_context.contacts->showOf(person), [this](const Result<PersonShown> &shown) {
        if (!shown)
            return say(shown.error().message);
        m_person = *shown;
        find();
    });
}

QString PersonMergeDialog::answer() const { return QString(m_answer->text()).remove(QChar(0x200b)); }

void PersonMergeDialog::say(const QString &sentence)
{
    setPlain(m_answer, sentence);
    m_answer->setVisible(!sentence.isEmpty());
}

void PersonMergeDialog::find()
{
    const quint64 asked = ++m_asked;
    whenDone(this, m_context.contacts->list(m_field->text(), mergeDialogFound),
             [this, asked](const Result<std::vector<PersonShown>> &persons) {
                 if (asked != m_asked)
                     return; // typed on meanwhile
                 say(persons ? QString() : persons.error().message);
                 found(persons ? *persons : std::vector<PersonShown>());
             });
}

/// Who may be the same stands first.
void PersonMergeDialog::found(std::vector<PersonShown> persons)
{
    std::erase_if(persons, [this](const PersonShown &one) { return one.contact.id == m_person.contact.id; });
    std::stable_partition(persons.begin(), persons.end(), [this](const PersonShown &one) {
        return std::any_of(one.matches.begin(), one.matches.end(),
                           [this](const ContactMatch &match) { return match.otherPerson.id == m_person.contact.id; });
    });
    const PersonShown *before = chosen();
    const ContactId kept = before ? before->contact.id : ContactId{};
    m_found = std::move(persons);
    std::vector<Choice> choices;
    int current = 0;
    for (const PersonShown &one : m_found) {
        if (one.contact.id == kept)
            current = int(choices.size());
        Choice choice;
        choice.text = words::oneLine(one.contact.name, 60);
        choice.hint = words::oneLine(words::handles(one.handles(), m_context.catalog), 60);
        choice.value = one.contact.id.value;
        choices.push_back(choice);
    }
    m_model->setChoices(std::move(choices));
    m_list->setCurrentIndex(m_model->index(current, 0));
    refresh();
}

const PersonShown *PersonMergeDialog::chosen() const
{
    const int row = m_list->currentIndex().row();
    return row >= 0 && row < int(m_found.size()) ? &m_found[size_t(row)] : nullptr;
}

void PersonMergeDialog::refresh()
{
    const PersonShown *other = chosen();
    const auto named = [](const PersonShown &person) {
        return words::oneLine(person.contact.name, 60).replace(QLatin1Char('&'), QStringLiteral("&&"));
    };
    m_keepThis->setText(named(m_person));
    m_keepOther->setText(other ? named(*other) : tr("the other one"));
    m_keepThis->setAccessibleName(tr("The name %1 stays").arg(words::oneLine(m_person.contact.name, 60)));
    m_keepOther->setAccessibleName(
        tr("The name %1 stays").arg(other ? words::oneLine(other->contact.name, 60) : tr("of the other one")));
    m_go->setEnabled(other && !m_busy && m_person.contact.id);
    if (!other)
        return m_preview->setPlainText(m_person.contact.id ? tr("Nobody else fits.") : tr("Looking…"));
    const bool thisStays = m_keepThis->isChecked();
    m_preview->setPlainText(words::mergePreview(thisStays ? m_person : *other, thisStays ? *other : m_person,
                                                m_context.catalog, words::now()));
}

void PersonMergeDialog::go()
{
    const PersonShown *other = chosen();
    if (!other || m_busy)
        return;
    m_busy = true;
    refresh();
    const bool thisStays = m_keepThis->isChecked();
    const ContactId stays = thisStays ? m_person.contact.id : other->contact.id;
    const ContactId joins = thisStays ? other->contact.id : m_person.contact.id;
    whenDone(this, m_context.contacts->merge(stays, joins), [this](const Result<ContactDesk::Merged> &done) {
        m_busy = false;
        refresh();
        if (!done)
            return say(done.error().message);
        Q_EMIT merged(*done);
        accept();
    });
}

} // namespace patchbay
