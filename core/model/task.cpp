#include "core/model/task.h"

#include "core/base/json_writer.h"
#include "core/model/names.h"

namespace patchbay {

QJsonObject toJson(const TaskPayload &payload)
{
    QJsonObject json{
        {QStringLiteral("title"), payload.title},
        {QStringLiteral("description"), payload.description},
        {QStringLiteral("priority"), nameOf(payload.priority)},
        {QStringLiteral("category"), payload.category},
        {QStringLiteral("contact"),
         QJsonObject{{QStringLiteral("name"), payload.contact.name},
                     {QStringLiteral("address"), payload.contact.address}}},
        {QStringLiteral("back_link"), payload.backLink},
        {QStringLiteral("fields"), payload.fields},
    };
    if (payload.due)
        json.insert(QStringLiteral("due"), payload.due.us);
    if (!payload.attachments.empty())
        json.insert(QStringLiteral("attachments"), filesJson(payload.attachments));
    return json;
}

QString jsonText(const TaskPayload &payload)
{
    JsonWriter out;
    out.beginObject();
    if (!payload.attachments.empty()) {
        out.key(u"attachments").beginArray();
        for (const QJsonValue &file : filesJson(payload.attachments))
            out.object(file.toObject());
        out.endArray();
    }
    out.key(u"back_link").text(payload.backLink);
    out.key(u"category").text(payload.category);
    out.key(u"contact").beginObject();
    out.key(u"address").text(payload.contact.address);
    out.key(u"name").text(payload.contact.name);
    out.endObject();
    out.key(u"description").text(payload.description);
    if (payload.due)
        out.key(u"due").integer(payload.due.us);
    out.key(u"fields").object(payload.fields);
    out.key(u"priority").text(nameOf(payload.priority));
    out.key(u"title").text(payload.title);
    out.endObject();
    return std::move(out).take();
}

TaskPayload taskPayloadFromJson(const QJsonObject &json)
{
    const QJsonObject contact = json.value(QStringLiteral("contact")).toObject();
    TaskPayload payload;
    payload.title = json.value(QStringLiteral("title")).toString();
    payload.description = json.value(QStringLiteral("description")).toString();
    payload.priority = priorityFrom(json.value(QStringLiteral("priority")).toString());
    payload.due = {json.value(QStringLiteral("due")).toInteger()};
    payload.category = json.value(QStringLiteral("category")).toString();
    payload.contact = {contact.value(QStringLiteral("name")).toString(),
                       contact.value(QStringLiteral("address")).toString()};
    payload.backLink = json.value(QStringLiteral("back_link")).toString();
    payload.fields = json.value(QStringLiteral("fields")).toObject();
    payload.attachments = filesFrom(json.value(QStringLiteral("attachments")).toArray());
    return payload;
}

} // namespace patchbay
