#pragma once

#include "core/engine/field_choices.h"
#include "core/engine/intake.h"
#include "core/ports/catalog.h"
#include "core/ports/secret_store.h"
#include "core/store/store.h"

#include <QtCore/QObject>

namespace patchbay {

/// A channel whose platform calls us, as the gateway needs it.
struct HookChannel {
    ChannelId id = {};
    QString uid = {};
    QString name = {};
    ChatConnector *connector = nullptr; ///< null: it does not receive now
};

/// What became of files that were to be loaded.
struct LoadedFiles {
    QStringList loaded = {}; ///< names
    QList<QPair<QString, QString>> failed = {}; ///< name and why
};

class ChannelLog;

/// The live connections of the workspace's channels: starts them, keeps their health in the database, hands their
/// batches to the Intake. Event loop's thread.
class Channels final : public QObject {
    Q_OBJECT

public:
    Channels(Store &store, const Catalog &catalog, SecretStore &secrets, Intake &intake);
    ~Channels() override;

    /// Starts all that are not paused, and from now on each that is added; or these alone, when any is named.
    void start(std::vector<ChannelId> only = {});
    void stop();
    /// Ends the channel's connection, where it has one, and begins anew at its cursor.
    void restart(ChannelId channel);
    /// Fetches once from one channel; finishes when it is caught up, or with the failure.
    QFuture<Result<Done>> fetchOnce(ChannelId channel);
    /// The live connection, started or not; an error when its settings or secrets are missing.
    Result<ChatConnector *> live(ChannelId channel);
    /// Why this workstation cannot run it: no secret here, no connector in this build.
    std::optional<Error> problem(ChannelId channel) const;
    /// Loads settings and secrets so that live() works; finishes when all channels are ready.
    QFuture<Result<Done>> load();
    /// Tries a set-up that is not stored yet. Conflict: another channel has this account over there.
    QFuture<Result<QString>> test(QString connector, AccountConfig account);
    /// Asks the platform, for a few seconds, who a set-up that is not stored yet is over there; empty: it does not
    /// tell.
    QFuture<Result<QString>> identify(QString connector, AccountConfig account);
    /// Signs a channel in. Conflict, in a sentence that names the other one: another channel has its account.
    QFuture<Result<Done>> prove(ChannelId channel);
    /// For who else sees what happens to a channel.
    ChannelLog &log();
    /// What platforms send to this workspace arrives in this process, or no longer: only then do channels receive that
    /// are called. They need no lease: what comes twice folds, whoever takes it.
    /// `addressOf`: how the world reaches a channel, by its uid.
    void setGateway(bool listens, std::function<QUrl(const QString &uid)> addressOf = {});
    /// The channels that are called, paused ones too.
    std::vector<HookChannel> hookChannels() const;
    /// Loads a file that a message named, at most 25 MB, and stores it; finishes at once when it is there. Again after
    /// a failure.
    QFuture<Result<Done>> loadFile(AttachmentId file);
    /// The same for all files of a conversation that are not loaded yet, or those of this name.
    QFuture<Result<LoadedFiles>> loadFiles(ConversationId conversation, QString name = {});
    /// The operator writes in this conversation: the customer sees it where the channel can show it, and wants to.
    /// Costs nothing to be called with each key; what fails is in the channel's log.
    void typing(ConversationId conversation);
    /// The channel's approved templates; `again`: read now, whatever was read before.
    QFuture<Result<TemplateList>> templates(ChannelId channel, bool again);

Q_SIGNALS:
    /// What problem() says may be another thing now.
    void problemsChanged();
    /// Somebody writes over there, or has stopped; heard by the workstation that runs the channel.
    void typed(patchbay::ChannelId channel, const patchbay::ChatTyping &who);

private:
    Async<Result<TemplateList>> readTemplates(ChannelId channel, bool again);

    struct Private;
    std::unique_ptr<Private> d;
};

/// The live connections of the workspace's targets. Event loop's thread.
class Targets final : public QObject {
    Q_OBJECT

public:
    Targets(Store &store, const Catalog &catalog, SecretStore &secrets);
    ~Targets() override;

    QFuture<Result<Done>> load();
    Result<CrmConnector *> live(TargetId target);
    /// Why this workstation cannot deliver to it: no secret here, no connector in this build.
    std::optional<Error> problem(TargetId target) const;
    QFuture<Result<QString>> test(QString connector, AccountConfig account);
    QFuture<Result<std::vector<FieldChoice>>> fields(QString connector, AccountConfig account);
    /// What a target that is set up offers for its fields: what was read before, unless `fresh`, and otherwise read
    /// anew. Offline or Timeout when it cannot be reached now.
    QFuture<Result<FieldChoices>> choices(TargetId target, bool fresh);
    /// The exact request a draft would become.
    Result<QString> preview(TargetId target, const TaskPayload &payload, const QString &key);
    /// Reads back the status of the conversation's tasks that are not closed.
    QFuture<Result<Done>> refreshStatus(ConversationId conversation);

Q_SIGNALS:
    /// What problem() says may be another thing now.
    void problemsChanged();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The built-in target "local": tasks in the workspace itself. The key makes a repeat find the first.
CrmConnectorInfo localTasksInfo(Store &store);

} // namespace patchbay
