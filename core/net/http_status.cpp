#include "core/net/http_status.h"

#include "core/base/json_reader.h"
#include "core/base/log.h"
#include "core/net/retry.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

namespace patchbay {

namespace {

constexpr qsizetype longestWords = 300;

void collectWords(const QJsonValue &value, QStringList &found, int depth)
{
    if (depth > 4 || found.size() >= 5)
        return;
    if (value.isString()) {
        found.append(value.toString());
        return;
    }
    const QJsonArray items = value.toArray();
    for (const QJsonValue &item : items)
        collectWords(item, found, depth + 1);
    const QJsonObject object = value.toObject();
    static const QStringList keys{QStringLiteral("error_description"),
                                  QStringLiteral("message"),
                                  QStringLiteral("detail"),
                                  QStringLiteral("errorMessages"),
                                  QStringLiteral("errors"),
                                  QStringLiteral("error"),
                                  QStringLiteral("title")};
    for (const QString &key : keys) {
        const qsizetype before = found.size();
        collectWords(object.value(key), found, depth + 1);
        if (found.size() > before)
            return;
    }
}

Error::Kind kindOfStatus(int status)
{
    switch (status) {
    case 401:
    case 403: return Error::Kind::Unauthorized;
    case 404:
    case 410: return Error::Kind::NotFound;
    case 408: return Error::Kind::Timeout;
    case 409:
    case 412:
    case 423: return Error::Kind::Conflict;
    case 425:
    case 429: return Error::Kind::RateLimited;
    default: break;
    }
    if (status >= 500)
        return Error::Kind::Remote;
    return status >= 400 ? Error::Kind::Refused : Error::Kind::Protocol;
}

/// 302 and 303 are also what web applications answer after having acted.
bool mayHaveActed(int status)
{
    return status >= 500 || status == 302 || status == 303 || status == 408 || status < 300;
}

QString verbOfKind(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Unauthorized: return QStringLiteral("does not accept the credentials or the permission");
    case Error::Kind::NotFound: return QStringLiteral("does not have it");
    case Error::Kind::Conflict: return QStringLiteral("reports a conflict");
    case Error::Kind::RateLimited: return QStringLiteral("asks to slow down");
    case Error::Kind::Remote: return QStringLiteral("failed");
    case Error::Kind::Timeout: return QStringLiteral("gave up waiting for the request");
    default: return QStringLiteral("refuses the request");
    }
}

QString redirectSentence(const Request &request, const Reply &reply, const QString &who)
{
    const QUrl to = request.url().resolved(QUrl::fromEncoded(reply.header(QByteArrayLiteral("location"))));
    const QString origin =
        to.adjusted(QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment)
            .toDisplayString();
    return QStringLiteral("%1 redirects (%2) to %3, which is not followed. Enter the final address in the settings.")
        .arg(who, QString::number(reply.status), escapedForLog(origin, 200));
}

bool isJsonReply(const Reply &reply)
{
    const QByteArray type = reply.header(QByteArrayLiteral("content-type")).split(';').first().trimmed().toLower();
    return type == "application/json" || type.endsWith("+json");
}

QString failureSentence(const QString &who, Error::Kind kind, int status, const QString &words)
{
    return QStringLiteral("%1 %2 (%3)%4")
        .arg(who, verbOfKind(kind), QString::number(status),
             words.isEmpty() ? QStringLiteral(".") : QStringLiteral(": ") + words);
}

bool isAccountWide(const Reply &reply, const StatusRules &rules, Error::Kind kind)
{
    return kind == Error::Kind::RateLimited && rules.isAccountWide && rules.isAccountWide(reply);
}

Error vendorError(const Request &request, const Reply &reply, const StatusRules &rules, const VendorFailure &failure)
{
    Error error;
    error.kind = failure.kind;
    error.ambiguous =
        request.changesSomething() && (failure.mayHaveActed || (reply.status >= 300 && mayHaveActed(reply.status)));
    error.retryAfter = failure.retryAfter;
    error.accountWide = isAccountWide(reply, rules, failure.kind);
    const QString words = escapedForLog(failure.words.simplified(), longestWords);
    error.message = redacted(failureSentence(rules.who, failure.kind, reply.status, words));
    return error;
}

} // namespace

QString commonWords(const QByteArray &body)
{
    QStringList found;
    JsonReader in = JsonReader::parse(body, QStringLiteral("answer"));
    if (in.ok())
        collectWords(in.value(), found, 0);
    else if (body.size() < 2000 && !body.contains('<'))
        found.append(QString::fromUtf8(body).simplified());
    return escapedForLog(found.join(QStringLiteral("; ")), longestWords);
}

Result<Reply> judged(const Request &request, const Reply &reply, const StatusRules &rules, Timestamp now)
{
    const bool redirects = reply.status >= 300 && reply.status < 400;
    if (rules.isAnswer && !redirects && rules.isAnswer(reply))
        return reply;
    if (rules.failure && !redirects) {
        if (const std::optional<VendorFailure> failure = rules.failure(reply, now))
            return vendorError(request, reply, rules, *failure);
    }
    Error error;
    error.ambiguous = request.changesSomething() && mayHaveActed(reply.status);
    if (reply.status >= 200 && reply.status < 300) {
        if (!rules.expectsJson || reply.body.isEmpty() || isJsonReply(reply))
            return reply;
        const QByteArray type = reply.header(QByteArrayLiteral("content-type"));
        error.kind = Error::Kind::Protocol;
        error.message =
            QStringLiteral("%1 answered %2 with %3 instead of JSON. Check the address in the settings.")
                .arg(rules.who, QString::number(reply.status),
                     type.isEmpty() ? QStringLiteral("no content type") : escapedForLog(QString::fromLatin1(type), 80));
    } else if (redirects) {
        error.kind = Error::Kind::Protocol;
        error.message = redirectSentence(request, reply, rules.who);
    } else {
        error.kind = kindOfStatus(reply.status);
        error.message = failureSentence(rules.who, error.kind, reply.status, rules.words(reply.body));
        if (error.kind == Error::Kind::RateLimited || error.kind == Error::Kind::Remote)
            error.retryAfter = retryAfter(reply, now).value_or(std::chrono::milliseconds(0));
        error.accountWide = isAccountWide(reply, rules, error.kind);
    }
    error.message = redacted(error.message);
    return error;
}

} // namespace patchbay
