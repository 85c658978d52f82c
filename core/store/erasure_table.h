#pragma once

#include "core/store/message_removal.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// One deletion on its way, in steps that survive a kill. Says nothing about whom once the records are gone.
struct Erasure {
    enum class Kind { Person, Retention };
    enum class State {
        Running, ///< records are being deleted
        Files, ///< files that nobody refers to any more are left
        Done,
    };

    qint64 id = 0;
    QString uid = {};
    Kind kind = Kind::Person;
    State state = State::Running;
    ContactId contact = {}; ///< whose; none once they are gone
    Timestamp before = {}; ///< Retention: of closed conversations whose newest message is older
    OperatorId by = {};
    Removed removed = {}; ///< up to now
    Timestamp startedAt = {};
    Timestamp endedAt = {};
};

namespace erasures {

qint64 insert(Database &db, const Erasure &erasure);
std::optional<Erasure> byId(Database &db, qint64 id);
/// Those not done, oldest first.
std::vector<Erasure> unfinished(Database &db);
std::optional<Erasure> unfinishedOf(Database &db, ContactId contact);
void addRemoved(Database &db, qint64 id, const Removed &removed);
/// Files: from here on it says no more about whom.
void setState(Database &db, qint64 id, Erasure::State state);

QJsonObject toJson(const Removed &removed);
Removed fromJson(const QJsonObject &counts);

} // namespace erasures

} // namespace patchbay
