#pragma once

#include "core/base/clock.h"

#include <QtCore/QStringList>
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

/// Reads what a person typed. Pure; never fails: see ParsedQuery. Names of operators are English in every language, so
/// that a stored search means the same to everybody.
///
///     refund invoice          both words           "late refund"       beside each other, in this order
///     refund OR invoice       any of the two       -refund             not this one (a phrase and an operator too)
///     refu*                   a word that begins so
///     from: to: subject: file:                     words in that field; from:"Ana Maria"
///     channel: category: label: assignee:          a name; assignee:me, assignee:none
///     is: has:                                     see isChoices(), hasChoices()
///     before: after: on:                           2024, 2024-03, 2024-03-12, today, yesterday, 7d 3w 2m 1y (ago)
///
/// OR, in upper case, binds its neighbours tighter than the AND between all others. A date is a year, a month or a day
/// in the context's zone: `before:` is earlier than its first moment, `after:` at its first moment or later, `on:`
/// within it. A quote in a quoted value is written twice. Bounded: 500 characters, 40 terms.
ParsedQuery parseQuery(const QString &text, const QueryContext &context);

/// A query as one would type it: parsed, it is the same again, but for positions.
QString toText(const SearchQuery &query);
/// A value in quotes, with those inside it written twice.
QString quotedForQuery(const QString &value);

/// A search that asks for less, to offer where one found nothing.
struct Relaxation {
    enum class Kind { LastWord, Filter };
    Kind kind = Kind::LastWord;
    QString without = {}; ///< what was left out, as typed
    QString text = {}; ///< the search that is left
};
/// Without the last words, and without each filter; none when nothing would be left.
std::vector<Relaxation> relaxations(const QString &text, const QueryContext &context);

/// All operators, without their colon, in the order in which they are offered.
const QStringList &operatorNames();
const QStringList &isChoices();
const QStringList &hasChoices();

/// The names that the workspace has; what a search may ask for by name.
struct SearchNames {
    QStringList channels = {};
    QStringList categories = {};
    QStringList labels = {};
    QStringList operators = {};
};
/// The first term that asks for a name that is not there; a name that may still go on (`prefix`) counts as it is.
std::optional<QueryProblem> unknownName(const SearchQuery &query, const SearchNames &names);
/// Without those terms that ask for the beginning of a name, which is still being typed and would find nothing.
SearchQuery withoutHalfNames(const SearchQuery &query, const SearchNames &names);

} // namespace patchbay
