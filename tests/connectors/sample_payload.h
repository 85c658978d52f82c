#pragma once

#include <QtCore/QFile>

namespace patchbay::tests {

/// A vendor's own sample of what it sends, "feishu/x.json"; empty where the vendors' material is not here.
inline QByteArray samplePayload(const QString &name)
{
    QFile file(QStringLiteral(PATCHBAY_SHARED "/contracts/payloads/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace patchbay::tests
