#pragma once

#include "ui/models/action_registry.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/thread_view.h"

class QLabel;
class QStackedWidget;

namespace patchbay {

class FindBar;
class StatePage;
class TypingLine;

/// The middle of the window: what the conversation is, its messages, and the composer. GUI thread.
class ThreadPane final : public QWidget {
    Q_OBJECT

public:
    ThreadPane(Triage &triage, const ActionRegistry &actions, QWidget *parent = nullptr);

    ThreadView *view() const { return m_view; }
    Composer *composer() const { return m_composer; }
    FindBar *findBar() const { return m_findBar; }
    /// Opens the line that looks for a text in this conversation.
    /// Loads the files of the conversation that are still at the platform, and says how it went.
    void loadFiles();
    void startFind();
    TimelineModel &timeline() { return *m_timeline; }
    TypingLine &typing() { return *m_typing; }
    QLabel *typingLabel() const { return m_typingLabel; }
    /// What is told as "5 min ago" is told anew.
    void showTimes();

Q_SIGNALS:
    void settleWanted(patchbay::DeliveryId delivery);

private:
    void buildHeader(const ActionRegistry &actions);
    void showHeader();
    void openCurrent();
    void showSource(const Message &message);
    void saveAttachment(const Attachment &attachment);
    void loadAttachment(const Attachment &attachment, std::function<void()> ended);

    Triage &m_triage;
    TimelineModel *m_timeline;
    QWidget *m_header;
    QLabel *m_subject;
    QLabel *m_line;
    QLabel *m_status;
    QStackedWidget *m_stack;
    StatePage *m_state;
    ThreadView *m_view;
    FindBar *m_findBar;
    TypingLine *m_typing;
    QLabel *m_typingLabel; ///< hidden while nobody writes
    Composer *m_composer;
};

} // namespace patchbay
