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

/// CrmSpec::records of a list; `title` and `changed` may be empty. How the list is read: see lists.h.
template <Literal list, Literal id, Literal title, Literal changed, StateOf state, auto elements = &listThere>
Result<std::vector<RemoteRecord>> recordsAt(JsonReader &reply, const CrmContext &context)
{
    std::vector<RemoteRecord> records;
    for (JsonReader &one : elements(reply, list.string()))
        records.push_back(readRecord(one, {id.string(), title.string(), changed.string()}, state(one, context)));
    return reply.finish(std::move(records));
}

inline bool knowsContact(const CrmContext &context) { return context.known.contains(QStringLiteral("contact")); }

/// A request for a person's records, only when `isKnown`: without the person it would ask for everybody's.
template <bool (*isKnown)(const CrmContext &), auto request> Result<Request> forPerson(const CrmContext &context)
{
    return isKnown(context) ? Result<Request>(request(context)) : nobodyToAskFor();
}

} // namespace patchbay
