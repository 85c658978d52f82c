#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/second_opinion.h"

#include <QtWidgets/QWidget>

class QVBoxLayout;

namespace patchbay {

class FoldSection;

/// What remote models say about the open conversation beside what the local one says, and asking them. GUI thread.
class OpinionCard final : public QWidget {
    Q_OBJECT

public:
    OpinionCard(Triage &triage, SecondOpinion &opinion, const ActionRegistry &actions, QWidget *parent = nullptr);
    /// Opens what is folded.
    void unfold();
    /// All that is said here, for tests and screen readers.
    QString text() const;

private:
    void refresh();
    void addActions(const QStringList &ids);
    void showCategory(const ConversationDetails &details);
    void showText(Purpose purpose, const QString &title);
    /// True when there is an answer to show.
    bool showState(const questions::Shown &shown);
    void addLine(const QString &text, const char *role);

    Triage &m_triage;
    SecondOpinion &m_opinion;
    const ActionRegistry &m_actions;
    FoldSection *m_section;
    bool m_wasSetUp = false;
};

} // namespace patchbay
