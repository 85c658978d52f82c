#pragma once

#include "ui/models/existing_model.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace patchbay {

/// What there is already of the person, and the line for the id or address of a record that is not listed. Links
/// nothing itself. GUI thread.
class ExistingView final : public QWidget {
    Q_OBJECT

public:
    ExistingView(ExistingModel &model, QWidget *parent = nullptr);

    /// The targets whose records can be linked; the first of `preferred` is chosen, until a person chooses.
    void setTargets(const std::vector<Target> &targets, TargetId preferred);
    void setBusy(bool busy);
    QTableView *table() const { return m_table; }
    QComboBox *target() const { return m_target; }
    QLineEdit *typed() const { return m_typed; }
    QPushButton *linkButton() const { return m_link; }
    QPushButton *askButton() const { return m_again; }
    /// What it says of the targets that were asked.
    QString states() const;

Q_SIGNALS:
    void linkWanted(const patchbay::ExistingRow &row);
    void typedWanted(patchbay::TargetId target, const QString &typed);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void refresh();
    void link();

    ExistingModel &m_model;
    QTableView *m_table;
    QLabel *m_none;
    QLabel *m_states;
    QPushButton *m_again;
    QComboBox *m_target;
    QLineEdit *m_typed;
    QPushButton *m_link;
    bool m_chosen = false; ///< a person chose the target
};

} // namespace patchbay
