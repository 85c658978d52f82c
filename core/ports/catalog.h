#pragma once

#include "core/model/identity.h"
#include "core/ports/chat_change.h"
#include "core/ports/chat_connector.h"
#include "core/ports/crm_connector.h"
#include "core/ports/form_field.h"
#include "core/ports/import_format.h"
#include "core/ports/language_model.h"
#include "core/ports/sign_in.h"

#include <memory>
#include <vector>

namespace patchbay {

/// Makes one sign-in with the browser for an account with these settings; null: the connector has none.
using MakeSignIn = std::function<std::unique_ptr<BrowserSignIn>(AccountConfig account)>;
/// The same on another device.
using MakeDeviceSignIn = std::function<std::unique_ptr<DeviceSignIn>(AccountConfig account)>;

/// What a connector's requests were held against. "Verified" is only what a machine-readable contract of the vendor's
/// own checked; everything else says so.
struct ContractNote {
    bool verified = false;
    QString source = {}; ///< "Jira Cloud REST v3 (OpenAPI)"
    QString date = {}; ///< of the contract, as the vendor writes it; empty: it has none
};

/// The setting of a channel that can ask its platform and be called by it, and its value for the latter. Without it the
/// channel asks.
inline constexpr QLatin1StringView arrivesBy("arrives_by");
inline constexpr QLatin1StringView arrivesByGateway("gateway");
/// Whether these settings choose the gateway.
inline bool chooseGateway(const QJsonObject &settings)
{
    return settings.value(arrivesBy).toString() == arrivesByGateway;
}

struct ChatConnectorInfo {
    QString id = {};
    QString title = {};
    QString setupHelp = {}; ///< plain text: what it does, honestly, and what it cannot do
    std::vector<FormField> form = {};
    QStringList quietFields = {}; ///< settings that work without a place in the form: times that tests make short
    ParseInbound parse = nullptr;
    /// Checks settings without a network; the error names the field.
    Result<Done> (*check)(const AccountConfig &account) = nullptr;
    std::function<std::unique_ptr<ChatConnector>(AccountConfig account)> create = {};
    MakeSignIn signIn = {};
    MakeDeviceSignIn deviceSignIn = {};
    QString rotatesSecret = {}; ///< a secret that is replaced while it works: it needs a place that can be written
    bool canSend = true; ///< false: a reply is refused before it is queued
    /// A chat: its messages have no addresses, a thread is a chat over there, and the platform gives a sent message its
    /// id. Else it is mail.
    bool isChat = false;
    Addresses addresses = Addresses::Opaque; ///< what those of its messages say of their authors
    bool takesHooks = false; ///< its platform can call an address at the gateway; isCalled() says whether it does
    bool asksToo = false; ///< with `takesHooks`: it can ask its platform as well; the setting `arrivesBy` says which
    bool pairs = false; ///< a person scans a code to connect it: ChatConnector::pairing()
    ChatAbilities abilities = {}; ///< as proposed; ask abilitiesOf() for an account's
    ChatAbilities (*abilitiesBy)(ChatAbilities abilities, const QJsonObject &settings) = nullptr;
    QList<ChatChange::What> takesChanges = {}; ///< what of the operator's is told to the platform
    /// A way to answer that an item opens for a while, in the connector's own words; empty: none. Null: it has no such
    /// way. Pure.
    QJsonObject (*replyHandle)(const QByteArray &raw) = nullptr;
    ContractNote contract = {};
    std::vector<ImportFormat> formats = {}; ///< the files it reads, the first that recognises a file has it

    /// Whether a channel with these settings is reached through the gateway: what is sent to its address comes in, and
    /// nothing else does.
    bool isCalled(const QJsonObject &settings) const;
};

/// What an account with these settings can do.
ChatAbilities abilitiesOf(const ChatConnectorInfo &info, const QJsonObject &settings);

struct CrmConnectorInfo {
    QString id = {};
    QString title = {};
    QString setupHelp = {};
    std::vector<FormField> form = {};
    std::vector<QString> objects = {}; ///< what a task becomes there, in the vendor's words
    qint64 largestFile = 0; ///< bytes that a file may have to go along with a task; 0: it takes none
    ContractNote contract = {};
    MakeSignIn signIn = {};
    MakeDeviceSignIn deviceSignIn = {};
    QString rotatesSecret = {}; ///< a secret that is replaced while it works: it needs a place that can be written
    std::function<Idempotency(const QJsonObject &settings)> idempotency = {};
    Result<Done> (*check)(const AccountConfig &account) = nullptr;
    std::function<std::unique_ptr<CrmConnector>(AccountConfig account)> create = {};
};

struct ModelConnectorInfo {
    QString id = {};
    QString title = {};
    QString setupHelp = {};
    std::vector<FormField> form = {};
    Result<Done> (*check)(const AccountConfig &account) = nullptr;
    int largestBatch = 0; ///< questions that it takes at once, to be answered within a day; 0: none
    std::function<std::unique_ptr<LanguageModel>(AccountConfig account)> create = {};
};

/// All connectors of this build. A value, made once by the composition root.
struct Catalog {
    std::vector<ChatConnectorInfo> chats = {};
    std::vector<CrmConnectorInfo> crms = {};
    std::vector<ModelConnectorInfo> models = {};

    const ChatConnectorInfo *chat(const QString &id) const;
    const CrmConnectorInfo *crm(const QString &id) const;
    const ModelConnectorInfo *model(const QString &id) const;
};

} // namespace patchbay
