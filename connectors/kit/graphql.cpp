#include "connectors/kit/graphql.h"

#include "core/base/json_reader.h"
#include "core/net/retry.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct CodeKind {
    const char *part; ///< of the code, in lower case without separators
    Error::Kind kind;
};

/// Checked in this order; a code may carry several words.
constexpr CodeKind codeKinds[] = {
    {"ratelimit", Error::Kind::RateLimited},     {"complexity", Error::Kind::RateLimited},
    {"concurrency", Error::Kind::RateLimited},   {"dailylimit", Error::Kind::RateLimited},
    {"minutelimit", Error::Kind::RateLimited},   {"authentic", Error::Kind::Unauthorized},
    {"unauthorized", Error::Kind::Unauthorized}, {"forbidden", Error::Kind::Unauthorized},
    {"permission", Error::Kind::Unauthorized},   {"notfound", Error::Kind::NotFound},
    {"internal", Error::Kind::Remote},           {"lockexception", Error::Kind::Remote},
};

Error::Kind kindOfCode(QString code)
{
    code = code.toLower().remove(u'_').remove(u' ').remove(u'-');
    for (const CodeKind &one : codeKinds) {
        if (code.contains(QLatin1StringView(one.part)))
            return one.kind;
    }
    return Error::Kind::Refused;
}

} // namespace

Request graphqlMutation(const QUrl &path, const QString &query, const QJsonObject &variables)
{
    return Request(QByteArrayLiteral("POST"), path).json({{u"query"_s, query}, {u"variables"_s, variables}});
}

Request graphqlQuery(const QUrl &path, const QString &query, const QJsonObject &variables)
{
    return graphqlMutation(path, query, variables).reading();
}

std::optional<VendorFailure> graphqlFailure(const Reply &reply, Timestamp now)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    if (!in.ok())
        return std::nullopt;
    std::vector<JsonReader> errors = in.optionalArray(u"/errors"_s);
    if (!in.ok() || errors.empty())
        return std::nullopt;
    JsonReader &first = errors.front();
    const QString code = first.optionalId(u"/extensions/code"_s).value_or(QString());
    const QString type = first.optionalText(u"/extensions/type"_s).value_or(QString());
    VendorFailure failure;
    failure.words = first.optionalText(u"/extensions/userPresentableMessage"_s)
                        .value_or(first.optionalText(u"/message"_s).value_or(code));
    failure.kind = kindOfCode(code + type);
    if (reply.status == 429)
        failure.kind = Error::Kind::RateLimited;
    else if (reply.status == 401)
        failure.kind = Error::Kind::Unauthorized;
    failure.mayHaveActed = failure.kind == Error::Kind::Remote;
    if (failure.kind == Error::Kind::RateLimited) {
        const auto seconds = first.optionalNumber(u"/extensions/retry_in_seconds"_s);
        failure.retryAfter = seconds ? std::chrono::milliseconds(qint64(qBound(1.0, *seconds, 21600.0) * 1000))
                                     : retryAfter(reply, now).value_or(std::chrono::milliseconds(0));
    }
    return failure;
}

} // namespace patchbay
