#include "core/net/request.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

Request &&Request::json(const QJsonObject &body) &&
{
    return std::move(*this).body(QJsonDocument(body).toJson(QJsonDocument::Compact),
                                 QByteArrayLiteral("application/json"));
}

Request &&Request::jsonList(const QJsonArray &body) &&
{
    return std::move(*this).body(QJsonDocument(body).toJson(QJsonDocument::Compact),
                                 QByteArrayLiteral("application/json"));
}

Request &&Request::form(const QList<QPair<QString, QString>> &fields) &&
{
    QByteArray bytes;
    for (const auto &[name, value] : fields) {
        if (!bytes.isEmpty())
            bytes += '&';
        bytes += QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
    }
    return std::move(*this).body(std::move(bytes), QByteArrayLiteral("application/x-www-form-urlencoded"));
}

Request &&Request::body(QByteArray bytes, QByteArray contentType) &&
{
    m_body = std::move(bytes);
    return std::move(*this).header(QByteArrayLiteral("Content-Type"), std::move(contentType));
}

} // namespace patchbay
