#pragma once

#include "core/model/guidance.h"
#include "core/store/database.h"

#include <optional>

namespace patchbay {

inline constexpr size_t guidanceLimit = 300; ///< canned replies, business rules: of each, in a workspace or a pack
inline constexpr qsizetype guidanceTitleLimit = 80;
inline constexpr qsizetype replyTextLimit = 5000;
inline constexpr qsizetype guideTextLimit = 500;

/// Two lower-case letters, like "en". Pure.
bool isLanguageCode(const QString &text);

/// As it is stored: title simplified, text trimmed. Refused with a sentence when something is missing or too long, a
/// character cannot be seen, a placeholder is unknown, or its days end before they begin. Pure.
Result<CannedReply> checkedReply(CannedReply reply);
Result<BusinessRule> checkedGuide(BusinessRule rule);

/// Part of a transaction, with its audit row. `shown`: what it was when somebody began to change it; none: a new one.
/// Conflict when it is otherwise by now, or when another one has this title.
Result<CannedReply> saveGuidance(Database &db, OperatorId by, const CannedReply &draft,
                                 const std::optional<CannedReply> &shown);
Result<BusinessRule> saveGuidance(Database &db, OperatorId by, const BusinessRule &draft,
                                  const std::optional<BusinessRule> &shown);
Result<Done> removeGuidance(Database &db, OperatorId by, const CannedReply &shown);
Result<Done> removeGuidance(Database &db, OperatorId by, const BusinessRule &shown);

} // namespace patchbay
