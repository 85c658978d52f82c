#include "connectors/kit/calls.h"
#include "connectors/kit/described_files.h"
#include "connectors/kit/described_http.h"
#include "connectors/kit/described_lookup.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/json_template.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr auto customBody =
    R"({"title": "{{task.title}}", "description": "{{task.text}}", "priority": "{{task.priority}}", "due": "{{task.due}}"})";

std::vector<FormField> customForm()
{
    const std::vector<FormField> sending{
        ownAddressField(
            QT_TRANSLATE_NOOP("form", "Where all its paths begin, for example https://crm.example.org/api")),
        choiceField("method", QT_TRANSLATE_NOOP("form", "Method"), {u"POST"_s, u"PUT"_s, u"PATCH"_s},
                    {u"POST"_s, u"PUT"_s, u"PATCH"_s}),
        textField("path", QT_TRANSLATE_NOOP("form", "Path of a new task"), true,
                  QT_TRANSLATE_NOOP("form", "For example /tasks")),
        choiceField("content", QT_TRANSLATE_NOOP("form", "Body is sent as"), {u"json"_s, u"form"_s},
                    {u"JSON"_s, u"Form"_s}),
        proposedField("body", QT_TRANSLATE_NOOP("form", "Body"), customBody,
                      QT_TRANSLATE_NOOP("form", "JSON with placeholders, in one line; the help lists them")),
    };
    const std::vector<FormField> reading{
        textField("status_path", QT_TRANSLATE_NOOP("form", "Status: path"), false,
                  QT_TRANSLATE_NOOP("form", "With {{id}}, for example /tasks/{{id}}")),
        textField("status_pointer", QT_TRANSLATE_NOOP("form", "Status: word"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer, for example /status")),
        textField("closed_words", QT_TRANSLATE_NOOP("form", "Status: words that mean closed"), false,
                  QT_TRANSLATE_NOOP("form", "Separated by commas, for example done, cancelled")),
        textField("test_path", QT_TRANSLATE_NOOP("form", "Path for the connection test"), false,
                  QT_TRANSLATE_NOOP("form", "Read with GET, for example /me")),
    };
    return joined<FormField>(
        {sending, signInWayForm(), answerForm(), describedLookUpForm(), describedFilesForm(), reading});
}

/// A setting; where it is empty, what the form proposes.
QString customSetting(const QJsonObject &settings, const QString &key)
{
    static const std::vector<FormField> form = customForm();
    return settingOrProposed(form, settings, key);
}

Result<JsonTemplate> customTemplate(const QJsonObject &settings)
{
    return JsonTemplate::parse(customSetting(settings, u"body"_s), u"Body (body)"_s, taskValueNames());
}

std::vector<FieldRule> customRules()
{
    const std::vector<FieldRule> rules{
        {u"path"_s, &isTaskPath},
        {u"status_path"_s, &isPath<"id">},
        {u"status_path"_s, &needs<"id">, u"status_path"_s, {}, u", or it asks for no task"_s},
        {u"status_pointer"_s, &isPointer},
        {u"status_pointer"_s, &isThere, u"status_path"_s, {}, u"; the path of the status needs it"_s},
        {u"test_path"_s, &isPath<>}};
    return joined<FieldRule>({rules, signInWayRules(), answerRules(), describedLookUpRules(), describedFilesRules()});
}

/// The body can be sent as it is to be sent, and something in the request lets a person find the task again.
Result<Done> customBodyCheck(const QJsonObject &settings, bool pathHasKey)
{
    const Result<JsonTemplate> body = customTemplate(settings);
    if (!body)
        return body.error();
    if (customSetting(settings, u"content"_s) == "form"_L1) {
        if (Result<Done> form = checkFormBody(body->document()); !form)
            return fieldFault(customForm(), u"body"_s, form.error().message);
    }
    const bool found = pathHasKey || body->placeholders().contains("key"_L1)
        || body->placeholders().contains("task.text"_L1) || describedIdempotency(settings) == Idempotency::Native;
    if (found)
        return Done{};
    return fieldFault(customForm(), u"body"_s,
                      u"needs {{task.text}} or {{key}}, or nobody can tell whether a task is there"_s);
}

/// What the rules cannot say; Refused, with the field's label and key and the place in it.
Result<Done> customCheck(const AccountConfig &account)
{
    const QJsonObject &settings = account.settings;
    const bool pathHasKey = placeholdersIn(settingText(settings, u"path"_s)).contains("key"_L1);
    if (Result<Done> body = customBodyCheck(settings, pathHasKey); !body)
        return body;
    if (const auto headers = furtherHeaders(settings); !headers)
        return headers.error();
    const bool puts = pathHasKey && customSetting(settings, u"method"_s) == "PUT"_L1;
    if (describedIdempotency(settings) == Idempotency::Upsert && !puts) {
        return fieldFault(describedLookUpForm(), u"idempotency"_s,
                          u"a record of our key is written with PUT to a path with {{key}}"_s);
    }
    if (Result<Done> files = checkFilesPages(settings); !files)
        return files;
    return checkLookUpPages(settings);
}

Result<Request> customCreate(const CrmContext &context)
{
    const QJsonObject &settings = context.settings;
    const Result<JsonTemplate> body = customTemplate(settings);
    if (!body)
        return body.error();
    const QString path = settingText(settings, u"path"_s);
    if (Result<Done> used = body->checkUses(context.task.fields, path); !used)
        return used.error();
    const QJsonObject values = taskValues(context.task, context.key);
    const QByteArray method = customSetting(settings, u"method"_s).toLatin1();
    const Result<Request> request = describedRequest(method, path, values, settings);
    if (!request)
        return request;
    return withBody(withKeyHeader(*request, settings, context.key), body->filled(values),
                    customSetting(settings, u"content"_s) == "form"_L1);
}

Result<Receipt> customCreated(JsonReader &reply, const CrmContext &context)
{
    const QString id = reply.id(customSetting(context.settings, u"id_pointer"_s));
    return reply.finish(Receipt{id, describedPage(reply, id, context.settings, context.base)});
}

Result<Request> customStatusRequest(const CrmContext &context)
{
    const QString path = settingText(context.settings, u"status_path"_s);
    if (path.isEmpty()) {
        return makeError(Error::Kind::Refused,
                         u"No path for the status is set, so nothing says how the task stands."_s);
    }
    return describedRequest("GET", path, {{u"id"_s, context.externalId}}, context.settings);
}

Result<RemoteTask> customStatus(JsonReader &reply, const CrmContext &context)
{
    const QString pointer = settingText(context.settings, u"status_pointer"_s);
    const QJsonValue told = reply.value(pointer);
    RemoteTask task;
    task.status = told.isBool() || told.isDouble() ? told.toVariant().toString() : reply.text(pointer);
    task.closed = isAmong(settingText(context.settings, u"closed_words"_s), task.status);
    task.url = describedPage(reply, context.externalId, context.settings, context.base);
    return reply.finish(task);
}

Result<Request> customTestRequest(const CrmContext &context)
{
    return describedRequest("GET", settingText(context.settings, u"test_path"_s), {}, context.settings);
}

Result<CrmFinding> customFinding(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(CrmFinding{u"It answers %1 as expected; tasks go with %2 to %3."_s.arg(
        settingText(context.settings, u"test_path"_s), customSetting(context.settings, u"method"_s),
        settingText(context.settings, u"path"_s))});
}

CrmSpec customSpec()
{
    CrmSpec spec;
    spec.id = u"custom_http"_s;
    spec.title = u"Custom HTTP"_s;
    spec.form = customForm();
    spec.objects = {u"Task"_s};
    spec.contract = {false, u"As the form describes it"_s, {}};
    spec.rules = customRules();
    spec.check = &customCheck;
    spec.auth = &signInWayCredentials;
    spec.limit = RateLimit{5, std::chrono::seconds(1)};
    spec.idempotencyOf = &describedIdempotency;
    spec.indexLag = std::chrono::seconds(60); // not known: a repeat rather waits
    spec.createTask = {&customCreate, &customCreated};
    spec.lookUps = describedLookUps();
    spec.attach = describedAttach();
    spec.attached = describedAttached();
    spec.largestFile = largestAttachedFile;
    spec.status = {&customStatusRequest, &customStatus};
    spec.test = {{&customTestRequest, &customFinding, &isSet<"test_path">}, describedLookUpTest()};
    return spec;
}

} // namespace

CrmConnectorInfo crm_custom_http(const ConnectorServices &services) { return makeCrmInfo<&customSpec>(services); }

} // namespace patchbay
