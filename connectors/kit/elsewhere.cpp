#include "connectors/kit/elsewhere.h"

#include "connectors/kit/field_rules.h"
#include "connectors/kit/files.h"
#include "core/net/http_client.h"
#include "core/net/public_host.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestUploadAddress = 8000; // signatures are long
constexpr qsizetype longestUploadHeader = 2000;
constexpr qsizetype mostUploadHeaders = 20;

bool isSafeHeader(const QString &name, const QString &value)
{
    static const QStringList signIns{u"authorization"_s, u"proxy-authorization"_s, u"te"_s, u"trailer"_s};
    const bool plain = value.size() <= longestUploadHeader
        && std::all_of(value.begin(), value.end(), [](QChar c) { return c >= u' ' && c < QChar(0x7f); });
    return plain && isHeaderName(name).ok() && !signIns.contains(name.toLower());
}

} // namespace

Result<QUrl> uploadAddress(const QString &told, const QUrl &base)
{
    const QUrl url(told, QUrl::StrictMode);
    const bool web = url.scheme() == u"https"_s || url.scheme() == u"http"_s;
    const bool whole = told.size() <= longestUploadAddress && url.isValid() && web && !url.host().isEmpty()
        && url.userInfo().isEmpty() && !url.hasFragment();
    const bool home = isSameOrigin(url, base);
    const bool here = isLoopback(base.host()) && isLoopback(url.host());
    if (whole && (home || here || (url.scheme() == u"https"_s && isPublicHost(url.host()))))
        return url;
    const QString shown = url.scheme() + u"://"_s + url.host();
    return makeError(
        Error::Kind::Refused,
        u"the address that the answer names for the file (%1) is none that a file is sent to."_s.arg(shown.left(100)));
}

QJsonObject uploadPlace(JsonReader &reply, const QString &address, const QString &headers)
{
    return {{u"upload"_s, reply.text(address)}, {u"upload_headers"_s, reply.value(headers)}};
}

Result<Request> putAtUploadPlace(const CrmContext &context)
{
    const Result<QUrl> address = uploadAddress(context.known.value(u"upload"_s).toString(), context.base);
    if (!address)
        return address.error();
    const QJsonArray headers = context.known.value(u"upload_headers"_s).toArray();
    QByteArray type = mediaTypeOf(context.file);
    Request request(QByteArrayLiteral("PUT"), *address);
    for (const QJsonValue &one : headers) {
        const QString name = one[u"key"_s].toString();
        const QString value = one[u"value"_s].toString();
        const bool isType = name.compare(u"content-type"_s, Qt::CaseInsensitive) == 0;
        if (headers.size() > mostUploadHeaders || !isSafeHeader(isType ? u"x"_s : name, value))
            return makeError(Error::Kind::Refused,
                             u"the answer wants a header for the file that is not sent: “%1”."_s.arg(name.left(60)));
        if (isType)
            type = value.toLatin1();
        else
            request = Request(request).header(name.toLatin1(), value.toLatin1());
    }
    return Request(request).body(context.bytes, type);
}

QUrl addressBelow(const CrmContext &context, const QString &setting, const QUrl &path)
{
    QUrl url(settingText(context.settings, setting));
    url.setPath(url.adjusted(QUrl::StripTrailingSlash).path(QUrl::FullyEncoded) + path.path(QUrl::FullyEncoded),
                QUrl::TolerantMode);
    url.setQuery(path.query(QUrl::FullyEncoded));
    return url;
}

} // namespace patchbay
