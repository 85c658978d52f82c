#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/outbox_model.h"
#include "ui/models/triage.h"
#include "ui/widgets/table_page.h"

#include <QtCore/QPointer>
#include <QtWidgets/QLabel>

namespace patchbay {

/// Everything that leaves, with its state in words, and what can be done about it. GUI thread.
class OutboxPage final : public TablePage {
    Q_OBJECT

public:
    OutboxPage(Triage &triage, const ActionRegistry &actions, QWidget *parent = nullptr);

    OutboxModel &model() { return *m_model; }
    void retry();
    void settle();
    void cancel();
    void showDetails();
    /// Asks what happened over there; says what each answer does.
    static void askSettle(QWidget *window, Triage &triage, DeliveryId id, const QString &what);

Q_SIGNALS:
    void conversationWanted(patchbay::ConversationId id);

protected:
    void currentRowChanged() override;

private:
    const deliveries::Entry *current() const { return m_model->at(currentRow()); }
    void addHistory(const deliveries::Entry &entry);

    Triage &m_triage;
    const ActionRegistry &m_actions;
    OutboxModel *m_model;
    QPointer<QLabel> m_sentence; ///< of the details: it counts down
};

} // namespace patchbay
