#include "connectors/kit/rest.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrlQuery>

namespace patchbay {

namespace {

Request restRequest(const char *method, const QString &path, const QJsonObject &body, const QueryItems &query)
{
    return Request(QByteArray(method), pathOf(path, query)).json(body);
}

} // namespace

QString pathPart(const QString &value)
{
    // A part of dots alone would be taken for a folder.
    if (!value.isEmpty() && value.count(QLatin1Char('.')) == value.size())
        return QString(value).replace(QLatin1Char('.'), QLatin1String("%2E"));
    return QString::fromLatin1(QUrl::toPercentEncoding(value));
}

QUrl pathOf(const QString &path, const QueryItems &query)
{
    QUrl url;
    url.setPath(path, QUrl::StrictMode);
    QByteArray items;
    for (const auto &[name, value] : query) {
        if (value.isEmpty())
            continue;
        if (!items.isEmpty())
            items += '&';
        items += QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value);
    }
    if (!items.isEmpty())
        url.setQuery(QString::fromLatin1(items), QUrl::StrictMode);
    return url;
}

Request getFrom(const QString &path, const QueryItems &query)
{
    return Request(QByteArrayLiteral("GET"), pathOf(path, query));
}

Request postTo(const QString &path, const QJsonObject &body, const QueryItems &query)
{
    return restRequest("POST", path, body, query);
}

Request searchAt(const QString &path, const QJsonObject &body, const QueryItems &query)
{
    return postTo(path, body, query).reading();
}

Request patchAt(const QString &path, const QJsonObject &body, const QueryItems &query)
{
    return restRequest("PATCH", path, body, query);
}

Request putAt(const QString &path, const QJsonObject &body, const QueryItems &query)
{
    return restRequest("PUT", path, body, query);
}

std::vector<FieldChoice> readChoices(JsonReader &reply, const QString &field, const ChoicePlaces &places)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &one : reply.array(places.list)) {
        const QString id = one.id(places.id);
        QString title = textOr(one, places.title);
        if (title.isEmpty() && !places.otherTitle.isEmpty())
            title = textOr(one, places.otherTitle);
        choices.push_back({field, id, title.isEmpty() ? id : title});
    }
    return choices;
}

Error nobodyToAskFor()
{
    return makeError(Error::Kind::Refused,
                     QStringLiteral("The contact has no address by which its records could be found."));
}

RemoteRecord readRecord(JsonReader &element, const RecordPlaces &places, const RemoteTask &state)
{
    RemoteRecord record;
    record.status = state.status;
    record.closed = state.closed;
    record.url = state.url;
    record.externalId = element.id(places.id);
    record.title = textOr(element, places.title);
    QDateTime changed = places.changed.isEmpty()
        ? QDateTime()
        : QDateTime::fromString(textOr(element, places.changed), Qt::ISODateWithMs);
    if (changed.timeSpec() == Qt::LocalTime)
        changed.setTimeSpec(Qt::UTC);
    if (changed.isValid())
        record.changed = Timestamp::from(changed);
    return record;
}

QString partBehind(const QString &address, const QStringList &names)
{
    const QStringList parts = QUrl(address).path(QUrl::FullyDecoded).split(QLatin1Char('/'), Qt::SkipEmptyParts);
    for (const QString &name : names) {
        const qsizetype at = parts.indexOf(name);
        if (at >= 0 && at + 1 < parts.size())
            return parts.at(at + 1);
    }
    return lastPartOf(address);
}

QString itemOf(const QString &address, const QString &inQuery, const QString &inFragment)
{
    const QUrl url(address);
    const QString item = QUrlQuery(url.query()).queryItemValue(inQuery);
    const QString other = QUrlQuery(url.fragment()).queryItemValue(inFragment);
    return !item.isEmpty() ? item : !other.isEmpty() ? other : lastPartOf(address);
}

QString lastNumberIn(const QString &address)
{
    static const QRegularExpression digits(QStringLiteral("^[0-9]+$"));
    const QStringList parts = QUrl(address).path().split(QLatin1Char('/')).filter(digits);
    return parts.isEmpty() ? lastPartOf(address) : parts.last();
}

QString pageIdIn(const QString &address, const QString &inQuery)
{
    static const QRegularExpression id(QStringLiteral("(?:^|-)([0-9a-f]{32})$"));
    const QString part = itemOf(address, inQuery, {});
    const QRegularExpressionMatch found = id.match(part);
    return found.hasMatch() ? found.captured(1) : part;
}

QString compactText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

Error refusal(const QString &sentence) { return makeError(Error::Kind::Refused, sentence); }

QString pointerStep(const QString &name)
{
    return QLatin1Char('/')
        + QString(name).replace(QLatin1Char('~'), QLatin1String("~0")).replace(QLatin1Char('/'), QLatin1String("~1"));
}

std::vector<JsonReader> listThere(JsonReader &reply, const QString &path) { return reply.array(path); }

std::vector<JsonReader> listOrNoContent(JsonReader &reply, const QString &path)
{
    if (reply.optionalBoolean(QStringLiteral("/(no content)")).value_or(false))
        return {};
    return reply.array(path);
}

QByteArray noContent() { return QByteArrayLiteral("{\"(no content)\":true}"); }

QString textOr(const JsonReader &reader, const QString &path, const QString &otherwise)
{
    const QJsonValue value = reader.value(path);
    return value.isString() ? value.toString() : otherwise;
}

QString webPage(const QString &address)
{
    const QUrl url(address, QUrl::StrictMode);
    const bool web = url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    return web && !url.host().isEmpty() && url.userInfo().isEmpty() ? address : QString();
}

QString originOf(const QUrl &address)
{
    return address.adjusted(QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment)
        .toString();
}

} // namespace patchbay
