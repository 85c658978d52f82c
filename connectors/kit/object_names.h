#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

#include <vector>

namespace patchbay {

/// What a vendor calls things, where that hangs on what a task becomes there (the setting "object"): a row of words for
/// each object, in the order of the names. A pattern has them as {object.NAME} (see addressAt), a function as
/// settingOf(context, "object.NAME"). An empty word is a value that is not there. Words are the connector's own, so
/// they are never escaped.
struct ObjectNames {
    struct Row {
        QString object = {};
        QStringList words = {};
    };
    QStringList names = {};
    std::vector<Row> rows = {};
};

/// The settings with the words of their object as "object.NAME"; what the account itself has under these names is
/// taken out. Pure.
QJsonObject withObjectNames(const ObjectNames &table, QJsonObject settings);

} // namespace patchbay
