#pragma once

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>

namespace patchbay {

/// A node of JsonReader's document as Qt's value: numbers beyond 2^53 become text. Internal to JsonReader.
template <class Node> QJsonValue toQt(const Node &node)
{
    using Type = typename Node::Type;
    constexpr qint64 exact = qint64(1) << 53;
    switch (node.type) {
    case Type::Null: return QJsonValue(QJsonValue::Null);
    case Type::Boolean: return QJsonValue(node.boolean);
    case Type::String: return QJsonValue(QString::fromStdString(node.text));
    case Type::Number: return QJsonValue(QByteArray::fromStdString(node.text).toDouble());
    case Type::Integer: {
        bool fits = false;
        const qint64 value = QByteArray::fromStdString(node.text).toLongLong(&fits);
        if (!fits || value > exact || value < -exact)
            return QJsonValue(QString::fromStdString(node.text));
        return QJsonValue(value);
    }
    case Type::Array: {
        QJsonArray list;
        for (const auto &item : node.items)
            list.append(toQt(item));
        return list;
    }
    case Type::Object: {
        QJsonObject object;
        for (const auto &[name, value] : node.members)
            object.insert(QString::fromStdString(name), toQt(value));
        return object;
    }
    }
    return {};
}

} // namespace patchbay
