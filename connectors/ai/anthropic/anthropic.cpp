#include "connectors/kit/ai_words.h"

#include <QtCore/QDateTime>
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

QString anthropicBatchPath(const AiContext &context)
{
    return u"/v1/messages/batches/"_s + QString::fromUtf8(QUrl::toPercentEncoding(context.batch.id));
}

Request anthropicGet(const QString &path)
{
    return Request(QByteArrayLiteral("GET"), QUrl(path))
        .header(QByteArrayLiteral("anthropic-version"), QByteArrayLiteral("2023-06-01"));
}

Result<Request> anthropicSendBatch(const AiContext &context)
{
    QJsonArray requests;
    for (const AiBatchItem &item : context.batch.items)
        requests.append(QJsonObject{{u"custom_id"_s, item.key}, {u"params"_s, item.body}});
    return anthropicPost(u"/v1/messages/batches"_s, {{u"requests"_s, requests}});
}

Result<QString> anthropicBatchId(JsonReader &reply, const AiContext &) { return reply.finish(reply.id(u"/id"_s)); }

Result<Request> anthropicBatch(const AiContext &context) { return anthropicGet(anthropicBatchPath(context)); }

/// Where its answers lie is known without the address that the reply names, which may be anywhere.
Result<AiBatchStatus> anthropicBatchStatus(JsonReader &reply, const AiContext &context)
{
    AiBatchStatus status;
    status.ended = reply.text(u"/processing_status"_s) == "ended"_L1;
    if (status.ended)
        status.places = QStringList{context.batch.id};
    return reply.finish(status);
}

Result<Request> anthropicAnswers(const AiContext &context)
{
    return anthropicGet(anthropicBatchPath(context) + u"/results"_s);
}

/// What errored, expired or was cancelled is not charged.
Result<AiBatchLine> anthropicLine(JsonReader &line, const AiContext &)
{
    AiBatchLine read;
    read.key = line.text(u"/custom_id"_s);
    read.body = u"/result/message"_s;
    const QString type = line.text(u"/result/type"_s);
    if (type == "expired"_L1)
        read.error = makeError(Error::Kind::Refused, u"Anthropic did not come to it within a day."_s);
    else if (type != "succeeded"_L1)
        read.error = makeError(Error::Kind::Refused,
                               line.optionalText(u"/result/error/error/message"_s)
                                   .value_or(u"Anthropic says \"%1\"."_s.arg(type.left(40))));
    return line.finish(read);
}

Result<Request> anthropicBatches(const AiContext &context)
{
    const QString after = context.batch.cursor.isEmpty()
        ? QString()
        : u"&after_id="_s + QString::fromUtf8(QUrl::toPercentEncoding(context.batch.cursor));
    return anthropicGet(u"/v1/messages/batches?limit=100"_s + after);
}

/// A batch has no field for a key of ours; its answers have one each.
Result<AiBatchList> anthropicBatchList(JsonReader &reply, const AiContext &context)
{
    const ModelBatchSearch &search = context.batch.search;
    AiBatchList list;
    bool older = false;
    for (JsonReader &batch : reply.array(u"/data"_s)) {
        const QString id = batch.id(u"/id"_s);
        const Timestamp made = Timestamp::from(QDateTime::fromString(batch.text(u"/created_at"_s), Qt::ISODate));
        qint64 size = 0;
        for (const QString &count : batch.keys(u"/request_counts"_s))
            size += batch.integer(u"/request_counts/"_s + count);
        older = older || made < search.notBefore;
        if (made < search.notBefore || size != search.size || search.others.contains(id))
            continue;
        if (batch.text(u"/processing_status"_s) == "ended"_L1)
            list.perhaps << id;
        else
            list.undecided = true;
    }
    if (reply.optionalBoolean(u"/has_more"_s).value_or(false) && !older)
        list.next = reply.text(u"/last_id"_s);
    return reply.finish(list);
}

AiBatchSpec anthropicBatchSpec()
{
    AiBatchSpec batch;
    batch.most = 200;
    batch.create = {&anthropicSendBatch, &anthropicBatchId};
    batch.status = {&anthropicBatch, &anthropicBatchStatus};
    batch.answers = &anthropicAnswers;
    batch.line = &anthropicLine;
    batch.list = {&anthropicBatches, &anthropicBatchList};
    return batch;
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
    spec.batch = anthropicBatchSpec();
    return spec;
}

} // namespace

ModelConnectorInfo ai_anthropic(const ConnectorServices &services) { return makeAiInfo<&anthropicSpec>(services); }

} // namespace patchbay
