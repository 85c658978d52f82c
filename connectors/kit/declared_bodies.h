#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Calls whose JSON body is declared where the call is: R"({"filename": "{file.name}", "size": "{file.size}"})".

/// The body with values put into its texts: the names of contextValue, in braces. A text that is one name becomes the
/// value itself (contextJson), and a member without a value is left out; in a longer text the value stands in its
/// place. Values are put into the parsed document, so nothing in them becomes structure.
QJsonObject bodyWith(const QByteArray &json, const CrmContext &context);

/// To the address that the pattern names (addressAt).
template <Literal method, Literal pattern, Literal body> Result<Request> bodyAt(const CrmContext &context)
{
    const Result<QUrl> address = addressAt(context, pattern.string());
    if (!address)
        return address.error();
    return Request(method.string().toLatin1(), *address).json(bodyWith(body.string().toUtf8(), context));
}

/// A POST that only reads.
template <Literal pattern, Literal body> Result<Request> searchWith(const CrmContext &context)
{
    const Result<Request> request = bodyAt<"POST", pattern, body>(context);
    return request ? Result<Request>(Request(*request).reading()) : request;
}

} // namespace patchbay
