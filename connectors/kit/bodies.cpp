#include "connectors/kit/bodies.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using QuotedValue = QString (*)(const QString &value);

/// Undefined: its value is not there.
QJsonValue jsonValueAt(const QJsonValue &value, const CrmContext &context, QuotedValue quoted)
{
    if (value.isString()) {
        const QString pattern = value.toString();
        const bool isNumber = pattern.startsWith("#{"_L1) && pattern.endsWith(u'}');
        const QString text = textAt(context, isNumber ? pattern.mid(1) : pattern, quoted);
        if (text.isEmpty())
            return pattern.isEmpty() ? value : QJsonValue(QJsonValue::Undefined);
        return isNumber ? QJsonValue(text.toLongLong()) : QJsonValue(text);
    }
    if (value.isArray()) {
        QJsonArray list;
        for (const QJsonValue &one : value.toArray()) {
            if (const QJsonValue filled = jsonValueAt(one, context, quoted); !filled.isUndefined())
                list.append(filled);
        }
        return list;
    }
    if (!value.isObject())
        return value;
    QJsonObject object;
    const QJsonObject members = value.toObject();
    for (auto it = members.begin(); it != members.end(); ++it) {
        const QString name = textAt(context, it.key());
        const QJsonValue filled = jsonValueAt(it.value(), context, quoted);
        if (!name.isEmpty() && !filled.isUndefined())
            object.insert(name, filled);
    }
    return object;
}

} // namespace

QJsonValue jsonAt(const CrmContext &context, const QString &pattern, QuotedValue quoted)
{
    const QJsonDocument document = QJsonDocument::fromJson(pattern.toUtf8());
    Q_ASSERT_X(!document.isNull(), "jsonAt", "the pattern of a spec is no JSON");
    const QJsonValue whole = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    return jsonValueAt(whole, context, quoted);
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
