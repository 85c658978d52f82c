#pragma once

#include "app/gateway/gateway.h"

#include <map>

namespace patchbay {

/// What "/healthz" shows: figures, no text of customers, no secret. Pure but for the reading.

/// The counters of the database and how old the oldest unread item is.
Result<QJsonObject> readHealth(Database &db);
/// Whether the request came by a name of this computer and not through a proxy: the figures are for who runs it.
bool isAskedFromHere(const HookRequest &request);
/// 200, or 503 when the database cannot be read.
HookReply healthReply(const Result<QJsonObject> &read, const std::vector<HookChannel> &channels,
                      const std::map<qint64, HookFigures> &figures, const FaceFigures &face);

} // namespace patchbay
