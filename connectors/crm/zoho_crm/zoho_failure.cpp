#include "connectors/crm/zoho_crm/zoho_failure.h"

#include "core/base/json_reader.h"

#include <QtCore/QHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Error::Kind zohoKind(const QString &code, int status)
{
    static const QHash<QString, Error::Kind> kinds{{u"TOO_MANY_REQUESTS"_s, Error::Kind::RateLimited},
                                                   {u"LIMIT_EXCEEDED"_s, Error::Kind::RateLimited},
                                                   {u"LIMIT_REACHED"_s, Error::Kind::RateLimited},
                                                   {u"Access Denied"_s, Error::Kind::RateLimited},
                                                   {u"INTERNAL_ERROR"_s, Error::Kind::Remote},
                                                   {u"RECORD_LOCKED"_s, Error::Kind::Remote},
                                                   {u"DUPLICATE_DATA"_s, Error::Kind::Conflict},
                                                   {u"INVALID_TOKEN"_s, Error::Kind::Unauthorized},
                                                   {u"AUTHENTICATION_FAILURE"_s, Error::Kind::Unauthorized},
                                                   {u"NO_PERMISSION"_s, Error::Kind::Unauthorized},
                                                   {u"OAUTH_SCOPE_MISMATCH"_s, Error::Kind::Unauthorized},
                                                   {u"invalid_code"_s, Error::Kind::Unauthorized}};
    const Error::Kind otherwise = status == 401 || status == 403 ? Error::Kind::Unauthorized
        : status == 404                                          ? Error::Kind::NotFound
        : status == 429                                          ? Error::Kind::RateLimited
                                                                 : Error::Kind::Refused;
    return kinds.value(code, otherwise);
}

} // namespace

std::optional<VendorFailure> zohoFailure(const Reply &reply, Timestamp)
{
    if (reply.status >= 500)
        return {};
    const QJsonObject body = JsonReader::parse(reply.body, u"reply"_s).value().toObject();
    QJsonObject said = body;
    if (const QJsonObject first = body.value(u"data"_s).toArray().first().toObject(); first.value(u"code"_s).isString())
        said = first;
    const QString code = said.value(said.contains(u"error"_s) ? u"error"_s : u"code"_s).toString();
    if (code.isEmpty() || (reply.status < 400 && said.value(u"status"_s) != u"error"_s && !said.contains(u"error"_s)))
        return {};
    const QString field = said.value(u"details"_s).toObject().value(u"api_name"_s).toString();
    const QString words = said.value(u"error"_s).isString() ? said.value(u"error_description"_s).toString()
                                                            : said.value(u"message"_s).toString();
    VendorFailure failure;
    failure.kind = zohoKind(code, reply.status);
    failure.words = (field.isEmpty() ? u"%1 %2"_s.arg(code, words) : u"%1 %2 (%3)"_s.arg(code, words, field)).trimmed();
    failure.retryAfter = failure.kind == Error::Kind::RateLimited ? 300s : 0s;
    failure.mayHaveActed = code == u"INTERNAL_ERROR"_s;
    return failure;
}

} // namespace patchbay
