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

/// As firstWithKey, of a server that answers a filter which it does not know with everything: then "not among them"
/// would mean nothing, and neither does one page of several. `total` is the number of all that were found.
template <Literal list, Literal text, Literal total, ReceiptOf receipt>
Result<std::optional<Receipt>> onlyWithKey(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    bool filtered = true;
    std::vector<JsonReader> all = reply.array(list.string());
    for (JsonReader &one : all) {
        const QString words = textOr(one, text.string());
        filtered = filtered && words.contains(context.key, Qt::CaseInsensitive);
        if (!found && hasKeyLine(words, context.key))
            found = receipt(one, context);
    }
    if (!found && !filtered)
        reply.fault(list.string(), QStringLiteral("has elements without our key, so the server did not search"));
    if (!found && reply.integer(total.string()) > qint64(all.size()))
        reply.fault(total.string(), QStringLiteral("has more elements than one page"));
    return reply.finish(found);
}

/// The "/id" of the element whose id is `wanted`, or whose "/name" is, in any case. Else Refused with the sentence, in
/// which %1 is what was wanted and %2 the names that are there.
Result<QString> idNamed(JsonReader &reply, const QString &list, const QString &wanted, const QString &sentence);

/// The choices that several readers find in one reply.
template <auto... reads> Result<std::vector<FieldChoice>> allChoices(JsonReader &reply, const CrmContext &context)
{
    std::vector<FieldChoice> all;
    for (const auto read : {reads...}) {
        const Result<std::vector<FieldChoice>> some = read(reply, context);
        if (!some)
            return some;
        all.insert(all.end(), some->begin(), some->end());
    }
    return all;
}

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
