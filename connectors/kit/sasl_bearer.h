#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>

namespace patchbay {

/// One SASL sign-in with an OAuth 2.0 access token, for IMAP and SMTP alike.
struct SaslBearer {
    QByteArray mechanism = {}; ///< "OAUTHBEARER" (RFC 7628) or "XOAUTH2" (Google's and Microsoft's form before it)
    QByteArray response = {}; ///< what the client says, in base64
    QByteArray afterError = {}; ///< what it says to an error in the middle, so that the server ends the exchange
};

/// The best of the mechanisms that a server offers (upper case). The token and what it becomes on the wire are
/// registered as secrets. Unauthorized: the server offers none, or user or token cannot be said; `host` is for that
/// sentence.
Result<SaslBearer> saslBearer(const QString &host, const QString &user, const QString &token,
                              const QList<QByteArray> &offered);

/// The server's words of an error in the middle: base64 of a JSON object with "status" and "scope" (RFC 7628, section
/// 3.2.2). Bounded, secrets struck out; empty when it says nothing that can be read.
QString saslBearerError(const QByteArray &base64);

/// The sentence for a refused access token.
QString saslBearerRefused(const QString &host, const QString &user, const QString &inTheMiddle, const QString &words);

} // namespace patchbay
