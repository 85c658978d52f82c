#pragma once

#include "connectors/kit/calls.h"
#include "connectors/kit/graphql.h"

namespace patchbay {

/// "team", or "column=key_column": a query's variable and the name of its value (see contextJson); null where there is
/// none.
void addVariable(QJsonObject &variables, const QString &named, const CrmContext &context);

/// A GraphQL query with variables of ours, in a line.
template <Literal path, Literal query, Literal... variables> Result<Request> queryAt(const CrmContext &context)
{
    QJsonObject values;
    (addVariable(values, variables.string(), context), ...);
    return graphqlQuery(pathOf(path.string()), query.string(), values);
}

/// The same for a mutation.
template <Literal path, Literal query, Literal... variables> Result<Request> mutationAt(const CrmContext &context)
{
    QJsonObject values;
    (addVariable(values, variables.string(), context), ...);
    return graphqlMutation(pathOf(path.string()), query.string(), values);
}

} // namespace patchbay
