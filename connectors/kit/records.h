#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// How a vendor's record stands, read by itself (CrmSpec::status) and in a list of a person's (CrmSpec::records).

/// Status, closed and page of a record.
using StateOf = RemoteTask (*)(JsonReader &record, const CrmContext &context);

/// CrmSpec::status where the answer is the record, or has it at `at`.
template <Literal at, StateOf state> Result<RemoteTask> stateAt(JsonReader &reply, const CrmContext &context)
{
    JsonReader record = reply.object(at.string());
    return reply.finish(state(record, context));
}

/// The same of the first record of a list. NotFound, with the sentence, where there is none: it is gone.
template <Literal list, StateOf state, Literal gone, auto elements = &listThere>
Result<RemoteTask> firstStateAt(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> records = elements(reply, list.string());
    if (reply.ok() && records.empty())
        return makeError(Error::Kind::NotFound, gone.string());
    return reply.finish(records.empty() ? RemoteTask() : state(records.front(), context));
}

/// A request about the task, only when its id `isId` of this vendor: people paste others. Else Refused with the
/// sentence, in which %1 is the id.
template <bool (*isId)(const QString &id), Literal sentence, auto request>
Result<Request> forId(const CrmContext &context)
{
    if (!isId(context.externalId))
        return refusal(sentence.string().arg(context.externalId.left(40)));
    return request(context);
}

/// CrmSpec::records of a list; `id` and `title` are patterns (textAt), `title` and `changed` may be empty. How the list
/// is read: see lists.h.
template <Literal list, Literal id, Literal title, Literal changed, StateOf state, auto elements = &listThere>
Result<std::vector<RemoteRecord>> recordsAt(JsonReader &reply, const CrmContext &context)
{
    const RecordPlaces places{textAt(context, id.string()), textAt(context, title.string()), changed.string()};
    std::vector<RemoteRecord> records;
    for (JsonReader &one : elements(reply, list.string()))
        records.push_back(readRecord(one, places, state(one, context)));
    return reply.finish(std::move(records));
}

/// CrmSpec::recordIn: the part of the path behind a name (partBehind); the value of an item (itemOf).
template <Literal... names> QString idBehind(const QString &address)
{
    return partBehind(address, {names.string()...});
}
template <Literal inQuery, Literal inFragment = ""> QString idInItem(const QString &address)
{
    return itemOf(address, inQuery.string(), inFragment.string());
}
template <Literal inQuery> QString pageIdAt(const QString &address) { return pageIdIn(address, inQuery.string()); }

inline bool knowsContact(const CrmContext &context) { return context.known.contains(QStringLiteral("contact")); }

/// A request for a person's records, only when `isKnown`: without the person it would ask for everybody's.
template <bool (*isKnown)(const CrmContext &), auto request> Result<Request> forPerson(const CrmContext &context)
{
    return isKnown(context) ? Result<Request>(request(context)) : nobodyToAskFor();
}

} // namespace patchbay
