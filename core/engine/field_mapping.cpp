#include "core/engine/field_mapping.h"

#include "core/engine/task_draft.h"
#include "core/model/names.h"

#include <QtCore/QJsonArray>
#include <QtCore/QRegularExpression>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestMappedTitle = 200;
constexpr qsizetype longestMappedValue = 10'000;
constexpr qsizetype longestMappedName = 80;
constexpr int mostMappedFields = 50;
constexpr int deepestMapping = 8;

Error mappingFault(const QString &field, const QString &what)
{
    return makeError(Error::Kind::Refused, u"The mapping of “%1” cannot be used: %2."_s.arg(field, what));
}

/// Calls `each` with every text of a value, and where it stands; the first fault ends it.
template <class F> Result<QJsonValue> mappingWalked(const QJsonValue &value, const QString &field, int depth, F each)
{
    if (depth > deepestMapping)
        return mappingFault(field, u"it is more than %1 levels deep"_s.arg(deepestMapping));
    if (value.isString())
        return each(field, value.toString());
    if (value.isArray()) {
        QJsonArray list;
        for (const QJsonValue &one : value.toArray()) {
            const Result<QJsonValue> walked = mappingWalked(one, field, depth + 1, each);
            if (!walked)
                return walked.error();
            list.append(*walked);
        }
        return QJsonValue(list);
    }
    if (value.isObject()) {
        QJsonObject object;
        const QJsonObject from = value.toObject();
        for (auto it = from.constBegin(); it != from.constEnd(); ++it) {
            const Result<QJsonValue> walked =
                mappingWalked(it.value(), field + u'.' + it.key().left(40), depth + 1, each);
            if (!walked)
                return walked.error();
            object.insert(it.key(), *walked);
        }
        return QJsonValue(object);
    }
    return value;
}

Result<QString> mappingFilled(const QString &field, const QString &text, const TemplateValues &values, qsizetype limit)
{
    const Result<FieldTemplate> parsed = FieldTemplate::parse(text);
    if (!parsed)
        return mappingFault(field, parsed.error().message);
    return parsed->fill(values, limit);
}

/// None for an empty one.
Result<Timestamp> mappingDue(const QString &text, Timestamp now)
{
    if (text.isEmpty())
        return Timestamp{};
    if (const auto at = readDue(text, now))
        return *at;
    return mappingFault(u"due"_s,
                        u"“%1” is neither a date like 2026-03-01 nor a span like +3d or +4h"_s.arg(text.left(40)));
}

} // namespace

std::optional<Timestamp> readDue(const QString &text, Timestamp now)
{
    static const QRegularExpression span(u"^\\+([0-9]{1,4})([dh])$"_s);
    if (const auto found = span.match(text); found.hasMatch()) {
        const qint64 count = found.captured(1).toLongLong();
        return now + (found.captured(2) == "d"_L1 ? std::chrono::hours(24 * count) : std::chrono::hours(count));
    }
    const QDateTime at = QDateTime::fromString(text, Qt::ISODate); // of a date alone the end is the vendor's matter
    if (!at.isValid())
        return std::nullopt;
    return Timestamp::from(at);
}

Result<Done> setMappingField(FieldMapping &mapping, const QString &field, const QString &text)
{
    QString *known = field == "title"_L1 ? &mapping.title
        : field == "description"_L1      ? &mapping.description
        : field == "priority"_L1         ? &mapping.priority
        : field == "due"_L1              ? &mapping.due
                                         : nullptr;
    if (known) {
        *known = text;
        return Done{};
    }
    const QString own = field.startsWith("fields."_L1) ? field.mid(7) : QString();
    if (own.isEmpty())
        return makeError(Error::Kind::Refused,
                         u"A task has no field “%1”: title, description, priority, due, or fields.NAME for a field of "
                         u"the target's own."_s.arg(field.left(40)));
    if (text.isEmpty())
        mapping.fields.remove(own);
    else
        mapping.fields.insert(own, text);
    return Done{};
}

Result<Done> checkMapping(const FieldMapping &mapping)
{
    const auto readable = [](const QString &field, const QString &text) -> Result<QJsonValue> {
        const Result<FieldTemplate> parsed = FieldTemplate::parse(text);
        if (!parsed)
            return mappingFault(field, parsed.error().message);
        return QJsonValue(text);
    };
    for (const auto &[field, text] :
         {std::pair{u"title"_s, mapping.title}, std::pair{u"description"_s, mapping.description},
          std::pair{u"priority"_s, mapping.priority}, std::pair{u"due"_s, mapping.due}}) {
        if (const Result<QJsonValue> read = readable(field, text); !read)
            return read.error();
    }
    if (mapping.fields.size() > mostMappedFields)
        return mappingFault(u"fields"_s, u"there are more than %1"_s.arg(mostMappedFields));
    for (auto it = mapping.fields.constBegin(); it != mapping.fields.constEnd(); ++it) {
        const QString field = u"fields."_s + it.key().left(longestMappedName);
        if (it.key().trimmed().isEmpty() || it.key().size() > longestMappedName)
            return mappingFault(field, u"a field's name has 1 to %1 characters"_s.arg(longestMappedName));
        if (const Result<QJsonValue> read = mappingWalked(it.value(), field, 0, readable); !read)
            return read.error();
    }
    return Done{};
}

Result<TaskPayload> mappedTask(const FieldMapping &mapping, const TaskPayload &draft, const TemplateValues &values,
                               Timestamp now)
{
    TaskPayload task = draft;
    const Result<QString> title = mappingFilled(u"title"_s, mapping.title, values, longestMappedValue);
    const Result<QString> description =
        mappingFilled(u"description"_s, mapping.description, values, longestMappedValue);
    const Result<QString> priority = mappingFilled(u"priority"_s, mapping.priority, values, longestMappedName);
    const Result<QString> due = mappingFilled(u"due"_s, mapping.due, values, longestMappedName);
    for (const Result<QString> *one : {&title, &description, &priority, &due}) {
        if (!*one)
            return one->error();
    }
    if (const QString line = title->simplified(); !line.isEmpty())
        task.title = line.size() > longestMappedTitle ? line.left(longestMappedTitle - 1) + u'…' : line;
    if (!description->trimmed().isEmpty())
        task.description = boundedDescription(*description);
    if (const QString word = priority->trimmed().toLower(); !word.isEmpty()) {
        const auto wanted = strictPriorityFrom(word);
        if (!wanted)
            return mappingFault(u"priority"_s, u"“%1” is none of low, normal, high, urgent"_s.arg(word.left(40)));
        task.priority = *wanted;
    }
    const Result<Timestamp> at = mappingDue(due->trimmed(), now);
    if (!at)
        return at.error();
    if (*at)
        task.due = *at;
    const auto fill = [&values](const QString &field, const QString &text) -> Result<QJsonValue> {
        const Result<QString> filled = mappingFilled(field, text, values, longestMappedValue);
        if (!filled)
            return filled.error();
        return QJsonValue(*filled);
    };
    const Result<QJsonValue> fields = mappingWalked(QJsonValue(mapping.fields), u"fields"_s, 0, fill);
    if (!fields)
        return fields.error();
    task.fields = fields->toObject();
    return task;
}

} // namespace patchbay
