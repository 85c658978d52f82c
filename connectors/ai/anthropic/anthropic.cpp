#include "connectors/kit/ai_words.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Credentials anthropicAuth(const AccountConfig &account)
{
    return Credentials::inHeader(QByteArrayLiteral("x-api-key"), account.secrets.value(u"api_key"_s));
}

Request anthropicPost(const QString &path, const QJsonObject &body)
{
    return Request(QByteArrayLiteral("POST"), QUrl(path))
        .json(body)
        .header(QByteArrayLiteral("anthropic-version"), QByteArrayLiteral("2023-06-01"));
}

QJsonArray anthropicMessages(const QString &text)
{
    return {QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, text}}};
}

Result<Request> anthropicAsk(const AiContext &context)
{
    const ModelQuestion &question = context.question;
    QJsonObject body{{u"model"_s, context.model},
                     {u"max_tokens"_s, question.maxOutputTokens},
                     {u"system"_s, question.instructions},
                     {u"messages"_s, anthropicMessages(question.text)}};
    if (context.structured) {
        const QJsonObject format{{u"type"_s, u"json_schema"_s}, {u"schema"_s, question.schema}};
        body.insert(u"output_config"_s, QJsonObject{{u"format"_s, format}});
    }
    return anthropicPost(u"/v1/messages"_s, body);
}

Result<ModelAnswer> anthropicAnswer(JsonReader &reply, const AiContext &)
{
    ModelAnswer answer;
    answer.id = reply.id(u"/id"_s);
    answer.model = reply.optionalText(u"/model"_s).value_or(QString());
    for (JsonReader &block : reply.array(u"/content"_s)) {
        if (block.text(u"/type"_s) == "text"_L1) // thinking comes as blocks of its own
            answer.text += block.text(u"/text"_s);
    }
    const QString reason = reply.optionalText(u"/stop_reason"_s).value_or(QString());
    answer.cutShort = reason == "max_tokens"_L1 || reason == "model_context_window_exceeded"_L1;
    if (reason == "refusal"_L1) {
        answer.refusal = reply.optionalText(u"/stop_details/explanation"_s).value_or(QString());
        if (answer.refusal.isEmpty())
            answer.refusal = u"It declined to answer."_s;
    }
    ModelUsage usage;
    usage.inputTokens = reply.integer(u"/usage/input_tokens"_s)
        + reply.optionalInteger(u"/usage/cache_creation_input_tokens"_s).value_or(0)
        + reply.optionalInteger(u"/usage/cache_read_input_tokens"_s).value_or(0);
    usage.outputTokens = reply.integer(u"/usage/output_tokens"_s);
    answer.usage = usage;
    return reply.finish(answer);
}

/// Counting tokens is free, and refuses a wrong key or model as the real call would.
Result<Request> anthropicCount(const AiContext &context)
{
    return anthropicPost(u"/v1/messages/count_tokens"_s,
                         {{u"model"_s, context.model}, {u"messages"_s, anthropicMessages(u"Hello"_s)}});
}

Result<QString> anthropicCounted(JsonReader &reply, const AiContext &context)
{
    reply.integer(u"/input_tokens"_s);
    return reply.finish(u"Signed in. The model %1 is there."_s.arg(context.model));
}

AiSpec anthropicSpec()
{
    AiSpec spec;
    spec.id = u"anthropic"_s;
    spec.title = u"Anthropic"_s;
    spec.url = u"https://api.anthropic.com"_s;
    spec.form = {aiKeyField(true)};
    spec.auth = &anthropicAuth;
    spec.words = &aiErrorWords;
    spec.ask = {&anthropicAsk, &anthropicAnswer};
    spec.test = {&anthropicCount, &anthropicCounted};
    return spec;
}

} // namespace

ModelConnectorInfo ai_anthropic(const ConnectorServices &services) { return makeAiInfo<&anthropicSpec>(services); }

} // namespace patchbay
