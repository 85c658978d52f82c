#pragma once

#include "core/base/result.h"
#include "core/model/outbound_file.h"

#include <QtCore/QStringList>

#include <functional>

namespace patchbay {

/// What a channel takes of the files of a reply. A value.
struct FileAbilities {
    int most = 0; ///< files in one message; 0: it takes none
    qint64 largest = 0; ///< bytes of one
    qint64 together = 0; ///< bytes of all files of one message; 0: no other limit than `largest`
    /// A text up to this length, counted as ChatAbilities::longestText is, stands in one message with the first files;
    /// a longer one, or one whose looks go beside it, is a message of its own before them. 0: so is each.
    int longestCaption = 0;
    QStringList types = {}; ///< media types that are taken, "application/pdf" or "image/"; empty: all
};

/// Why the channel does not take this file, in a sentence with what to do; nothing: it does. `title` is the channel's
/// platform.
std::optional<Error> whyNotTaken(const QString &title, const FileAbilities &abilities, const OutboundFile &file);

/// One message of a reply: it has a text, or files, or both.
struct ReplyPart {
    QString text = {};
    std::vector<OutboundFile> files = {};
};
/// The messages that a reply becomes, in order. Each has its own delivery, so that none is half sent. `length` is of
/// the text, as the channel counts it; `looksBeside`: it has looks that are not written into it.
std::vector<ReplyPart> partsOf(const FileAbilities &abilities, const QString &text, qsizetype length,
                               const std::vector<OutboundFile> &files, bool looksBeside = false);

} // namespace patchbay
