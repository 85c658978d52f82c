#pragma once

#include "core/engine/accounts.h"
#include "core/engine/commands.h"
#include "core/engine/contact_desk.h"
#include "core/engine/erasure.h"
#include "core/engine/history_intake.h"
#include "core/engine/intake.h"
#include "core/engine/model_commands.h"
#include "core/engine/models.h"
#include "core/engine/outbox.h"
#include "core/engine/person_data.h"
#include "core/engine/rule_desk.h"
#include "core/engine/taxonomy_desk.h"
#include "core/model/operator.h"
#include "core/ports/catalog.h"
#include "core/ports/secret_store.h"
#include "core/store/store.h"

#include <functional>

namespace patchbay {

class GatewayDesk;
class GuiWatchdog;
class ModelBatches;
class TaskWatch;

/// What the console stands on. Everything is owned by the composition root and outlives the window. GUI thread.
struct ConsoleContext {
    Store &store;
    Commands &commands;
    Outbox &outbox;
    Channels &channels;
    Targets &targets;
    Intake &intake;
    HistoryIntake &history;
    const Catalog &catalog;
    SecretStore &secrets;
    Operator me = {};
    PersonData *personData = nullptr; ///< null where nothing may be looked up or deleted
    Erasures *erasures = nullptr; ///< null: the workspace is open for reading only
    const GuiWatchdog *watchdog = nullptr; ///< none in tests of single windows
    RuleDesk *ruleDesk = nullptr; ///< null: rules are shown and not changed
    Snapshots *snapshots = nullptr; ///< what decides now; null: rules are not tried
    Models *models = nullptr; ///< null: remote models cannot be asked here
    ModelCommands *modelCommands = nullptr; ///< likewise
    ModelBatches *modelBatches = nullptr; ///< null: nobody asks from here what became of batches
    ContactDesk *contacts = nullptr; ///< null where nobody is merged or split
    TaxonomyDesk *taxonomy = nullptr; ///< null where categories cannot be changed
    TaskWatch *taskWatch = nullptr; ///< null: statuses are read only when a person asks
    /// Where a channel that is called is reached, by its uid; empty while no gateway listens here.
    std::function<QString(const QString &channelUid)> hookAddress = {};
    GatewayDesk *gateway = nullptr; ///< null: there is none to see or change
};

} // namespace patchbay
