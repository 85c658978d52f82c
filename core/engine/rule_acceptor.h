#pragma once

#include "core/engine/commands.h"
#include "core/store/store.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace patchbay {

/// Accepts what rules want accepted without asking, as the system and by the same command as a person: the suggestion
/// of the message that the rule fired for, when it is still pending, and at most one of a conversation in an hour. What
/// was not accepted has an audit row that says why. Wishes are stored with the message, so an interruption loses none;
/// two workstations cannot both accept. Event loop's thread.
class RuleAcceptor final : public QObject {
    Q_OBJECT

public:
    RuleAcceptor(Store &store, const Catalog &catalog, Snapshots &snapshots, Operator system);

    void start();
    void stop();
    Commands &commands() { return m_commands; }

private:
    void look();
    Async<Result<Done>> work();

    Store &m_store;
    Commands m_commands; ///< the system's
    QTimer m_timer;
    bool m_started = false;
    bool m_working = false;
    bool m_again = false;
    AsyncScope m_scope;
};

} // namespace patchbay
