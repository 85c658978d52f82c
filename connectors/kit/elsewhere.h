#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Calls to other hosts than the account's. Our credentials go to the account's origin and to the addresses that its
/// form has (CrmSpec::furtherAddresses), wherever an answer leads (http_client.h).

/// The address that the vendor's answer names for a file's bytes. Refused unless it is https and of a public host; the
/// account's own origin (`base`) always will do, and where the account itself is on this computer (a trial, a test),
/// any address of this computer.
Result<QUrl> uploadAddress(const QString &told, const QUrl &base);

/// What an answer says about where a file's bytes go: known.upload, the address, and known.upload_headers, a list of
/// {"key", "value"}; both as the pointers name them.
QJsonObject uploadPlace(JsonReader &reply, const QString &address, const QString &headers);
/// PUTs the bytes there, with those headers and without anything of ours. Refused for headers that a connection or a
/// sign-in is made of.
Result<Request> putAtUploadPlace(const CrmContext &context);

/// The call below another address of the vendor's, which the setting names.
template <Literal setting, auto call> Result<Request> belowSetting(const CrmContext &context)
{
    const Result<Request> request = call(context);
    return request ? Request(*request).at(addressBelow(context, setting.string(), request->url())) : request;
}
QUrl addressBelow(const CrmContext &context, const QString &setting, const QUrl &path);

} // namespace patchbay
