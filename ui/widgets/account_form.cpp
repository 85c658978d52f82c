#include "ui/widgets/account_form.h"

#include "ui/widgets/plain.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QIntValidator>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

#include <limits>

namespace patchbay {

namespace {

QString formText(const QString &marked) { return QCoreApplication::translate("form", marked.toUtf8().constData()); }

} // namespace

AccountForm::AccountForm(const std::vector<FormField> &fields, const QString &suggestedName, QWidget *parent)
    : QWidget(parent)
    , m_fields(fields)
    , m_name(new QLineEdit(suggestedName, this))
{
    auto *layout = new QFormLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(14);
    layout->setVerticalSpacing(8);
    layout->setLabelAlignment(Qt::AlignRight | Qt::AlignVCenter);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *label = plainLabel(tr("Name here"), "", this);
    label->setBuddy(m_name);
    m_name->setAccessibleName(tr("Name here"));
    layout->addRow(label, m_name);
    connect(m_name, &QLineEdit::textChanged, this, &AccountForm::edited);
    for (const FormField &field : m_fields)
        add(layout, field);
}

void AccountForm::add(QFormLayout *layout, const FormField &field)
{
    QWidget *widget = nullptr;
    switch (field.kind) {
    case FormField::Kind::Text:
    case FormField::Kind::Secret:
    case FormField::Kind::Number: {
        auto *line = new QLineEdit(field.initial, this);
        if (field.kind == FormField::Kind::Secret)
            line->setEchoMode(QLineEdit::Password);
        if (field.kind == FormField::Kind::Number) {
            const qint64 top = field.maximum > 0 ? field.maximum : std::numeric_limits<int>::max();
            line->setValidator(new QIntValidator(int(field.minimum), int(top), line));
            line->setMaximumWidth(130);
        }
        connect(line, &QLineEdit::textChanged, this, &AccountForm::edited);
        widget = line;
        break;
    }
    case FormField::Kind::Choice: {
        auto *box = new QComboBox(this);
        for (int i = 0; i < field.choices.size(); ++i)
            box->addItem(formText(field.choiceLabels.value(i, field.choices[i])), field.choices[i]);
        box->setCurrentIndex(qMax(0, int(field.choices.indexOf(field.initial))));
        connect(box, &QComboBox::currentIndexChanged, this, &AccountForm::edited);
        widget = box;
        break;
    }
    case FormField::Kind::Switch: {
        auto *box = new QCheckBox(this);
        box->setChecked(field.initial == QLatin1String("true"));
        connect(box, &QCheckBox::toggled, this, &AccountForm::edited);
        widget = box;
        break;
    }
    }
    const QString label = formText(field.label);
    widget->setAccessibleName(label);
    widget->setObjectName(QStringLiteral("field.") + field.key);
    auto *words = plainLabel(field.required ? label : tr("%1 (optional)").arg(label), "", this);
    words->setBuddy(widget);
    layout->addRow(words, widget);
    if (!field.help.isEmpty()) {
        setPlainTip(widget, formText(field.help));
        layout->addRow(QString(), plainLabel(formText(field.help), "small", this, true));
    }
    m_widgets << widget;
}

QString AccountForm::name() const { return m_name->text().trimmed(); }

QString AccountForm::value(const FormField &field, QWidget *widget) const
{
    if (const auto *line = qobject_cast<QLineEdit *>(widget))
        return field.kind == FormField::Kind::Secret ? line->text() : line->text().trimmed();
    if (const auto *box = qobject_cast<QComboBox *>(widget))
        return box->currentData().toString();
    return {};
}

QJsonObject AccountForm::settings() const
{
    QJsonObject settings;
    for (size_t i = 0; i < m_fields.size(); ++i) {
        const FormField &field = m_fields[i];
        QWidget *widget = m_widgets[qsizetype(i)];
        if (field.kind == FormField::Kind::Secret)
            continue;
        if (const auto *box = qobject_cast<QCheckBox *>(widget)) {
            settings.insert(field.key, box->isChecked());
            continue;
        }
        const QString text = value(field, widget);
        if (text.isEmpty())
            continue;
        if (field.kind == FormField::Kind::Number)
            settings.insert(field.key, text.toLongLong());
        else
            settings.insert(field.key, text);
    }
    return settings;
}

QHash<QString, QString> AccountForm::secrets() const
{
    QHash<QString, QString> secrets;
    for (size_t i = 0; i < m_fields.size(); ++i) {
        const QString text = value(m_fields[i], m_widgets[qsizetype(i)]);
        if (m_fields[i].kind == FormField::Kind::Secret && !text.isEmpty())
            secrets.insert(m_fields[i].key, text);
    }
    return secrets;
}

QString AccountForm::missing() const
{
    if (name().isEmpty())
        return tr("Name here");
    for (size_t i = 0; i < m_fields.size(); ++i) {
        const FormField &field = m_fields[i];
        if (field.required && field.kind != FormField::Kind::Switch && value(field, m_widgets[qsizetype(i)]).isEmpty())
            return formText(field.label);
    }
    return {};
}

} // namespace patchbay
