#include "connectors/kit/sheet_rows.h"
#include "connectors/kit/mapped_fields.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

QStringList rowColumns(const CrmContext &context)
{
    return {settingOf(context, u"title_field"_s), settingOf(context, u"text_field"_s),
            settingOf(context, u"key_field"_s)};
}

Result<QJsonObject> rowOf(const CrmContext &context, TextLimit titleLimit, TextLimit textLimit)
{
    const QString title = taskTitle(context.task, titleLimit);
    const QStringList ours = rowColumns(context);
    const QJsonObject row{
        {ours[0], title}, {ours[1], taskText(context.task, context.key, textLimit, title)}, {ours[2], context.key}};
    return withFields(row, context.task.fields, ours);
}

Result<QJsonObject> rowWith(const CrmContext &context, const QList<QPair<QString, QString>> &values)
{
    QJsonObject row;
    QStringList ours;
    for (const auto &[setting, value] : values) {
        const QString column = settingOf(context, setting);
        if (column.isEmpty())
            continue;
        ours << column;
        insertText(row, column, value);
    }
    return withFields(row, context.task.fields, ours);
}

QString cellText(const JsonReader &row, const QString &pointer)
{
    const QJsonValue cell = row.value(pointer);
    QString text = cell.toString();
    const QJsonArray pieces = cell.toArray();
    for (const QJsonValue &piece : pieces)
        text += piece.isString() ? piece.toString() : piece[u"text"_s].toString();
    return text;
}

RemoteTask rowStatus(const JsonReader &row, const QString &values, const CrmContext &context)
{
    RemoteTask task;
    if (const QString column = settingOf(context, u"status_field"_s); !column.isEmpty())
        task.status = cellText(row, values + pointerStep(column));
    task.closed = !task.status.isEmpty() && task.status == settingOf(context, u"closed_value"_s);
    return task;
}

Result<Done> checkColumns(JsonReader &reply, const QString &list, const QString &name, const CrmContext &context,
                          const QString &sentence)
{
    QStringList there;
    for (JsonReader &column : reply.array(list))
        there.append(column.text(name));
    for (const QString &column : rowColumns(context)) {
        if (reply.ok() && !there.contains(column))
            return makeError(Error::Kind::Refused, sentence.arg(column));
    }
    return reply.finish(Done{});
}

Result<Done> checkNamedColumns(const QJsonObject &types, const QStringList &settings, const CrmContext &context,
                               const QString &sentence)
{
    for (const QString &setting : settings) {
        const QString column = settingOf(context, setting);
        if (!column.isEmpty() && !types.contains(column))
            return makeError(Error::Kind::Refused, sentence.arg(column, setting));
    }
    return Done{};
}

Result<Done> checkColumnTypes(const QJsonObject &types, const QList<ColumnRule> &rules, const QString &sentence)
{
    for (const ColumnRule &rule : rules) {
        if (!rule.name.isEmpty() && !rule.types.contains(types.value(rule.name).toString()))
            return makeError(Error::Kind::Refused, sentence.arg(rule.name, rule.shown));
    }
    return Done{};
}

} // namespace patchbay
