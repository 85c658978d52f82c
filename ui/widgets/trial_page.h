#pragma once

#include "ui/models/action_registry.h"
#include "ui/widgets/trial_panel.h"

#include <QtCore/QPointer>
#include <QtWidgets/QDialog>

namespace patchbay {

/// What a page tries on history, and what follows.
struct TrialSubject {
    QString title = {};
    QString explanation = {};
    QString applyText = {};
    std::function<TrialDraft()> draft = {};
    std::function<void()> apply = {}; ///< what makes it hold
    QPointer<QDialog> waiting = {}; ///< hidden: where the draft was made, and what comes back when it is given up
    QComboBox *chooser = nullptr; ///< of what is tried; the page takes it over
    bool offersModels = true; ///< whether the models are asked anew is a choice
};

/// A change of threshold or categories before it holds: the trial, and the way on. Stays where it is while one looks at
/// a conversation that would change. GUI thread.
class TrialPage final : public QWidget {
    Q_OBJECT

public:
    TrialPage(const ConsoleContext &context, const ActionRegistry &actions, TrialSubject subject,
              QWidget *parent = nullptr);

    TrialPanel *panel() const { return m_panel; }
    QComboBox *chooser() const { return m_subject.chooser; }
    const TrialSubject &subject() const { return m_subject; }
    /// What is chosen was tried, and it may be made to hold.
    bool canApply() const;

    // What the registry's actions do here.
    void tryOnHistory();
    void apply();
    void giveUp();
    /// Another one takes its place.
    void drop();

Q_SIGNALS:
    void conversationWanted(ConversationId conversation);
    void failed(const QString &sentence);
    /// It was applied or given up: the page is done.
    void ended();

private:
    void showState();

    ConsoleContext m_context;
    const ActionRegistry &m_actions;
    TrialSubject m_subject;
    TrialPanel *m_panel;
    QList<QPushButton *> m_buttons;
    int m_tried = -2; ///< the chooser's entry that the result is of
};

} // namespace patchbay
