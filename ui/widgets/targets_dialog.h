#pragma once

#include "core/async/async.h"
#include "ui/models/console_context.h"

#include <QtWidgets/QDialog>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace patchbay {

class AccountDialog;
class StatePage;
class TargetGallery;
class TargetsModel;
struct TargetRow;

/// The workspace's targets: how each fares, what a repeat does there, what its connector was held against, and what is
/// owed to it. Adds, changes and tests them. GUI thread.
class TargetsDialog final : public QDialog {
    Q_OBJECT

public:
    /// `first` is chosen when it is there.
    explicit TargetsDialog(const ConsoleContext &context, TargetId first = {}, QWidget *parent = nullptr);
    QTableView *table() const { return m_table; }
    TargetsModel &model() const { return *m_model; }
    StatePage *state() const { return m_state; }
    /// What is said of the chosen one below the table.
    QString details() const;
    QString answer() const;
    /// The gallery of what a target can be.
    TargetGallery *add();
    /// The form of the chosen one; null where there is nothing to set.
    AccountDialog *edit();
    /// Signs in at the chosen one with the stored secrets and reads; changes nothing.
    void test();

private:
    QWidget *tableArea();
    QLayout *buttonRow();
    void loaded();
    void failed(const QString &why);
    void chosenChanged();
    void choose(int row);
    const TargetRow *chosen() const;
    AccountDialog *openAccount(AccountDialog *dialog, const QString &done);
    void say(const QString &sentence, const char *look);

    ConsoleContext m_context;
    TargetsModel *m_model;
    QTableView *m_table;
    StatePage *m_state;
    QStackedWidget *m_stack;
    QLabel *m_details;
    QLabel *m_answer;
    QPushButton *m_add;
    QPushButton *m_edit;
    QPushButton *m_test;
    TargetId m_first;
    QString m_wanted; ///< a target that was just added: chosen when it is in the list
    bool m_testing = false;
    AsyncScope m_scope;
};

} // namespace patchbay
