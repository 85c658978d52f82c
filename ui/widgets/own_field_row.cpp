#include "ui/widgets/own_field_row.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>

#include <algorithm>

namespace patchbay {

namespace {

using Kind = OwnField::Kind;

constexpr int ownLinesHeight = 64;

/// An entry is what is sent, with what the target calls it.
QString ownChoiceText(const FieldChoice &choice)
{
    const QString value = words::oneLine(choice.value, 60);
    return choice.title.isEmpty() ? value : QStringLiteral("%1  ·  %2").arg(words::oneLine(choice.title, 60), value);
}

/// A box to type in, with entries to take a text from.
QComboBox *ownTextBox(const QString &name, const QString &placeholder, int longest, QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setCompleter(nullptr); // what is typed stays as it is typed
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(5);
    box->lineEdit()->setPlaceholderText(placeholder);
    box->lineEdit()->setMaxLength(longest);
    box->lineEdit()->setAccessibleName(name);
    nameChoices(box, name);
    return box;
}

} // namespace

OwnFieldRow::OwnFieldRow(const OwnField &field, const FieldChoices &choices, QWidget *parent)
    : QWidget(parent)
    , m_name(ownTextBox(tr("Name of the field"), tr("field"), 80, this))
    , m_kind(new QComboBox(this))
    , m_stack(new QStackedWidget(this))
    , m_value(ownTextBox(tr("Value of the field"), tr("a text, with placeholders"), 4000, this))
    , m_switch(new QComboBox(this))
    , m_lines(new QPlainTextEdit(this))
    , m_note(plainLabel({}, "small", this, true))
    , m_remove(textButton(tr("✕"), "flat", this))
{
    for (const auto &[kind, text] : {std::pair(Kind::Text, tr("Text")),
                                     {Kind::Number, tr("Number")},
                                     {Kind::Switch, tr("Switch")},
                                     {Kind::List, tr("List")},
                                     {Kind::Json, tr("JSON")}})
        m_kind->addItem(text, int(kind));
    nameChoices(m_kind, tr("Kind of the value"));
    m_switch->addItem(tr("yes"), QStringLiteral("true"));
    m_switch->addItem(tr("no"), QStringLiteral("false"));
    nameChoices(m_switch, tr("Value of the field"));
    m_value->setObjectName(QLatin1String(valueName));
    m_lines->setTabChangesFocus(true);
    m_lines->setFixedHeight(ownLinesHeight);
    m_lines->setAccessibleName(tr("Value of the field"));
    m_remove->setAutoDefault(false);
    m_remove->setAccessibleName(tr("Remove the field"));
    setPlainTip(m_remove, tr("Remove the field"));
    for (QWidget *one : std::initializer_list<QWidget *>{m_value, m_switch, m_lines})
        m_stack->addWidget(one);
    auto *row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(m_name, 3);
    row->addWidget(m_kind);
    row->addWidget(m_stack, 4);
    row->addWidget(m_remove);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(row);
    layout->addWidget(m_note);

    m_name->setEditText(field.name);
    m_kind->setCurrentIndex(m_kind->findData(int(field.kind)));
    showKind(field.text);
    setChoices(choices);
    connect(m_remove, &QPushButton::clicked, this, &OwnFieldRow::removed);
    connect(m_name, &QComboBox::editTextChanged, this, [this] {
        if (m_filling)
            return;
        offerValues();
        Q_EMIT edited();
    });
    connect(m_kind, &QComboBox::activated, this, [this] {
        showKind(typed());
        showNote();
        Q_EMIT edited();
    });
    connect(m_value, &QComboBox::activated, this, [this](int index) {
        // What is chosen stands there as it is sent.
        m_value->setEditText(m_value->itemData(index).toString());
    });
    connect(m_value, &QComboBox::editTextChanged, this, [this] {
        if (m_filling)
            return;
        showNote();
        Q_EMIT edited();
    });
    connect(m_switch, &QComboBox::activated, this, &OwnFieldRow::edited);
    connect(m_lines, &QPlainTextEdit::textChanged, this, &OwnFieldRow::edited);
}

QString OwnFieldRow::note() const { return m_note->text(); }

/// What stands in the editor of the value that is shown.
QString OwnFieldRow::typed() const
{
    if (m_stack->currentWidget() == m_switch)
        return m_switch->currentData().toString();
    return m_stack->currentWidget() == m_lines ? m_lines->toPlainText() : m_value->currentText();
}

OwnField OwnFieldRow::field() const
{
    return {m_name->currentText().trimmed(), Kind(m_kind->currentData().toInt()), typed()};
}

void OwnFieldRow::showKind(const QString &text)
{
    m_filling = true;
    const Kind kind = Kind(m_kind->currentData().toInt());
    const bool lines = kind == Kind::List || kind == Kind::Json;
    m_value->setEditText(QString(text).replace(QLatin1Char('\n'), QLatin1Char(' ')));
    m_value->lineEdit()->setPlaceholderText(kind == Kind::Number ? tr("a number") : tr("a text, with placeholders"));
    m_switch->setCurrentIndex(std::max(0, m_switch->findData(text)));
    {
        const QSignalBlocker quiet(m_lines);
        m_lines->setPlainText(text);
    }
    m_lines->setPlaceholderText(kind == Kind::Json ? tr("{\"id\": \"{{contact.address}}\"}") : tr("one text a line"));
    m_stack->setCurrentWidget(lines                      ? static_cast<QWidget *>(m_lines)
                                  : kind == Kind::Switch ? static_cast<QWidget *>(m_switch)
                                                         : m_value);
    m_stack->setFixedHeight(lines ? ownLinesHeight : m_value->sizeHint().height());
    m_filling = false;
}

void OwnFieldRow::setChoices(const FieldChoices &choices)
{
    m_choices = choices;
    m_filling = true;
    const QString name = m_name->currentText();
    m_name->clear();
    for (const QString &field : m_choices.fields())
        m_name->addItem(words::oneLine(field, 80));
    m_name->setEditText(name);
    m_filling = false;
    offerValues();
}

void OwnFieldRow::offerValues()
{
    m_filling = true;
    const QString value = m_value->currentText();
    m_value->clear();
    for (const FieldChoice &choice : m_choices.of(m_name->currentText().trimmed()))
        m_value->addItem(ownChoiceText(choice), choice.value);
    m_value->setEditText(value);
    m_filling = false;
    showNote();
}

/// What the target calls the value, or that it is none of those it offered.
void OwnFieldRow::showNote()
{
    const bool isOne = m_stack->currentWidget() == m_value;
    const QString value = m_value->currentText().trimmed();
    const std::vector<FieldChoice> offered = m_choices.of(m_name->currentText().trimmed());
    const auto known = std::find_if(offered.begin(), offered.end(),
                                    [&value](const FieldChoice &choice) { return choice.value == value; });
    QString text;
    if (isOne && known != offered.end())
        text = tr("= %1").arg(words::oneLine(known->title.isEmpty() ? known->value : known->title, 80));
    else if (isOne && !offered.empty() && !value.isEmpty() && !value.contains(QLatin1String("{{")))
        text = tr("⚠ The target offered %n value(s), and this is none of them.", nullptr, int(offered.size()));
    setPlain(m_note, text);
    m_note->setVisible(!text.isEmpty());
}

} // namespace patchbay
