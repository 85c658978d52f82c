#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// One text of an object that we wrote ourselves, without the rest of it; nothing: it has no such text.
std::optional<QString> jsonMember(const QByteArray &object, const char *key);

} // namespace patchbay
