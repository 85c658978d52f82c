#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace patchbay {

/// How the requests of one account prove who they are: one header, sent only to the origin of the account's base URL.
/// There is no form that puts a secret into a URL. A value; `secret` is empty when none is stored.
struct Credentials {
    QByteArray header = {}; ///< empty: the API needs none
    QByteArray value = {};
    bool complete = true; ///< false: a secret is missing, so no request is made

    static Credentials none() { return {}; }
    /// `<name>: <secret>`, "X-Api-Key" style.
    static Credentials inHeader(const QByteArray &name, const QString &secret);
    static Credentials bearer(const QString &secret);
    static Credentials basic(const QString &user, const QString &secret);
};

} // namespace patchbay
