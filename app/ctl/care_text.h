#pragma once

#include "core/engine/erasure.h"

#include <QtCore/QJsonObject>

namespace patchbay {

/// How commands say how much there is, or went.
QString sizeText(qint64 bytes);
QString countsText(const Removed &removed);
QString erasedText(const Erased &erased);
QJsonObject erasedJson(const Erased &erased);

} // namespace patchbay
