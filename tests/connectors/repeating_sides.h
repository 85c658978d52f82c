#pragma once

#include "support/chat_wire.h"

#include <QtCore/QHash>
#include <QtCore/QUrl>

#include <functional>
#include <vector>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// How one platform brings messages to a channel: it is asked (`asked`), tells over a live connection (`frame`), or
/// calls the gateway (`request`). Beside that it answers the calls that a channel makes to sign in.
struct RepeatingSide {
    QString id = {}; ///< the connector's
    /// Two messages in two chats may have one id. Else ids are the platform's own for all chats, and it never happens.
    bool idsCountPerChat = false;
    QJsonObject settings = {};
    QHash<QString, QString> secrets = {};
    QList<QPair<QByteArray, QByteArray>> answers = {}; ///< to calls whose address contains the first
    std::function<QByteArray(const QUrl &url, const QList<Told> &told)> asked = {}; ///< empty: none of its calls
    std::function<QList<QByteArray>(bool goesOn)> greeting =
        {}; ///< before the first message; goesOn: not the first time
    std::function<QByteArray(const Told &told, int number)> frame = {}; ///< number: of the event that tells it
    std::function<WireRequest(const Told &told, qint64 now)> request = {};
};

/// One for each chat.
std::vector<RepeatingSide> repeatingSides();

} // namespace patchbay::tests
