#include "connectors/kit/ai_words.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<Request> compatibleAsk(const AiContext &context) { return chatCompletion(context, u"max_tokens"_s); }

Result<Request> compatibleModels(const AiContext &) { return Request(QByteArrayLiteral("GET"), QUrl(u"/models"_s)); }

Result<QString> compatibleHasModel(JsonReader &reply, const AiContext &context)
{
    QStringList known;
    for (JsonReader &model : reply.array(u"/data"_s))
        known << model.text(u"/id"_s);
    if (!reply.ok())
        return reply.error();
    if (known.contains(context.model))
        return u"Signed in. The model %1 is there."_s.arg(context.model);
    return makeError(Error::Kind::NotFound,
                     known.isEmpty() ? u"The server answers, but has no model."_s
                                     : u"The server answers, but has no model \"%1\". It has: %2."_s.arg(
                                         context.model, known.mid(0, 10).join(u", "_s).left(300)));
}

AiSpec compatibleSpec()
{
    AiSpec spec;
    spec.id = u"openai_compatible"_s;
    spec.title = u"OpenAI-compatible server"_s;
    spec.freePrice = u"0"_s;
    spec.form = {aiKeyField(false)};
    spec.auth = &aiBearer;
    spec.deadline = std::chrono::milliseconds(60000); // a small machine thinks slowly
    spec.words = &aiErrorWords;
    spec.finalWords = QStringList{u"insufficient_quota"_s};
    spec.ask = {&compatibleAsk, &chatCompleted};
    spec.test = {&compatibleModels, &compatibleHasModel};
    return spec;
}

} // namespace

ModelConnectorInfo ai_openai_compatible(const ConnectorServices &services)
{
    return makeAiInfo<&compatibleSpec>(services);
}

} // namespace patchbay
