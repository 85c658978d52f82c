#include "connectors/kit/ai_words.h"
#include "connectors/kit/settings.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString agnoAgent(const AiContext &context)
{
    return QString::fromUtf8(QUrl::toPercentEncoding(settingText(context.settings, u"agent"_s)));
}

/// One text field of a form in parts (RFC 7578).
QByteArray agnoPart(const QByteArray &boundary, const char *name, const QString &value)
{
    return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name
        + "\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + value.toUtf8() + "\r\n";
}

/// The run is a session of its own: nothing of one customer reaches the next question through the agent's memory.
Result<Request> agnoRun(const AiContext &context)
{
    const ModelQuestion &question = context.question;
    const QString message = question.instructions + u"\n\n"_s + question.text;
    const QByteArray boundary =
        QCryptographicHash::hash((question.key + message).toUtf8(), QCryptographicHash::Sha256).toHex();
    const QByteArray body = agnoPart(boundary, "message", message) + agnoPart(boundary, "stream", u"false"_s)
        + agnoPart(boundary, "session_id", question.key) + "--" + boundary + "--\r\n";
    return Request(QByteArrayLiteral("POST"), QUrl(u"/agents/%1/runs"_s.arg(agnoAgent(context))))
        .body(body, "multipart/form-data; boundary=" + boundary);
}

/// An agent with an output schema of its own answers with an object, one without with a text.
QString agnoContent(JsonReader &reply)
{
    const QJsonValue content = reply.value(u"/content"_s);
    if (content.isObject())
        return QString::fromUtf8(QJsonDocument(content.toObject()).toJson(QJsonDocument::Compact));
    return reply.text(u"/content"_s);
}

Result<ModelAnswer> agnoAnswer(JsonReader &reply, const AiContext &)
{
    ModelAnswer answer;
    answer.id = reply.id(u"/run_id"_s);
    answer.model = reply.optionalText(u"/model"_s).value_or(QString());
    answer.text = agnoContent(reply);
    const QString status = reply.optionalText(u"/status"_s).value_or(u"COMPLETED"_s);
    if (status.compare("COMPLETED"_L1, Qt::CaseInsensitive) != 0)
        answer.refusal = u"The run ended as \"%1\"."_s.arg(status.left(40));
    if (reply.has(u"/metrics/input_tokens"_s) && reply.has(u"/metrics/output_tokens"_s))
        answer.usage =
            ModelUsage{reply.integer(u"/metrics/input_tokens"_s), reply.integer(u"/metrics/output_tokens"_s)};
    return reply.finish(answer);
}

Result<Request> agnoAgentRequest(const AiContext &context)
{
    return Request(QByteArrayLiteral("GET"), QUrl(u"/agents/%1"_s.arg(agnoAgent(context))));
}

Result<QString> agnoAgentFinding(JsonReader &reply, const AiContext &context)
{
    const QString name = reply.optionalText(u"/name"_s).value_or(settingText(context.settings, u"agent"_s));
    const QString model = reply.optionalText(u"/model/model"_s).value_or(QString());
    return reply.finish(model.isEmpty() ? u"The agent %1 is there."_s.arg(name.left(100))
                                        : u"The agent %1 is there; it asks %2."_s.arg(name.left(100), model.left(100)));
}

AiSpec agnoSpec()
{
    AiSpec spec;
    spec.id = u"agno"_s;
    spec.title = u"Agno AgentOS"_s;
    FormField agent;
    agent.key = u"agent"_s;
    agent.label = QStringLiteral(QT_TRANSLATE_NOOP("form", "Agent"));
    agent.help = QStringLiteral(QT_TRANSLATE_NOOP("form", "The agent's id, as /agents lists it"));
    spec.form = {agent, aiKeyField(false)};
    spec.needsModel = false; // the agent has its own
    spec.takesSchema = false;
    spec.auth = &aiBearer;
    spec.deadline = std::chrono::milliseconds(60000);
    spec.ask = {&agnoRun, &agnoAnswer};
    spec.test = {&agnoAgentRequest, &agnoAgentFinding};
    return spec;
}

} // namespace

ModelConnectorInfo ai_agno(const ConnectorServices &services) { return makeAiInfo<&agnoSpec>(services); }

} // namespace patchbay
