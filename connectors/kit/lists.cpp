#include "connectors/kit/lists.h"
#include "connectors/kit/pages.h"

namespace patchbay {

using namespace Qt::StringLiterals;

std::optional<JsonReader> elementNamed(JsonReader &reply, const QString &list, const QString &wanted)
{
    for (JsonReader &one : reply.array(list)) {
        if (one.id(u"/id"_s) == wanted || one.text(u"/name"_s) == wanted)
            return one;
    }
    return std::nullopt;
}

Result<QString> idNamed(JsonReader &reply, const QString &list, const QString &wanted, const QString &sentence,
                        const CrmContext &context)
{
    QStringList names;
    QString found;
    for (JsonReader &one : reply.array(list)) {
        const QString id = one.id(u"/id"_s);
        names.append(one.text(u"/name"_s));
        if (found.isEmpty() && (id == wanted || names.last().trimmed().compare(wanted, Qt::CaseInsensitive) == 0))
            found = id;
    }
    if (reply.ok() && found.isEmpty()) {
        const QString there = names.isEmpty() ? u"nothing"_s : names.join(u", "_s);
        return makeError(Error::Kind::Refused, sentenceWith(sentence, {wanted, there}, context));
    }
    return reply.finish(found);
}

Result<QJsonObject> factNamed(JsonReader &reply, const QString &name, const QString &list, const QString &wanted,
                              const QString &sentence, const CrmContext &context)
{
    const Result<QString> id = idNamed(reply, list, wanted, sentence, context);
    return id ? Result<QJsonObject>(QJsonObject{{name, *id}}) : Result<QJsonObject>(id.error());
}

std::vector<FieldChoice> readOptions(JsonReader &reply, const OptionPlaces &places)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &field : reply.array(places.list)) {
        const QString id = field.id(places.field);
        const QString title = field.text(places.title);
        for (JsonReader &option : field.optionalArray(places.options)) {
            QString name = places.otherName.isEmpty() ? option.text(places.name) : textOr(option, places.name);
            if (name.isEmpty() && !places.otherName.isEmpty())
                name = textOr(option, places.otherName);
            choices.push_back({id, option.id(places.id), title + u": "_s + name});
        }
    }
    return choices;
}

QString nextStart(JsonReader &reply, const QString &list)
{
    const auto size = qint64(reply.optionalArray(list).size());
    const qint64 next = reply.optionalInteger(u"/startAt"_s).value_or(0) + size;
    const bool more = size > 0 && next < reply.optionalInteger(u"/total"_s).value_or(0);
    return more ? QString::number(next) : QString();
}

Result<QJsonObject> readStages(JsonReader &reply, const StagePlaces &places, const QString &wanted)
{
    QJsonObject known;
    QJsonObject stages;
    for (JsonReader &group : reply.array(places.groups)) {
        const QString id = group.id(places.id);
        for (JsonReader &stage : group.array(places.stages)) {
            const QString stageId = stage.id(places.id);
            if (known.isEmpty() && (wanted.isEmpty() || wanted == id))
                known = {{u"group"_s, id}, {u"stage"_s, stageId}};
            stages.insert(stageId,
                          QJsonObject{{u"title"_s, stage.text(places.title)},
                                      {u"closed"_s, textOr(stage, places.state) == places.over}});
        }
    }
    if (reply.ok() && known.isEmpty())
        reply.fault(places.groups, u"has no \"%1\" with a stage"_s.arg(wanted));
    known.insert(u"stages"_s, stages);
    return reply.finish(known);
}

} // namespace patchbay
