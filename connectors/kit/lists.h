#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Lists in replies: our own task among them, one that a setting names, choices in groups.

/// How the elements of a list are read: `listThere`, `listOrNoContent` (rest.h), or this, where null or nothing at all
/// stands for an empty list; then something else must say that the reply is whole (onlyWhen).
inline std::vector<JsonReader> listOrNull(JsonReader &reply, const QString &path) { return reply.optionalArray(path); }

/// The first element of a list that is our task.
template <Literal list, bool (*isOurs)(JsonReader &element, const CrmContext &context), ReceiptOf receipt,
          auto elements = &listThere>
Result<std::optional<Receipt>> firstOfOurs(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &one : elements(reply, list.string())) {
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

/// The receipt of a list's only element; `fault` says it of a list with more or fewer.
template <Literal list, ReceiptOf receipt, Literal fault>
Result<Receipt> onlyReceipt(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> all = reply.array(list.string());
    if (reply.ok() && all.size() != 1)
        reply.fault(list.string(), fault.string());
    return reply.finish(all.empty() ? Receipt() : receipt(all.front(), context));
}

/// A look-up that reads our record itself, as `read` reads the one that was just made.
template <Result<Receipt> (*read)(JsonReader &, const CrmContext &)>
Result<std::optional<Receipt>> foundBy(JsonReader &reply, const CrmContext &context)
{
    const Result<Receipt> receipt = read(reply, context);
    return receipt ? Result<std::optional<Receipt>>(*receipt) : receipt.error();
}

/// The same where the record says whose it is: one that is not ours is at fault.
template <bool (*isOurs)(JsonReader &record, const CrmContext &context), ReceiptOf receipt>
Result<std::optional<Receipt>> foundOurs(JsonReader &reply, const CrmContext &context)
{
    if (!isOurs(reply, context))
        reply.fault(QString(), QStringLiteral("has not the key that was asked for"));
    return reply.finish(std::optional(receipt(reply, context)));
}

/// Our key is the text there; the text there ends with the line of our key. `text` is a pattern (textAt).
template <Literal text> bool isKeyAt(JsonReader &element, const CrmContext &context)
{
    return textOr(element, textAt(context, text.string())) == context.key;
}
template <Literal text> bool endsWithKeyAt(JsonReader &element, const CrmContext &context)
{
    return hasKeyLine(textOr(element, textAt(context, text.string())), context.key);
}

/// Our key is the value of the field whose name is in the setting, below `in`; where the setting is empty, the text
/// ends with the line of our key.
template <Literal setting, Literal text, Literal in = ""> bool hasKeyIn(JsonReader &element, const CrmContext &context)
{
    const QString field = settingText(context.settings, setting.string());
    if (field.isEmpty())
        return hasKeyLine(textOr(element, text.string()), context.key);
    return textOr(element, in.string() + pointerStep(field)) == context.key;
}

/// The element whose "/id" or "/name" is `wanted`, or nothing.
std::optional<JsonReader> elementNamed(JsonReader &reply, const QString &list, const QString &wanted);
/// The "/id" of the element whose id is `wanted`, or whose "/name" is, in any case. Else Refused with the sentence, in
/// which %1 is what was wanted and %2 the names that are there (see sentenceWith).
Result<QString> idNamed(JsonReader &reply, const QString &list, const QString &wanted, const QString &sentence,
                        const CrmContext &context);

/// The same as {"NAME": id}.
Result<QJsonObject> factNamed(JsonReader &reply, const QString &name, const QString &list, const QString &wanted,
                              const QString &sentence, const CrmContext &context);

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

/// {"NAME": {"3/17": "To do"}}: the titles of what each element of a list has in a list of its own, by both ids.
template <Literal name, Literal list, Literal inner, Literal id, Literal title>
Result<QJsonObject> titlesInside(JsonReader &reply, const CrmContext &)
{
    QJsonObject titles;
    for (JsonReader &group : reply.array(list.string())) {
        const QString of = group.id(id.string()) + QLatin1Char('/');
        for (JsonReader &one : group.array(inner.string()))
            titles.insert(of + one.id(id.string()), one.text(title.string()));
    }
    return reply.finish(QJsonObject{{name.string(), titles}});
}

/// Where stages stand in groups, as those of pipelines do: an element is over when its text at `state` is `over`.
struct StagePlaces {
    QString groups = {};
    QString stages = {};
    QString id = {};
    QString title = {};
    QString state = {};
    QString over = {};
};
/// {"group": id, "stage": id, "stages": {"17": {"title": "Done", "closed": true}}}: all stages by their ids, and the
/// first one of the group `wanted`, or of the first group where that is empty. A reply without it is at fault.
Result<QJsonObject> readStages(JsonReader &reply, const StagePlaces &places, const QString &wanted);

/// The choices of two fields, one inside the other: each element of a list, and what it has in a list of its own, which
/// is shown with the name of both ("Support: New").
template <Literal field, Literal innerField, Literal list, Literal inner, Literal id, Literal title>
Result<std::vector<FieldChoice>> nestedChoices(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &group : reply.array(list.string())) {
        const QString name = group.text(title.string());
        choices.push_back({field.string(), group.id(id.string()), name});
        for (JsonReader &one : group.array(inner.string()))
            choices.push_back({innerField.string(), one.id(id.string()),
                               QStringLiteral("%1: %2").arg(name, one.text(title.string()))});
    }
    return reply.finish(choices);
}

/// What `choicesInside` takes: all of them, or those that have true there; `otherwise`: where nothing stands.
inline bool everyOne(JsonReader &) { return true; }
template <Literal there, bool otherwise> bool thoseWith(JsonReader &one)
{
    return one.optionalBoolean(there.string()).value_or(otherwise);
}

/// The choices that each element of a list has of its own: the vendor's fields, each with its name and the list of its
/// values. `takesField` and `takesValue` leave some out. A value without a title is shown as it is.
template <Literal list, Literal field, Literal values, Literal id, Literal title,
          bool (*takesField)(JsonReader &) = &everyOne, bool (*takesValue)(JsonReader &) = &everyOne>
Result<std::vector<FieldChoice>> choicesInside(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &one : reply.array(list.string())) {
        const QString name = one.text(field.string());
        std::vector<JsonReader> all = takesField(one) ? one.optionalArray(values.string()) : std::vector<JsonReader>();
        for (JsonReader &value : all) {
            if (!takesValue(value))
                continue;
            const QString own = value.id(id.string());
            choices.push_back({name, own, textOr(value, title.string(), own)});
        }
    }
    return reply.finish(choices);
}

} // namespace patchbay
