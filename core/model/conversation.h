#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/message.h"

#include <QtCore/QStringList>

namespace patchbay {

enum class ConversationStatus { Open, Done, Snoozed };
enum class Priority { Low, Normal, High, Urgent };

/// A thread on one channel, as the list shows it.
struct Conversation {
    ConversationId id = {};
    QString uid = {};
    ChannelId channel = {};
    ContactId contact = {};
    QString subject = {};
    ConversationStatus status = ConversationStatus::Open;
    Timestamp snoozeUntil = {}; ///< Snoozed: none says until somebody writes
    OperatorId assignee = {};
    bool unread = false;
    bool awaitingUs = false; ///< the last word is the customer's
    CategoryId category = {};
    double confidence = 0; ///< of the category, 0..1
    Priority priority = Priority::Normal;
    QString language = {}; ///< ISO 639-1, empty: not known
    QString snippet = {};
    int messageCount = 0;
    Timestamp firstAt = {};
    Timestamp sortAt = {}; ///< of its newest message; lists order by it, then id
    Timestamp awaitingSince = {};
};

/// A person, and one of their addresses.
struct Contact {
    ContactId id = {};
    QString uid = {};
    QString name = {};
};

struct Handle {
    ContactId contact = {};
    QString kind = {}; ///< "mail", ...
    QString address = {}; ///< normalised for the kind
};

/// Somebody who takes part in a conversation. Replies go to the contact and to those the operator added.
struct Participant {
    ConversationId conversation = {};
    Address address = {};
    bool isContact = false;
    bool included = false; ///< replies go to this address too
    Timestamp firstSeenAt = {};
};

} // namespace patchbay
