#pragma once

#include "app/gateway/gateway_keeper.h"
#include "connectors/kit/services.h"
#include "core/engine/accounts.h"
#include "core/engine/commands.h"
#include "core/engine/contact_desk.h"
#include "core/engine/contact_matcher.h"
#include "core/engine/erasure.h"
#include "core/engine/history_intake.h"
#include "core/engine/intake.h"
#include "core/engine/model_batches.h"
#include "core/engine/model_commands.h"
#include "core/engine/models.h"
#include "core/engine/outbox.h"
#include "core/engine/person_data.h"
#include "core/engine/rule_acceptor.h"
#include "core/engine/rule_desk.h"
#include "core/engine/scheduler.h"
#include "core/engine/search_indexer.h"
#include "core/engine/snapshot_keeper.h"
#include "core/engine/snapshots.h"
#include "core/engine/task_watch.h"
#include "core/engine/taxonomy_desk.h"
#include "core/ports/secret_store.h"
#include "core/store/store.h"

#include <memory>

namespace patchbay {

struct ApplicationOptions {
    QString location = {}; ///< workspace folder or postgresql:// URL
    QString name = {}; ///< of a new workspace
    QString secretsFolder = {}; ///< empty: the keychain
    bool lookForKeychain = false; ///< at once, because somebody may type a password soon
    bool create = false;
    bool sample = false;
    bool readOnly = false;
    std::shared_ptr<const Pack> pack = {}; ///< a new workspace begins with it instead of the default categories
};

/// Lets threads keep some memory that they will need again: by default each large statement or page gives it back to
/// the system and asks for it anew. First in main().
void tuneAllocator();

/// The composition root of both programs: one workspace with everything that works in it. Members are declared in the
/// order of their dependencies, so destruction runs the same list backwards. Event loop's thread.
class Application final {
public:
    /// Opens the workspace, sets a new one up and builds the engine. What blocks (disk, database, migrations) runs in a
    /// worker; ended before, the workspace is closed again as soon as the worker has opened it.
    static Async<Result<std::unique_ptr<Application>>> open(ApplicationOptions options);
    ~Application();

    Store &store() { return *m_store; }
    SecretStore &secrets() { return *m_secrets; }
    const Catalog &catalog() const { return m_catalog; }
    Snapshots &snapshots() { return m_snapshots; }
    /// Null in a workspace that is opened beside its owner.
    Intake *intake() { return m_intake.get(); }
    Channels *channels() { return m_channels.get(); }
    Targets *targets() { return m_targets.get(); }
    Models *models() { return m_models.get(); }
    Commands *commands() { return m_commands.get(); }
    /// Also in a workspace that is opened beside its owner: for reading.
    ModelCommands &modelCommands() { return *m_modelCommands; }
    ModelBatches *modelBatches() { return m_modelBatches.get(); }
    Outbox *outbox() { return m_outbox.get(); }
    TaskWatch *taskWatch() { return m_taskWatch.get(); }
    HistoryIntake *history() { return m_history.get(); }
    SearchIndexer *searchIndexer() { return m_searchIndexer.get(); }
    Erasures *erasures() { return m_erasures.get(); }
    RuleDesk *ruleDesk() { return m_ruleDesk.get(); }
    PersonData &personData() { return *m_personData; }
    ContactDesk &contacts() { return *m_contacts; }
    /// Null in a workspace that is opened beside its owner.
    ContactMatcher *contactMatcher() { return m_contactMatcher.get(); }
    TaxonomyDesk &taxonomy() { return *m_taxonomy; }
    /// Null while nothing listens for what platforms send.
    Gateway *gateway() { return m_gatewayKeeper ? m_gatewayKeeper->gateway() : nullptr; }
    /// Null in a workspace that is opened beside its owner.
    GatewayKeeper *gatewayKeeper() { return m_gatewayKeeper.get(); }
    const Operator &me() const { return m_me; }

    /// Loads accounts with their secrets; needed before channels or targets work.
    Async<Result<Done>> loadAccounts();
    /// Asks vendors what became of batches; finishes with the number of those that have ended.
    Async<Result<int>> readBatches();
    /// Asks the models what waits to be asked, and delivers nothing else; finishes when nothing of it is due.
    Async<Result<Done>> askModels();
    /// Receives (from these channels alone, when any is named), delivers, reads statuses and wakes until the end; goes
    /// on with deletions and changes of categories that were begun.
    void startWorking(const std::vector<ChannelId> &only = {});
    /// Ends what runs: no new claim, no new batch.
    void stopWorking();
    /// The same, and lets deliveries that are under way end: an answer that nobody hears leaves them unknown. Waits for
    /// them no longer than five seconds.
    Async<Result<Done>> endWorking();

private:
    Application() = default;
    void build(const ApplicationOptions &options);
    Result<Destination *> destinationOf(const Delivery &delivery);

    SystemClock m_clock;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<SecretStore> m_secrets;
    std::unique_ptr<Transport> m_transport;
    ConnectorServices m_services;
    Catalog m_catalog;
    Snapshots m_snapshots;
    Operator m_me;
    std::unique_ptr<Intake> m_intake;
    std::unique_ptr<Channels> m_channels;
    std::unique_ptr<Targets> m_targets;
    std::unique_ptr<Models> m_models;
    std::unique_ptr<Commands> m_commands;
    std::unique_ptr<ModelCommands> m_modelCommands;
    std::unique_ptr<Outbox> m_outbox;
    std::unique_ptr<TaskWatch> m_taskWatch;
    std::unique_ptr<ModelBatches> m_modelBatches;
    std::unique_ptr<Scheduler> m_scheduler;
    std::unique_ptr<RuleDesk> m_ruleDesk;
    std::unique_ptr<RuleAcceptor> m_ruleAcceptor;
    std::unique_ptr<SnapshotKeeper> m_snapshotKeeper;
    std::unique_ptr<HistoryIntake> m_history;
    std::unique_ptr<SearchIndexer> m_searchIndexer;
    std::unique_ptr<PersonData> m_personData;
    std::unique_ptr<ContactDesk> m_contacts;
    std::unique_ptr<ContactMatcher> m_contactMatcher;
    std::unique_ptr<Erasures> m_erasures;
    std::unique_ptr<TaxonomyDesk> m_taxonomy;
    std::unique_ptr<GatewayKeeper> m_gatewayKeeper;
};

/// Refuses an address with a password in it, which everybody on the machine can read in the list of processes.
Result<Done> checkWorkspaceAddress(const QString &location);
/// Where the user's own workspace lies when nothing else is said.
QString defaultWorkspaceFolder();
/// Where the sample workspace lies.
QString sampleWorkspaceFolder();

} // namespace patchbay
