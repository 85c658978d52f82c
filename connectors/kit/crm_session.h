#pragma once

#include "connectors/kit/crm_spec.h"

#include <set>

namespace patchbay {

/// Runs a CrmSpec for one account: the flow that all CRMs share (facts, contact, task). Owned by Targets, event loop's
/// thread; outlives its calls.
class CrmSession final : public CrmConnector {
public:
    CrmSession(CrmSpec spec, const ConnectorServices &services, AccountConfig account);

    DeliveryFacts facts() const override;
    Async<Result<Receipt>> deliver(DeliveryRequest request, BeforeEffect beforeEffect) override;
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest request) override;
    Async<Result<QString>> test() override;
    Result<QString> preview(DeliveryRequest request) const override;
    Async<Result<RemoteTask>> status(QString externalId) override;
    Async<Result<std::vector<FieldChoice>>> fields() override;
    bool hasRecords() const override;
    Async<Result<std::vector<RemoteRecord>>> records(TaskPayload about) override;
    QString recordIn(const QString &typed) const override;

private:
    CrmContext context() const;
    /// Refused for a key that cannot stand in a search, a path or a query language.
    Result<CrmContext> contextOf(const DeliveryRequest &request) const;
    /// With whatever stands for the key: in a preview it is not made yet.
    CrmContext contextFor(const DeliveryRequest &request) const;
    /// Sends it with a valid access token; one that is refused is renewed once.
    Async<Result<Reply>> send(Request request, BeforeEffect gate);
    /// Signs in where access tokens are needed, takes over the address that the sign-in names, and reads the session's
    /// facts.
    Async<Result<Done>> signIn(CrmContext *about);
    /// Reads the vendor's facts that are wanted, each once per connection; `read` keeps which were.
    Async<Result<Done>> readFacts(std::vector<CrmCall<QJsonObject>> facts, std::set<size_t> *read, CrmContext *about);
    /// Finds the person or, with a gate, makes it: then about->known has "contact".
    Async<Result<Done>> findContact(CrmContext *about, BeforeEffect gate);
    Async<Result<Receipt>> create(CrmContext about, BeforeEffect gate);
    /// `about` learns the contact.
    Async<Result<Receipt>> createWithContact(CrmContext *about, BeforeEffect beforeEffect);
    /// True when a task is not whole with its creation: its text or its files follow.
    bool isCompleted(const CrmContext &about) const;
    /// Adds what the task lacks. A failure is ambiguous, whatever the reason: the task is there, made by this attempt
    /// (`isNew`) or before.
    Async<Result<Receipt>> completed(Receipt task, CrmContext about, BeforeEffect beforeEffect, bool isNew);
    Async<Result<bool>> isWhole(CrmContext about);
    Async<Result<bool>> hasText(CrmContext about);
    Async<Result<std::vector<OutboundFile>>> missingFiles(CrmContext about);
    /// The value is a sentence that says why the files in it did not go along; empty: all did.
    Async<Result<QString>> attachMissing(CrmContext about, BeforeEffect gate, const bool *shut);
    /// The value is why it does not go along; empty: it does.
    Async<Result<QString>> attachOne(CrmContext about, OutboundFile file, BeforeEffect gate, const bool *shut);
    /// The call, and once more while it wants that; what it learnt.
    Async<Result<QJsonObject>> repeated(CrmCall<QJsonObject> step, CrmContext about, BeforeEffect gate);
    Async<Result<std::optional<Receipt>>> lookUpKey(CrmContext about);
    /// One call without pages, and its answer read.
    template <class T> Async<Result<T>> call(CrmCall<T> step, CrmContext about, BeforeEffect gate = {});
    /// All pages until `enough` says so. A cursor that comes again is a fault.
    template <class T> Async<Result<Done>> eachPage(CrmCall<T> step, CrmContext about, std::function<bool(T)> enough);

    CrmSpec m_spec;
    const Clock &m_clock;
    std::function<Async<Result<QByteArray>>(QByteArray)> m_readFile;
    AccountConfig m_account;
    DeliveryFacts m_facts;
    QString m_envelope;
    QUrl m_base;
    QUrl m_home; ///< once m_spec.home has said it
    QJsonObject m_known;
    std::set<size_t> m_sessionRead; ///< indexes of m_spec.session
    std::set<size_t> m_factsRead; ///< indexes of m_spec.facts
    std::set<size_t> m_statusFactsRead; ///< of m_spec.statusFacts
    std::set<size_t> m_fieldFactsRead; ///< of m_spec.fieldFacts
    std::shared_ptr<AccessTokens> m_tokens; ///< of the account, maybe of other connections too
    HttpClient m_http;
};

} // namespace patchbay
