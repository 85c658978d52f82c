#include "connectors/kit/sheet_rows.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

QStringList rowColumns(const CrmContext &context)
{
    return {settingOf(context, u"title_field"_s), settingOf(context, u"text_field"_s),
            settingOf(context, u"key_field"_s)};
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

Result<Done> checkColumns(const QStringList &there, const CrmContext &context, const QString &sentence)
{
    for (const QString &column : rowColumns(context)) {
        if (!there.contains(column))
            return makeError(Error::Kind::Refused, sentence.arg(column));
    }
    return Done{};
}

} // namespace patchbay
