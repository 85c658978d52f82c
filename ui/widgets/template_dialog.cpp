#include "ui/widgets/template_dialog.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

#include <algorithm>

namespace patchbay {

namespace {

constexpr int longestTemplateField = 1024;

} // namespace

TemplateDialog::TemplateDialog(Triage &triage, TemplateUse use, QWidget *parent)
    : QDialog(parent)
    , m_triage(triage)
    , m_conversation(triage.current())
    , m_use(std::move(use))
    , m_preview(new QPlainTextEdit(this))
    , m_obstacle(plainLabel({}, "warning", this, true))
    , m_send(textButton(tr("Send (Ctrl+Enter)"), "primary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Send a template"));
    resize(620, 560);
    build();
    changed();
    if (m_fields.empty())
        m_send->setFocus();
    else
        m_fields.front()->setFocus();
}

void TemplateDialog::build()
{
    auto *places = new QWidget(this);
    auto *form = new QFormLayout(places);
    form->setContentsMargins(0, 0, 6, 0);
    for (const TemplateBlank &blank : blanksOf(m_use.chosen)) {
        QLineEdit *field = fieldFor(blank);
        auto *label = plainLabel(field->accessibleName(), "muted", places);
        label->setBuddy(field);
        form->addRow(label, field);
        m_fields.push_back(field);
    }
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(places);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setVisible(!m_fields.empty());
    m_preview->setReadOnly(true);
    m_preview->setTabChangesFocus(true);
    m_preview->setAccessibleName(tr("What the customer will read"));
    auto *another = textButton(tr("Another template…"), "normal", this);
    auto *cancel = textButton(tr("Close"), "normal", this);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(another);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_send);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    const MessageTemplate &chosen = m_use.chosen;
    layout->addWidget(plainLabel(words::oneLine(chosen.name, 120), "title", this));
    layout->addWidget(plainLabel(
        tr("%1  ·  %2").arg(words::oneLine(chosen.language, 20), words::oneLine(chosen.category, 40)), "muted", this));
    layout->addWidget(scroll, 1);
    layout->addWidget(plainLabel(tr("What the customer will read"), "section", this));
    layout->addWidget(m_preview, 2);
    layout->addWidget(m_obstacle);
    layout->addLayout(buttons);
    for (QPushButton *button : {another, cancel, m_send})
        button->setAutoDefault(false);
    const QList<QWidget *> lastOnes{m_preview, another, cancel, m_send};
    QWidget *before = m_fields.empty() ? nullptr : m_fields.back();
    for (QWidget *next : lastOnes) {
        if (before)
            setTabOrder(before, next);
        before = next;
    }
    connect(m_send, &QPushButton::clicked, this, &TemplateDialog::send);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(another, &QPushButton::clicked, this, [this] {
        Q_EMIT anotherWanted();
        reject();
    });
}

QLineEdit *TemplateDialog::fieldFor(const TemplateBlank &blank)
{
    auto *field = new QLineEdit(m_use.values.value(blank.key).toString(), this);
    field->setMaxLength(longestTemplateField);
    const QString place = QStringLiteral("{{%1}}").arg(blank.name);
    field->setAccessibleName(blank.inHeader ? tr("%1 in the heading").arg(place) : place);
    connect(field, &QLineEdit::textChanged, this, [this, key = blank.key](const QString &text) {
        m_use.values.insert(key, text);
        changed();
    });
    connect(field, &QLineEdit::returnPressed, this, [this] { focusNextChild(); });
    return field;
}

void TemplateDialog::changed()
{
    m_preview->setPlainText(templateText(m_use));
    const bool isBegun =
        std::any_of(m_fields.begin(), m_fields.end(), [](auto *one) { return !one->text().isEmpty(); });
    m_triage.drafts().put(m_conversation, QStringLiteral("template"), isBegun ? asDraft(m_use) : QString());
    const Result<Done> whole = checkTemplate(m_use);
    setPlain(m_obstacle, whole ? QString() : whole.error().message);
    m_obstacle->setVisible(!whole);
    m_send->setEnabled(whole.ok());
}

void TemplateDialog::keyPressEvent(QKeyEvent *event)
{
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isReturn && event->modifiers().testFlag(Qt::ControlModifier))
        send();
    else if (!isReturn) // in a field it goes to the next one
        QDialog::keyPressEvent(event);
}

void TemplateDialog::send()
{
    // The conversation below may be another one by now: what is on the screen here belongs to the one it was opened
    // for.
    if (!m_send->isEnabled() || m_triage.current() != m_conversation)
        return;
    m_send->setEnabled(false);
    m_triage.sendTemplate(m_use);
    accept();
}

} // namespace patchbay
