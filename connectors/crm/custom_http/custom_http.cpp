#include "connectors/crm/custom_http/custom_http.h"

#include "connectors/kit/task_text.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// So many without our key and without a mark of a next page may be only the first page.
constexpr size_t customFullPage = 10;

Result<Request> customRequest(const QByteArray &method, const QUrl &path, const QJsonObject &settings)
{
    const auto headers = customHeaders(settings);
    if (!headers)
        return headers.error();
    Request request(method, path);
    for (const auto &[name, value] : *headers)
        request = Request(request).header(name, value);
    return request;
}

/// A value that the route fills in and the body does not use would be lost without a word.
Result<Done> customUsesAllFields(const JsonTemplate &body, const QString &path, const QJsonObject &fields)
{
    const QStringList used = body.placeholders() + placeholdersIn(path);
    for (const QString &name : fields.keys()) {
        if (used.contains("fields"_L1) || used.contains(u"field."_s + name))
            continue;
        return makeError(Error::Kind::Refused,
                         u"The route fills the field \"%1\", but the body has no {{field.%1}}."_s.arg(name.left(60)));
    }
    return Done{};
}

QList<QPair<QString, QString>> customFormFields(const QJsonObject &body)
{
    QList<QPair<QString, QString>> fields;
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (!it.value().isNull())
            fields.append({it.key(), it.value().toVariant().toString()});
    }
    return fields;
}

Result<Request> customCreate(const CrmContext &context)
{
    const QJsonObject &settings = context.settings;
    const Result<JsonTemplate> body =
        JsonTemplate::parse(customSetting(settings, u"body"_s), u"body"_s, taskValueNames());
    if (!body)
        return body.error();
    const QString path = settingText(settings, u"path"_s);
    if (Result<Done> used = customUsesAllFields(*body, path, context.task.fields); !used)
        return used.error();
    const QJsonObject values = taskValues(context.task, context.key);
    Result<Request> made =
        customRequest(customSetting(settings, u"method"_s).toLatin1(), filledPath(path, values), settings);
    if (!made)
        return made;
    Request request = *made;
    if (customIdempotency(settings) == Idempotency::Native)
        request = Request(request).header(customSetting(settings, u"key_header"_s).toLatin1(), context.key.toLatin1());
    const QJsonValue filled = body->filled(values);
    if (customSetting(settings, u"content"_s) == "form"_L1)
        return Request(request).form(customFormFields(filled.toObject()));
    if (filled.isArray())
        return Request(request).jsonList(filled.toArray());
    return Request(request).json(filled.toObject());
}

/// The page that people open, where it is known and is one of the web.
QString customPage(const JsonReader &answer, const QString &id, const CrmContext &context)
{
    const QString pointer = settingText(context.settings, u"url_pointer"_s);
    if (pointer.isEmpty()) {
        const QString page = settingText(context.settings, u"page"_s);
        return QString(page).replace("{{id}}"_L1, pathPart(id));
    }
    const QString told = textOr(answer, pointer);
    return webPage(told.startsWith(u'/') ? originOf(context.base) + told : told);
}

Result<Receipt> customCreated(JsonReader &reply, const CrmContext &context)
{
    const QString id = reply.id(customSetting(context.settings, u"id_pointer"_s));
    return reply.finish(Receipt{id, customPage(reply, id, context)});
}

bool customAnswersOne(const CrmContext &context)
{
    return customSetting(context.settings, u"lookup_answer"_s) == "one"_L1;
}
bool customLooksUp(const CrmContext &context) { return customIdempotency(context.settings) == Idempotency::Lookup; }
bool customLooksForOne(const CrmContext &context) { return customLooksUp(context) && customAnswersOne(context); }
bool customLooksThroughList(const CrmContext &context) { return customLooksUp(context) && !customAnswersOne(context); }

Result<Request> customFind(const CrmContext &context)
{
    const QJsonObject values{{u"key"_s, context.key}, {u"cursor"_s, context.cursor}};
    return customRequest("GET", filledPath(settingText(context.settings, u"lookup_path"_s), values), context.settings);
}

bool customIsOurs(const JsonReader &element, const CrmContext &context)
{
    const QString told = textOr(element, settingText(context.settings, u"lookup_key"_s));
    return told == context.key || hasKeyLine(told, context.key);
}

Receipt customFoundReceipt(JsonReader &element, const CrmContext &context)
{
    const QString pointer = settingText(context.settings, u"lookup_id"_s);
    const QString id = element.id(pointer);
    if (id.isEmpty())
        element.fault(pointer, u"has no id"_s);
    return {id, customPage(element, id, context)};
}

Result<std::optional<Receipt>> customFoundOne(JsonReader &reply, const CrmContext &context)
{
    JsonReader task = reply.object(settingText(context.settings, u"lookup_list"_s));
    if (!customIsOurs(task, context))
        task.fault(settingText(context.settings, u"lookup_key"_s), u"is not the key that was asked for"_s);
    return reply.finish(std::optional(customFoundReceipt(task, context)));
}

Result<std::optional<Receipt>> customFoundInList(JsonReader &reply, const CrmContext &context)
{
    const QString list = settingText(context.settings, u"lookup_list"_s);
    const QString key = settingText(context.settings, u"lookup_key"_s);
    std::vector<JsonReader> all = reply.array(list);
    bool anyHasOne = all.empty();
    for (JsonReader &one : all) {
        anyHasOne = anyHasOne || one.has(key);
        if (customIsOurs(one, context))
            return reply.finish(std::optional(customFoundReceipt(one, context)));
    }
    if (!anyHasOne)
        reply.fault(list, u"has no element with anything at %1, so it does not show whether ours is there,"_s.arg(key));
    if (all.size() >= customFullPage && settingText(context.settings, u"lookup_next"_s).isEmpty())
        reply.fault(list, u"has %1 elements without our key, and perhaps more pages,"_s.arg(all.size()));
    return reply.finish(std::optional<Receipt>());
}

QString customNextPage(JsonReader &reply, const CrmContext &context)
{
    const QString pointer = settingText(context.settings, u"lookup_next"_s);
    return pointer.isEmpty() ? QString() : reply.optionalId(pointer).value_or(QString());
}

Result<Request> customStatusRequest(const CrmContext &context)
{
    const QString path = settingText(context.settings, u"status_path"_s);
    if (path.isEmpty())
        return makeError(Error::Kind::Refused,
                         u"No path for the status is set, so nothing says how the task stands."_s);
    return customRequest("GET", filledPath(path, {{u"id"_s, context.externalId}}), context.settings);
}

Result<RemoteTask> customStatus(JsonReader &reply, const CrmContext &context)
{
    const QString pointer = settingText(context.settings, u"status_pointer"_s);
    const QJsonValue told = reply.value(pointer);
    RemoteTask task;
    task.status = told.isBool() || told.isDouble() ? told.toVariant().toString() : reply.text(pointer);
    const QStringList closed = settingText(context.settings, u"closed_words"_s).split(u',');
    task.closed = std::any_of(closed.begin(), closed.end(), [&task](const QString &word) {
        return !word.trimmed().isEmpty() && word.trimmed().compare(task.status, Qt::CaseInsensitive) == 0;
    });
    task.url = customPage(reply, context.externalId, context);
    return reply.finish(task);
}

bool customHasTest(const CrmContext &context) { return !settingText(context.settings, u"test_path"_s).isEmpty(); }

Result<Request> customTestRequest(const CrmContext &context)
{
    return customRequest("GET", filledPath(settingText(context.settings, u"test_path"_s), {}), context.settings);
}

Result<CrmFinding> customFinding(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(CrmFinding{u"It answers %1 as expected; tasks go with %2 to %3."_s.arg(
        settingText(context.settings, u"test_path"_s), customSetting(context.settings, u"method"_s),
        settingText(context.settings, u"path"_s))});
}

/// A key that no delivery has: the look-up's pointers are tried without one.
Result<Request> customProbe(const CrmContext &context)
{
    CrmContext about = context;
    about.key = u"00000000-0000-7000-8000-000000000000"_s;
    return customFind(about);
}

Result<CrmFinding> customProbeFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<std::optional<Receipt>> found = customFoundInList(reply, context);
    if (!found)
        return found.error();
    return CrmFinding{u"The look-up answers with a list."_s};
}

CrmSpec customSpec()
{
    CrmSpec spec;
    spec.id = u"custom_http"_s;
    spec.title = u"Custom HTTP"_s;
    spec.form = customForm();
    spec.objects = {u"Task"_s};
    spec.contract = {false, u"As the form describes it"_s, {}};
    spec.check = &customCheck;
    spec.auth = &customAuth;
    spec.limit = RateLimit{5, std::chrono::seconds(1)};
    spec.idempotencyOf = &customIdempotency;
    spec.indexLag = std::chrono::seconds(60); // not known: a repeat rather waits
    spec.createTask = {&customCreate, &customCreated};
    spec.lookUps = {{&customFind, &customFoundOne, &customLooksForOne, nullptr, true},
                    {&customFind, &customFoundInList, &customLooksThroughList, &customNextPage}};
    spec.status = {&customStatusRequest, &customStatus};
    spec.test = {{&customTestRequest, &customFinding, &customHasTest},
                 {&customProbe, &customProbeFinding, &customLooksThroughList}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_custom_http(const ConnectorServices &services) { return makeCrmInfo<&customSpec>(services); }

} // namespace patchbay
