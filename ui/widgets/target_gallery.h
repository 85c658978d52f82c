#pragma once

#include "core/ports/catalog.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace patchbay {

class StatePage;
class TargetKindsModel;

/// Everything that a target can be, to choose one from: what a task becomes there, the class of a repeat, and what the
/// connector was held against. The catalog outlives it. GUI thread.
class TargetGallery final : public QDialog {
    Q_OBJECT

public:
    explicit TargetGallery(const Catalog &catalog, QWidget *parent = nullptr);
    QLineEdit *field() const { return m_field; }
    QTableView *table() const { return m_table; }

Q_SIGNALS:
    void chosen(const QString &connector);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    const CrmConnectorInfo *current() const;
    void narrow();
    void currentChanged();
    void take();

    TargetKindsModel *m_model;
    QLineEdit *m_field;
    QTableView *m_table;
    StatePage *m_nothing;
    QStackedWidget *m_stack;
    QLabel *m_about;
    QPushButton *m_take;
};

} // namespace patchbay
