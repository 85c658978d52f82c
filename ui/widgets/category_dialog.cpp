#include "ui/widgets/category_dialog.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtCore/QRegularExpression>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

CategoryDialog::CategoryDialog(TaxonomyDesk &desk, const Category &category, QWidget *parent)
    : TaxonomyDialog(
        category.id ? tr("Category") : tr("New category"),
        tr("Name, description and key words are what the classifier begins with. A new name is followed by "
           "open suggestions, live rules and saved searches."),
        category.id ? tr("Save") : tr("Add"), parent)
    , m_desk(desk)
    , m_category(category)
    , m_name(new QLineEdit(category.name, this))
    , m_description(new QPlainTextEdit(category.description, this))
    , m_words(new QPlainTextEdit(category.keywords.join(QStringLiteral(", ")), this))
    , m_priority(new QComboBox(this))
{
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(200);
    m_name->setReadOnly(category.isUnsorted);
    m_description->setAccessibleName(tr("Description"));
    m_description->setTabChangesFocus(true);
    m_description->setMaximumHeight(70);
    m_words->setAccessibleName(tr("Key words"));
    m_words->setTabChangesFocus(true);
    m_words->setPlaceholderText(tr("Words and phrases that customers use, between commas"));
    m_priority->setAccessibleName(tr("Default priority"));
    for (const Priority priority : {Priority::Low, Priority::Normal, Priority::High, Priority::Urgent})
        m_priority->addItem(words::priority(priority), int(priority));
    m_priority->setCurrentIndex(m_priority->findData(int(category.defaultPriority)));
    form()->addWidget(formLabel(tr("Name"), m_name));
    form()->addWidget(m_name);
    form()->addWidget(formLabel(tr("Description"), m_description));
    form()->addWidget(m_description);
    form()->addWidget(formLabel(tr("Key words"), m_words));
    form()->addWidget(m_words, 1);
    form()->addWidget(formLabel(tr("Default priority"), m_priority));
    form()->addWidget(m_priority);
    if (category.id) {
        offerTrial();
        setTabOrder(m_priority, tryButton());
    }
    setTabOrder(category.id ? static_cast<QWidget *>(tryButton()) : m_priority, goButton());
    m_name->setFocus();
}

Category CategoryDialog::edited() const
{
    Category draft = m_category;
    draft.name = m_name->text();
    draft.description = m_description->toPlainText();
    draft.keywords = typedWords(m_words->toPlainText());
    draft.defaultPriority = Priority(m_priority->currentData().toInt());
    return draft;
}

std::optional<TaxonomyDraft> CategoryDialog::draft() const
{
    TaxonomyDraft draft;
    draft.category = m_category.id;
    draft.changed = edited();
    return draft;
}

void CategoryDialog::go()
{
    const Category draft = edited();
    const QString name = words::oneLine(draft.name.simplified(), 60);
    if (draft.id)
        finish(m_desk.change(draft), [name](const TaxonomyMoved &) { return tr("Category %1 is changed").arg(name); });
    else
        finish(m_desk.add(draft), [name](CategoryId) { return tr("Category %1 is added").arg(name); });
}

QStringList typedWords(const QString &text)
{
    static const QRegularExpression between(QStringLiteral("[,;\n，、،]"));
    QStringList words;
    for (const QString &word : text.split(between, Qt::SkipEmptyParts)) {
        if (!word.trimmed().isEmpty())
            words << word.trimmed();
    }
    return words;
}

} // namespace patchbay
