#pragma once

#include "ui/models/trial_runner.h"

#include <QtWidgets/QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;
class QTabWidget;
class QTableView;

namespace patchbay {

/// The trial of a draft of any kind: which history, how far it is, what would change with a way to each conversation,
/// counts, and what becomes of the lessons. GUI thread.
class TrialPanel final : public QWidget {
    Q_OBJECT

public:
    /// `idle`: the sentence before the first trial.
    TrialPanel(const ConsoleContext &context, const QString &idle, QWidget *parent = nullptr);

    TrialRunner &runner() { return *m_runner; }
    QTableView *changes() const { return m_changes; }
    QTableView *lessons() const { return m_lessons; }
    QTabWidget *tabs() const { return m_tabs; }
    QComboBox *span() const { return m_span; }
    QPushButton *tryButton() const { return m_try; }
    /// Whether the models are to be asked anew; hidden where they always are.
    QCheckBox *asksModels() const { return m_again; }
    QString assumed() const;
    /// Begins a trial of this, or stops the one that runs.
    void toggle(const TrialDraft &draft);

Q_SIGNALS:
    /// The button was pressed: somebody who knows the draft calls toggle().
    void wanted();
    void conversationWanted(ConversationId conversation);
    void failed(const QString &sentence);

private:
    QWidget *buildResult();
    void showState();

    QString m_idle;
    TrialRunner *m_runner;
    QComboBox *m_span;
    QCheckBox *m_again;
    QPushButton *m_try;
    QProgressBar *m_progress;
    QLabel *m_sentence;
    QLabel *m_assumed;
    QTabWidget *m_tabs;
    QListWidget *m_moves;
    QTableView *m_changes;
    QListWidget *m_counts;
    QLabel *m_lessonsSentence;
    QTableView *m_lessons;
};

} // namespace patchbay
