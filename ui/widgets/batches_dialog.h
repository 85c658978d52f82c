#pragma once

#include "ui/models/console_context.h"

#include <QtWidgets/QDialog>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace patchbay {

class BatchAnswers;
class BatchPlan;
class ModelBatchList;
class StatePage;

/// Asking a remote model in batches: the plan that a person agrees to, and what became of those that were asked, each
/// with what its questions came to. GUI thread.
class BatchesDialog final : public QDialog {
    Q_OBJECT

public:
    explicit BatchesDialog(const ConsoleContext &context, QWidget *parent = nullptr);

    BatchPlan *plan() const { return m_plan; }
    QTableView *table() const { return m_table; }
    QTableView *answers() const { return m_answers; }
    StatePage *state() const { return m_state; }
    QPushButton *readButton() const { return m_read; }
    QPushButton *outboxButton() const { return m_outbox; }
    /// What is said of the chosen batch.
    QString sentence() const;
    QString answer() const;
    /// Asks the vendors now what became of all that is with them.
    void readNow();

Q_SIGNALS:
    void conversationWanted(ConversationId conversation);
    void outboxWanted();
    /// Models, budget and permission.
    void setupWanted();

private:
    void build();
    void loaded();
    void chosenChanged();
    void say(const QString &sentence, const char *look);

    ConsoleContext m_context;
    ModelBatchList *m_model;
    BatchAnswers *m_answersModel;
    BatchPlan *m_plan;
    QTableView *m_table;
    StatePage *m_state;
    QStackedWidget *m_stack;
    QLabel *m_sentence;
    QTableView *m_answers;
    QLabel *m_answer;
    QPushButton *m_read;
    QPushButton *m_outbox;
    QPushButton *m_open;
    bool m_reading = false;
};

/// What an asking about all of them brought, in a sentence.
QString batchesReadSentence(int ended);

} // namespace patchbay
