#pragma once

#include "ui/widgets/accounts_dialog.h"

namespace patchbay {

class TargetGallery;
class TargetsModel;
struct TargetRow;

/// The workspace's targets: how each fares, what a repeat does there, what its connector was held against, and what is
/// owed to it. Adds, changes and tests them. GUI thread.
class TargetsDialog final : public AccountsDialog {
    Q_OBJECT

public:
    /// `first` is chosen when it is there.
    explicit TargetsDialog(const ConsoleContext &context, TargetId first = {}, QWidget *parent = nullptr);
    TargetsModel &model() const { return *m_model; }
    /// The gallery of what a target can be.
    TargetGallery *add();
    /// The form of the chosen one; null where there is nothing to set.
    AccountDialog *edit();
    /// Signs in at the chosen one with the stored secrets and reads; changes nothing.
    void test();

protected:
    void chosenChanged() override;
    void addWanted() override { add(); }
    void editWanted() override { edit(); }
    void reload() override;
    int rowNamed(const QString &name) const override;
    int firstRow() const override;

private:
    const TargetRow *chosen() const;

    TargetsModel *m_model;
    QPushButton *m_edit;
    QPushButton *m_test;
    TargetId m_first;
    bool m_testing = false;
    AsyncScope m_scope;
};

} // namespace patchbay
