#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/category_list_model.h"
#include "ui/models/console_context.h"
#include "ui/widgets/table_page.h"

namespace patchbay {

/// The workspace's categories with what is under them, and what a lead does with them. GUI thread.
class CategoriesPage final : public TablePage {
    Q_OBJECT

public:
    CategoriesPage(const ConsoleContext &context, const ActionRegistry &actions, QWidget *parent = nullptr);

    CategoryListModel &model() { return *m_model; }
    /// The row that is current; null: none.
    const Category *current() const;
    void selectNamed(const QString &name);
    /// Nothing may be changed here.
    bool isReadOnly() const;

protected:
    void currentRowChanged() override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void addButton(QBoxLayout *to, const char *action, const char *kind);

    const ConsoleContext &m_context;
    const ActionRegistry &m_actions;
    CategoryListModel *m_model;
    QLabel *m_doing;
};

} // namespace patchbay
