#pragma once

#include "core/base/clock.h"

#include <QtCore/QString>
#include <QtCore/QTimeZone>

#include <optional>
#include <vector>

namespace patchbay {

/// One thing that a search asks for. A plain value.
struct SearchTerm {
    enum class Kind {
        Text, ///< words or a phrase in `field`
        Channel, ///< `value`: a channel's name
        Category,
        Label,
        Assignee, ///< `value`: "me", "none" or an operator's name
        Is, ///< `value`: unread, open, done, snoozed, mine, unassigned, awaiting
        Has, ///< `value`: attachment, note, task, draft
        Before, ///< earlier than `at`
        After, ///< at `at` or later
    };
    enum class Field { Any, From, To, Subject, File };

    Kind kind = Kind::Text;
    Field field = Field::Any; ///< Text only
    QString value = {}; ///< as typed, without quotes
    bool phrase = false; ///< its words stand beside each other
    bool prefix = false; ///< its last word may go on
    bool excluded = false; ///< "-" stood before it
    Timestamp at = {}; ///< Before and After
    int position = 0; ///< where it stands in what was typed
    int length = 0;
};

/// All of `groups` must hold; of one group any term. Newest first unless it asks for the best.
struct SearchQuery {
    std::vector<std::vector<SearchTerm>> groups = {};

    bool isEmpty() const { return groups.empty(); }
};

/// What was typed wrong, and where.
struct QueryProblem {
    int position = 0;
    int length = 0;
    QString sentence = {};
};

struct ParsedQuery {
    SearchQuery query = {}; ///< what can be searched for all the same
    std::optional<QueryProblem> problem = {};
};

struct QueryContext {
    Timestamp now = {};
    QTimeZone zone = QTimeZone::utc();
    bool typing = false; ///< the last word may go on, and a quote may still be open
};

/// Reads what a person typed. Pure; never fails: see ParsedQuery.
ParsedQuery parseQuery(const QString &text, const QueryContext &context);

} // namespace patchbay
