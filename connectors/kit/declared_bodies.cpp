#include "connectors/kit/declared_bodies.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QJsonValue withValues(const QJsonValue &declared, const CrmContext &context)
{
    static const QRegularExpression name(u"^\\{([a-z_0-9.]+)\\}\\z"_s);
    if (declared.isString()) {
        const QRegularExpressionMatch whole = name.match(declared.toString());
        return whole.hasMatch() ? contextJson(whole.captured(1), context)
                                : QJsonValue(sentenceWith(declared.toString(), {}, context));
    }
    if (declared.isArray()) {
        QJsonArray list;
        for (const QJsonValue &one : declared.toArray())
            list.append(withValues(one, context));
        return list;
    }
    if (!declared.isObject())
        return declared;
    QJsonObject made;
    const QJsonObject object = declared.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QJsonValue value = withValues(it.value(), context);
        if (!value.isNull())
            made.insert(it.key(), value);
    }
    return made;
}

} // namespace

QJsonObject bodyWith(const QByteArray &json, const CrmContext &context)
{
    const QJsonDocument declared = QJsonDocument::fromJson(json);
    Q_ASSERT_X(declared.isObject(), "bodyWith", json.constData());
    return withValues(declared.object(), context).toObject();
}

} // namespace patchbay
