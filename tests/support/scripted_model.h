#pragma once

#include "core/ports/catalog.h"

#include <deque>
#include <functional>
#include <vector>

namespace patchbay::tests {

/// The other side of a model's connector, played: answers in order, and remembers what it was asked.
struct ScriptedModel {
    /// What happens to one call.
    struct Turn {
        Result<ModelAnswer> answer = ModelAnswer{};
        bool hangs = false; ///< it leaves, and nothing comes back: the process ends there
        bool hangsBefore = false; ///< before it asks for leave
        bool waits = false; ///< until release()
        std::function<void()> meanwhile = {}; ///< once it has left
    };

    std::deque<Turn> script = {};
    std::vector<ModelQuestion> asked = {}; ///< those that left
    int inFlight = 0;
    int mostInFlight = 0;
    int hanging = 0;
    bool released = false;
    std::chrono::milliseconds deadline{2000};

    static ModelAnswer answer(const QString &text, qint64 in = 100, qint64 out = 20)
    {
        ModelAnswer made;
        made.id = QStringLiteral("answer-1");
        made.model = QStringLiteral("scripted");
        made.text = text;
        made.usage = ModelUsage{in, out};
        return made;
    }
    Turn &says(const QString &text, qint64 in = 100, qint64 out = 20)
    {
        Turn turn;
        turn.answer = answer(text, in, out);
        script.push_back(std::move(turn));
        return script.back();
    }
    Turn &fails(const Error &error)
    {
        Turn turn;
        turn.answer = error;
        script.push_back(std::move(turn));
        return script.back();
    }
    Turn &does(Turn turn)
    {
        script.push_back(std::move(turn));
        return script.back();
    }

    /// A batch that was handed over.
    struct Batch {
        QString key = {};
        QString id = {};
        std::vector<ModelQuestion> questions = {};
        ModelBatchReading reading = {}; ///< what is said of it when it is asked for
    };
    std::vector<Batch> batches = {};
    int largestBatch = 10;
    std::optional<Error> batchError = {}; ///< instead of the next batch's id
    bool takesItAllTheSame = false; ///< the batch of that error is there
    bool batchHangs = false; ///< the next one is taken, and nothing comes back: the process ends there
    std::optional<Error> readingError = {}; ///< instead of the next reading
    std::vector<ModelBatchSearch> searches = {};
    int readings = 0;

    /// The batch has ended, and says this of the question with this number.
    void brings(size_t batch, size_t question, const Result<ModelAnswer> &answer)
    {
        batches[batch].reading.ended = true;
        batches[batch].reading.answers.push_back({batches[batch].questions[question].key, answer});
    }

    /// The catalog entry of a vendor that is this script. It outlives every connector.
    ModelConnectorInfo info();
};

class ScriptedLanguageModel final : public LanguageModel {
public:
    explicit ScriptedLanguageModel(ScriptedModel *far)
        : m_far(far)
    {
    }
    std::chrono::milliseconds deadline() const override { return m_far->deadline; }
    QString host() const override { return QStringLiteral("models.example"); }
    Async<Result<QString>> test() override { co_return QStringLiteral("Signed in."); }
    Async<Result<ModelAnswer>> ask(ModelQuestion question, BeforeEffect beforeEffect) override
    {
        ScriptedModel::Turn turn;
        turn.answer = makeError(Error::Kind::Refused, QStringLiteral("not in the script"));
        if (!m_far->script.empty()) {
            turn = m_far->script.front();
            m_far->script.pop_front();
        }
        if (turn.hangsBefore) {
            ++m_far->hanging;
            co_await sleepFor(std::chrono::hours(10));
        }
        auto asking = beforeEffect();
        const Result<Done> allowed = co_await std::move(asking);
        if (!allowed)
            co_return allowed.error();
        m_far->asked.push_back(question);
        m_far->mostInFlight = std::max(m_far->mostInFlight, ++m_far->inFlight);
        if (turn.meanwhile)
            turn.meanwhile();
        if (turn.hangs) {
            ++m_far->hanging;
            co_await sleepFor(std::chrono::hours(10));
        }
        while (turn.waits && !m_far->released)
            co_await sleepFor(std::chrono::milliseconds(1));
        --m_far->inFlight;
        co_return turn.answer;
    }

    Async<Result<QString>> sendBatch(QString key, std::vector<ModelQuestion> questions,
                                     BeforeEffect beforeEffect) override
    {
        auto asking = beforeEffect();
        const Result<Done> allowed = co_await std::move(asking);
        if (!allowed)
            co_return allowed.error();
        const std::optional<Error> error = std::exchange(m_far->batchError, {});
        if (error && !m_far->takesItAllTheSame)
            co_return *error;
        ScriptedModel::Batch batch;
        batch.key = key;
        batch.id = QStringLiteral("batch-%1").arg(m_far->batches.size() + 1);
        batch.questions = std::move(questions);
        m_far->batches.push_back(batch);
        if (std::exchange(m_far->batchHangs, false)) {
            ++m_far->hanging;
            co_await sleepFor(std::chrono::hours(10));
        }
        if (error)
            co_return *error;
        co_return batch.id;
    }
    Async<Result<std::optional<QString>>> findBatch(ModelBatchSearch search) override
    {
        m_far->searches.push_back(search);
        for (const ScriptedModel::Batch &batch : m_far->batches) {
            if (batch.key == search.key)
                co_return std::optional(batch.id);
        }
        co_return std::optional<QString>();
    }
    Async<Result<ModelBatchReading>> readBatch(QString id) override
    {
        ++m_far->readings;
        if (m_far->readingError) {
            const Error error = *std::exchange(m_far->readingError, {});
            co_return error;
        }
        for (const ScriptedModel::Batch &batch : m_far->batches) {
            if (batch.id == id)
                co_return batch.reading;
        }
        co_return makeError(Error::Kind::NotFound, QStringLiteral("There is no such batch."));
    }

private:
    ScriptedModel *m_far;
};

inline ModelConnectorInfo ScriptedModel::info()
{
    ModelConnectorInfo info;
    info.id = QStringLiteral("scripted");
    info.title = QStringLiteral("A scripted model");
    info.largestBatch = largestBatch;
    info.create = [this](AccountConfig) { return std::make_unique<ScriptedLanguageModel>(this); };
    return info;
}

} // namespace patchbay::tests
