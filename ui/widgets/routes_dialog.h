#pragma once

#include "ui/models/console_context.h"
#include "ui/models/routes_model.h"

#include <QtWidgets/QDialog>

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace patchbay {

class RouteEditor;

/// The workspace's routes: a list, the form of the chosen one, and beside it the exact requests that a chosen
/// conversation's task would become. Nothing is sent from here. GUI thread.
class RoutesDialog final : public QDialog {
    Q_OBJECT

public:
    RoutesDialog(const ConsoleContext &context, ConversationId conversation, QWidget *parent = nullptr);
    QTableView *table() const { return m_table; }
    RouteEditor *editor() const { return m_editor; }
    QComboBox *conversation() const { return m_conversation; }
    QString preview() const;
    QString answer() const;
    /// The form of a new route, empty.
    void begin();
    void save();
    /// Asks first.
    void removeChosen();

private:
    QLayout *listColumn();
    QLayout *previewColumn();
    void routesLoaded();
    void loadChoices(TargetId target, bool fresh);
    void loadConversations(ConversationId first);
    void choose();
    void tryIt();
    void showPlan(const Result<TaskPlan> &plan);
    void say(const QString &sentence, const char *look);

    ConsoleContext m_context;
    RoutesModel m_model;
    QTableView *m_table;
    RouteEditor *m_editor;
    QComboBox *m_conversation;
    QLabel *m_preview;
    QLabel *m_answer;
    QPushButton *m_new;
    QPushButton *m_remove;
    QPushButton *m_save;
    QString m_wanted; ///< the route to choose when the list is read again
    TargetId m_asking; ///< whose choices are being read
    bool m_fresh = true; ///< nothing was chosen yet
    quint64 m_epoch = 0;
    QTimer m_pause; ///< between a key and the preview
};

} // namespace patchbay
