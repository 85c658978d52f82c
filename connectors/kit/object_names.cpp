#include "connectors/kit/object_names.h"

#include "connectors/kit/settings.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

QJsonObject withObjectNames(const ObjectNames &table, QJsonObject settings)
{
    const QString object = settingText(settings, u"object"_s);
    const auto row = std::find_if(table.rows.begin(), table.rows.end(),
                                  [&object](const ObjectNames::Row &one) { return one.object == object; });
    for (qsizetype i = 0; i < table.names.size(); ++i)
        settings.insert(u"object."_s + table.names.at(i), row == table.rows.end() ? QString() : row->words.value(i));
    return settings;
}

} // namespace patchbay
