#include "connectors/kit/ai_words.h"
#include "connectors/kit/settings.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonDocument>

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

QString openaiEndpoint(const AiContext &context)
{
    return openaiSpeaksChat(context) ? u"/v1/chat/completions"_s : u"/v1/responses"_s;
}

QByteArray openaiLines(const AiContext &context)
{
    QByteArray lines;
    for (const AiBatchItem &item : context.batch.items) {
        const QJsonObject line{{u"custom_id"_s, item.key},
                               {u"method"_s, u"POST"_s},
                               {u"url"_s, openaiEndpoint(context)},
                               {u"body"_s, item.body}};
        lines += QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
    }
    return lines;
}

/// The questions as a file that goes by itself after two days.
Result<Request> openaiUpload(const AiContext &context)
{
    const QByteArray lines = openaiLines(context);
    const QByteArray boundary =
        "patchbay-" + QCryptographicHash::hash(lines, QCryptographicHash::Sha256).toHex().left(40);
    const QByteArray part = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"";
    const QByteArray body = part + "purpose\"\r\n\r\nbatch\r\n" + part + "expires_after[anchor]\"\r\n\r\ncreated_at\r\n"
        + part + "expires_after[seconds]\"\r\n\r\n172800\r\n" + part
        + "file\"; filename=\"questions.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n" + lines + "\r\n--"
        + boundary + "--\r\n";
    return Request(QByteArrayLiteral("POST"), QUrl(u"/files"_s))
        .body(body, "multipart/form-data; boundary=" + boundary);
}

Result<QString> openaiId(JsonReader &reply, const AiContext &) { return reply.finish(reply.id(u"/id"_s)); }

Result<Request> openaiCreateBatch(const AiContext &context)
{
    const QJsonObject body{{u"input_file_id"_s, context.batch.uploaded},
                           {u"endpoint"_s, openaiEndpoint(context)},
                           {u"completion_window"_s, u"24h"_s},
                           {u"metadata"_s, QJsonObject{{u"patchbay_key"_s, context.batch.key}}}};
    return Request(QByteArrayLiteral("POST"), QUrl(u"/batches"_s)).json(body);
}

Result<Request> openaiBatch(const AiContext &context)
{
    const QString id = QString::fromUtf8(QUrl::toPercentEncoding(context.batch.id));
    return Request(QByteArrayLiteral("GET"), QUrl(u"/batches/"_s + id));
}

/// An expired or cancelled one has answers to what was asked before.
Result<AiBatchStatus> openaiBatchStatus(JsonReader &reply, const AiContext &)
{
    AiBatchStatus status;
    const QString word = reply.text(u"/status"_s);
    status.ended = QStringList{u"completed"_s, u"expired"_s, u"cancelled"_s, u"failed"_s}.contains(word);
    if (word == "failed"_L1) {
        std::vector<JsonReader> errors = reply.optionalArray(u"/errors/data"_s);
        status.failure =
            errors.empty() ? u"It failed."_s : errors.front().optionalText(u"/message"_s).value_or(u"It failed."_s);
    }
    for (const QString &field : {u"/output_file_id"_s, u"/error_file_id"_s}) {
        const QString file = reply.optionalText(field).value_or(QString());
        if (status.ended && !file.isEmpty())
            status.places << file;
    }
    return reply.finish(status);
}

Result<Request> openaiAnswers(const AiContext &context)
{
    const QString file = QString::fromUtf8(QUrl::toPercentEncoding(context.batch.place));
    return Request(QByteArrayLiteral("GET"), QUrl(u"/files/%1/content"_s.arg(file)));
}

Result<AiBatchLine> openaiLine(JsonReader &line, const AiContext &)
{
    AiBatchLine read;
    read.key = line.text(u"/custom_id"_s);
    read.body = u"/response/body"_s;
    if (line.has(u"/error"_s))
        read.error = makeError(Error::Kind::Refused,
                               line.optionalText(u"/error/message"_s).value_or(u"OpenAI did not answer it."_s));
    else if (line.integer(u"/response/status_code"_s) != 200)
        read.error =
            makeError(Error::Kind::Refused,
                      line.optionalText(u"/response/body/error/message"_s).value_or(u"OpenAI did not answer it."_s));
    return line.finish(read);
}

Result<Request> openaiBatches(const AiContext &context)
{
    const QString after = context.batch.cursor.isEmpty()
        ? QString()
        : u"&after="_s + QString::fromUtf8(QUrl::toPercentEncoding(context.batch.cursor));
    return Request(QByteArrayLiteral("GET"), QUrl(u"/batches?limit=100"_s + after));
}

Result<AiBatchList> openaiBatchList(JsonReader &reply, const AiContext &context)
{
    AiBatchList list;
    QString last;
    bool older = false;
    for (JsonReader &batch : reply.array(u"/data"_s)) {
        last = batch.id(u"/id"_s);
        if (batch.optionalText(u"/metadata/patchbay_key"_s) == context.batch.search.key)
            list.found = last;
        older = older || batch.integer(u"/created_at"_s) * 1'000'000 < context.batch.search.notBefore.us;
    }
    if (reply.optionalBoolean(u"/has_more"_s).value_or(false) && !older)
        list.next = last;
    return reply.finish(list);
}

AiBatchSpec openaiBatchSpec()
{
    AiBatchSpec batch;
    batch.most = 200;
    batch.upload = {&openaiUpload, &openaiId};
    batch.create = {&openaiCreateBatch, &openaiId};
    batch.status = {&openaiBatch, &openaiBatchStatus};
    batch.answers = &openaiAnswers;
    batch.line = &openaiLine;
    batch.list = {&openaiBatches, &openaiBatchList};
    return batch;
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
    spec.batch = openaiBatchSpec();
    return spec;
}

} // namespace

ModelConnectorInfo ai_openai(const ConnectorServices &services) { return makeAiInfo<&openaiSpec>(services); }

} // namespace patchbay
