#pragma once

#include "ui/widgets/taxonomy_dialog.h"

class QComboBox;
class QLineEdit;

namespace patchbay {

/// Name, description, key words and default priority of a category, new or there. GUI thread.
class CategoryDialog final : public TaxonomyDialog {
    Q_OBJECT

public:
    /// An id of none: a new one.
    CategoryDialog(TaxonomyDesk &desk, const Category &category, QWidget *parent);

    QLineEdit *nameField() const { return m_name; }
    QPlainTextEdit *wordsField() const { return m_words; }

    std::optional<TaxonomyDraft> draft() const override;

protected:
    void go() override;

private:
    Category edited() const;

    TaxonomyDesk &m_desk;
    Category m_category;
    QLineEdit *m_name;
    QPlainTextEdit *m_description;
    QPlainTextEdit *m_words;
    QComboBox *m_priority;
};

/// Key words as they were typed: on lines of their own, or between commas.
QStringList typedWords(const QString &text);

} // namespace patchbay
