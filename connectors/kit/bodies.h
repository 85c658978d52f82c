#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Bodies that a spec declares as the JSON that the vendor's documentation shows, with our values in braces:
///
///     {"note": {"record": "#{id}", "subject": "{file}"}}
///
/// Names are those of addressAt. They may stand in texts and in the names of members; "#{...}" alone is a whole number.
/// A member or an element without its value is left out. Values are put into the parsed document and never into its
/// source: nothing in them can become structure. `quoted` escapes them for a query language that the texts are.
QJsonValue jsonAt(const CrmContext &context, const QString &pattern, QString (*quoted)(const QString &value) = &asItIs);

/// A call with such a body, an object or a list, to the address that the first pattern names.
Result<Request> withJson(const QByteArray &method, const QString &address, const QString &body,
                         const CrmContext &context);
template <Literal address, Literal body> Result<Request> postJson(const CrmContext &context)
{
    return withJson(QByteArrayLiteral("POST"), address.string(), body.string(), context);
}
template <Literal address, Literal body> Result<Request> patchJson(const CrmContext &context)
{
    return withJson(QByteArrayLiteral("PATCH"), address.string(), body.string(), context);
}
template <Literal address, Literal body> Result<Request> putJson(const CrmContext &context)
{
    return withJson(QByteArrayLiteral("PUT"), address.string(), body.string(), context);
}
/// A POST that only reads.
template <Literal address, Literal body> Result<Request> searchJson(const CrmContext &context)
{
    const Result<Request> request = postJson<address, body>(context);
    return request ? Result<Request>(Request(*request).reading()) : request;
}

} // namespace patchbay
