#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Steps of a connection test, in a line.

/// Out of a fact, whose faults count, and a sentence with the text that stands there as its %1.
template <Result<QJsonObject> (*read)(JsonReader &, const CrmContext &), Literal sentence, Literal text>
Result<CrmFinding> findingOf(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = read(reply, context);
    if (!known)
        return known.error();
    return CrmFinding{sentence.string().arg(textOr(reply, text.string()))};
}

/// A sentence with the name of what tasks go to as its %1, or Refused with the other sentence where it says of itself
/// that it takes none any more (it is archived, deleted).
template <Literal isOver, Literal refused, Literal sentence, Literal name>
Result<CrmFinding> findingUnless(JsonReader &reply, const CrmContext &)
{
    const QString named = reply.text(name.string());
    if (reply.ok() && reply.optionalBoolean(isOver.string()).value_or(false))
        return makeError(Error::Kind::Refused, refused.string().arg(named));
    return reply.finish(CrmFinding{sentence.string().arg(named)});
}

} // namespace patchbay
