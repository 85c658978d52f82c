#pragma once

#include "ui/widgets/taxonomy_dialog.h"

class QCheckBox;
class QComboBox;

namespace patchbay {

/// Which domain pack comes in, and what it would change: nothing is done that was not shown. GUI thread.
class PackDialog final : public TaxonomyDialog {
    Q_OBJECT

public:
    PackDialog(TaxonomyDesk &desk, QWidget *parent);

    /// Reads a file in a worker, and compares.
    void openFile(const QString &path);
    QComboBox *choice() const { return m_choice; }
    QPlainTextEdit *diff() const { return m_text; }

protected:
    void go() override;

private:
    void chosen();
    void take(const Result<Pack> &pack);
    void compare();
    void show(const PackDiff &diff);
    PackImport how() const;

    TaxonomyDesk &m_desk;
    QComboBox *m_choice;
    QCheckBox *m_others;
    QPlainTextEdit *m_text;
    std::optional<Pack> m_pack;
    QString m_shown;
    quint64 m_asked = 0;
};

} // namespace patchbay
