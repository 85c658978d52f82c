#include "connectors/kit/signatures.h"

#include "connectors/kit/field_rules.h"

#include <QtCore/QMessageAuthenticationCode>

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype ed25519KeyBytes = 32;
constexpr qsizetype ed25519SignatureBytes = 64;
constexpr qint64 latestSignedSecond = 253402300799; // the year 9999

Error notProved(const QString &sentence) { return makeError(Error::Kind::Unauthorized, sentence); }

/// Exactly so many bytes, or none: QByteArray::fromHex() passes over what is no digit.
QByteArray strictHex(const QByteArray &digits, qsizetype bytes)
{
    const bool isHex = digits.size() == bytes * 2
        && std::all_of(digits.begin(), digits.end(), [](char c) { return std::isxdigit(static_cast<uchar>(c)) != 0; });
    return isHex ? QByteArray::fromHex(digits) : QByteArray();
}

const uchar *uchars(const QByteArray &bytes) { return reinterpret_cast<const uchar *>(bytes.constData()); }

} // namespace

QByteArray signatureOf(const QByteArray &bytes, const QString &secret, const SignatureForm &form)
{
    const QByteArray mac = QMessageAuthenticationCode::hash(bytes, secret.toUtf8(), form.digest);
    return form.prefix + (form.isBase64 ? mac.toBase64() : mac.toHex());
}

Result<Done> checkSignature(const HookRequest &request, const SignatureForm &form, const QString &secret,
                            const QByteArray &bytes)
{
    if (secret.isEmpty())
        return notProved(u"No secret is stored to check signatures with."_s);
    QByteArray given = request.header(form.header).trimmed();
    if (given.isEmpty())
        return notProved(u"The request is not signed."_s);
    if (!form.isBase64)
        given = given.toLower(); // digits in either case are the same number
    const QByteArray wanted = signatureOf(bytes, secret, form);
    if (!isSameText(given, form.isBase64 ? wanted : wanted.toLower()))
        return notProved(u"The signature is wrong."_s);
    return Done{};
}

Result<Done> checkSignature(const HookRequest &request, const SignatureForm &form, const QString &secret)
{
    return checkSignature(request, form, secret, request.body);
}

Result<Done> checkTimedSignature(const HookRequest &request, const QByteArray &header, const QString &secret,
                                 Timestamp now, std::chrono::seconds window)
{
    constexpr int mostSignatures = 20;
    if (secret.isEmpty())
        return notProved(u"No secret is stored to check signatures with."_s);
    QByteArray time;
    QList<QByteArray> given;
    for (const QByteArray &part : request.header(header).split(',')) {
        const qsizetype equals = part.indexOf('=');
        const QByteArray name = part.left(std::max<qsizetype>(equals, 0)).trimmed();
        if (name == "t" && time.isEmpty())
            time = part.mid(equals + 1).trimmed();
        else if (name == "v1" && given.size() < mostSignatures)
            given << part.mid(equals + 1).trimmed().toLower();
    }
    bool isTime = false;
    const qint64 seconds = time.toLongLong(&isTime);
    if (!isTime || seconds <= 0 || seconds > latestSignedSecond || given.isEmpty())
        return notProved(u"The request is not signed."_s);
    const QByteArray wanted = signatureOf(time + '.' + request.body, secret, {});
    bool fits = false;
    for (const QByteArray &one : std::as_const(given))
        fits = isSameText(one, wanted) || fits;
    if (!fits)
        return notProved(u"The signature is wrong."_s);
    return checkAge({seconds * 1000000}, now, window);
}

Result<Done> checkToken(const QString &given, const QString &secret)
{
    if (secret.isEmpty())
        return notProved(u"No secret is stored to compare with."_s);
    if (given.isEmpty())
        return notProved(u"The request has no secret."_s);
    if (!isSameText(given.toUtf8(), secret.toUtf8()))
        return notProved(u"The secret is wrong."_s);
    return Done{};
}

Result<Done> checkEd25519(const QByteArray &bytes, const QByteArray &signature, const QByteArray &publicKey)
{
    const QByteArray raw = strictHex(publicKey, ed25519KeyBytes);
    if (raw.isEmpty())
        return notProved(u"No public key is set to check signatures with."_s);
    const QByteArray given = strictHex(signature, ed25519SignatureBytes);
    if (given.isEmpty())
        return notProved(u"The request is not signed."_s);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, uchars(raw), size_t(raw.size())), &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    const bool isReady = key && context
        && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1; // it hashes by itself
    if (!isReady
        || EVP_DigestVerify(context.get(), uchars(given), size_t(given.size()), uchars(bytes), size_t(bytes.size()))
            != 1)
        return notProved(u"The signature is wrong."_s);
    return Done{};
}

Result<Done> isEd25519Key(const QString &text)
{
    if (!strictHex(text.toLatin1(), ed25519KeyBytes).isEmpty())
        return Done{};
    return makeError(Error::Kind::Refused, u"must be 64 hexadecimal digits."_s);
}

Result<Done> checkAge(Timestamp sent, Timestamp now, std::chrono::seconds window)
{
    const auto age = now - sent;
    if (!sent || age > window || age < -window)
        return notProved(u"The request is too old, or the clocks differ."_s);
    return Done{};
}

bool isSameText(const QByteArray &a, const QByteArray &b)
{
    // Of equal length whatever comes in, and nobody can choose where the two begin to differ.
    const QByteArray x = QCryptographicHash::hash(a, QCryptographicHash::Sha256);
    const QByteArray y = QCryptographicHash::hash(b, QCryptographicHash::Sha256);
    volatile uchar differs = a.size() == b.size() ? 0 : 1;
    for (qsizetype i = 0; i < x.size(); ++i)
        differs = differs | (uchar(x.at(i)) ^ uchar(y.at(i)));
    return differs == 0;
}

Result<Done> checkHookSecret(const AccountConfig &account, const std::vector<FormField> &form, const QString &field,
                             int shortest)
{
    const auto stored = account.secrets.constFind(field);
    if (stored == account.secrets.constEnd())
        return Done{};
    if (stored->trimmed() != *stored)
        return fieldFault(form, field, u"has blanks around it."_s);
    if (stored->size() < shortest)
        return fieldFault(form, field,
                          u"is too short: at least %1 characters, or anybody can guess it."_s.arg(shortest));
    return Done{};
}

} // namespace patchbay
