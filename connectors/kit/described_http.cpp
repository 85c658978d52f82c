#include "connectors/kit/described_http.h"

#include "connectors/kit/described_lookup.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/json_template.h"
#include "connectors/kit/rest.h"
#include "connectors/kit/settings.h"

#include <QtCore/QRegularExpression>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool isPlain(const QString &text)
{
    return !text.isEmpty()
        && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u' ' && c < QChar(0x7f); });
}

QList<QPair<QString, QString>> formItems(const QJsonObject &body)
{
    QList<QPair<QString, QString>> items;
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (!it.value().isNull())
            items.append({it.key(), it.value().toVariant().toString()});
    }
    return items;
}

} // namespace

std::vector<FormField> signInWayForm()
{
    return {
        choiceField("auth", QT_TRANSLATE_NOOP("form", "Signs in with"),
                    {u"bearer"_s, u"basic"_s, u"header"_s, u"query"_s, u"none"_s},
                    {u"Authorization: Bearer"_s, u"Authorization: Basic"_s,
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "A header of its own")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "A parameter of the address")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Nothing"))}),
        textField("auth_name", QT_TRANSLATE_NOOP("form", "Name of that header or parameter"), false),
        textField("user", QT_TRANSLATE_NOOP("form", "User (Basic)"), false),
        secretField("secret", QT_TRANSLATE_NOOP("form", "Secret (key, token, password)"), false),
    };
}

std::vector<FieldRule> signInWayRules()
{
    return {{u"user"_s, &isThere, u"auth"_s, u"basic"_s, u"; Basic needs a name and the secret"_s},
            {u"auth_name"_s, &isHeaderName, u"auth"_s, u"header"_s},
            {u"auth_name"_s, &isParameterName, u"auth"_s, u"query"_s}};
}

Credentials signInWayCredentials(const AccountConfig &account)
{
    const QString secret = account.secrets.value(u"secret"_s);
    const QString way = settingText(account.settings, u"auth"_s);
    const QByteArray name = settingText(account.settings, u"auth_name"_s).toLatin1();
    if (way == "none"_L1)
        return Credentials::none();
    if (way == "basic"_L1)
        return Credentials::basic(settingText(account.settings, u"user"_s), secret);
    if (way == "header"_L1)
        return Credentials::inHeader(name, secret);
    return way == "query"_L1 ? Credentials::inQuery(name, secret) : Credentials::bearer(secret);
}

std::vector<FormField> answerForm()
{
    return {
        textField("headers", QT_TRANSLATE_NOOP("form", "Further headers"), false,
                  QT_TRANSLATE_NOOP("form", "As JSON: {\"X-Team\": \"7\"}; no secrets")),
        proposedField("id_pointer", QT_TRANSLATE_NOOP("form", "Id in the answer"), "/id",
                      QT_TRANSLATE_NOOP("form", "JSON pointer, for example /data/id")),
        textField("url_pointer", QT_TRANSLATE_NOOP("form", "Page's address in the answer"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer, for example /data/url")),
        textField("page", QT_TRANSLATE_NOOP("form", "Or: address of a task's page"), false,
                  QT_TRANSLATE_NOOP("form", "With {{id}}, for example https://crm.example.org/tasks/{{id}}")),
    };
}

std::vector<FieldRule> answerRules()
{
    return {{u"id_pointer"_s, &isPointer}, {u"url_pointer"_s, &isPointer}, {u"page"_s, &isPageWithId}};
}

Result<Headers> furtherHeaders(const QJsonObject &settings)
{
    static const QRegularExpression secret(u"auth|token|secret|passw|api-?_?key"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    Headers headers;
    const QString text = settingText(settings, u"headers"_s);
    const QString taken = settingOrProposed(describedLookUpForm(), settings, u"key_header"_s);
    JsonReader in = JsonReader::parse(text.isEmpty() ? "{}" : text.toUtf8(), u"it"_s);
    for (const QString &name : in.keys()) {
        const QString place = u'/' + name;
        const QString value = in.value(place).toString();
        if (!isHeaderName(name))
            in.fault(place, u"has a name that may not be set"_s);
        if (secret.match(name).hasMatch() || name.compare(taken, Qt::CaseInsensitive) == 0)
            in.fault(place, u"has what belongs into a field of its own"_s);
        if (!isPlain(value))
            in.fault(place, u"needs a value of plain letters"_s);
        headers.append({name.toLatin1(), value.toLatin1()});
    }
    if (!in.ok())
        return fieldFault(answerForm(), u"headers"_s, in.error().message);
    return headers;
}

Result<Request> describedRequest(const QByteArray &method, const QString &path, const QJsonObject &values,
                                 const QJsonObject &settings)
{
    const Result<Headers> headers = furtherHeaders(settings);
    if (!headers)
        return headers.error();
    Request request(method, filledPath(path, values));
    for (const auto &[name, value] : *headers)
        request = Request(request).header(name, value);
    return request;
}

QString describedPage(const JsonReader &answer, const QString &id, const QJsonObject &settings, const QUrl &base)
{
    const QString pointer = settingText(settings, u"url_pointer"_s);
    if (pointer.isEmpty())
        return settingText(settings, u"page"_s).replace("{{id}}"_L1, pathPart(id));
    const QString told = textOr(answer, pointer);
    return webPage(told.startsWith(u'/') ? originOf(base) + told : told);
}

Request withBody(Request request, const QJsonValue &body, bool asForm)
{
    if (asForm)
        return std::move(request).form(formItems(body.toObject()));
    return body.isArray() ? std::move(request).jsonList(body.toArray()) : std::move(request).json(body.toObject());
}

Result<Done> checkFormBody(const QJsonValue &body)
{
    if (!body.isObject())
        return makeError(Error::Kind::Refused, u"a form is made from an object {…}"_s);
    const QJsonObject members = body.toObject();
    for (auto it = members.begin(); it != members.end(); ++it) {
        if (it.value().isObject() || it.value().isArray()
            || placeholdersIn(it.value().toString()).contains("fields"_L1)) {
            return makeError(Error::Kind::Refused,
                             u"a form has only texts and numbers, not what is at /%1"_s.arg(it.key()));
        }
    }
    return Done{};
}

} // namespace patchbay
