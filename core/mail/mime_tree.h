#pragma once

#include "core/mail/header_fields.h"
#include "core/mail/header_text.h"

#include <vector>

namespace patchbay::mail {

/// One node of a mail's structure: a multipart, or a leaf with content. The views point into the raw mail.
struct MimePart {
    HeaderBlock headers = {};
    MediaType type = {}; ///< "text/plain" where nothing is said
    MediaType disposition = {}; ///< type empty where nothing is said
    QByteArrayView body = {}; ///< still encoded; of a multipart: everything between its headers and its end
    int parent = -1;
    int level = 0;
    bool isMultipart = false; ///< it has parts of its own in the tree
};

/// A mail's parts in document order; the first is the whole message.
struct MimeTree {
    std::vector<MimePart> parts = {};
    bool tooManyParts = false; ///< what comes after the last part was not looked at
    bool tooDeep = false; ///< a multipart below the last level was left as one attachment

    std::vector<int> childrenOf(int parent) const;
};

/// Splits a mail in one pass over its lines, without recursion, in memory bounded by limits.h: gmime's own parser needs
/// 260 bytes per byte of hostile input and follows 1,024 levels. Attached messages are leaves and stay files. A
/// multipart without parts is a leaf of plain text, so that nothing a person wrote is lost. `raw` must outlive the
/// tree.
MimeTree splitMime(QByteArrayView raw);

/// The content of a leaf without its transfer encoding, at most `limit` bytes of it.
QByteArray decodedContent(const MimePart &part, qsizetype limit);

} // namespace patchbay::mail
