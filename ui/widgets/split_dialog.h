#pragma once

#include "ui/widgets/taxonomy_dialog.h"

class QComboBox;
class QLineEdit;

namespace patchbay {

/// The parts of a category, where doubtful conversations go, and what would go where. GUI thread.
class SplitDialog final : public TaxonomyDialog {
    Q_OBJECT

public:
    SplitDialog(TaxonomyDesk &desk, const Category &category, const Taxonomy &others, QWidget *parent);

    /// One line of the form.
    struct PartFields {
        QComboBox *name = nullptr; ///< typed, or one of the other categories
        QLineEdit *words = nullptr;
    };
    const std::vector<PartFields> &parts() const { return m_parts; }
    QComboBox *doubtful() const { return m_doubtful; }
    QPlainTextEdit *preview() const { return m_preview; }
    void addPart();
    /// Asks what would go where; the split itself can only follow that.
    void look();

    std::optional<TaxonomyDraft> draft() const override;

protected:
    void go() override;

private:
    SplitPlan plan() const;
    void edited();
    void show(const SplitPreview &preview);

    TaxonomyDesk &m_desk;
    Category m_category;
    Taxonomy m_others;
    QVBoxLayout *m_rows;
    std::vector<PartFields> m_parts;
    QComboBox *m_doubtful;
    QPlainTextEdit *m_preview;
    quint64 m_asked = 0;
};

} // namespace patchbay
