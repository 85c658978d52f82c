#pragma once

#include "ui/models/console_context.h"
#include "ui/widgets/guidance_editor.h"

#include <QtWidgets/QDialog>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace patchbay {

class StatePage;

/// The workspace's canned replies, or its business rules: a list with a filter, what the chosen one says, and the deeds
/// of a lead. Ins adds, Enter edits, Del deletes after a question. Destroys itself when closed; GUI thread.
class GuidanceDialog final : public QDialog {
    Q_OBJECT

public:
    GuidanceDialog(const ConsoleContext &context, GuidanceKind kind, const ReplyExample &example,
                   QWidget *parent = nullptr);

    GuidanceModel &model() { return *m_model; }
    QTableView *table() const { return m_table; }
    QLineEdit *filter() const { return m_filter; }
    QString answer() const;
    QString text() const;
    StatePage *state() const { return m_state; }
    /// The form of a new one.
    void add();
    void editChosen();
    /// Asks first.
    void removeChosen();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    void connectAll();
    void openEditor(const CannedReply &entry);
    void loaded();
    void chosenChanged();
    void say(const QString &sentence, const char *look);
    bool isWritable() const { return m_context.taxonomy && !m_context.store.isReadOnly(); }
    const GuidanceRow *chosen() const;

    ConsoleContext m_context;
    GuidanceKind m_kind;
    ReplyExample m_example;
    GuidanceModel *m_model;
    QLineEdit *m_filter;
    QTableView *m_table;
    StatePage *m_state;
    QStackedWidget *m_stack;
    QPlainTextEdit *m_text;
    QLabel *m_answer;
    QPushButton *m_add;
    QPushButton *m_edit;
    QPushButton *m_remove;
    QString m_wanted; ///< title of the one to choose when the list is read again
};

} // namespace patchbay
