#pragma once

#include "core/model/delivery.h"
#include "core/model/task.h"
#include "core/store/conversation_table.h"

#include <QtCore/QJsonObject>

namespace patchbay {

QStringList viewNames();
std::optional<conversations::View> viewFrom(const QString &name);

QJsonObject summaryJson(const conversations::Summary &row);
QString summaryLine(const conversations::Summary &row);

/// All there is to say of one conversation.
struct ConversationDetail {
    conversations::Summary summary = {};
    std::vector<Message> messages = {};
    std::optional<Suggestion> suggestion = {};
    QString suggestedRoute = {};
    std::vector<Task> tasks = {};
    std::vector<Delivery> deliveries = {};
};
ConversationDetail readDetail(Database &db, ConversationId id, OperatorId me);
QJsonObject detailJson(const ConversationDetail &detail);
QString detailText(const ConversationDetail &detail);

} // namespace patchbay
