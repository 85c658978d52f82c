#pragma once

#include "connectors/kit/file_in_hand.h"
#include "core/net/request.h"

namespace patchbay {

/// A part of a form beside the files.
struct FormPart {
    QString name = {};
    QString value = {};
    QByteArray type = {}; ///< its media type where it is not plain text
};
struct FormFile {
    QString field = {};
    FileInHand content = {};
};

/// POST of multipart/form-data (RFC 7578): the parts, then the files. Names are escaped as browsers do it (WHATWG HTML,
/// 4.10.21.8); the boundary comes from the files' hashes and our key: a repeat is the same request, and no content can
/// hold it.
Request multipart(const QUrl &address, const QString &key, const std::vector<FormPart> &parts,
                  const std::vector<FormFile> &files);

/// The file's media type when it is one (type/subtype), else application/octet-stream.
QByteArray mediaTypeOf(const OutboundFile &file);

} // namespace patchbay
