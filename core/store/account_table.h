#pragma once

#include "core/model/account.h"
#include "core/model/operator.h"
#include "core/store/database.h"

namespace patchbay {

namespace channels {
std::vector<Channel> all(Database &db);
std::optional<Channel> byId(Database &db, ChannelId id);
std::optional<Channel> byName(Database &db, const QString &name);
/// Conflict when the name is taken.
ChannelId insert(Database &db, Channel channel);
/// Another name and other settings; Conflict when the name is taken.
void change(Database &db, ChannelId id, const QString &name, const QJsonObject &settings);
void setCursor(Database &db, ChannelId id, const QByteArray &cursor);
void setHealth(Database &db, ChannelId id, Health health, const QString &detail);
void setReceived(Database &db, ChannelId id, Timestamp at);
void setCaughtUp(Database &db, ChannelId id, Timestamp at);
void setPaused(Database &db, ChannelId id, bool paused);
/// The name of the channel, other than the one with this uid, that has the account over there; empty: none has.
QString holderOf(Database &db, const QString &account, const QString &self);
/// Empty: it is not known any more.
void setAccount(Database &db, ChannelId id, const QString &account);
/// Makes the account, which the platform has named, the channel's own; a paused channel that had it gives it up. Where
/// another works with it, its name comes back, and ours is not known any more. Empty: it is ours.
QString claimAccount(Database &db, ChannelId id, const QString &account);
void setStanding(Database &db, ChannelId id, const ChannelStanding &now);
} // namespace channels

namespace targets {
std::vector<Target> all(Database &db);
std::optional<Target> byId(Database &db, TargetId id);
std::optional<Target> byName(Database &db, const QString &name);
TargetId insert(Database &db, Target target);
/// Another name and other settings; Conflict when the name is taken.
void change(Database &db, TargetId id, const QString &name, const QJsonObject &settings);
void setHealth(Database &db, TargetId id, Health health, const QString &detail);
/// Consecutive failures and until when the breaker is open (none: closed).
void setBreaker(Database &db, TargetId id, int failures, Timestamp openUntil);
} // namespace targets

namespace operators {
std::vector<Operator> all(Database &db);
Operator byId(Database &db, OperatorId id);
/// The operator of this OS user, made when there is none.
Operator forOsUser(Database &db, const QString &osUser, const QString &name);
/// By which platforms know them; empty takes it away.
void setMail(Database &db, OperatorId id, const QString &mail);
/// Whose address it is, in any case.
std::optional<Operator> byMail(Database &db, const QString &mail);
/// "the system".
Operator system(Database &db);
} // namespace operators

} // namespace patchbay
