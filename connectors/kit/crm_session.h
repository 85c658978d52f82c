#pragma once

#include "connectors/kit/crm_spec.h"

namespace patchbay {

/// Runs a CrmSpec for one account: the flow that all CRMs share. Owned by Targets, event loop's thread; outlives its
/// calls.
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

private:
    CrmContext context() const;
    Result<CrmContext> contextOf(const DeliveryRequest &request) const;
    Result<Request> built(Result<Request> request) const;
    /// Reads the vendor's facts that this task needs, once per connection.
    Async<Result<Done>> readFacts(CrmContext about);
    template <class T> Async<Result<T>> call(CrmCall<T> step, CrmContext about);

    CrmSpec m_spec;
    const Clock &m_clock;
    AccountConfig m_account;
    DeliveryFacts m_facts;
    QUrl m_base;
    QJsonObject m_known;
    HttpClient m_http;
};

} // namespace patchbay
