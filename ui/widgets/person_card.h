#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/triage.h"

#include <QtWidgets/QWidget>

namespace patchbay {

class FoldSection;

/// The person beside the thread: where they write from, over all channels, who may be the same and why, and what can be
/// done about it. GUI thread.
class PersonCard final : public QWidget {
    Q_OBJECT

public:
    PersonCard(Triage &triage, const ActionRegistry &actions, QWidget *parent = nullptr);
    /// Of the open conversation; null: nothing to show.
    void show(const ConversationDetails *details);
    /// All that is said here, for tests and screen readers.
    QString text() const;

private:
    void showPart(const ContactPart &part, const ConversationDetails &details);
    void showMatches(const PersonShown &person);
    void addLine(const QString &text, const char *role, QWidget *in);
    void addButtons(const QStringList &ids);

    Triage &m_triage;
    const ActionRegistry &m_actions;
    FoldSection *m_section;
};

} // namespace patchbay
