#include "connectors/kit/json_rpc.h"

#include "connectors/kit/rest.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

Request jsonRpcCall(const QString &path, const QJsonObject &params)
{
    return postTo(path, {{u"jsonrpc"_s, u"2.0"_s}, {u"method"_s, u"call"_s}, {u"id"_s, 1}, {u"params"_s, params}});
}

Request withArgument(const Request &request, qsizetype place, const QJsonValue &value)
{
    QJsonObject body = QJsonDocument::fromJson(request.bytes()).object();
    QJsonObject params = body.value(u"params"_s).toObject();
    QJsonArray args = params.value(u"args"_s).toArray();
    if (place < args.size())
        args.replace(place, value);
    params.insert(u"args"_s, args);
    body.insert(u"params"_s, params);
    return Request(request).json(body);
}

} // namespace patchbay
