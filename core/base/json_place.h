#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// The line, from 1, on which the value that a JSON pointer names begins; where it is absent, that of the nearest value
/// around it. 0: the text is not JSON so far. Goes through the text once, without recursion. Pure; any thread.
int jsonLine(const QByteArray &text, const QString &pointer);

/// Where the value that a JSON pointer names stands in the text.
struct JsonSpan {
    qsizetype offset = 0;
    qsizetype length = 0;
};
/// Nothing: it is not there, or the text is not JSON so far. Pure; any thread.
std::optional<JsonSpan> jsonSpan(const QByteArray &text, const QString &pointer);

/// The line of the byte at `offset`, from 1.
int lineAt(const QByteArray &text, qsizetype offset);

} // namespace patchbay
