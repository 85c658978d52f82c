#include "connectors/kit/priorities.h"

#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <algorithm>

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

std::vector<FormField> priorityNumbersForm(const char *help)
{
    return {numberField("priority_low", QT_TRANSLATE_NOOP("form", "Low is"), false, help),
            numberField("priority_normal", QT_TRANSLATE_NOOP("form", "Normal is"), false, help),
            numberField("priority_high", QT_TRANSLATE_NOOP("form", "High is"), false, help),
            numberField("priority_urgent", QT_TRANSLATE_NOOP("form", "Urgent is"), false, help)};
}

std::optional<qint64> chosenPriority(const CrmContext &context)
{
    return settingNumber(context.settings, u"priority_"_s + priorityWord(context.task.priority));
}

Result<QJsonObject> readPriorityOrder(JsonReader &reply, const QString &list)
{
    struct Known {
        qint64 id = 0;
        QString name = {};
        bool isDefault = false;
    };
    std::vector<Known> all;
    for (JsonReader &one : reply.array(list)) {
        if (one.optionalBoolean(u"/active"_s).value_or(true))
            all.push_back({one.integer(u"/id"_s), one.text(u"/name"_s).toLower(),
                           one.optionalBoolean(u"/is_default"_s).value_or(false)});
    }
    QJsonObject ids;
    if (all.empty())
        return reply.finish(QJsonObject{{u"priorities"_s, ids}});
    const auto byDefault = std::find_if(all.begin(), all.end(), [](const Known &one) { return one.isDefault; });
    const size_t normal = byDefault == all.end() ? (all.size() - 1) / 2 : size_t(byDefault - all.begin());
    ids.insert(u"low"_s, all.front().id);
    ids.insert(u"high"_s, all[std::min(normal + 1, all.size() - 1)].id);
    ids.insert(u"urgent"_s, all.back().id);
    for (const Known &one : all) {
        if (ids.contains(one.name))
            ids.insert(one.name, one.id);
    }
    return reply.finish(QJsonObject{{u"priorities"_s, ids}});
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
