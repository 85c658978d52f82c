#include "connectors/kit/sasl_bearer.h"

#include "core/base/json_reader.h"
#include "core/base/log.h"

#include <QtCore/QStringList>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype bearerErrorLimit = 4096; ///< bytes of an error in base64
constexpr qsizetype bearerWordsLimit = 300;

bool bearerIsToken(const QString &token)
{
    return !token.isEmpty()
        && std::all_of(token.begin(), token.end(), [](QChar c) { return c.unicode() > 0x20 && c.unicode() < 0x7f; });
}

bool bearerIsUser(const QString &user)
{
    return !user.isEmpty()
        && std::none_of(user.begin(), user.end(), [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
}

/// A name within the header of GS2 (RFC 5801, section 4).
QByteArray bearerSaslName(const QByteArray &user)
{
    QByteArray name = user;
    return name.replace('=', "=3D").replace(',', "=2C");
}

QString bearerWords(const QString &text) { return redacted(text).left(bearerWordsLimit).simplified(); }

} // namespace

Result<SaslBearer> saslBearer(const QString &host, const QString &user, const QString &token,
                              const QList<QByteArray> &offered)
{
    registerSecret(token);
    if (!bearerIsUser(user) || !bearerIsToken(token)) {
        return makeError(
            Error::Kind::Unauthorized,
            u"User name or access token for %1 is empty or has characters that cannot be sent."_s.arg(host));
    }
    const QByteArray auth = "\1auth=Bearer " + token.toUtf8() + "\1\1";
    SaslBearer bearer;
    if (offered.contains("OAUTHBEARER")) {
        bearer.mechanism = "OAUTHBEARER";
        bearer.response = ("n,a=" + bearerSaslName(user.toUtf8()) + ',' + auth).toBase64();
        bearer.afterError = "AQ=="; // one ^A
    } else if (offered.contains("XOAUTH2")) {
        bearer.mechanism = "XOAUTH2";
        bearer.response = ("user=" + user.toUtf8() + auth).toBase64(); // after an error: an empty line
    } else {
        const QString others = bearerWords(QString::fromUtf8(offered.join(", ")));
        return makeError(
            Error::Kind::Unauthorized,
            u"%1 takes no access token: it offers neither OAUTHBEARER nor XOAUTH2, but %2. Check server, port and encryption, or sign in with a password."_s
                .arg(host, others.isEmpty() ? u"nothing"_s : others));
    }
    registerSecret(QString::fromLatin1(token.toUtf8().toBase64()));
    registerSecret(QString::fromLatin1(bearer.response));
    return bearer;
}

QString saslBearerError(const QByteArray &base64)
{
    const QByteArray text = base64.trimmed();
    if (text.isEmpty() || text.size() > bearerErrorLimit)
        return {};
    const auto json = QByteArray::fromBase64Encoding(text, QByteArray::AbortOnBase64DecodingErrors);
    if (!json)
        return {};
    JsonReader in = JsonReader::parse(*json, u"error"_s);
    if (!in.ok())
        return bearerWords(QString::fromUtf8(*json));
    QStringList words;
    if (const QString status = in.optionalText(u"/status"_s).value_or(QString()); !status.isEmpty())
        words << u"status "_s + status;
    if (const QString scope = in.optionalText(u"/scope"_s).value_or(QString()); !scope.isEmpty())
        words << u"scope "_s + scope;
    return bearerWords(words.join(u", "_s));
}

QString saslBearerRefused(const QString &host, const QString &user, const QString &inTheMiddle, const QString &words)
{
    return u"%1 does not accept the access token of %2: \"%3\". Sign in with the browser again in the channel's settings, with this mailbox's own account; the scopes must allow IMAP and SMTP."_s
        .arg(host, user, inTheMiddle.isEmpty() ? words : u"%1; %2"_s.arg(inTheMiddle, words));
}

} // namespace patchbay
