#include "ui/widgets/taxonomy_dialog.h"

#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

TaxonomyDialog::TaxonomyDialog(const QString &title, const QString &explanation, const QString &goText, QWidget *parent)
    : QDialog(parent)
    , m_form(new QVBoxLayout)
    , m_problem(plainLabel({}, "danger", this, true))
    , m_go(textButton(goText, "primary", this))
    , m_buttons(new QHBoxLayout)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    resize(600, 520);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addWidget(plainLabel(title, "section", this, true));
    if (!explanation.isEmpty())
        layout->addWidget(plainLabel(explanation, "muted", this, true));
    m_form->setSpacing(6);
    layout->addLayout(m_form, 1);
    layout->addWidget(m_problem);
    m_problem->hide();
    auto *cancel = textButton(tr("Cancel"), "normal", this);
    m_buttons->addStretch(1);
    m_buttons->addWidget(cancel);
    m_buttons->addWidget(m_go);
    layout->addLayout(m_buttons);
    m_go->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &TaxonomyDialog::apply);
}

QString TaxonomyDialog::goText() const { return m_go->text(); }

void TaxonomyDialog::apply()
{
    if (!m_busy)
        go();
}

void TaxonomyDialog::offerTrial()
{
    m_try = textButton(tr("Try on history…"), "normal", this);
    m_try->setAutoDefault(false);
    m_buttons->insertWidget(0, m_try);
    connect(m_try, &QPushButton::clicked, this, [this] {
        if (!m_busy && draft())
            Q_EMIT trialWanted();
    });
}

QString TaxonomyDialog::problem() const { return m_problem->isHidden() ? QString() : m_problem->text(); }

void TaxonomyDialog::complain(const QString &sentence)
{
    setPlain(m_problem, sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

QPlainTextEdit *TaxonomyDialog::readOnlyText(const QString &name)
{
    auto *text = new QPlainTextEdit(this);
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setAccessibleName(name);
    return text;
}

QLabel *TaxonomyDialog::formLabel(const QString &text, QWidget *buddy)
{
    auto *label = plainLabel(text, "muted", this);
    label->setBuddy(buddy);
    return label;
}

void TaxonomyDialog::setBusy(bool busy)
{
    m_busy = busy;
    m_go->setEnabled(!busy);
    if (busy)
        complain({});
}

} // namespace patchbay
