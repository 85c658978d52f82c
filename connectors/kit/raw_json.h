#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <vector>

namespace patchbay {

/// The bytes of a value as they came, for what is stored before anyone looks inside. Only for documents that JsonReader
/// has accepted; empty where there is no such value. Pointers are JSON pointers whose steps are plain names. Pure.
QByteArray rawJsonAt(const QByteArray &json, const QString &pointer);
/// Those of each element of an array, in order.
std::vector<QByteArray> rawElements(const QByteArray &json, const QString &pointer);

} // namespace patchbay
