#pragma once

#include "connectors/kit/calls.h"
#include "connectors/kit/delivery_key.h"

namespace patchbay {

/// How a reply leads to its next page, as CrmCall::next wants it.

/// The cursor, where the reply says that there is more. More without a cursor is a fault.
template <Literal more, Literal cursor, ReadId read = &JsonReader::id>
QString nextIf(JsonReader &reply, const CrmContext &)
{
    return reply.optionalBoolean(more.string()).value_or(false) ? (reply.*read)(cursor.string()) : QString();
}

/// Pages by number: the cursor that is so much further, where the reply says that there is more.
template <Literal more, int step> QString stepIf(JsonReader &reply, const CrmContext &context)
{
    return reply.boolean(more.string()) ? QString::number(context.cursor.toInt() + step) : QString();
}

/// The number after that of this page, while there is something at `more` that is not false.
template <Literal more, Literal page> QString nextPageIf(JsonReader &reply, const CrmContext &)
{
    const QJsonValue there = reply.value(more.string());
    const bool isLast = there.isUndefined() || there.isNull() || (there.isBool() && !there.toBool());
    return isLast ? QString() : QString::number(reply.integer(page.string()) + 1);
}

/// The time at the pointer: seconds since 1970, or a text of ISO 8601, which is UTC where it names no zone.
std::optional<Timestamp> timeAt(const JsonReader &reader, const QString &path);

/// For lists with the newest first: the next page, until the last element of this one was made before our key.
template <QString (*next)(JsonReader &, const CrmContext &), Literal list, Literal time>
QString nextUntilOlder(JsonReader &reply, const CrmContext &context)
{
    const std::vector<JsonReader> all = reply.optionalArray(list.string());
    const std::optional<Timestamp> last = all.empty() ? std::nullopt : timeAt(all.back(), time.string());
    const std::optional<Timestamp> since = keySince(context.key);
    return since && last && *last < *since ? QString() : next(reply, context);
}

/// The page that the cursor names as an address, given by the vendor itself; the first is asked for by `first`. The
/// account's key goes to its own origin only, whatever the vendor names.
template <auto first> Result<Request> followed(const CrmContext &context)
{
    return context.cursor.isEmpty() ? first(context) : Request(QByteArrayLiteral("GET"), QUrl(context.cursor));
}

/// Pages by offset: where the next one starts, by the reply's "startAt", "total" and the length of this one.
QString nextStart(JsonReader &reply, const QString &list);

} // namespace patchbay
