#pragma once

#include "core/model/body.h"

namespace patchbay {

/// Hostile HTML (already decoded to text) to our own small model by an allow-list: p, br, b, i, a, lists, blockquote,
/// pre, tables as text, images only cid:. Caps: 512 KB read, 8 tables deep, 60 other levels, 256 KB of text, soft
/// breaks in words over 2,000 characters. Links only http, https, mailto; a link whose text names another host than it
/// leads to shows the real host. Through gumbo. Pure; any thread.
Body bodyFromHtml(const QString &html);

/// Plain text to the model: paragraphs, "> " quotes, format=flowed when asked for. Same caps.
Body bodyFromText(const QString &text, bool flowed);

/// Marks quoted history and signatures (Gmail, Outlook, Apple Mail, Yandex; en, ru, pt, zh, de) in place.
void markQuotedHistory(Body &body);

/// Bidi controls, zero-width and control characters removed: for names, subjects, file names.
QString cleanLine(const QString &text, qsizetype limit = 998);
/// A safe base name: no path, no control characters, at most 200 bytes; never empty.
QString cleanFileName(const QString &name);

} // namespace patchbay
