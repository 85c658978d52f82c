#pragma once

#include "core/store/database.h"

#include <algorithm>

namespace patchbay {

/// Runs a statement over any number of ids, at most 500 at once. `before` and `after` stand around "(?, ?, ...)";
/// `values` come first. Lists are filled up to a few lengths by repeating the last id, so that prepared statements are
/// reused. For table code.
template <class IdType, class Each>
void forIdList(Database &db, const QByteArray &before, const QByteArray &after, const QVariantList &values,
               const std::vector<IdType> &ids, Each each)
{
    constexpr size_t chunk = 500;
    for (size_t start = 0; start < ids.size(); start += chunk) {
        const size_t count = std::min(chunk, ids.size() - start);
        const size_t padded = count <= 1 ? 1 : count <= 8 ? 8 : count <= 64 ? 64 : chunk;
        QByteArray sql = before + "(";
        QVariantList all = values;
        for (size_t i = 0; i < padded; ++i) {
            sql += i == 0 ? "?" : ", ?";
            all.append(ids[start + std::min(i, count - 1)].value);
        }
        sql += ")" + after;
        for (const Row &row : db.rows(sql, all))
            each(row);
    }
}

/// NULL for "none".
template <class IdType> QVariant idOrNull(IdType id) { return id ? QVariant(id.value) : QVariant(); }

/// NULL for an empty text, in columns where several rows may have none.
inline QVariant textOrNull(const QString &text) { return text.isEmpty() ? QVariant() : QVariant(text); }

} // namespace patchbay
