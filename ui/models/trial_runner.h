#pragma once

#include "core/engine/trial.h"
#include "ui/models/changed_conversations.h"
#include "ui/models/console_context.h"

namespace patchbay {

/// Tries a draft of rules, threshold or categories on history: what would change, as counts, as lists that lead to each
/// conversation, and what the trial took for granted. Writes nothing; the inbox works meanwhile. GUI thread.
class TrialRunner final : public QObject {
    Q_OBJECT

public:
    explicit TrialRunner(const ConsoleContext &context, QObject *parent = nullptr);

    /// Conversations whose newest message is of the last `days`; 0: all of them.
    void run(TrialDraft draft, int days, bool asksModels);
    void cancel();
    bool isRunning() const { return m_running; }
    qint64 done() const { return m_done; }
    qint64 total() const { return m_total; }
    const std::optional<TrialResult> &result() const { return m_result; }
    ChangedConversations &changes() { return m_changes; }
    ChangedConversations &lessons() { return m_lessons; }

    /// "37 of 4,210 conversations would change."
    QString sentence() const;
    /// What the result stands on, one sentence each.
    QStringList assumptions() const;
    /// One line for each way from a category and route to another ones, the most frequent first.
    QStringList moves() const;
    /// How many of each category and of each route now and with the draft.
    QStringList counts() const;
    /// "2 lessons are answered better, 1 worse."; empty: no model was changed.
    QString lessonsSentence() const;

Q_SIGNALS:
    void stateChanged();
    void failed(const QString &sentence);

private:
    void ended(const Result<TrialResult> &result);
    void listChanges();
    void listLessons();
    QString nameOf(CategoryId category, bool draft) const;
    QString routeName(int route) const;
    QString way(CategoryId category, int route, bool draft) const;

    ConsoleContext m_context;
    ChangedConversations m_changes;
    ChangedConversations m_lessons;
    std::unique_ptr<Trial> m_trial; ///< none where nothing decides
    TrialDraft m_draft;
    CancelToken m_cancel;
    std::optional<TrialResult> m_result;
    bool m_running = false;
    qint64 m_done = 0;
    qint64 m_total = 0;
};

/// What a trial took for granted, as a person reads it.
QStringList trialAssumptions(const TrialDraft &draft, const TrialResult &result);

} // namespace patchbay
