#include "app/console/application_context.h"

namespace patchbay {

ConsoleContext contextOf(Application &app)
{
    ConsoleContext context{app.store(),    *app.commands(), *app.outbox(),     *app.channels(),
                           *app.targets(), *app.intake(),   *app.history(),    app.catalog(),
                           app.secrets(),  app.me(),        &app.personData(), app.erasures()};
    context.ruleDesk = app.ruleDesk();
    context.snapshots = &app.snapshots();
    context.models = app.models();
    context.modelCommands = &app.modelCommands();
    context.modelBatches = app.modelBatches();
    context.taxonomy = &app.taxonomy();
    context.contacts = &app.contacts();
    context.taskWatch = app.taskWatch();
    context.gateway = app.gatewayKeeper();
    context.hookAddress = [&app](const QString &uid) {
        return app.gateway() && app.gateway()->isListening() ? app.gateway()->addressOf(uid) : QString();
    };
    return context;
}

} // namespace patchbay
