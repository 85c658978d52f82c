#include "core/net/credentials.h"

#include "core/base/log.h"

namespace patchbay {

namespace {

Credentials credential(const QByteArray &header, const QByteArray &value, const QString &secret)
{
    registerSecret(secret);
    return {header, value, !secret.isEmpty()};
}

} // namespace

Credentials Credentials::inHeader(const QByteArray &name, const QString &secret)
{
    return credential(name, secret.toUtf8(), secret);
}

Credentials Credentials::bearer(const QString &secret)
{
    return credential(QByteArrayLiteral("Authorization"), "Bearer " + secret.toUtf8(), secret);
}

Credentials Credentials::basic(const QString &user, const QString &secret)
{
    const QByteArray pair = (user.toUtf8() + ':' + secret.toUtf8()).toBase64();
    registerSecret(QString::fromLatin1(pair));
    return credential(QByteArrayLiteral("Authorization"), "Basic " + pair, secret);
}

} // namespace patchbay
