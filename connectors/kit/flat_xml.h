#pragma once

#include "core/base/result.h"

#include <QtCore/QHash>

namespace patchbay {

/// A small XML document from outside as texts by their place below the root: "MsgType", "SendLocationInfo/Label". Of
/// elements with one place the first counts. Refused as Protocol: what is no XML, a document type (so no entities of
/// its own), more than 300 elements or 8 levels. Pure; any thread.
Result<QHash<QString, QString>> flatXml(const QByteArray &bytes);

} // namespace patchbay
