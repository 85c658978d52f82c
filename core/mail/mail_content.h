#pragma once

#include "core/mail/mime_tree.h"
#include "core/model/inbound.h"

namespace patchbay::mail {

/// One stretch of what a person reads: the same words as HTML and as plain text, or only one of them.
struct MailSegment {
    QString html = {};
    QString plain = {};
    bool hasHtml = false;
    bool hasPlain = false;
    bool flowed = false; ///< RFC 3676
    bool delSp = false; ///< RFC 3676, section 4.1
};

/// What a mail holds, in reading order.
struct MailContent {
    std::vector<MailSegment> segments = {};
    std::vector<InboundAttachment> attachments = {};
    QStringList notices = {}; ///< sentences about what was left out
};

/// Decides which parts are read and which are files: of alternatives the last HTML with the first plain text beside it,
/// texts with a name or marked as attachment are files, and so is everything that is no text. Pure; any thread.
MailContent collectContent(const MimeTree &tree);

} // namespace patchbay::mail
