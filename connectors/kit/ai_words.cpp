#include "connectors/kit/ai_words.h"

#include "core/base/log.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

QString aiErrorWords(const QByteArray &body)
{
    constexpr qsizetype longest = 300;
    JsonReader in = JsonReader::parse(body, u"answer"_s);
    if (!in.ok())
        return commonWords(body);
    const QJsonObject error = in.value().toObject().value("error"_L1).toObject();
    const QString message = error.value("message"_L1).toString();
    if (message.isEmpty())
        return commonWords(body);
    const QString code = error.value("code"_L1).toString();
    const QString type = code.isEmpty() ? error.value("type"_L1).toString() : code;
    return escapedForLog(type.isEmpty() ? message : u"%1: %2"_s.arg(type, message), longest);
}

Credentials aiBearer(const AccountConfig &account)
{
    const QString key = account.secrets.value(u"api_key"_s);
    return key.isEmpty() ? Credentials::none() : Credentials::bearer(key);
}

FormField aiKeyField(bool required)
{
    FormField field;
    field.key = u"api_key"_s;
    field.label = QStringLiteral(QT_TRANSLATE_NOOP("form", "API key"));
    field.kind = FormField::Kind::Secret;
    field.required = required;
    return field;
}

Result<Request> chatCompletion(const AiContext &context, const QString &maxTokensKey)
{
    const ModelQuestion &question = context.question;
    const QJsonArray messages{QJsonObject{{u"role"_s, u"system"_s}, {u"content"_s, question.instructions}},
                              QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, question.text}}};
    QJsonObject body{{u"model"_s, context.model}, {u"messages"_s, messages}, {maxTokensKey, question.maxOutputTokens}};
    if (context.structured) {
        const QJsonObject schema{{u"name"_s, question.schemaName}, {u"strict"_s, true}, {u"schema"_s, question.schema}};
        body.insert(u"response_format"_s, QJsonObject{{u"type"_s, u"json_schema"_s}, {u"json_schema"_s, schema}});
    }
    return Request(QByteArrayLiteral("POST"), QUrl(u"/chat/completions"_s)).json(body);
}

Result<ModelAnswer> chatCompleted(JsonReader &reply, const AiContext &)
{
    ModelAnswer answer;
    answer.id = reply.optionalText(u"/id"_s).value_or(QString());
    answer.model = reply.optionalText(u"/model"_s).value_or(QString());
    std::vector<JsonReader> choices = reply.array(u"/choices"_s);
    if (choices.empty()) {
        reply.fault(u"/choices"_s, u"has no choice"_s);
    } else {
        answer.text = choices.front().optionalText(u"/message/content"_s).value_or(QString());
        answer.refusal = choices.front().optionalText(u"/message/refusal"_s).value_or(QString());
        const QString reason = choices.front().optionalText(u"/finish_reason"_s).value_or(QString());
        answer.cutShort = reason == "length"_L1;
        if (reason == "content_filter"_L1 && answer.refusal.isEmpty())
            answer.refusal = u"Its content filter stopped the answer."_s;
    }
    if (reply.has(u"/usage"_s))
        answer.usage =
            ModelUsage{reply.integer(u"/usage/prompt_tokens"_s), reply.integer(u"/usage/completion_tokens"_s)};
    return reply.finish(answer);
}

} // namespace patchbay
