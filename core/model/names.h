#pragma once

#include "core/model/account.h"
#include "core/model/conversation.h"
#include "core/model/delivery.h"
#include "core/model/identity.h"
#include "core/model/message.h"
#include "core/model/task.h"
#include "core/model/taxonomy.h"

#include <optional>

namespace patchbay {

/// The one spelling of each enumeration, in the database, in JSON and on the command line ("normal", "awaiting", ...).
/// An unknown word reads as the most careful value (a delivery: unknown).
QString nameOf(Health value);
QString nameOf(Direction value);
QString nameOf(ConversationStatus value);
QString nameOf(Priority value);
QString nameOf(ClassificationSource value);
QString nameOf(DeliveryKind value);
QString nameOf(DeliveryState value);
QString nameOf(Suggestion::State value);
QString nameOf(Route::Strategy value);
QString nameOf(Route::Files value);
QString nameOf(ContactMatch::Kind value);
QString nameOf(ContactMatch::State value);

Health healthFrom(const QString &name);
Direction directionFrom(const QString &name);
ConversationStatus conversationStatusFrom(const QString &name);
Priority priorityFrom(const QString &name);
/// Empty when it is none of low, normal, high, urgent.
std::optional<Priority> strictPriorityFrom(const QString &name);
ClassificationSource classificationSourceFrom(const QString &name);
DeliveryKind deliveryKindFrom(const QString &name);
DeliveryState deliveryStateFrom(const QString &name);
Suggestion::State suggestionStateFrom(const QString &name);
/// Empty when it is none of single, primary_backup, by_category, parallel.
std::optional<Route::Strategy> routeStrategyFrom(const QString &name);
/// Empty when it is none of none, last_message, all.
std::optional<Route::Files> routeFilesFrom(const QString &name);
ContactMatch::Kind matchKindFrom(const QString &name);
ContactMatch::State matchStateFrom(const QString &name);

} // namespace patchbay
