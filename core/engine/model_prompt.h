#pragma once

#include "core/base/result.h"
#include "core/model/message.h"
#include "core/model/question.h"
#include "core/model/taxonomy.h"
#include "core/ports/language_model.h"

#include <vector>

namespace patchbay {

/// A question as it waits in its delivery: frozen, redacted, without the number of tokens, which the account says.
struct ModelPrompt {
    Purpose purpose = Purpose::Classify;
    QString instructions = {};
    QString text = {}; ///< redacted, between marks
    QStringList labels = {}; ///< Classify: what may be answered
    QString language = {}; ///< Summary, Translation: of the answer
    int redactions = 0;
    QString question = {}; ///< uid of the question that it is of
    Timestamp askUntil = {}; ///< nobody waits for an answer after that
    QString batch = {}; ///< uid of the batch that it goes with; empty: it goes alone

    bool operator==(const ModelPrompt &) const = default;
};

QJsonObject toJson(const ModelPrompt &prompt);
Result<ModelPrompt> modelPromptFromJson(const QJsonObject &json);

/// What a classification may answer beside the categories: none of them.
QString noCategoryLabel();

struct PromptSource {
    Purpose purpose = Purpose::Classify;
    std::vector<Message> messages = {}; ///< oldest first
    Taxonomy taxonomy = {};
    QString language = {}; ///< ISO 639-1, of Summary and Translation
    QString marker = {}; ///< nobody outside can know it: a uid
};

struct MadePrompt {
    ModelPrompt prompt = {};
    QJsonObject originals = {};
    QString cacheText = {}; ///< the same for the same question, whatever the marker is
};

/// Classify and Translation are about the newest inbound message, Reply and Summary about the newest that fit into
/// 12,000 characters; notes of operators never leave. Refused when there is nothing to ask about. Pure.
Result<MadePrompt> makePrompt(const PromptSource &source);

/// As the port takes it. Pure.
ModelQuestion modelQuestion(const ModelPrompt &prompt, const QString &key, int maxOutputTokens);
/// Of everything that is said to the model, in UTF-8.
qint64 bytesOf(const ModelQuestion &question);

/// The answer as it may be stored: one JSON object with exactly the fields of its purpose, within their lengths, a
/// category out of the labels. Anything else is Refused, with a sentence that says what was wrong. Pure.
Result<QJsonObject> checkedAnswer(const ModelPrompt &prompt, const ModelAnswer &answer);

} // namespace patchbay
