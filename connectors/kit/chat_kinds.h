#pragma once

#include "connectors/kit/chat_text.h"

#include <QtCore/QPair>

namespace patchbay {

/// Messages whose platform names their kind by a word and has what belongs to it in one object: tables of what each
/// kind becomes. Pointers and patterns (chat_parts.h) are those of that object. Pure; any thread.

/// A file that is loaded when somebody wants it.
struct KindFile {
    QString name = {}; ///< where the platform does not say; empty: the kind has no file
    QString type = {};
    QString nameAt = {}; ///< where the platform says it
    /// What its loading needs, as InboundAttachment::remote has it: names, and patterns of ids that have to be there.
    QList<QPair<QString, QString>> remote = {};
};
void addKindFile(InboundMessage &message, JsonReader &content, const KindFile &file);

struct ChatKind {
    QString kind = {}; ///< the platform's word
    QString text = {}; ///< a pattern; what is not there leaves nothing
    KindFile file = {};
    void (*read)(InboundMessage &message, JsonReader &content) = nullptr; ///< what a pattern cannot say
};
/// Text and files of a message of this kind; of one that is not in the table, that it came.
void readKind(InboundMessage &message, const QString &kind, JsonReader &content, const std::vector<ChatKind> &kinds);

/// Says so where a message has neither text nor files.
void tellIfEmpty(InboundMessage &message);

} // namespace patchbay
