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

/// How a repeat finds a task, for a sentence: by the field that takes our key, or by the text where there is none.
inline QString wayOfRepeats(const QString &keyField)
{
    return keyField.isEmpty() ? QStringLiteral("a repeat is found by the line in its description")
                              : QStringLiteral("our key goes into ") + keyField;
}

/// As whom one is signed in to the account's server; `login` where a name alone does not tell.
template <Literal name, Literal login = ""> Result<CrmFinding> signedInAs(JsonReader &reply, const CrmContext &context)
{
    QString who = reply.text(name.string());
    if (!login.string().isEmpty())
        who += QStringLiteral(" (%1)").arg(reply.text(login.string()));
    return reply.finish(CrmFinding{QStringLiteral("Signed in to %1 as %2.").arg(context.base.host(), who)});
}

/// Nothing to say: an id that the next steps need, as {known.NAME}.
template <Literal name, Literal id> Result<CrmFinding> remembers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{{}, {{name.string(), reply.id(id.string())}}});
}

} // namespace patchbay
