#include "ui/widgets/own_fields_form.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

#include <algorithm>

namespace patchbay {

namespace {

constexpr size_t ownRowsLimit = 50; // of one mapping

} // namespace

OwnFieldsForm::OwnFieldsForm(QWidget *parent)
    : QWidget(parent)
    , m_list(new QVBoxLayout)
    , m_state(plainLabel({}, "small", this, true))
    , m_add(textButton(tr("Add a field"), "flat", this))
    , m_refresh(textButton(tr("Read the choices again"), "flat", this))
{
    m_list->setSpacing(6);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_add);
    buttons->addWidget(m_refresh);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(m_list);
    layout->addLayout(buttons);
    layout->addWidget(m_state);
    for (QPushButton *button : {m_add, m_refresh})
        button->setAutoDefault(false);
    connect(m_add, &QPushButton::clicked, this, [this] { addRow()->nameField()->setFocus(); });
    connect(m_refresh, &QPushButton::clicked, this, &OwnFieldsForm::refreshWanted);
    showNoTarget();
}

QString OwnFieldsForm::state() const { return m_state->text(); }

void OwnFieldsForm::clear()
{
    for (OwnFieldRow *row : m_rows) {
        row->hide();
        row->deleteLater();
    }
    m_rows.clear();
}

void OwnFieldsForm::edit(const QJsonObject &fields)
{
    clear();
    for (auto it = fields.constBegin(); it != fields.constEnd(); ++it)
        addRow(ownFieldOf(it.key(), it.value()));
}

OwnFieldRow *OwnFieldsForm::addRow(const OwnField &field)
{
    auto *row = new OwnFieldRow(field, m_choices, this);
    QWidget *before = m_rows.empty() ? nullptr : m_rows.back();
    m_rows.push_back(row);
    m_list->addWidget(row);
    if (before)
        setTabOrder(before, row);
    setTabOrder(row, m_add);
    connect(row, &OwnFieldRow::edited, this, &OwnFieldsForm::edited);
    connect(row, &OwnFieldRow::removed, this, [this, row] {
        std::erase(m_rows, row);
        row->hide();
        row->deleteLater();
        m_add->setEnabled(true);
        m_add->setFocus();
        Q_EMIT edited();
    });
    m_add->setEnabled(m_rows.size() < ownRowsLimit);
    return row;
}

Result<QJsonObject> OwnFieldsForm::fields() const
{
    std::vector<OwnField> all;
    for (const OwnFieldRow *row : m_rows)
        all.push_back(row->field());
    return fieldsOf(all);
}

void OwnFieldsForm::showState(const QString &text, const char *look, bool canRefresh)
{
    setPlain(m_state, text);
    setLook(m_state, "role", look);
    m_refresh->setEnabled(canRefresh);
}

void OwnFieldsForm::offer(const FieldChoices &choices)
{
    m_choices = choices;
    for (OwnFieldRow *row : m_rows)
        row->setChoices(choices);
}

void OwnFieldsForm::showNoTarget()
{
    offer({});
    showState({}, "small", false);
}

void OwnFieldsForm::showLoading(const QString &target)
{
    showState(tr("Reading what %1 offers…").arg(words::oneLine(target, 60)), "small", false);
}

void OwnFieldsForm::showChoices(const QString &target, const FieldChoices &choices)
{
    offer(choices);
    const QString name = words::oneLine(target, 60);
    if (choices.choices.empty()) {
        showState(tr("%1 offers no choices; fields are typed.").arg(name), "small", true);
        return;
    }
    QString text = tr("%1 offers %n choice(s) (read %2).", nullptr, int(choices.choices.size()))
                       .arg(name, words::shortTime(choices.readAt, words::now()));
    if (choices.leftOut > 0)
        text += QLatin1Char(' ') + tr("%n more were left out.", nullptr, choices.leftOut);
    showState(text, "small", true);
}

void OwnFieldsForm::showFailed(const QString &target, const Error &why)
{
    const QString name = words::oneLine(target, 60);
    const bool offline = why.kind == Error::Kind::Offline || why.kind == Error::Kind::Timeout;
    const QString text = offline ? tr("⚠ %1 cannot be reached now, so its choices are not known: %2")
                                 : tr("⚠ The choices of %1 could not be read: %2");
    showState(text.arg(name, words::oneLine(why.message, 300)) + QLatin1Char(' ')
                  + (m_choices.choices.empty() ? tr("Fields can be typed all the same.")
                                               : tr("Those that were read before stay.")),
              "warning", true);
}

} // namespace patchbay
