#pragma once

#include "core/engine/accounts.h"
#include "core/engine/commands.h"
#include "core/engine/intake.h"
#include "core/engine/outbox.h"
#include "core/model/operator.h"
#include "core/ports/catalog.h"
#include "core/ports/secret_store.h"
#include "core/store/store.h"

namespace patchbay {

/// What the console stands on. Everything is owned by the composition root and outlives the window. GUI thread.
struct ConsoleContext {
    Store &store;
    Commands &commands;
    Outbox &outbox;
    Channels &channels;
    Targets &targets;
    Intake &intake;
    const Catalog &catalog;
    SecretStore &secrets;
    Operator me = {};
};

} // namespace patchbay
