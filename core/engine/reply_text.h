#pragma once

#include "core/model/guidance.h"

#include <QtCore/QHash>

#include <vector>

namespace patchbay {

/// What a canned reply may hold between {{ and }}: contact.name, contact.address, conversation.subject, operator.name.
const QStringList &replyPlaceholders();
/// The first placeholder that nothing fills, or that is not closed; empty: there is none. Pure.
QString unknownPlaceholder(const QString &text);
/// The text with its placeholders filled; one without a value gives nothing. What is filled in is text, and never read
/// for placeholders again. Pure.
QString filledReply(const QString &text, const QHash<QString, QString> &values);

/// Canned replies for a conversation.
struct OfferedReplies {
    std::vector<CannedReply> fitting = {}; ///< of its category or language, and of no other one
    std::vector<CannedReply> others = {};
    int over = 0; ///< left out: their last day is over
    int ahead = 0; ///< left out: their first day is still to come
};
OfferedReplies offeredReplies(const std::vector<CannedReply> &all, CategoryId category, const QString &language,
                              QDate day);
/// Those that hold on this day for a conversation of this category.
std::vector<BusinessRule> heldRules(const std::vector<BusinessRule> &all, CategoryId category, QDate day);

} // namespace patchbay
