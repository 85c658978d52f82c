#pragma once

#include "core/base/ids.h"

#include <QtCore/QDate>

namespace patchbay {

/// The days on which something holds, both included; an unset day is no bound.
struct ValidDays {
    QDate from = {};
    QDate until = {};

    bool holds(QDate day) const { return (!from.isValid() || day >= from) && (!until.isValid() || day <= until); }
    bool isOver(QDate day) const { return until.isValid() && day > until; }
    bool operator==(const ValidDays &) const = default;
};

/// A text that operators put into their replies. It may hold the placeholders of replyPlaceholders().
struct CannedReply {
    CannedReplyId id = {};
    QString uid = {};
    QString title = {}; ///< unique
    CategoryId category = {}; ///< none: for every category
    QString language = {}; ///< ISO 639-1, empty: for every language
    QString text = {};
    ValidDays valid = {};

    bool operator==(const CannedReply &) const = default;
};

/// What the team goes by: "returns accepted within 60 days". Shown beside the conversations that it is about.
struct BusinessRule {
    BusinessRuleId id = {};
    QString uid = {};
    QString title = {}; ///< unique
    CategoryId category = {}; ///< none: for every category
    QString text = {};
    ValidDays valid = {};

    bool operator==(const BusinessRule &) const = default;
};

} // namespace patchbay
