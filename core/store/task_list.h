#pragma once

#include "core/model/delivery.h"
#include "core/model/task.h"
#include "core/store/database.h"
#include "core/store/task_watch_table.h"

/// The list of all tasks of the workspace, filtered: ids in order, newest first, and the rows that are on the screen.
namespace patchbay::task_list {

/// What is true of a task at all its targets together, the more urgent first. A task is open while one of the targets
/// that accepted it has it open, and it may wait at another one at the same time.
enum class State {
    All,
    Open, ///< accepted by a target and not closed there
    Closed, ///< closed wherever it was accepted, and nothing of it is on its way
    Waiting, ///< something of it is on its way, or is tried again by itself
    Unknown, ///< nobody knows whether something of it arrived
    Failed, ///< something of it failed: it is tried again, or it was given up
    Overdue, ///< its day has passed and it is not closed
};
inline constexpr State allStates[] = {State::All,     State::Open,   State::Closed, State::Waiting,
                                      State::Unknown, State::Failed, State::Overdue};

/// Where a task stands on the board: in one place.
enum class Place {
    Waiting, ///< on its way
    NeedsPerson, ///< unknown, or given up after failures
    Open,
    Closed,
    TakenBack, ///< on no board
};

struct Filter {
    State state = State::All;
    QString text = {}; ///< in title, contact or the id over there
    TargetId target = {}; ///< then all states are the states at this target
    QString category = {};
    OperatorId acceptedBy = {};
    std::optional<Place> place = {};
    std::optional<QString> word = {}; ///< open ones with this status of the target's own

    bool operator==(const Filter &) const = default;
};

/// A task at one target.
struct At {
    Delivery delivery = {};
    QString target = {};
    task_watch::Watch watch = {}; ///< without a delivery when it is not watched
};

struct Entry {
    Task task = {};
    QString contactName = {};
    QString subject = {};
    QString operatorName = {};
    std::vector<At> at = {}; ///< in the order in which they were made
    Place place() const;
};

/// At most `limit` ids before `before` (none: from the newest), newest first.
std::vector<TaskId> page(Database &db, const Filter &filter, TaskId before, int limit);
/// Which of these the filter lets through.
std::vector<TaskId> among(Database &db, const Filter &filter, const std::vector<TaskId> &ids);
int count(Database &db, const Filter &filter);
/// Open ones in the whole workspace.
int openCount(Database &db);
/// For each of allStates, in their order, with the rest of the filter.
std::vector<int> counts(Database &db, const Filter &filter);
std::vector<Entry> entries(Database &db, const std::vector<TaskId> &ids);
/// The categories that tasks have, by name.
QStringList categories(Database &db);
/// The words in which this target says how its open tasks stand, the most frequent first.
QStringList openWords(Database &db, const Filter &filter, int limit);

QString nameOf(State state);
std::optional<State> stateFrom(const QString &name);

} // namespace patchbay::task_list
