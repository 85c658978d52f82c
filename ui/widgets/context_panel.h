#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/second_opinion.h"
#include "ui/models/triage.h"

#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>

class QVBoxLayout;

namespace patchbay {

class FoldSection;
class OpinionCard;
class PersonCard;
class RouteCard;

/// Beside the thread: the person, the suggestion with its reasons, the tasks, who takes part. GUI thread.
class ContextPanel final : public QScrollArea {
    Q_OBJECT

public:
    ContextPanel(Triage &triage, SecondOpinion &opinion, const ActionRegistry &actions, QWidget *parent = nullptr);
    RouteCard *routeCard() const { return m_route; }
    OpinionCard *opinionCard() const { return m_opinion; }
    PersonCard *personCard() const { return m_person; }
    void refresh();

Q_SIGNALS:
    void conversationWanted(patchbay::ConversationId id);
    void settleWanted(patchbay::DeliveryId id);

private:
    /// A task's state in words, which counts down while it can be taken back.
    struct StateLine {
        QPointer<QLabel> label = {};
        Delivery delivery = {};
    };
    void tick();
    void showTasks(const ConversationDetails &details);
    void addTask(const ConversationDetails &details, const Task &task);
    void addDelivery(FoldSection *section, const ConversationDetails &details, const Delivery &delivery);
    void showChanges(const ConversationDetails &details);
    void showParticipants(const ConversationDetails &details);
    void showGuides(const ConversationDetails &details);

    Triage &m_triage;
    const ActionRegistry &m_actions;
    RouteCard *m_route;
    OpinionCard *m_opinion;
    PersonCard *m_person;
    FoldSection *m_past;
    FoldSection *m_changes; ///< what was done here and is not so over there
    FoldSection *m_tasks;
    FoldSection *m_people;
    FoldSection *m_guides;
    std::vector<StateLine> m_lines;
    QTimer m_second;
};

} // namespace patchbay
