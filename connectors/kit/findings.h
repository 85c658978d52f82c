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

/// The same where the text may be missing: then `other` stands for it.
template <Result<QJsonObject> (*read)(JsonReader &, const CrmContext &), Literal sentence, Literal text, Literal other>
Result<CrmFinding> findingOfEither(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = read(reply, context);
    if (!known)
        return known.error();
    return reply.finish(CrmFinding{sentence.string().arg(textOr(reply, text.string(), reply.text(other.string())))});
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

/// A sentence, with values of ours (see sentenceWith), when the list could be read, whatever is in it.
template <Literal list, Literal sentence> Result<CrmFinding> findingOfList(JsonReader &reply, const CrmContext &context)
{
    reply.array(list.string());
    return reply.finish(CrmFinding{sentenceWith(sentence.string(), {}, context)});
}

/// A sentence with the name of the list's first element as its %1, or Refused with the other one where the list is
/// empty: what a setting names is not there.
template <Literal list, Literal refused, Literal sentence, Literal name>
Result<CrmFinding> findingOfFirst(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> all = reply.array(list.string());
    if (!reply.ok())
        return reply.error();
    if (all.empty())
        return refusal(sentenceWith(refused.string(), {}, context));
    return reply.finish(CrmFinding{sentenceWith(sentence.string(), {all.front().text(name.string())}, context)});
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

/// Nothing to say: an id that the next steps need, as {known.NAME}; `remembersEnd`: where an address ends with it.
template <Literal name, Literal id> Result<CrmFinding> remembers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{{}, {{name.string(), reply.id(id.string())}}});
}
template <Literal name, Literal address> Result<CrmFinding> remembersEnd(JsonReader &reply, const CrmContext &)
{
    return reply.finish(CrmFinding{{}, {{name.string(), reply.text(address.string()).section(QLatin1Char('/'), -1)}}});
}

} // namespace patchbay
