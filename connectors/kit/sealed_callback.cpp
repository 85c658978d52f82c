#include "connectors/kit/sealed_callback.h"

#include "connectors/kit/signatures.h"

#include <QtCore/QtEndian>

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype sealBlock = 32;
constexpr qsizetype sealHead = 16 + 4; // chance, and the length of the text

Error notSealed(const QString &sentence) { return makeError(Error::Kind::Unauthorized, sentence); }

QByteArray base64Of(const QString &text)
{
    const auto bytes = QByteArray::fromBase64Encoding(text.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    return bytes ? *bytes : QByteArray();
}

/// 32 bytes, or none.
QByteArray sealKey(const QString &key)
{
    const QByteArray bytes = key.size() == 43 ? base64Of(key + u'=') : QByteArray();
    return bytes.size() == 32 ? bytes : QByteArray();
}

/// Whole blocks, with the padding still there; nothing where OpenSSL refuses.
QByteArray decryptedBlocks(const QByteArray &bytes, const QByteArray &key)
{
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cipher(EVP_CIPHER_CTX_new(),
                                                                                 &EVP_CIPHER_CTX_free);
    QByteArray plain(bytes.size() + 16, Qt::Uninitialized);
    auto *out = reinterpret_cast<unsigned char *>(plain.data());
    const auto *secret = reinterpret_cast<const unsigned char *>(key.constData());
    int written = 0;
    int rest = 0;
    const bool done = cipher && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_cbc(), nullptr, secret, secret) == 1
        && EVP_CIPHER_CTX_set_padding(cipher.get(), 0) == 1
        && EVP_DecryptUpdate(cipher.get(), out, &written, reinterpret_cast<const unsigned char *>(bytes.constData()),
                             int(bytes.size()))
            == 1
        && EVP_DecryptFinal_ex(cipher.get(), out + written, &rest) == 1;
    return done ? plain.left(written + rest) : QByteArray();
}

} // namespace

QByteArray sealSignature(const CallbackSeal &seal, const QString &time, const QString &nonce, const QString &sealed)
{
    if (seal.token.isEmpty())
        return {};
    QList<QByteArray> parts{seal.token.toUtf8(), time.toUtf8(), nonce.toUtf8(), sealed.toUtf8()};
    std::sort(parts.begin(), parts.end());
    return QCryptographicHash::hash(parts.join(), QCryptographicHash::Sha1).toHex();
}

Result<Done> checkSeal(const CallbackSeal &seal, const QString &signature, const QString &time, const QString &nonce,
                       const QString &sealed)
{
    if (seal.token.isEmpty())
        return notSealed(u"No token is stored to check signatures with."_s);
    if (signature.isEmpty() || sealed.isEmpty())
        return notSealed(u"The request is not signed."_s);
    if (!isSameText(signature.toLatin1().toLower(), sealSignature(seal, time, nonce, sealed)))
        return notSealed(u"The signature is wrong."_s);
    return Done{};
}

Result<QByteArray> unsealed(const CallbackSeal &seal, const QString &sealed)
{
    const QByteArray key = sealKey(seal.key);
    const QByteArray bytes = base64Of(sealed);
    if (key.isEmpty() || bytes.isEmpty() || bytes.size() % 16 != 0)
        return notSealed(u"The request cannot be opened: check the EncodingAESKey in the settings."_s);
    const QByteArray plain = decryptedBlocks(bytes, key);
    const qsizetype padding = plain.isEmpty() ? 0 : uchar(plain.back());
    const bool isPadded = padding >= 1 && padding <= sealBlock && padding <= plain.size() - sealHead
        && plain.last(padding) == QByteArray(padding, plain.back());
    const quint32 length = isPadded ? qFromBigEndian<quint32>(plain.constData() + 16) : 0;
    const qsizetype room = plain.size() - sealHead - padding;
    if (!isPadded || qsizetype(length) > room)
        return notSealed(u"The request cannot be opened: check the EncodingAESKey in the settings."_s);
    if (!isSameText(plain.mid(sealHead + length, room - length), seal.receiver.toUtf8()))
        return notSealed(u"The request is meant for another company or app."_s);
    return plain.mid(sealHead, length);
}

bool isSealKey(const QString &key) { return !sealKey(key).isEmpty(); }

} // namespace patchbay
