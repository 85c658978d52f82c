#include "core/net/credentials.h"

#include "core/base/log.h"

#include <QtCore/QUrl>

namespace patchbay {

namespace {

Credentials credential(const QByteArray &header, const QByteArray &value, const QString &secret)
{
    registerSecret(secret);
    Credentials made;
    made.header = header;
    made.value = value;
    made.complete = !secret.isEmpty();
    return made;
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

Credentials Credentials::scheme(const QByteArray &scheme, const QString &secret)
{
    return credential(QByteArrayLiteral("Authorization"), scheme + ' ' + secret.toUtf8(), secret);
}

Credentials Credentials::inQuery(const QByteArray &name, const QString &secret)
{
    const QByteArray escaped = QUrl::toPercentEncoding(secret);
    registerSecret(QString::fromLatin1(escaped));
    Credentials made = credential({}, escaped, secret);
    made.parameter = name;
    return made;
}

Credentials Credentials::basic(const QString &user, const QString &secret)
{
    const QByteArray pair = (user.toUtf8() + ':' + secret.toUtf8()).toBase64();
    registerSecret(QString::fromLatin1(pair));
    return credential(QByteArrayLiteral("Authorization"), "Basic " + pair, secret);
}

} // namespace patchbay
