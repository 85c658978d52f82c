#include "core/net/request.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

Request &&Request::json(const QJsonObject &body) &&
{
    return std::move(*this).body(QJsonDocument(body).toJson(QJsonDocument::Compact),
                                 QByteArrayLiteral("application/json"));
}

Request &&Request::body(QByteArray bytes, QByteArray contentType) &&
{
    m_body = std::move(bytes);
    return std::move(*this).header(QByteArrayLiteral("Content-Type"), std::move(contentType));
}

} // namespace patchbay
