#include "ui/widgets/account_form.h"

#include "ui/widgets/plain.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QIntValidator>
#include <QtWidgets/QBoxLayout>
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
    layout->setLabelAlignment(Qt::AlignRight | Qt::AlignTop);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *label = plainLabel(tr("Name in Patchbay"), "", this);
    label->setBuddy(m_name);
    label->setContentsMargins(0, 5, 0, 0);
    m_name->setAccessibleName(tr("Name in Patchbay"));
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
    // "(optional)" only where nothing else says what an empty field means.
    const bool plain = field.required || !field.initial.isEmpty() || !field.help.isEmpty();
    auto *words = plainLabel(plain ? label : tr("%1 (optional)").arg(label), "", this);
    words->setBuddy(widget);
    words->setContentsMargins(0, 5, 0, 0); // on the line of the text in the field
    if (field.help.isEmpty()) {
        layout->addRow(words, widget);
    } else {
        auto *cell = new QVBoxLayout;
        cell->setSpacing(2);
        cell->addWidget(widget);
        cell->addWidget(new ElidedLabel(formText(field.help), "small", this));
        setPlainTip(widget, formText(field.help));
        layout->addRow(words, cell);
    }
    m_widgets << widget;
}

void AccountForm::fill(const QString &name, const QJsonObject &settings)
{
    m_keepsSecrets = true;
    m_name->setText(name);
    for (size_t i = 0; i < m_fields.size(); ++i) {
        const QJsonValue value = settings.value(m_fields[i].key);
        QWidget *widget = m_widgets[qsizetype(i)];
        if (value.isUndefined() && m_fields[i].kind != FormField::Kind::Secret)
            continue; // what is not set is as the form begins
        if (auto *line = qobject_cast<QLineEdit *>(widget)) {
            if (m_fields[i].kind == FormField::Kind::Secret)
                line->setPlaceholderText(tr("as it is stored"));
            else
                line->setText(value.toVariant().toString());
        } else if (auto *choice = qobject_cast<QComboBox *>(widget)) {
            choice->setCurrentIndex(qMax(0, choice->findData(value.toString())));
        } else if (auto *box = qobject_cast<QCheckBox *>(widget)) {
            box->setChecked(value.toBool());
        }
    }
}

void AccountForm::hideName() { static_cast<QFormLayout *>(layout())->setRowVisible(m_name, false); }

void AccountForm::focusFirst()
{
    QWidget *first = m_widgets.isEmpty() || m_keepsSecrets ? m_name : m_widgets.first();
    first->setFocus();
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

void AccountForm::setSecret(const QString &key, const QString &value)
{
    for (qsizetype i = 0; i < m_widgets.size(); ++i) {
        auto *edit = qobject_cast<QLineEdit *>(m_widgets.at(i));
        const FormField &field = m_fields.at(size_t(i));
        if (edit && field.key == key && field.kind == FormField::Kind::Secret)
            edit->setText(value);
    }
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
        return tr("Name in Patchbay");
    for (size_t i = 0; i < m_fields.size(); ++i) {
        const FormField &field = m_fields[i];
        if (m_keepsSecrets && field.kind == FormField::Kind::Secret)
            continue;
        if (isNeeded(field, settings()) && field.kind != FormField::Kind::Switch
            && value(field, m_widgets[qsizetype(i)]).isEmpty())
            return formText(field.label);
    }
    return {};
}

} // namespace patchbay
