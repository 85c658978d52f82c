#pragma once

#include "core/mail/mail.h"

namespace patchbay::mail {

/// A body of multipart/mixed with its own header lines, CRLF: `text`, a part with its header lines, and then the files,
/// each as an attachment in base64. `seed` makes the boundary; the same mail has the same one.
QByteArray withFiles(const QByteArray &text, const std::vector<MailFile> &files, const QByteArray &seed);

} // namespace patchbay::mail
