#pragma once

#include "connectors/kit/ai_spec.h"

namespace patchbay {

/// Runs an AiSpec for one account: one call, one answer, errors by kind. Owned by Models, event loop's thread; outlives
/// its calls.
class AiSession final : public LanguageModel {
public:
    AiSession(AiSpec spec, const ConnectorServices &services, AccountConfig account);

    std::chrono::milliseconds deadline() const override { return m_deadline; }
    QString host() const override { return m_base.host(); }
    Async<Result<ModelAnswer>> ask(ModelQuestion question, BeforeEffect beforeEffect) override;
    Async<Result<QString>> test() override;

private:
    AiContext contextOf(ModelQuestion question) const;
    Error told(Error error) const;

    AiSpec m_spec;
    AccountConfig m_account;
    std::chrono::milliseconds m_deadline;
    QUrl m_base;
    HttpClient m_http;
};

} // namespace patchbay
