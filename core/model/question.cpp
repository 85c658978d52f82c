#include "core/model/question.h"

#include <algorithm>
#include <array>

namespace patchbay {

namespace {

constexpr std::array<std::pair<Purpose, const char *>, 4> purposeNames{{{Purpose::Classify, "classify"},
                                                                        {Purpose::Reply, "reply"},
                                                                        {Purpose::Summary, "summary"},
                                                                        {Purpose::Translation, "translation"}}};

using CallState = ModelCall::State;
using BatchState = ModelBatch::State;
constexpr std::array<std::pair<BatchState, const char *>, 4> batchStateNames{{{BatchState::Open, "open"},
                                                                              {BatchState::Running, "running"},
                                                                              {BatchState::Ended, "ended"},
                                                                              {BatchState::Failed, "failed"}}};

constexpr std::array<std::pair<CallState, const char *>, 5> callStateNames{{{CallState::Open, "open"},
                                                                            {CallState::Answered, "answered"},
                                                                            {CallState::Failed, "failed"},
                                                                            {CallState::Unclear, "unclear"},
                                                                            {CallState::NotSent, "not_sent"}}};

} // namespace

QString nameOf(Purpose purpose)
{
    for (const auto &[value, name] : purposeNames) {
        if (value == purpose)
            return QString::fromLatin1(name);
    }
    return {};
}

std::optional<Purpose> purposeFrom(const QString &name)
{
    for (const auto &[value, text] : purposeNames) {
        if (name == QLatin1String(text))
            return value;
    }
    return std::nullopt;
}

QString nameOf(ModelCall::State state)
{
    for (const auto &[value, name] : callStateNames) {
        if (value == state)
            return QString::fromLatin1(name);
    }
    return {};
}

ModelCall::State modelCallStateFrom(const QString &name)
{
    for (const auto &[value, text] : callStateNames) {
        if (name == QLatin1String(text))
            return value;
    }
    return CallState::Unclear; // a word of a newer version: count it, to be sure
}

std::chrono::milliseconds ModelBatch::pause(Timestamp now) const
{
    using namespace std::chrono;
    return std::clamp(duration_cast<milliseconds>(now - sentAt) / 8, milliseconds(minutes(1)),
                      milliseconds(minutes(20)));
}

QString nameOf(ModelBatch::State state)
{
    for (const auto &[value, name] : batchStateNames) {
        if (value == state)
            return QString::fromLatin1(name);
    }
    return {};
}

ModelBatch::State modelBatchStateFrom(const QString &name)
{
    for (const auto &[value, text] : batchStateNames) {
        if (name == QLatin1String(text))
            return value;
    }
    return BatchState::Failed; // a word of a newer version: nothing more is asked for
}

} // namespace patchbay
