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
    Async<Result<QString>> sendBatch(QString key, std::vector<ModelQuestion> questions,
                                     BeforeEffect beforeEffect) override;
    Async<Result<std::optional<QString>>> findBatch(ModelBatchSearch search) override;
    Async<Result<ModelBatchReading>> readBatch(QString id) override;

private:
    AiContext contextOf(ModelQuestion question) const;
    Result<AiContext> batchContext(const QString &key, const std::vector<ModelQuestion> &questions) const;
    template <class T> Async<Result<T>> call(AiCall<T> step, AiContext about, BeforeEffect gate);
    Async<Result<std::vector<ModelBatchAnswer>>> answersAt(AiContext about);
    ModelBatchAnswer answerOf(const QByteArray &line, const AiContext &about) const;
    /// Models that are told the form in words put a fence around it all the same.
    static QString unfenced(const QString &text);
    Error told(Error error) const;

    AiSpec m_spec;
    AccountConfig m_account;
    std::chrono::milliseconds m_deadline;
    QUrl m_base;
    HttpClient m_http;
    HttpClient m_lines; ///< for JSON lines, which vendors give other types than JSON's
};

} // namespace patchbay
