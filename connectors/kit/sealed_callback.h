#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace patchbay {

/// How WeCom (and DingTalk, over HTTP) seal what they send to an address of ours: AES-256-CBC with PKCS #7 over blocks
/// of 32 bytes, and a SHA-1 over token, time, nonce and the sealed text. Source: WeCom developer documentation,
/// "加解密方案说明", and Tencent's reference code. Pure; any thread.

/// What the two sides know.
struct CallbackSeal {
    QString token = {};
    QString key = {}; ///< EncodingAESKey, 43 characters of base64
    QString receiver = {}; ///< to whom it is sealed: the company's or the app's id
};

/// Lower-case hexadecimal digits. An empty token signs nothing: empty.
QByteArray sealSignature(const CallbackSeal &seal, const QString &time, const QString &nonce, const QString &sealed);
/// Unauthorized unless the signature is that of the sealed text.
Result<Done> checkSeal(const CallbackSeal &seal, const QString &signature, const QString &time, const QString &nonce,
                       const QString &sealed);
/// The text inside. Unauthorized: the key is not the one that it was sealed with, or it is for another receiver.
Result<QByteArray> unsealed(const CallbackSeal &seal, const QString &sealed);
/// At set-up: whether this can be an EncodingAESKey.
bool isSealKey(const QString &key);

} // namespace patchbay
