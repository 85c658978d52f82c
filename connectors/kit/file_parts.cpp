#include "connectors/kit/file_parts.h"

#include "connectors/kit/elsewhere.h"
#include "connectors/kit/files.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// What the calls tell each other in CrmContext::known.
constexpr auto partAddress = "part_address"_L1;
constexpr auto partLimit = "part_size"_L1;
constexpr auto partsSent = "parts_sent"_L1; // bytes

qsizetype numberKnown(const CrmContext &context, QLatin1StringView name)
{
    return qsizetype(context.known.value(name).toInteger());
}

qsizetype afterThisPart(const CrmContext &context)
{
    return std::min(numberKnown(context, partsSent) + numberKnown(context, partLimit), context.bytes.size());
}

} // namespace

Result<QJsonObject> openedUpload(JsonReader &reply, const QString &address, const QString &partSize)
{
    const QJsonObject opened{{partAddress, reply.text(address)},
                             {partLimit, reply.integer(partSize)},
                             {partsSent, 0},
                             {u"file"_s, QString()}};
    if (reply.ok() && opened.value(partLimit).toInteger() <= 0)
        reply.fault(partSize, u"is no number of bytes"_s);
    return reply.finish(opened);
}

Result<Request> postPart(const CrmContext &context)
{
    const Result<QUrl> address = uploadAddress(context.known.value(partAddress).toString(), context.base);
    if (!address)
        return address.error();
    const QByteArray part = context.bytes.mid(numberKnown(context, partsSent), numberKnown(context, partLimit));
    return Request(QByteArrayLiteral("POST"), *address).body(part, mediaTypeOf(context.file));
}

Result<QJsonObject> sentPart(JsonReader &reply, const CrmContext &context, const QString &next, const QString &id)
{
    const qsizetype sent = afterThisPart(context);
    if (sent < context.bytes.size())
        return reply.finish(QJsonObject{{partAddress, reply.text(next)}, {partsSent, sent}});
    return reply.finish(QJsonObject{{partAddress, QString()}, {partsSent, sent}, {u"file"_s, reply.id(id)}});
}

bool hasPartsLeft(const CrmContext &context) { return !context.known.value(partAddress).toString().isEmpty(); }

} // namespace patchbay
