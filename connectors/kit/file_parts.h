#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// A file that goes there in parts: the first call of CrmSpec::attach opens an upload, the second sends a part again
/// and again (CrmCall::again) to the address that each answer names, the last one's answer has the file's id.

/// Reads the answer that opens the upload: where the first part goes, and how many bytes a part has at most.
Result<QJsonObject> openedUpload(JsonReader &reply, const QString &address, const QString &partSize);
template <Literal address, Literal partSize> Result<QJsonObject> partsAt(JsonReader &reply, const CrmContext &)
{
    return openedUpload(reply, address.string(), partSize.string());
}

/// POSTs the next part (uploadAddress says where a file may go).
Result<Request> postPart(const CrmContext &context);

/// Reads the answer of a part: where the next one goes, or, of the last one, the file's id as known.file. More to send
/// and no address for it is a fault.
Result<QJsonObject> sentPart(JsonReader &reply, const CrmContext &context, const QString &next, const QString &id);
template <Literal next, Literal id> Result<QJsonObject> partDone(JsonReader &reply, const CrmContext &context)
{
    return sentPart(reply, context, next.string(), id.string());
}

/// True until the last part was sent: CrmCall::wanted and CrmCall::again of that call.
bool hasPartsLeft(const CrmContext &context);

} // namespace patchbay
