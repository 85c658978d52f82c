#include "connectors/kit/coded_failures.h"

#include "connectors/kit/rest.h"
#include "core/net/retry.h"

#include <algorithm>
#include <cmath>

namespace patchbay {

using namespace Qt::StringLiterals;

std::optional<VendorFailure> codedFailure(const Reply &reply, const CodedFailures &table)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const qint64 code = in.ok() ? in.optionalInteger(table.code).value_or(0) : 0;
    if (code == 0)
        return std::nullopt;
    VendorFailure failure;
    failure.words = u"%1 (%2)"_s.arg(textOr(in, table.words)).arg(code);
    const auto known = std::find_if(table.kinds.begin(), table.kinds.end(),
                                    [code](const CodedFailures::Codes &one) { return one.codes.contains(code); });
    if (known != table.kinds.end())
        failure.kind = known->kind;
    failure.mayHaveActed = failure.kind == Error::Kind::Remote;
    bool told = false;
    const int seconds = reply.header(table.waitHeader).toInt(&told);
    if (told && failure.kind == Error::Kind::RateLimited)
        failure.retryAfter = std::chrono::seconds(std::clamp(seconds, 1, 3600));
    return failure;
}

std::optional<VendorFailure> failureOf(const QString &code, const QString &words, const std::vector<FailureCode> &codes)
{
    const auto known =
        std::find_if(codes.begin(), codes.end(), [&code](const FailureCode &one) { return one.codes.contains(code); });
    if (known == codes.end())
        return std::nullopt;
    return VendorFailure{known->kind, words, known->wait, known->mayHaveActed};
}

std::optional<VendorFailure> toldFailure(const Reply &reply, const ToldWord &places, Timestamp now)
{
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const bool failed = in.ok() && !in.optionalBoolean(places.success).value_or(true);
    const QString word = failed ? textOr(in, places.word) : QString();
    const QString needed = textOr(in, places.needed);
    const QString words = needed.isEmpty() ? word : u"%1 (needed: %2)"_s.arg(word, needed);
    VendorFailure failure = failureOf(word, words, places.codes).value_or(VendorFailure{Error::Kind::Refused, words});
    if (reply.status == 429 || failure.kind == Error::Kind::RateLimited)
        return VendorFailure{Error::Kind::RateLimited, word, retryAfter(reply, now).value_or(std::chrono::minutes(1))};
    return word.isEmpty() ? std::nullopt : std::optional(failure);
}

VendorFailure failureByStatus(int status, const QString &words, std::chrono::milliseconds wait)
{
    switch (status) {
    case 401:
    case 403: return {Error::Kind::Unauthorized, words};
    case 404: return {Error::Kind::NotFound, words};
    case 429: return {Error::Kind::RateLimited, words, wait};
    default: return {Error::Kind::Refused, words};
    }
}

std::optional<VendorFailure> tooMany(const Reply &reply, std::chrono::milliseconds wait, VendorWords words)
{
    if (reply.status != 429)
        return std::nullopt;
    return VendorFailure{Error::Kind::RateLimited, words(reply.body), wait};
}

bool isSaid(const Reply &reply, const QString &pointer, const QString &text)
{
    const JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    return in.ok() && textOr(in, pointer) == text;
}

std::optional<VendorFailure> tooManyInside(const Reply &reply, const QString &seconds)
{
    constexpr double longestWait = 6 * 3600;
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const std::optional<double> told = in.ok() ? in.optionalNumber(seconds) : std::nullopt;
    if (!told && !reply.header(QByteArrayLiteral("retry-after")).isEmpty())
        return std::nullopt;
    const double wait = std::clamp(told.value_or(1), 0.001, longestWait);
    return tooMany(reply, std::chrono::milliseconds(qint64(std::ceil(wait * 1000))));
}

std::optional<VendorFailure> tooManyWithin(const Reply &reply, const QByteArray &header)
{
    const QByteArray seconds = reply.header(header);
    if (seconds.isEmpty() || !reply.header(QByteArrayLiteral("retry-after")).isEmpty())
        return std::nullopt;
    return tooMany(reply, std::chrono::seconds(seconds.toInt()));
}

std::optional<VendorFailure> toldFailure(const Reply &reply, const ToldStatus &places)
{
    constexpr qint64 longestWait = 6 * 3600;
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    if (!in.ok() || in.optionalBoolean(places.success).value_or(true))
        return std::nullopt;
    const int status = int(in.optionalInteger(places.status).value_or(reply.status));
    const qint64 seconds = in.optionalInteger(places.seconds).value_or(0);
    const Error::Kind known = status == 409 ? Error::Kind::Conflict
        : status >= 500                     ? Error::Kind::Remote
                                            : failureByStatus(status, {}, {}).kind;
    VendorFailure failure;
    failure.kind = places.kinds.value(status, known);
    failure.words = in.optionalText(places.words).value_or(QString());
    failure.retryAfter = std::chrono::seconds(std::clamp<qint64>(seconds, 0, longestWait));
    failure.mayHaveActed = status >= 500;
    return failure;
}

std::optional<VendorFailure> refusedInside(const Reply &reply, const QString &success)
{
    const QJsonValue done = JsonReader::parse(reply.body, u"reply"_s).value(success);
    if (reply.status >= 300 || !done.isBool() || done.toBool())
        return std::nullopt;
    return VendorFailure{Error::Kind::Refused, commonWords(reply.body)};
}

} // namespace patchbay
