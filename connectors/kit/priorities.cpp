#include "connectors/kit/priorities.h"

#include "connectors/kit/task_text.h"

namespace patchbay {

using namespace Qt::StringLiterals;

int priorityRank(Priority priority)
{
    switch (priority) {
    case Priority::Urgent: return 1;
    case Priority::High: return 2;
    case Priority::Low: return 4;
    case Priority::Normal: break;
    }
    return 3;
}

QString priorityTitle(Priority priority)
{
    QString word = priorityWord(priority);
    word[0] = word[0].toUpper();
    return word;
}

QString priorityIn(const QString &names, Priority priority)
{
    const QString name = names.split(u',').value(int(priority)).trimmed();
    return name == u"-"_s ? QString() : name;
}

Result<Done> checkPriorities(const QString &names, const QJsonArray &known, const QString &sentence)
{
    for (const Priority one : {Priority::Low, Priority::Normal, Priority::High, Priority::Urgent}) {
        const QString name = priorityIn(names, one);
        if (!known.isEmpty() && !name.isEmpty() && !known.contains(name))
            return makeError(Error::Kind::Refused, sentence.arg(name));
    }
    return Done{};
}

Result<QJsonObject> readPriorities(JsonReader &reply, const QString &list, const QString &id,
                                   bool (*isOut)(JsonReader &element))
{
    QJsonObject options;
    for (JsonReader &option : reply.array(list)) {
        if (!isOut(option))
            options.insert(option.text(u"/name"_s).toLower(), option.id(id));
    }
    if (reply.ok() && options.isEmpty())
        reply.fault(list, u"has no element"_s);
    return reply.finish(QJsonObject{{u"priorities"_s, options}});
}

QString priorityKnown(const CrmContext &context)
{
    static const QHash<Priority, QStringList> names{
        {Priority::Low, {u"low"_s, u"низкий"_s}},
        {Priority::Normal, {u"normal"_s, u"medium"_s, u"обычный"_s, u"средний"_s}},
        {Priority::High, {u"high"_s, u"высокий"_s}},
        {Priority::Urgent, {u"urgent"_s, u"critical"_s, u"срочный"_s, u"критический"_s, u"high"_s, u"высокий"_s}}};
    const QJsonObject options = context.known.value(u"priorities"_s).toObject();
    for (const QString &name : names.value(context.task.priority)) {
        if (options.contains(name))
            return options.value(name).toString();
    }
    return {};
}

} // namespace patchbay
