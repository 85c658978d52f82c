#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Lists in replies: our own task among them, one that a setting names, choices in groups.

/// The first element of a list that is our task.
template <Literal list, bool (*isOurs)(JsonReader &element, const CrmContext &context), ReceiptOf receipt>
Result<std::optional<Receipt>> firstOfOurs(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &one : listOrNoContent(reply, list.string())) {
        if (!found && isOurs(one, context))
            found = receipt(one, context);
    }
    return reply.finish(found);
}

/// The receipt of a list's only element; `fault` says it of a list with more or fewer.
template <Literal list, ReceiptOf receipt, Literal fault>
Result<Receipt> onlyReceipt(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> all = reply.array(list.string());
    if (reply.ok() && all.size() != 1)
        reply.fault(list.string(), fault.string());
    return reply.finish(all.empty() ? Receipt() : receipt(all.front(), context));
}

/// The "/id" of the element whose id is `wanted`, or whose "/name" is, in any case. Else Refused with the sentence, in
/// which %1 is what was wanted and %2 the names that are there (see sentenceWith).
Result<QString> idNamed(JsonReader &reply, const QString &list, const QString &wanted, const QString &sentence,
                        const CrmContext &context);

/// The same as {"NAME": id}.
Result<QJsonObject> factNamed(JsonReader &reply, const QString &name, const QString &list, const QString &wanted,
                              const QString &sentence, const CrmContext &context);

/// Where elements with options stand: the field's id and title, its list of options, their ids and titles.
struct OptionPlaces {
    QString list = {};
    QString field = {};
    QString title = {};
    QString options = {};
    QString id = {};
    QString name = {};
    QString otherName = {}; ///< for options without the first; empty: each has it
};
/// Every option as a choice of its field, titled "Field: Option".
std::vector<FieldChoice> readOptions(JsonReader &reply, const OptionPlaces &places);
template <Literal list, Literal field, Literal title, Literal options, Literal id, Literal name, Literal other = "">
Result<std::vector<FieldChoice>> optionsAt(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readOptions(
        reply,
        {list.string(), field.string(), title.string(), options.string(), id.string(), name.string(), other.string()}));
}

} // namespace patchbay
