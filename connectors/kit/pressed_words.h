#pragma once

#include "core/base/json_reader.h"
#include "core/model/inbound.h"

namespace patchbay {

/// What people do with the commands, buttons, menus and forms of a bot, in words. Pure; any thread.

/// The words of a button, wherever it stands below `within`: of the object whose member `member` is `value`, the member
/// `label`. The value itself where there is none.
QString buttonWords(const QJsonValue &within, const QString &member, const QString &value, const QString &label);
/// A command with its options, as it was given: "refund order: 17"; of a group of commands (an option without a value)
/// the inner one. Members: "name", "options", "value".
QString commandWords(JsonReader &command);
/// What the fields of a form have, a line each ("reason: It broke"), wherever they stand in its "components". Members:
/// "custom_id", "value".
void addFormLines(InboundMessage &message, JsonReader &form);

} // namespace patchbay
