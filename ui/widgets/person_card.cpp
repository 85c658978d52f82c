#include "ui/widgets/person_card.h"

#include "ui/models/person_words.h"
#include "ui/models/words.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

constexpr int cardMatches = 3; ///< persons that may be the same; the others follow when one is decided

} // namespace

PersonCard::PersonCard(Triage &triage, const ActionRegistry &actions, QWidget *parent)
    : QWidget(parent)
    , m_triage(triage)
    , m_actions(actions)
    , m_section(new FoldSection(tr("Person"), true, this))
{
    setAccessibleName(tr("Person"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_section);
}

QString PersonCard::text() const
{
    QStringList all;
    for (const QLabel *label : m_section->findChildren<QLabel *>())
        all << QString(label->text()).remove(QChar(0x200b));
    return all.join(QLatin1Char('\n'));
}

void PersonCard::addLine(const QString &text, const char *role, QWidget *in)
{
    auto *label = plainLabel(text, role, in, true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    (in == m_section ? m_section->content() : in->layout())->addWidget(label);
}

void PersonCard::show(const ConversationDetails *details)
{
    m_section->clear();
    setVisible(details != nullptr);
    if (!details)
        return;
    const QString name = words::oneLine(details->contact.name);
    addLine(name.isEmpty() ? tr("(no name)") : name, "heading", m_section);
    if (details->person) {
        for (const ContactPart &part : details->person->parts)
            showPart(part, *details);
    }
    const Conversation &c = details->conversation;
    addLine(tr("%n message(s) here since %1", nullptr, c.messageCount).arg(words::shortTime(c.firstAt, words::now())),
            "small", m_section);
    if (details->person)
        showMatches(*details->person);
    addButtons({QStringLiteral("person.merge")}); // in a row the three are wider than the panel
    addButtons({QStringLiteral("person.export"), QStringLiteral("person.delete")});
}

void PersonCard::showPart(const ContactPart &part, const ConversationDetails &details)
{
    const Catalog &catalog = m_triage.context().catalog;
    for (const Handle &handle : part.handles)
        addLine(words::handle(handle, catalog), "muted", m_section);
    if (!part.mergedInto)
        return;
    const QString name = words::oneLine(part.contact.name, 60);
    addLine(tr("merged %1 by %2: %3")
                .arg(words::shortTime(part.mergedAt, words::now()),
                     words::oneLine(details.operatorName(part.mergedBy), 40), name),
            "small", m_section);
    auto *button = textButton(tr("Split off"), "flat", m_section);
    button->setAccessibleName(tr("Split off %1, %2").arg(name, words::handles(part.handles, catalog)));
    button->setEnabled(m_triage.canMerge());
    connect(button, &QPushButton::clicked, this, [this, id = part.contact.id] { m_triage.splitPerson(id); });
    m_section->content()->addWidget(button, 0, Qt::AlignLeft);
}

void PersonCard::showMatches(const PersonShown &person)
{
    const Catalog &catalog = m_triage.context().catalog;
    std::vector<ContactId> seen;
    for (const ContactMatch &match : person.matches) {
        const ContactId other = match.otherPerson.id;
        if (std::find(seen.begin(), seen.end(), other) != seen.end())
            continue;
        seen.push_back(other);
        if (seen.size() > cardMatches)
            break;
        QFrame *card = surface("card", m_section);
        card->setAccessibleName(tr("May be the same person"));
        auto *layout = new QVBoxLayout(card);
        layout->setContentsMargins(10, 8, 10, 8);
        layout->setSpacing(4);
        addLine(tr("The same person as %1?").arg(words::oneLine(match.otherPerson.name, 60)), "heading", card);
        for (const ContactMatch &reason : person.matches) {
            if (reason.otherPerson.id == other)
                addLine(words::evidence(reason, catalog), reason.isWeak() ? "warning" : "small", card);
        }
        m_section->content()->addWidget(card);
        if (seen.size() > 1)
            continue; // keys are about the first one
        for (const char *id : {"person.same", "person.other"}) {
            const QString action = QLatin1String(id);
            if (!m_actions.byId(action))
                continue;
            auto *button = textButton(m_actions.titleWithKey(action), "flat", card);
            button->setObjectName(action);
            button->setEnabled(m_triage.canMerge());
            connect(button, &QPushButton::clicked, this, [this, action] { m_actions.trigger(action); });
            layout->addWidget(button, 0, Qt::AlignLeft);
        }
    }
}

void PersonCard::addButtons(const QStringList &ids)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    for (const QString &id : ids) {
        const ConsoleAction *known = m_actions.byId(id);
        if (!known)
            continue;
        const QString text = id == QLatin1String("person.merge") ? tr("Merge…")
            : id == QLatin1String("person.export")               ? tr("Export data…")
                                                                 : tr("Delete data…");
        auto *button = textButton(text, "flat", m_section);
        button->setAccessibleName(known->title);
        connect(button, &QPushButton::clicked, this, [this, id] { m_actions.trigger(id); });
        row->addWidget(button);
    }
    row->addStretch(1);
    m_section->content()->addLayout(row);
}

} // namespace patchbay
