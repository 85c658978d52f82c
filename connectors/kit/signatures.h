#pragma once

#include "core/base/clock.h"
#include "core/ports/chat_connector.h"
#include "core/ports/form_field.h"

#include <QtCore/QCryptographicHash>

namespace patchbay {

/// How platforms prove that a request is theirs. Pure; any thread. Every failure is Unauthorized, and its sentence says
/// only which proof is missing or wrong, never what it should have been.

/// Where and how a platform writes the signature of a request.
struct SignatureForm {
    QByteArray header = {}; ///< in any case
    QCryptographicHash::Algorithm digest = QCryptographicHash::Sha256;
    bool isBase64 = false; ///< else hexadecimal digits
    QByteArray prefix = {}; ///< in front of the digits: "sha256="
};

/// The HMAC of the bytes as the header would have it, prefix included.
QByteArray signatureOf(const QByteArray &bytes, const QString &secret, const SignatureForm &form);
/// Whether the header has the signature of these bytes, whole: a beginning of it is none. An empty secret signs
/// nothing.
Result<Done> checkSignature(const HookRequest &request, const SignatureForm &form, const QString &secret,
                            const QByteArray &bytes);
/// The same over the body as it came.
Result<Done> checkSignature(const HookRequest &request, const SignatureForm &form, const QString &secret);
/// Whether one of the signatures in a header "t=1700000000,v1=<hexadecimal digits>,v1=..." is of "<t>.<body>", whole,
/// and t no further from now than `window` (Stripe's form). Several stand there while a secret is replaced.
Result<Done> checkTimedSignature(const HookRequest &request, const QByteArray &header, const QString &secret,
                                 Timestamp now, std::chrono::seconds window);
/// Whether a secret that travels as it is (a part of the address, a header) is ours. An empty one never is.
Result<Done> checkToken(const QString &given, const QString &secret);
/// Whether the bytes are signed with the other half of this key (Ed25519, RFC 8032): 128 hexadecimal digits under a
/// public key of 64. Anything else than digits signs nothing.
Result<Done> checkEd25519(const QByteArray &bytes, const QByteArray &signature, const QByteArray &publicKey);
/// For a form: what is no such public key.
Result<Done> isEd25519Key(const QString &text);
/// Whether a signed time is no further from ours than `window`, before or after.
Result<Done> checkAge(Timestamp sent, Timestamp now, std::chrono::seconds window);

/// Takes the same time wherever the two differ.
bool isSameText(const QByteArray &a, const QByteArray &b);

/// At set-up: a secret that is there has at least `shortest` characters and no blanks around it. Refused, with the
/// field's label. One that is not there yet may come later; without it nothing is let in.
Result<Done> checkHookSecret(const AccountConfig &account, const std::vector<FormField> &form, const QString &field,
                             int shortest = 8);

} // namespace patchbay
