#include "connectors/kit/ai_words.h"
#include "connectors/kit/settings.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool openaiSpeaksChat(const AiContext &context) { return settingText(context.settings, u"api"_s) == "chat"_L1; }

Request openaiWithKey(const Request &request, const AiContext &context)
{
    // In their support's logs, a lost call can be found by it.
    return Request(request).header(QByteArrayLiteral("X-Client-Request-Id"), context.question.key.toUtf8());
}

Result<Request> openaiAsk(const AiContext &context)
{
    if (openaiSpeaksChat(context)) {
        const Result<Request> chat = chatCompletion(context, u"max_completion_tokens"_s);
        return chat ? openaiWithKey(*chat, context) : chat;
    }
    const ModelQuestion &question = context.question;
    QJsonObject body{{u"model"_s, context.model},
                     {u"instructions"_s, question.instructions},
                     {u"input"_s, question.text},
                     {u"max_output_tokens"_s, question.maxOutputTokens},
                     {u"store"_s, false}};
    if (context.structured) {
        const QJsonObject format{{u"type"_s, u"json_schema"_s},
                                 {u"name"_s, question.schemaName},
                                 {u"strict"_s, true},
                                 {u"schema"_s, question.schema}};
        body.insert(u"text"_s, QJsonObject{{u"format"_s, format}});
    }
    return openaiWithKey(Request(QByteArrayLiteral("POST"), QUrl(u"/responses"_s)).json(body), context);
}

void openaiReadOutput(JsonReader &reply, ModelAnswer &answer)
{
    for (JsonReader &item : reply.array(u"/output"_s)) {
        if (item.text(u"/type"_s) != "message"_L1) // reasoning stands beside it
            continue;
        for (JsonReader &part : item.array(u"/content"_s)) {
            const QString type = part.text(u"/type"_s);
            if (type == "output_text"_L1)
                answer.text += part.text(u"/text"_s);
            else if (type == "refusal"_L1)
                answer.refusal += part.text(u"/refusal"_s);
        }
    }
}

Result<ModelAnswer> openaiAnswer(JsonReader &reply, const AiContext &context)
{
    if (openaiSpeaksChat(context))
        return chatCompleted(reply, context);
    ModelAnswer answer;
    answer.id = reply.id(u"/id"_s);
    answer.model = reply.optionalText(u"/model"_s).value_or(QString());
    const QString status = reply.text(u"/status"_s);
    openaiReadOutput(reply, answer);
    if (status == "incomplete"_L1) {
        const QString reason = reply.optionalText(u"/incomplete_details/reason"_s).value_or(QString());
        answer.cutShort = reason != "content_filter"_L1;
        if (!answer.cutShort)
            answer.refusal = u"Its content filter stopped the answer."_s;
    } else if (status != "completed"_L1) {
        answer.refusal =
            reply.optionalText(u"/error/message"_s).value_or(u"It ended as \"%1\"."_s.arg(status.left(40)));
    }
    if (reply.has(u"/usage"_s))
        answer.usage = ModelUsage{reply.integer(u"/usage/input_tokens"_s), reply.integer(u"/usage/output_tokens"_s)};
    return reply.finish(answer);
}

Result<Request> openaiModel(const AiContext &context)
{
    const QString name = QString::fromUtf8(QUrl::toPercentEncoding(context.model));
    return Request(QByteArrayLiteral("GET"), QUrl(u"/models/%1"_s.arg(name)));
}

Result<QString> openaiHasModel(JsonReader &reply, const AiContext &)
{
    const QString id = reply.text(u"/id"_s);
    return reply.finish(u"Signed in. The model %1 is there."_s.arg(id.left(100)));
}

AiSpec openaiSpec()
{
    AiSpec spec;
    spec.id = u"openai"_s;
    spec.title = u"OpenAI"_s;
    spec.url = u"https://api.openai.com/v1"_s;
    FormField api;
    api.key = u"api"_s;
    api.label = QStringLiteral(QT_TRANSLATE_NOOP("form", "API"));
    api.kind = FormField::Kind::Choice;
    api.required = false;
    api.initial = u"responses"_s;
    api.choices = QStringList{u"responses"_s, u"chat"_s};
    api.choiceLabels = QStringList{QStringLiteral(QT_TRANSLATE_NOOP("form", "Responses")),
                                   QStringLiteral(QT_TRANSLATE_NOOP("form", "Chat Completions"))};
    spec.form = {aiKeyField(true), api};
    spec.auth = &aiBearer;
    spec.words = &aiErrorWords;
    spec.finalWords = QStringList{u"insufficient_quota"_s};
    spec.ask = {&openaiAsk, &openaiAnswer};
    spec.test = {&openaiModel, &openaiHasModel};
    return spec;
}

} // namespace

ModelConnectorInfo ai_openai(const ConnectorServices &services) { return makeAiInfo<&openaiSpec>(services); }

} // namespace patchbay
