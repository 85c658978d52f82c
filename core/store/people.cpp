#include "core/store/people.h"

namespace patchbay::people {

namespace {

/// What was typed as a LIKE pattern in which nothing else has a meaning.
QString peoplePattern(const QString &typed)
{
    QString pattern = typed.toLower();
    pattern.replace(QLatin1Char('\\'), QStringLiteral("\\\\"));
    pattern.replace(QLatin1Char('%'), QStringLiteral("\\%"));
    pattern.replace(QLatin1Char('_'), QStringLiteral("\\_"));
    return pattern + QLatin1Char('%');
}

} // namespace

QStringList matching(Database &db, const QString &typed, int limit)
{
    const QString begins = peoplePattern(typed);
    const QString within = QLatin1Char('%') + begins;
    QStringList found;
    for (const char *sql :
         {"SELECT name FROM contact WHERE LOWER(name) LIKE ? ESCAPE '\\' AND name <> '' "
          "GROUP BY name ORDER BY CASE WHEN LOWER(name) LIKE ? ESCAPE '\\' THEN 0 ELSE 1 END, name "
          "LIMIT ?",
          "SELECT address FROM handle WHERE LOWER(address) LIKE ? ESCAPE '\\' GROUP BY address "
          "ORDER BY CASE WHEN LOWER(address) LIKE ? ESCAPE '\\' THEN 0 ELSE 1 END, address LIMIT ?"}) {
        for (const Row &row : db.rows(sql, {within, begins, limit}))
            found << row.text(0);
    }
    return found;
}

} // namespace patchbay::people
