#pragma once

#include "connectors/kit/calls.h"

namespace patchbay {

/// Tasks that become rows of a table. The settings title_field, text_field and key_field name its columns; status_field
/// and closed_value, where they are set, say how a task stands.

/// The columns that are ours, in this order: title, text, key.
QStringList rowColumns(const CrmContext &context);
/// Our values in them, the mapped fields in theirs.
Result<QJsonObject> rowOf(const CrmContext &context, TextLimit titleLimit, TextLimit textLimit);
/// The values in the columns that these settings name, {setting, value}, where they name one; the mapped fields in
/// theirs.
Result<QJsonObject> rowWith(const CrmContext &context, const QList<QPair<QString, QString>> &values);
/// A cell's text: plain, or in pieces that are texts or have one.
QString cellText(const JsonReader &row, const QString &pointer);
/// "Done" in the column of the status; `values` is where a row has its cells.
RemoteTask rowStatus(const JsonReader &row, const QString &values, const CrmContext &context);
/// True when the column of the key has ours.
template <Literal values> bool isOurRow(JsonReader &row, const CrmContext &context)
{
    const QString column = settingOf(context, QStringLiteral("key_field"));
    return cellText(row, values.string() + pointerStep(column)) == context.key;
}
/// Refused for the first of our columns that is none of this list's; `sentence` has it as %1.
Result<Done> checkColumns(JsonReader &reply, const QString &list, const QString &name, const CrmContext &context,
                          const QString &sentence);
/// Refused for the first of these settings that names a column which is not there; `sentence` has the column as %1 and
/// the setting as %2. `types`: of the columns that are there, by name.
Result<Done> checkNamedColumns(const QJsonObject &types, const QStringList &settings, const CrmContext &context,
                               const QString &sentence);

/// A column that a setting names, and the types that fit it, as the vendor calls them and as people see them.
struct ColumnRule {
    QString name = {}; ///< empty: none is wanted
    QStringList types = {};
    QString shown = {};
};
/// Refused for the first column that is not there with such a type; `sentence` has its name as %1, `shown` as %2.
/// `types`: those of the columns that are there, by their names.
Result<Done> checkColumnTypes(const QJsonObject &types, const QList<ColumnRule> &rules, const QString &sentence);

} // namespace patchbay
