#pragma once

#include "connectors/kit/access_tokens.h"
#include "connectors/kit/browser_sign_in.h"
#include "connectors/kit/field_rules.h"
#include "connectors/kit/object_names.h"
#include "connectors/kit/rest.h"
#include "core/base/json_reader.h"
#include "core/net/http_client.h"
#include "core/ports/catalog.h"

namespace patchbay {

/// What a spec's functions are given: everything is a value, nothing can be kept.
struct CrmContext {
    QJsonObject settings = {};
    QUrl base = {};
    TaskPayload task = {};
    QString key = {}; ///< the delivery's key
    QString externalId = {}; ///< for status
    QJsonObject known = {}; ///< what `facts`, the contact's calls or earlier steps of a test read from the vendor
    QString cursor = {}; ///< of the page to ask for; empty: the first
    Timestamp now = {};
    OutboundFile file = {}; ///< for the calls of `attach`: the one that goes there, under the name that it gets
    QByteArray bytes = {}; ///< its content
};

/// A file that a task has over there.
struct CrmFile {
    QString name = {};
    std::optional<qint64> size = {}; ///< where the vendor tells it
};

/// One call of a vendor's API: builds the request from our values, reads our value from the reply. The address is
/// relative to the account's base URL. A 204 reads as noContent(). Without captures, so a spec cannot hold
/// state.
template <class T> struct CrmCall {
    Result<Request> (*build)(const CrmContext &context) = nullptr;
    Result<T> (*read)(JsonReader &reply, const CrmContext &context) = nullptr;
    bool (*wanted)(const CrmContext &context) = nullptr; ///< null: always
    /// The cursor of the next page, empty on the last one. Only for calls that read; at most crmMostPages are asked
    /// for.
    QString (*next)(JsonReader &reply, const CrmContext &context) = nullptr;
    bool missingIsNone = false; ///< a 404 means that it is not there (a read by key), not that the address is wrong
    bool answersNothing = false; ///< an empty answer with a status of success is how it says that it is done
    /// Only in `attach`: the call is made once more while this is so (a file in parts); at most crmMostParts times.
    bool (*again)(const CrmContext &context) = nullptr;
};

template <class T> bool isWanted(const CrmCall<T> &step, const CrmContext &about)
{
    return step.build && (!step.wanted || step.wanted(about));
}

/// A look-up that needs more pages than this says so instead of "not found".
constexpr int crmMostPages = 20;

/// A far side that never ends a file is left after so many parts.
constexpr int crmMostParts = 500;

/// A step of a connection test: a sentence for the person, and what later steps need.
struct CrmFinding {
    QString sentence = {};
    QJsonObject known = {};
};

/// A CRM as a table of declared facts and captureless functions; CrmSession runs it. A value.
struct CrmSpec {
    QString id = {};
    QString title = {};
    std::vector<FormField> form = {}; ///< without the fields that every target has (commonCrmFields)
    std::vector<QString> objects = {}; ///< what a task becomes there: "Case", "Lead"; the vendor's own words
    ObjectNames names = {}; ///< words that hang on which of them it is
    ContractNote contract = {};
    /// What the form alone cannot say (settings that need each other); asked after it.
    std::vector<FieldRule> rules = {};
    /// What the rules cannot say; asked after them.
    Result<Done> (*check)(const AccountConfig &account) = nullptr;
    Credentials (*auth)(const AccountConfig &account) = nullptr; ///< a fixed key; or
    TokenSpec tokens = {}; ///< access tokens that are renewed
    /// How a person gets the refresh token of `tokens` with the browser.
    Result<OAuthOffer> (*signIn)(const AccountConfig &account) = nullptr;
    DeviceFlow device = {}; ///< the same on another device, where the vendor has that
    RateLimit limit = {};
    Idempotency idempotency = Idempotency::None;
    Idempotency (*idempotencyOf)(const QJsonObject &settings) = nullptr; ///< where it hangs on the settings
    std::chrono::milliseconds deadline{30000}; ///< of one attempt; setting deadline_ms
    std::chrono::milliseconds indexLag{0}; ///< until a search surely shows a new task; setting index_lag_ms
    VendorWords words = &commonWords;
    FailureReader failure = nullptr;
    /// Where in every answer its value stands ("/result"), for which the calls then read; null: it is the whole answer.
    QString (*envelope)(const QJsonObject &settings) = nullptr;
    /// For APIs that take the secret nowhere but in the body: puts it there, last, into requests below the base. What
    /// it puts in must be registered (core/base/log.h) by `auth`.
    Request (*sign)(Request request, const AccountConfig &account) = nullptr;
    /// Goes with every request below the base: the API's version.
    QList<QPair<QByteArray, QByteArray>> headers = {};
    /// Settings with further addresses of the vendor's ("content_url") that take the same credentials.
    QStringList furtherAddresses = {};
    /// What stands between the address of the API (`home`, too) and every path, where it hangs on the settings.
    QString (*apiPath)(const QJsonObject &settings) = nullptr;
    /// Where the API of this account is, read once after the sign-in when `wanted`.
    CrmCall<QUrl> home = {};
    /// What every call needs (as which user one is signed in), read once per connection when `wanted`.
    std::vector<CrmCall<QJsonObject>> session = {};
    /// Facts that a task needs before it can be built, each read once per connection when `wanted`.
    std::vector<CrmCall<QJsonObject>> facts = {};
    /// Finds the person, as {"contact": id}; {} when it is not there. Then `createContact` makes it, where
    /// there is one: that is an effect, which a repeat of the delivery finds again.
    CrmCall<QJsonObject> findContact = {};
    CrmCall<QJsonObject> createContact = {};
    CrmCall<Receipt> createTask = {};
    /// Where the vendor takes the customer's words only in a second call (a note on a lead): `addText` puts them to the
    /// task `externalId`, `hasText` reads {"text": true} when they are there, by the line of our key. A task is whole
    /// only with them: before it is made it is looked up, and one without its words is finished instead of made again.
    CrmCall<QJsonObject> hasText = {};
    CrmCall<QJsonObject> addText = {};
    /// How one file goes to the task `externalId`: calls in order, each learns from the last through `known`. Empty, or
    /// none of them `wanted` by the settings: the target takes no files. A task is whole only with the files that it
    /// can have; one that the vendor refuses is told in the receipt.
    std::vector<CrmCall<QJsonObject>> attach = {};
    /// Which files the task has: asked before any goes there, so that a repeat attaches none twice.
    CrmCall<std::vector<CrmFile>> attached = {};
    qint64 largestFile = 0; ///< bytes; what is larger is named in the description
    /// Ways to find our key, tried in order until one finds it. Each compares exactly.
    std::vector<CrmCall<std::optional<Receipt>>> lookUps = {};
    /// What `status` needs to be understood (the titles of the states), read once per connection.
    std::vector<CrmCall<QJsonObject>> statusFacts = {};
    CrmCall<RemoteTask> status = {};
    /// What `fields` needs (the id of a type that is named), read once per connection.
    std::vector<CrmCall<QJsonObject>> fieldFacts = {};
    /// The records that it has of a person, the newest first: asked after `findContact`, with "contact" known where
    /// that found somebody, and after `statusFacts`. Nobody is made for it; where `findContact` is wanted and
    /// finds nobody, it is not asked. `wanted` looks at the settings alone. One page.
    CrmCall<std::vector<RemoteRecord>> records = {};
    /// The id that `status` takes, out of a web address of its pages; null: the last part of the path.
    QString (*recordIn)(const QString &address) = nullptr;
    std::vector<CrmCall<std::vector<FieldChoice>>> fields = {};
    std::vector<CrmCall<CrmFinding>> test = {};
};

/// The class that the spec declares for an account with these settings.
Idempotency idempotencyFor(const CrmSpec &spec, const QJsonObject &settings);

/// Whether a target that is set up so takes files along with a task.
bool takesFiles(const CrmSpec &spec, const CrmContext &about);

/// The spec's form with the fields that every target has: allow_http, deadline_ms, index_lag_ms.
std::vector<FormField> crmForm(const CrmSpec &spec);
/// The account as the spec's functions see it: a setting that is not there is as the form proposes it, and so is a
/// choice that is empty. The words of its object are there, too.
AccountConfig asProposed(const CrmSpec &spec, AccountConfig account);
/// setup.md of a connector's folder, as it is compiled in; empty when there is none.
QString setupHelpOf(const QString &id);
/// checkForm() over crmForm(), then the spec's own check.
Result<Done> checkCrmForm(const CrmSpec &spec, const AccountConfig &account);
/// The catalog entry of a spec. `check` is made by makeCrmInfo.
CrmConnectorInfo crmInfoOf(CrmSpec spec, const ConnectorServices &services,
                           Result<Done> (*check)(const AccountConfig &));

/// The catalog entry of the spec that a function gives; its check is generated from the form.
template <CrmSpec (*spec)()> CrmConnectorInfo makeCrmInfo(const ConnectorServices &services)
{
    return crmInfoOf(spec(), services, [](const AccountConfig &account) { return checkCrmForm(spec(), account); });
}

} // namespace patchbay
