#include "connectors/crm/custom_http/custom_http.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr auto customBody =
    R"({"title": "{{task.title}}", "description": "{{task.text}}", "priority": "{{task.priority}}", "due": "{{task.due}}"})";

FormField customText(const char *key, const char *label, const char *initial, const char *help)
{
    FormField field = textField(key, label, false, help);
    field.initial = QString::fromUtf8(initial);
    return field;
}

QString customName(const QString &key)
{
    for (const FormField &field : customForm()) {
        if (field.key == key)
            return u"%1 (%2)"_s.arg(field.label, key);
    }
    return key;
}

Error customFault(const QString &key, const QString &what)
{
    return makeError(Error::Kind::Refused, u"%1: %2"_s.arg(customName(key), what));
}

bool customHas(const QJsonObject &settings, const QString &key) { return !settingText(settings, key).isEmpty(); }

bool customIs(const QJsonObject &settings, const QString &key, const char *value)
{
    return customSetting(settings, key) == QLatin1StringView(value);
}

bool customIsHeaderName(const QString &name)
{
    static const QRegularExpression token(u"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}$"_s);
    static const QStringList ours{u"host"_s,       u"content-length"_s,    u"content-type"_s, u"accept"_s,
                                  u"connection"_s, u"transfer-encoding"_s, u"cookie"_s,       u"upgrade"_s};
    return token.match(name).hasMatch() && !ours.contains(name.toLower());
}

/// Paths and pointers, each on its own.
Result<Done> customParts(const QJsonObject &settings)
{
    const QStringList task = taskValueNames();
    const std::tuple<QString, QStringList> paths[] = {{u"path"_s, task},
                                                      {u"lookup_path"_s, {u"key"_s, u"cursor"_s}},
                                                      {u"status_path"_s, {u"id"_s}},
                                                      {u"test_path"_s, {}}};
    for (const auto &[key, names] : paths) {
        if (!customHas(settings, key))
            continue;
        if (Result<Done> path = checkPathTemplate(settingText(settings, key), customName(key), names); !path)
            return path;
    }
    for (const QString &key : {u"id_pointer"_s, u"url_pointer"_s, u"lookup_list"_s, u"lookup_key"_s, u"lookup_id"_s,
                               u"lookup_next"_s, u"status_pointer"_s}) {
        if (Result<Done> pointer = checkPointer(settingText(settings, key), customName(key)); !pointer)
            return pointer;
    }
    if (!customHas(settings, u"page"_s))
        return Done{};
    const QString page = settingText(settings, u"page"_s);
    const Result<QUrl> plain = checkedUrl(QString(page).replace("{{id}}"_L1, "x"_L1), true);
    return plain ? Result<Done>(Done{}) : customFault(u"page"_s, plain.error().message);
}

Result<Done> customBodyCheck(const QJsonObject &settings, bool *hasKey)
{
    const Result<JsonTemplate> body =
        JsonTemplate::parse(customSetting(settings, u"body"_s), customName(u"body"_s), taskValueNames());
    if (!body)
        return body.error();
    for (const QString &name : {u"key"_s, u"task.text"_s})
        *hasKey = *hasKey || body->placeholders().contains(name);
    if (!customIs(settings, u"content"_s, "form"))
        return Done{};
    if (!body->document().isObject())
        return customFault(u"body"_s, u"a form is made from an object {…}"_s);
    const QJsonObject members = body->document().toObject();
    for (auto it = members.begin(); it != members.end(); ++it) {
        if (it.value().isObject() || it.value().isArray()
            || placeholdersIn(it.value().toString()).contains("fields"_L1))
            return customFault(u"body"_s, u"a form has only texts and numbers, not what is at /%1"_s.arg(it.key()));
    }
    return Done{};
}

/// What the chosen way against doubles needs.
Result<Done> customRepeats(const QJsonObject &settings)
{
    if (customIs(settings, u"idempotency"_s, "header") && !customIsHeaderName(customSetting(settings, u"key_header"_s)))
        return customFault(u"key_header"_s, u"is no name of a header that may be set"_s);
    if (customIs(settings, u"idempotency"_s, "upsert")) {
        if (!customIs(settings, u"method"_s, "PUT")
            || !placeholdersIn(settingText(settings, u"path"_s)).contains("key"_L1))
            return customFault(u"idempotency"_s, u"a record of our key is written with PUT to a path with {{key}}"_s);
    }
    if (!customIs(settings, u"idempotency"_s, "lookup"))
        return Done{};
    const QStringList names = placeholdersIn(settingText(settings, u"lookup_path"_s));
    if (!names.contains("key"_L1))
        return customFault(u"lookup_path"_s, u"needs {{key}}, or it cannot ask for one task"_s);
    for (const QString &key : {u"lookup_key"_s, u"lookup_id"_s}) {
        if (!customHas(settings, key))
            return customFault(key, u"is missing; the look-up compares the key itself and reads the id"_s);
    }
    if (customHas(settings, u"lookup_next"_s) != names.contains("cursor"_L1))
        return customFault(u"lookup_next"_s, u"belongs together with {{cursor}} in the path of the look-up"_s);
    return Done{};
}

Result<Done> customSignIn(const QJsonObject &settings)
{
    if (customIs(settings, u"auth"_s, "basic") && !customHas(settings, u"user"_s))
        return customFault(u"user"_s, u"is missing; Basic needs a name and the secret"_s);
    if (customIs(settings, u"auth"_s, "header") && !customIsHeaderName(settingText(settings, u"auth_name"_s)))
        return customFault(u"auth_name"_s, u"is no name of a header that may be set"_s);
    static const QRegularExpression parameter(u"^[A-Za-z0-9._-]{1,80}$"_s);
    if (customIs(settings, u"auth"_s, "query") && !parameter.match(settingText(settings, u"auth_name"_s)).hasMatch())
        return customFault(u"auth_name"_s, u"is no name of a parameter"_s);
    return Done{};
}

} // namespace

QString customSetting(const QJsonObject &settings, const QString &key)
{
    if (const QString set = settingText(settings, key); !set.isEmpty())
        return set;
    static const std::vector<FormField> form = customForm();
    for (const FormField &field : form) {
        if (field.key == key)
            return field.initial;
    }
    return {};
}

std::vector<FormField> customForm()
{
    std::vector<FormField> form{
        ownAddressField(
            QT_TRANSLATE_NOOP("form", "Where all its paths begin, for example https://crm.example.org/api")),
        choiceField("method", QT_TRANSLATE_NOOP("form", "Method"), {u"POST"_s, u"PUT"_s, u"PATCH"_s},
                    {u"POST"_s, u"PUT"_s, u"PATCH"_s}),
        textField("path", QT_TRANSLATE_NOOP("form", "Path of a new task"), true,
                  QT_TRANSLATE_NOOP("form", "For example /tasks")),
        choiceField("content", QT_TRANSLATE_NOOP("form", "Body is sent as"), {u"json"_s, u"form"_s},
                    {u"JSON"_s, u"Form"_s}),
        customText("body", QT_TRANSLATE_NOOP("form", "Body"), customBody,
                   QT_TRANSLATE_NOOP("form", "JSON with placeholders, in one line; the help lists them")),
        choiceField("auth", QT_TRANSLATE_NOOP("form", "Signs in with"),
                    {u"bearer"_s, u"basic"_s, u"header"_s, u"query"_s, u"none"_s},
                    {u"Authorization: Bearer"_s, u"Authorization: Basic"_s,
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "A header of its own")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "A parameter of the address")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Nothing"))}),
        textField("auth_name", QT_TRANSLATE_NOOP("form", "Name of that header or parameter"), false),
        textField("user", QT_TRANSLATE_NOOP("form", "User (Basic)"), false),
        secretField("secret", QT_TRANSLATE_NOOP("form", "Secret (key, token, password)"), false),
        textField("headers", QT_TRANSLATE_NOOP("form", "Further headers"), false,
                  QT_TRANSLATE_NOOP("form", "As JSON: {\"X-Team\": \"7\"}; no secrets")),
        customText("id_pointer", QT_TRANSLATE_NOOP("form", "Id in the answer"), "/id",
                   QT_TRANSLATE_NOOP("form", "JSON pointer, for example /data/id")),
        textField("url_pointer", QT_TRANSLATE_NOOP("form", "Page's address in the answer"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer, for example /data/url")),
        textField("page", QT_TRANSLATE_NOOP("form", "Or: address of a task's page"), false,
                  QT_TRANSLATE_NOOP("form", "With {{id}}, for example https://crm.example.org/tasks/{{id}}")),
        choiceField("idempotency", QT_TRANSLATE_NOOP("form", "Against doubles"),
                    {u"none"_s, u"header"_s, u"lookup"_s, u"upsert"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Nothing: a person looks")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "A header with our key, which it heeds")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "It can be searched for our key")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "PUT to a path with our key"))}),
        customText("key_header", QT_TRANSLATE_NOOP("form", "Header with our key"), "Idempotency-Key", ""),
    };
    const std::vector<FormField> reading{
        textField("lookup_path", QT_TRANSLATE_NOOP("form", "Look-up: path"), false,
                  QT_TRANSLATE_NOOP("form", "With {{key}}, for example /tasks?external={{key}}")),
        choiceField("lookup_answer", QT_TRANSLATE_NOOP("form", "Look-up: answer"), {u"list"_s, u"one"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "A list")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "One task, or 404 when it is not there"))}),
        textField("lookup_list", QT_TRANSLATE_NOOP("form", "Look-up: the list or task"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer; empty: the whole answer")),
        textField("lookup_key", QT_TRANSLATE_NOOP("form", "Look-up: our key within an element"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer to the key, or to a text that ends with it")),
        customText("lookup_id", QT_TRANSLATE_NOOP("form", "Look-up: id within an element"), "",
                   QT_TRANSLATE_NOOP("form", "JSON pointer, for example /id")),
        textField("lookup_next", QT_TRANSLATE_NOOP("form", "Look-up: mark of the next page"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer to what goes into {{cursor}}")),
        textField("status_path", QT_TRANSLATE_NOOP("form", "Status: path"), false,
                  QT_TRANSLATE_NOOP("form", "With {{id}}, for example /tasks/{{id}}")),
        textField("status_pointer", QT_TRANSLATE_NOOP("form", "Status: word"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer, for example /status")),
        textField("closed_words", QT_TRANSLATE_NOOP("form", "Status: words that mean closed"), false,
                  QT_TRANSLATE_NOOP("form", "Separated by commas, for example done, cancelled")),
        textField("test_path", QT_TRANSLATE_NOOP("form", "Path for the connection test"), false,
                  QT_TRANSLATE_NOOP("form", "Read with GET, for example /me")),
    };
    form.insert(form.end(), reading.begin(), reading.end());
    return form;
}

Result<QList<QPair<QByteArray, QByteArray>>> customHeaders(const QJsonObject &settings)
{
    static const QRegularExpression secret(u"auth|token|secret|passw|api-?_?key"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    QList<QPair<QByteArray, QByteArray>> headers;
    const QString text = settingText(settings, u"headers"_s);
    JsonReader in = JsonReader::parse(text.isEmpty() ? "{}" : text.toUtf8(), u"it"_s);
    for (const QString &name : in.keys()) {
        const QString place = u'/' + name;
        const QString value = in.value(place).toString();
        if (!customIsHeaderName(name))
            in.fault(place, u"has a name that may not be set"_s);
        if (secret.match(name).hasMatch()
            || name.compare(customSetting(settings, u"key_header"_s), Qt::CaseInsensitive) == 0)
            in.fault(place, u"has what belongs into a field of its own"_s);
        const bool plain =
            std::all_of(value.begin(), value.end(), [](QChar c) { return c >= u' ' && c < QChar(0x7f); });
        if (value.isEmpty() || !plain)
            in.fault(place, u"needs a value of plain letters"_s);
        headers.append({name.toLatin1(), value.toLatin1()});
    }
    if (!in.ok())
        return customFault(u"headers"_s, in.error().message);
    return headers;
}

Result<Done> customCheck(const AccountConfig &account)
{
    const QJsonObject &settings = account.settings;
    if (Result<Done> parts = customParts(settings); !parts)
        return parts;
    bool hasKey = placeholdersIn(settingText(settings, u"path"_s)).contains("key"_L1)
        || customIs(settings, u"idempotency"_s, "header");
    if (Result<Done> body = customBodyCheck(settings, &hasKey); !body)
        return body;
    if (!hasKey)
        return customFault(u"body"_s, u"needs {{task.text}} or {{key}}, or nobody can tell whether a task is there"_s);
    if (const auto headers = customHeaders(settings); !headers)
        return headers.error();
    if (Result<Done> auth = customSignIn(settings); !auth)
        return auth;
    if (customHas(settings, u"status_path"_s)) {
        if (!placeholdersIn(settingText(settings, u"status_path"_s)).contains("id"_L1))
            return customFault(u"status_path"_s, u"needs {{id}}, or it asks for no task"_s);
        if (!customHas(settings, u"status_pointer"_s))
            return customFault(u"status_pointer"_s, u"is missing; the path of the status needs it"_s);
    }
    return customRepeats(settings);
}

Credentials customAuth(const AccountConfig &account)
{
    const QString secret = account.secrets.value(u"secret"_s);
    const QString way = customSetting(account.settings, u"auth"_s);
    const QByteArray name = settingText(account.settings, u"auth_name"_s).toLatin1();
    if (way == "none"_L1)
        return Credentials::none();
    if (way == "basic"_L1)
        return Credentials::basic(settingText(account.settings, u"user"_s), secret);
    if (way == "header"_L1)
        return Credentials::inHeader(name, secret);
    return way == "query"_L1 ? Credentials::inQuery(name, secret) : Credentials::bearer(secret);
}

Idempotency customIdempotency(const QJsonObject &settings)
{
    const QString way = customSetting(settings, u"idempotency"_s);
    return way == "header"_L1 ? Idempotency::Native
        : way == "lookup"_L1  ? Idempotency::Lookup
        : way == "upsert"_L1  ? Idempotency::Upsert
                              : Idempotency::None;
}

} // namespace patchbay
