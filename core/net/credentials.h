#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace patchbay {

/// How the requests of one account prove who they are: one header, sent only to the origin of the account's base URL. A
/// value; `secret` is empty when none is stored.
struct Credentials {
    QByteArray header = {}; ///< empty: the API needs none
    QByteArray value = {};
    QByteArray parameter = {}; ///< the value goes into the query under this name instead
    bool complete = true; ///< false: a secret is missing, so no request is made

    static Credentials none() { return {}; }
    /// `<name>: <secret>`, "X-Api-Key" style.
    static Credentials inHeader(const QByteArray &name, const QString &secret);
    static Credentials bearer(const QString &secret);
    static Credentials basic(const QString &user, const QString &secret);
    /// `?<name>=<secret>`: for the APIs that take nothing else. The secret is registered, so that no log and no
    /// sentence shows such a URL as it is.
    static Credentials inQuery(const QByteArray &name, const QString &secret);
    /// `Authorization: <scheme> <secret>`, for schemes of a vendor's own.
    static Credentials scheme(const QByteArray &scheme, const QString &secret);
};

} // namespace patchbay
