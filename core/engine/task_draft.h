#pragma once

#include "core/model/conversation.h"
#include "core/model/message.h"
#include "core/model/task.h"

namespace patchbay {

/// What a task is drafted from.
struct TaskDraftSource {
    const Message &message;
    const Conversation &conversation;
    QString category = {};
    Priority priority = Priority::Normal;
    Address contact = {};
    QString workspaceUid = {};
};

inline constexpr qsizetype taskDescriptionLimit = 10000;

/// Title from the subject, or the first sentence where there is none; description is the customer's text, at most
/// 10,000 characters; neutral, before any target's mapping. Pure; any thread.
TaskPayload draftTask(const TaskDraftSource &source);

QString boundedDescription(const QString &text);

/// The subject without "Re:", "Fwd:", "AW:", "回复：" and their like, also repeated or numbered.
QString withoutReplyPrefixes(const QString &subject);

} // namespace patchbay
