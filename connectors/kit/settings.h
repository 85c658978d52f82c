#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// Settings come from dialogs as values and from the command line as text; these read both. Call them after
/// checkForm().

/// Trimmed text; empty when absent.
QString settingText(const QJsonObject &settings, const QString &key);
/// A whole number, or nothing when absent, empty or no number.
std::optional<qint64> settingNumber(const QJsonObject &settings, const QString &key);
/// True for true, "true", "yes", "on" and "1".
bool settingSwitch(const QJsonObject &settings, const QString &key);

} // namespace patchbay
