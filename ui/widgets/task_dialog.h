#pragma once

#include "ui/models/console_context.h"
#include "ui/models/existing_model.h"
#include "ui/models/task_changes.h"

#include <QtCore/QTimer>
#include <QtWidgets/QDialog>

#include <functional>

class QFrame;
class QLabel;
class QPushButton;

namespace patchbay {

class ExistingView;
class FoldSection;
class TaskFields;

/// A task of one conversation, as a person writes it: what is there already of the person, the fields, where they go,
/// and the exact requests. Opening and leaving it changes nothing. GUI thread.
class TaskDialog final : public QDialog {
    Q_OBJECT

public:
    TaskDialog(const ConsoleContext &context, ConversationId conversation, QWidget *parent = nullptr);

    TaskFields *fields() const { return m_fields; }
    ExistingView *existing() const { return m_existing; }
    ExistingModel &existingModel() { return m_model; }
    QPushButton *createButton() const { return m_create; }
    QPushButton *takeNewButton() const { return m_takeNew; }
    QPushButton *keepButton() const { return m_keep; }
    /// What it says: the last answer, what changed meanwhile, and where the task goes.
    QString answer() const;
    QString news() const;
    QString goesTo() const;
    QString requests() const { return m_requestText; }
    bool isReady() const { return m_ready; }
    void create();
    /// Asks first when something was written.
    void reject() override;

Q_SIGNALS:
    void created(const patchbay::Commands::Accepted &made);
    void recordLinked(const patchbay::Commands::LinkedRecord &linked);
    void taskLinked(const patchbay::Commands::Linked &linked);

private:
    QWidget *makeContent();
    QFrame *makeNews();
    void load();
    void loaded(const Result<TaskStart> &start);
    void show(const TaskStart &start);
    void suggestionChanged(const TaskStart &start);
    void hideNews();
    bool isEdited() const;
    void plan();
    void showPlan(const Result<TaskPlan> &plan);
    void showTargets(const TaskPlan &plan);
    void showRequests(const TaskPlan &plan);
    void createAnswered(const Result<Commands::Accepted> &answer);
    void link(const ExistingRow &row);
    void unlessEdited(std::function<void()> link);
    void linkOurs(TaskId task);
    void linkTyped(TargetId target, const QString &typed, const QString &title);
    void readRecord(TargetId target, const QString &typed, const QString &title);
    void linkRead(TargetId target, const Result<RemoteRecord> &record);
    void setBusy(bool busy);
    void refreshCreate();
    void say(const QString &sentence, const char *look);

    ConsoleContext m_context;
    ConversationId m_conversation;
    ExistingModel m_model;
    TaskSurroundings m_around;
    TaskStart m_start; ///< what the fields began with
    TaskStart m_newer; ///< what stands there now, while the news is shown
    TaskForm m_shown; ///< the fields as they were before a person wrote
    std::vector<TargetId> m_planned;
    QString m_requestText;
    bool m_ready = false;
    bool m_busy = false;
    bool m_planGood = false;
    quint64 m_epoch = 0;
    quint64 m_planEpoch = 0;
    QTimer m_pause; ///< between a key and the plan
    QTimer m_changed;
    ExistingView *m_existing;
    TaskFields *m_fields;
    QFrame *m_newsFrame;
    QLabel *m_news;
    QPushButton *m_takeNew;
    QPushButton *m_keep;
    QLabel *m_goes;
    FoldSection *m_requests;
    QLabel *m_answer;
    QPushButton *m_cancel;
    QPushButton *m_create;
};

} // namespace patchbay
