#include "core/ports/chat_connector.h"

#include <QtCore/QJsonArray>

#include <optional>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QJsonObject addressJson(const Address &address) { return {{u"name"_s, address.name}, {u"address"_s, address.address}}; }

QJsonArray addressesJson(const std::vector<Address> &addresses)
{
    QJsonArray list;
    for (const Address &address : addresses)
        list.append(addressJson(address));
    return list;
}

/// Reads an object by wanted keys and remembers the first fault; what was not asked for is one, too.
class OutboundFields {
public:
    OutboundFields(const QJsonObject &json, QString path)
        : m_json(json)
        , m_path(std::move(path))
    {
    }

    QJsonValue take(const QString &key, QJsonValue::Type type, const char *typeName)
    {
        const QJsonValue value = m_json.take(key);
        if (value.type() != type)
            fault(u"has no %1 at %2/%3"_s.arg(QLatin1String(typeName), m_path, key));
        return value;
    }
    bool has(const QString &key) const { return m_json.contains(key); }
    QString text(const QString &key) { return take(key, QJsonValue::String, "string").toString(); }
    Timestamp time(const QString &key)
    {
        const QJsonValue value = take(key, QJsonValue::Double, "number");
        constexpr qint64 none = -1;
        if (value.toInteger(none) < 0)
            fault(u"has no time at %1/%2"_s.arg(m_path, key));
        return {value.toInteger(0)};
    }
    QStringList texts(const QString &key)
    {
        QStringList list;
        const QJsonArray items = take(key, QJsonValue::Array, "list").toArray();
        for (const QJsonValue &item : items) {
            if (!item.isString())
                fault(u"has no string in %1/%2"_s.arg(m_path, key));
            list.append(item.toString());
        }
        return list;
    }
    Address address(const QString &key)
    {
        return readAddress(take(key, QJsonValue::Object, "object"), m_path + u'/' + key);
    }
    std::vector<Address> addresses(const QString &key)
    {
        std::vector<Address> list;
        const QJsonArray items = take(key, QJsonValue::Array, "list").toArray();
        for (const QJsonValue &item : items)
            list.push_back(readAddress(item, m_path + u'/' + key));
        return list;
    }
    std::optional<Error> end()
    {
        if (!m_json.isEmpty())
            fault(u"has an unknown field %1/%2"_s.arg(m_path, m_json.constBegin().key().left(80)));
        if (m_fault.isEmpty())
            return std::nullopt;
        return makeError(Error::Kind::Protocol, u"The stored reply "_s + m_fault + u'.');
    }

private:
    Address readAddress(const QJsonValue &value, const QString &path)
    {
        OutboundFields in(value.toObject(), path);
        Address address{in.text(u"name"_s), in.text(u"address"_s)};
        in.end();
        if (!in.m_fault.isEmpty())
            fault(in.m_fault);
        return address;
    }
    void fault(const QString &what)
    {
        if (m_fault.isEmpty())
            m_fault = what;
    }

    QJsonObject m_json;
    QString m_path;
    QString m_fault;
};

} // namespace

QJsonObject toJson(const OutboundMessage &message)
{
    QJsonObject json{
        {u"message_id"_s, message.messageId},  {u"from"_s, addressJson(message.from)},
        {u"to"_s, addressesJson(message.to)},  {u"cc"_s, addressesJson(message.cc)},
        {u"subject"_s, message.subject},       {u"text"_s, message.text},
        {u"in_reply_to"_s, message.inReplyTo}, {u"references"_s, QJsonArray::fromStringList(message.references)},
        {u"thread_key"_s, message.threadKey},  {u"created_at"_s, message.createdAt.us}};
    if (message.answeredAt) // mail has none, and neither have older payloads
        json.insert(u"answered_at"_s, message.answeredAt.us);
    if (!message.replyHandle.isEmpty())
        json.insert(u"reply_handle"_s, message.replyHandle);
    if (!message.marks.empty())
        json.insert(u"marks"_s, toJson(message.marks));
    if (message.quotes)
        json.insert(u"quotes"_s, true);
    if (message.templated)
        json.insert(u"template"_s, toJson(*message.templated));
    if (!message.files.empty())
        json.insert(u"attachments"_s, filesJson(message.files));
    return json;
}

Result<OutboundMessage> outboundFromJson(const QJsonObject &json)
{
    OutboundFields in(json, {});
    OutboundMessage message;
    message.messageId = in.text(u"message_id"_s);
    message.from = in.address(u"from"_s);
    message.to = in.addresses(u"to"_s);
    message.cc = in.addresses(u"cc"_s);
    message.subject = in.text(u"subject"_s);
    message.text = in.text(u"text"_s);
    message.inReplyTo = in.text(u"in_reply_to"_s);
    message.references = in.texts(u"references"_s);
    message.threadKey = in.text(u"thread_key"_s);
    message.createdAt = in.time(u"created_at"_s);
    if (in.has(u"answered_at"_s))
        message.answeredAt = in.time(u"answered_at"_s);
    if (in.has(u"reply_handle"_s))
        message.replyHandle = in.take(u"reply_handle"_s, QJsonValue::Object, "object").toObject();
    if (in.has(u"attachments"_s))
        message.files = filesFrom(in.take(u"attachments"_s, QJsonValue::Array, "list").toArray());
    if (in.has(u"quotes"_s))
        message.quotes = in.take(u"quotes"_s, QJsonValue::Bool, "boolean").toBool();
    std::optional<Error> broken;
    if (in.has(u"marks"_s)) {
        const QJsonArray stored = in.take(u"marks"_s, QJsonValue::Array, "list").toArray();
        const Result<std::vector<MarkSpan>> marks = marksFromJson(stored, message.text.size());
        if (marks)
            message.marks = *marks;
        else
            broken = marks.error();
    }
    if (in.has(u"template"_s)) {
        const QJsonValue stored = in.take(u"template"_s, QJsonValue::Object, "object");
        const Result<TemplateUse> use = templateFromJson(stored.toObject());
        if (use)
            message.templated = *use;
        else
            broken = use.error();
    }
    if (const std::optional<Error> fault = in.end())
        return *fault;
    if (broken)
        return *broken;
    return message;
}

} // namespace patchbay
