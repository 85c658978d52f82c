#pragma once

#include "connectors/kit/chat_text.h"

namespace patchbay {

/// Parts that the messages of several platforms have, declared as tables: what stands where in the message's JSON, and
/// what it becomes. Pointers are JSON pointers. Pure; any thread.

/// The texts at these pointers that are there, with blanks between them: "/first_name", "/last_name".
QString joinedTexts(const JsonReader &in, const QStringList &pointers);
/// Whether one of these members, named with blanks between them, is there.
bool hasAny(const JsonReader &in, const QString &names);
/// A pattern with the values of pointers in braces: "Place: {/venue/title}". What is not there leaves nothing.
QString filledIn(const JsonReader &in, const QString &pattern);

/// The same of ids, each of which has to be there: "{/chat/id}:{/message_id}".
QString idsAt(JsonReader &in, const QString &pattern);

/// What tells nothing that is shown; it is kept.
InboundMessage nothingTold(const QString &dedupeKey);
/// The message as one that was changed: `version` tells its edits apart.
void becomeEdit(InboundMessage &message, const QString &version, Timestamp at);
/// Signs under the message whose id it has; without any they were taken back.
void becomeReaction(InboundMessage &message, const QString &signs, const QString &version);
void becomeDeletion(InboundMessage &message, const QString &about);
/// How a message of ours fares, in the platform's word for it ("delivered", "read", "failed"); any other: it was taken.
void becomeReceipt(InboundMessage &message, const QString &about, const QString &fate, const QString &trouble);

/// What is no text, in words.
struct LineForm {
    QString at = {}; ///< what has to be there; of an array each element makes a line
    QString pattern = {}; ///< filled in from the message; in an array, from the element
};
void addChatLines(InboundMessage &message, JsonReader &in, const std::vector<LineForm> &forms);

/// Where a platform's file has what it tells of it. Pointers below the file.
struct FileFields {
    QString name = {};
    QString type = {};
    QString size = {};
    QString key = {}; ///< the member by which it is loaded; kept under its name in InboundAttachment::remote
};
/// A file of a message, and what it is called where the platform does not say.
struct FileKind {
    QString at = {};
    QString name = {};
    QString type = {};
    enum class Many { Files, SizesOfOne } many = Many::Files; ///< of an array; of several sizes the last is the largest
    QString unless = {}; ///< with this it is the same file once more
};
void addChatFiles(InboundMessage &message, JsonReader &in, const FileFields &fields,
                  const std::vector<FileKind> &kinds);

/// Files that are told with their addresses. Pointers below the file, but for `list`.
struct FilePlaces {
    QString list = {};
    QString name = QStringLiteral("/name");
    QString type = QStringLiteral("/mimetype");
    QString size = QStringLiteral("/size");
    QString addresses = {}; ///< blanks between them: the first that is there is kept as "url", to load it by
    QString without = {}; ///< what is said of one without an address; %1 is its name
};
void addChatFilesAt(InboundMessage &message, JsonReader &in, const FilePlaces &places);

/// How a platform's name for a look of the text is shown.
struct SpanKind {
    QString name = {};
    ChatSpan::Kind kind = ChatSpan::Kind::Bold;
    QString scheme = {}; ///< Link: its own words are the address, with this in front where they have no "://"
};
/// The list of {"offset", "length", "type"}, links with "url"; types that are not in the table look like any text.
std::vector<ChatSpan> readSpans(JsonReader &in, const QString &list, const QString &text,
                                const std::vector<SpanKind> &kinds);

} // namespace patchbay
