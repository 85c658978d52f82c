#pragma once

#include "core/model/marked_text.h"

namespace patchbay {

/// Hostile HTML (already decoded to text) to our own small model by an allow-list: p, br, b, i, a, lists, blockquote,
/// pre, tables as text, images only cid:. Caps: 512 KB read, 8 tables deep, 60 other levels, 256 KB of text, soft
/// breaks in words over 2,000 characters (a line feed: what is copied shows it). Links only http, https, mailto; a link
/// whose text names another host than it leads to shows the real host. Blocks that the sender's program marks as quoted
/// or as signature by its markup have their `part`; markQuotedHistory decides about the rest, and may take it back.
/// Linear, by a tokenizer of our own: gumbo takes 13 s and 3 GB for 100 KB of nested <div>, so it is only what the
/// tests compare with. Pure; any thread.
Body bodyFromHtml(const QString &html);

/// Plain text to the model: paragraphs, "> " quotes (marked as quoted), links, format=flowed when asked for. Same caps.
Body bodyFromText(const QString &text, bool flowed);

/// A text of ours as it looks.
Body bodyFromMarked(const MarkedText &text);

/// Marks quoted history and signatures (Gmail, Outlook, Apple Mail, Yandex, Thunderbird; en, ru, pt, zh, de, es, fr,
/// it) in place, splitting blocks where history begins. Answers between quotes and forwarded mail stay text. When
/// nothing would be left, nothing is marked.
void markQuotedHistory(Body &body);

/// Bidi controls, zero-width and control characters removed: for names, subjects, file names.
QString cleanLine(const QString &text, qsizetype limit = 998);
/// A safe base name: no path, no control characters, at most 200 bytes; never empty.
QString cleanFileName(const QString &name);

} // namespace patchbay
