#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Lists whose elements are told by their ids alone: after each page of the list its elements are read. The cursor is
/// the ids that are still to be read and, in a second line, the list's next page.

QStringList idsToRead(const CrmContext &context);
QString pageAfterIds(const CrmContext &context);
QString cursorOfIds(const QStringList &ids, const QString &nextPage);

/// `list` asks for a page, by {cursor} as any list does; `read` for what idsToRead names, or the first of them.
template <auto list, auto read> Result<Request> listedThenRead(const CrmContext &context)
{
    if (!idsToRead(context).isEmpty())
        return read(context);
    CrmContext page = context;
    page.cursor = pageAfterIds(context);
    return list(page);
}

/// Reads all of them at once, at the address that the pattern names: {cursor} are their ids with commas between them.
template <Literal pattern> Result<Request> idsIn(const CrmContext &context)
{
    CrmContext some = context;
    some.cursor = idsToRead(context).join(QLatin1Char(','));
    return getAt<pattern>(some);
}

/// CrmCall::next of such a call: `ids` and `next` read a page of the list; so many ids are read at once.
template <int atOnce, QStringList (*ids)(JsonReader &, const CrmContext &),
          QString (*next)(JsonReader &, const CrmContext &)>
QString nextToRead(JsonReader &reply, const CrmContext &context)
{
    const QStringList asked = idsToRead(context);
    return asked.isEmpty() ? cursorOfIds(ids(reply, context), next(reply, context))
                           : cursorOfIds(asked.mid(atOnce), pageAfterIds(context));
}

/// The files that `read` finds among the elements; none in a page of the list itself.
template <Result<std::vector<CrmFile>> (*read)(JsonReader &, const CrmContext &)>
Result<std::vector<CrmFile>> filesOfElements(JsonReader &reply, const CrmContext &context)
{
    return idsToRead(context).isEmpty() ? Result<std::vector<CrmFile>>(std::vector<CrmFile>()) : read(reply, context);
}

/// The ids of a list's elements.
template <Literal list, Literal id, auto elements = &listThere> QStringList idsAt(JsonReader &reply, const CrmContext &)
{
    QStringList ids;
    for (JsonReader &one : elements(reply, list.string()))
        ids.append(one.id(id.string()));
    return ids;
}

} // namespace patchbay
