#pragma once

#include "core/model/account.h"
#include "core/model/task.h"

namespace patchbay {

/// What a task is drafted from.
struct TaskDraftSource {
    const Message &message;
    const Conversation &conversation;
    const Channel &channel;
    QString category = {};
    Priority priority = Priority::Normal;
    Address contact = {};
    QString language = {};
    QString workspaceUid = {};
    QJsonObject fields = {}; ///< the route's; texts may hold {category}, {priority}, {contact.name}, {contact.address},
                             ///< {subject}, {channel}, {language}, {link}
};

inline constexpr qsizetype taskDescriptionLimit = 10000;

/// Title from the subject, or the first sentence where there is none; description is the customer's text, at most
/// 10,000 characters. Pure; any thread.
TaskPayload draftTask(const TaskDraftSource &source);

QString boundedDescription(const QString &text);

/// The subject without "Re:", "Fwd:", "AW:", "回复：" and their like, also repeated or numbered.
QString withoutReplyPrefixes(const QString &subject);

} // namespace patchbay
