#pragma once

#include "core/model/message.h"

#include <QtCore/QHash>

namespace patchbay::mail {

/// A Content-Type or Content-Disposition with its parameters decoded (RFC 2231, and RFC 2047 where it does not belong).
struct MediaType {
    QByteArray type = {}; ///< "text/html", "attachment": lower case, empty when unreadable
    QHash<QByteArray, QString> parameters = {}; ///< names in lower case

    QString parameter(const QByteArray &name) const { return parameters.value(name); }
};

/// Header values to text. `hint` is the charset of raw 8-bit text that names none: what the mail's body declares.
/// Values are as they were sent, folded or not. Pure; any thread.
QString headerText(const QByteArray &value, const QByteArray &hint = {});
std::vector<Address> headerAddresses(const QByteArray &value, const QByteArray &hint = {});
MediaType headerMediaType(const QByteArray &value, const QByteArray &hint = {});
MediaType headerDisposition(const QByteArray &value, const QByteArray &hint = {});
/// None when the date cannot be read or lies outside 1970..2500.
Timestamp headerDate(const QByteArray &value);
/// All ids of a Message-ID, In-Reply-To or References field, in order, without angle brackets.
QStringList headerIds(const QByteArray &value);

} // namespace patchbay::mail
