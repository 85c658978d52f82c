#include "connectors/kit/bodies.h"

namespace patchbay {

QJsonValue jsonAt(const CrmContext &context, const QString &pattern, QString (*quoted)(const QString &value))
{
    return filledJson(pattern, {valuesOf(context, quoted), valuesOf(context, &asItIs)});
}

Result<Request> withJson(const QByteArray &method, const QString &address, const QString &body,
                         const CrmContext &context)
{
    const Result<QUrl> url = addressAt(context, address);
    if (!url)
        return url.error();
    const QJsonValue filled = jsonAt(context, body);
    return filled.isArray() ? Request(method, *url).jsonList(filled.toArray())
                            : Request(method, *url).json(filled.toObject());
}

} // namespace patchbay
