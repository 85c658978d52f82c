#pragma once

#include "core/store/database.h"

#include <algorithm>

namespace patchbay {

/// Runs a statement over any number of values, at most 500 at once. `before` and `after` stand around "(?, ?, ...)";
/// `values` come first. Lists are filled up to a few lengths by repeating the last one, so that prepared statements are
/// reused. For table code.
template <class Each>
void forList(Database &db, const QByteArray &before, const QByteArray &after, const QVariantList &values,
             const QVariantList &list, Each each)
{
    constexpr qsizetype chunk = 500;
    for (qsizetype start = 0; start < list.size(); start += chunk) {
        const qsizetype count = std::min(chunk, list.size() - start);
        const qsizetype padded = count <= 1 ? 1
            : count <= 8                    ? 8
            : count <= 32                   ? 32
            : count <= 64                   ? 64
            : count <= 100                  ? 100
            : count <= 200                  ? 200
                                            : chunk;
        QByteArray sql = before + "(";
        QVariantList all = values;
        for (qsizetype i = 0; i < padded; ++i) {
            sql += i == 0 ? "?" : ", ?";
            all.append(list[start + std::min(i, count - 1)]);
        }
        sql += ")" + after;
        for (const Row &row : db.rows(sql, all))
            each(row);
    }
}

template <class IdType, class Each>
void forIdList(Database &db, const QByteArray &before, const QByteArray &after, const QVariantList &values,
               const std::vector<IdType> &ids, Each each)
{
    QVariantList list;
    list.reserve(qsizetype(ids.size()));
    for (const IdType id : ids)
        list.append(id.value);
    forList(db, before, after, values, list, each);
}

template <class Each>
void forTextList(Database &db, const QByteArray &before, const QByteArray &after, const QVariantList &values,
                 const QStringList &texts, Each each)
{
    QVariantList list;
    list.reserve(texts.size());
    for (const QString &text : texts)
        list.append(text);
    forList(db, before, after, values, list, each);
}

/// NULL for "none".
template <class IdType> QVariant idOrNull(IdType id) { return id ? QVariant(id.value) : QVariant(); }

/// NULL for an empty text, in columns where several rows may have none.
inline QVariant textOrNull(const QString &text) { return text.isEmpty() ? QVariant() : QVariant(text); }

} // namespace patchbay
