#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// How a reply leads to its next page, as CrmCall::next wants it.

/// The cursor, where the reply says that there is more. More without a cursor is a fault.
template <Literal more, Literal cursor> QString nextIf(JsonReader &reply, const CrmContext &)
{
    return reply.optionalBoolean(more.string()).value_or(false) ? reply.id(cursor.string()) : QString();
}

/// Pages by number: the cursor that is so much further, where the reply says that there is more.
template <Literal more, int step> QString stepIf(JsonReader &reply, const CrmContext &context)
{
    return reply.boolean(more.string()) ? QString::number(context.cursor.toInt() + step) : QString();
}

/// Pages by offset: where the next one starts, by the reply's "startAt", "total" and the length of this one.
QString nextStart(JsonReader &reply, const QString &list);

} // namespace patchbay
