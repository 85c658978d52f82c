#pragma once

#include "core/model/guidance.h"
#include "core/store/database.h"

namespace patchbay {

namespace canned_replies {
/// By title.
std::vector<CannedReply> all(Database &db);
/// Adds it, or takes the place of the one with this title.
void put(Database &db, const CannedReply &reply);
/// All but the uid of the one with this id.
void change(Database &db, const CannedReply &reply);
void remove(Database &db, const QString &title);
} // namespace canned_replies

namespace business_rules {
/// By title.
std::vector<BusinessRule> all(Database &db);
/// Adds it, or takes the place of the one with this title.
void put(Database &db, const BusinessRule &rule);
/// All but the uid of the one with this id.
void change(Database &db, const BusinessRule &rule);
void remove(Database &db, const QString &title);
} // namespace business_rules

/// Domain packs as they were brought in.
namespace packs {
struct Installed {
    QString name = {};
    QByteArray document = {};
    Timestamp importedAt = {};
};
std::vector<Installed> all(Database &db);
std::optional<Installed> byName(Database &db, const QString &name);
void put(Database &db, const QString &name, const QByteArray &document, OperatorId by);
} // namespace packs

} // namespace patchbay
