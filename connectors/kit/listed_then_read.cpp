#include "connectors/kit/listed_then_read.h"

namespace patchbay {

QStringList idsToRead(const CrmContext &context)
{
    return context.cursor.section(QLatin1Char('\n'), 0, 0).split(QLatin1Char(','), Qt::SkipEmptyParts);
}

QString pageAfterIds(const CrmContext &context) { return context.cursor.section(QLatin1Char('\n'), 1); }

QString cursorOfIds(const QStringList &ids, const QString &nextPage)
{
    return ids.isEmpty() && nextPage.isEmpty() ? QString() : ids.join(QLatin1Char(',')) + QLatin1Char('\n') + nextPage;
}

} // namespace patchbay
