#pragma once

#include "ui/widgets/taxonomy_dialog.h"

class QComboBox;

namespace patchbay {

/// Into which category another one goes, and what follows. GUI thread.
class MergeDialog final : public TaxonomyDialog {
    Q_OBJECT

public:
    MergeDialog(TaxonomyDesk &desk, const Category &category, const Taxonomy &others, QWidget *parent);

    QComboBox *into() const { return m_into; }
    QPlainTextEdit *preview() const { return m_preview; }

    std::optional<TaxonomyDraft> draft() const override;

protected:
    void go() override;

private:
    void look();

    TaxonomyDesk &m_desk;
    Category m_category;
    QComboBox *m_into;
    QPlainTextEdit *m_preview;
    quint64 m_asked = 0;
};

} // namespace patchbay
