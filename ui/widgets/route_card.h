#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/triage.h"

#include <QtWidgets/QFrame>

class QLabel;
class QProgressBar;
class QPushButton;

namespace patchbay {

class FoldSection;

/// The suggestion and all its reasons: what it is about, how sure and why; which rules held; where the task goes and
/// the exact request; and the three answers. GUI thread.
class RouteCard final : public QFrame {
    Q_OBJECT

public:
    RouteCard(Triage &triage, const ActionRegistry &actions, QWidget *parent = nullptr);
    void toggleWhy();
    bool showsWhy() const;

Q_SIGNALS:
    /// The reasons were opened or closed.
    void whyToggled();
    void messageWanted(patchbay::MessageId message);

private:
    void refresh();
    void showPending(const ConversationDetails &details, const Suggestion &suggestion);
    void showDecided(const ConversationDetails &details, const Suggestion &suggestion);
    void showClassification(const ConversationDetails &details, const Classification &classification);
    void showWhy(const ConversationDetails &details, const Suggestion &suggestion);
    void showPlaces(const ConversationDetails &details);
    void showRules(const Trace &trace);
    void showRequest(const ConversationDetails &details);
    void showRequestTo(const PlannedTask &one);

    Triage &m_triage;
    QString m_acceptKey;
    QLabel *m_category;
    QLabel *m_sure;
    QProgressBar *m_bar;
    QLabel *m_facts;
    QLabel *m_goes;
    QLabel *m_title;
    QLabel *m_openTask;
    QPushButton *m_accept;
    QPushButton *m_change;
    QPushButton *m_dismiss;
    QPushButton *m_again;
    FoldSection *m_why;
    FoldSection *m_rules;
    FoldSection *m_request;
};

} // namespace patchbay
