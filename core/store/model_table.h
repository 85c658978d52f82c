#pragma once

#include "core/model/model_account.h"
#include "core/store/database.h"

namespace patchbay::model_accounts {

std::vector<ModelAccount> all(Database &db);
std::optional<ModelAccount> byId(Database &db, ModelId id);
std::optional<ModelAccount> byName(Database &db, const QString &name);
/// Conflict when the name is taken.
ModelId insert(Database &db, ModelAccount model);
/// Another name and other settings; Conflict when the name is taken.
void change(Database &db, ModelId id, const QString &name, const QJsonObject &settings);
void setHealth(Database &db, ModelId id, Health health, const QString &detail);

} // namespace patchbay::model_accounts
