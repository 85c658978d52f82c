#include "core/base/json_reader.h"
#include "core/base/log.h"
#include "core/engine/model_prompt.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct AnswerField {
    const char *key;
    qsizetype longest; ///< characters
    bool mayBeEmpty;
};

std::vector<AnswerField> answerFields(Purpose purpose)
{
    switch (purpose) {
    case Purpose::Classify: return {{"category", 200, false}, {"reason", 500, true}};
    case Purpose::Reply: return {{"reply", 5000, false}};
    case Purpose::Summary: return {{"summary", 3000, false}};
    case Purpose::Translation: return {{"language", 20, true}, {"translation", 20000, false}};
    }
    return {};
}

Error answerRefused(const QString &why)
{
    return makeError(Error::Kind::Refused, u"The model's answer was refused: %1"_s.arg(why));
}

/// What a view, a draft or a task could not show as it is: controls but line feeds and tabs, and marks that turn text
/// around.
QString answerClean(const QString &text)
{
    QString clean;
    clean.reserve(text.size());
    for (const QChar c : text) {
        const char16_t u = c.unicode();
        const bool control =
            (c.category() == QChar::Other_Control && u != u'\n' && u != u'\t') || u == 0x2028 || u == 0x2029;
        const bool turns = (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069);
        if (!control && !turns)
            clean += c;
    }
    return clean.trimmed();
}

} // namespace

Result<QJsonObject> checkedAnswer(const ModelPrompt &prompt, const ModelAnswer &answer)
{
    if (!answer.refusal.isEmpty())
        return makeError(Error::Kind::Refused, u"The model declined: %1"_s.arg(escapedForLog(answer.refusal, 300)));
    if (answer.cutShort)
        return answerRefused(u"it was cut off at its longest length. Allow more tokens in the model's settings."_s);
    JsonReader in = JsonReader::parse(answer.text.toUtf8(), u"it"_s, JsonLimits{256 * 1024, 8});
    if (!in.ok() || !in.value().isObject())
        return answerRefused(in.ok() ? u"it is no JSON object."_s : in.error().message);
    const std::vector<AnswerField> fields = answerFields(prompt.purpose);
    for (const QString &key : in.keys()) {
        const bool known = std::any_of(fields.begin(), fields.end(),
                                       [&](const AnswerField &f) { return key == QLatin1String(f.key); });
        if (!known)
            return answerRefused(u"it has a field “%1” that nobody asked for."_s.arg(escapedForLog(key, 60)));
    }
    QJsonObject checked;
    for (const AnswerField &field : fields) {
        const QString key = QLatin1String(field.key);
        const QString written = in.text(u'/' + key);
        if (!in.ok())
            return answerRefused(in.error().message);
        if (written.size() > field.longest)
            return answerRefused(u"its “%1” is longer than %2 characters."_s.arg(key).arg(field.longest));
        const QString value = answerClean(written);
        if (value.isEmpty() && !field.mayBeEmpty)
            return answerRefused(u"its “%1” is empty."_s.arg(key));
        checked.insert(key, value);
    }
    if (prompt.purpose == Purpose::Classify && !prompt.labels.contains(checked.value("category"_L1).toString()))
        return answerRefused(u"its category “%1” is not in the taxonomy."_s.arg(
            escapedForLog(checked.value("category"_L1).toString(), 80)));
    return checked;
}

} // namespace patchbay
