#include "core/model/question.h"

#include <array>

namespace patchbay {

namespace {

constexpr std::array<std::pair<Purpose, const char *>, 4> purposeNames{{{Purpose::Classify, "classify"},
                                                                        {Purpose::Reply, "reply"},
                                                                        {Purpose::Summary, "summary"},
                                                                        {Purpose::Translation, "translation"}}};

using CallState = ModelCall::State;
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

} // namespace patchbay
