#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QtEndian>

#include <openssl/evp.h>

namespace patchbay::tests {

inline const QString wecomAesKey = QStringLiteral("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ");

/// As WeCom seals a callback, which we only open: AES in CBC mode over 16 bytes of chance, the size, the text and the
/// receiver.
inline QString sealedByWecom(const QByteArray &text, const QByteArray &receiver = "ww1",
                             const QString &aesKey = wecomAesKey)
{
    const QByteArray key = QByteArray::fromBase64(aesKey.toLatin1() + '=');
    QByteArray plain = "0123456789abcdef" + QByteArray(4, '\0') + text + receiver;
    qToBigEndian(quint32(text.size()), plain.data() + 16);
    const int padding = 32 - int(plain.size() % 32);
    plain += QByteArray(padding, char(padding));
    QByteArray sealed(plain.size() + 16, '\0');
    int size = 0;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    const auto *secret = reinterpret_cast<const unsigned char *>(key.constData());
    EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, secret, secret);
    EVP_CIPHER_CTX_set_padding(cipher, 0);
    EVP_EncryptUpdate(cipher, reinterpret_cast<unsigned char *>(sealed.data()), &size,
                      reinterpret_cast<const unsigned char *>(plain.constData()), int(plain.size()));
    EVP_CIPHER_CTX_free(cipher);
    return QString::fromLatin1(sealed.left(size).toBase64());
}

} // namespace patchbay::tests
