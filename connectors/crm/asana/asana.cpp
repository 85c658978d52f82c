#include "connectors/kit/files.h"
#include "connectors/kit/findings.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/priorities.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit asanaTitleLimit{1000, TextLimit::Unit::Utf16};
constexpr TextLimit asanaTextLimit{60000, TextLimit::Unit::Utf16};

std::vector<FormField> asanaForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "Personal access token"), true),
        textField("project", QT_TRANSLATE_NOOP("form", "Project (number)"), true,
                  QT_TRANSLATE_NOOP("form", "The long number in the address of the project")),
        textField("section", QT_TRANSLATE_NOOP("form", "Section of a new task (number)"), false),
        textField("priority_field", QT_TRANSLATE_NOOP("form", "Custom field for the priority (number)"), false,
                  QT_TRANSLATE_NOOP("form", "One with options such as Low, Medium, High; empty: none")),
        apiAddressField("https://app.asana.com/api/1.0"),
    };
}

constexpr OAuthApp asanaApp{"https://app.asana.com/-/oauth_authorize", "https://app.asana.com/-/oauth_token",
                            "default"};

QString asanaProject(const CrmContext &context) { return settingOf(context, u"project"_s); }
constexpr auto asanaPriorityRequest =
    &getAt<"/custom_fields/{priority_field}?opt_fields=name,enum_options.name,enum_options.enabled">;
constexpr auto asanaProjectRequest = &getAt<"/projects/{project}?opt_fields=name,archived,members.name">;
constexpr auto asanaFieldsRequest = &getAt<"/projects/{project}/custom_field_settings?"
                                           "opt_fields=custom_field.name,custom_field.enum_options.name&"
                                           "limit=100&offset={cursor}">;
constexpr auto asanaNextPage = &nextAt<"/next_page/offset">;

/// The route's, else the setting's.
QString asanaSection(const CrmContext &context)
{
    const QString mapped = context.task.fields.value(u"section"_s).toString();
    return mapped.isEmpty() ? settingOf(context, u"section"_s) : mapped;
}

/// The options of the field by their names in small letters.
Result<QJsonObject> asanaPriorities(JsonReader &reply, const CrmContext &)
{
    return readPriorities(reply, u"/data/enum_options"_s, u"/gid"_s,
                          [](JsonReader &option) { return !option.optionalBoolean(u"/enabled"_s).value_or(true); });
}

/// Mapped fields under a number are custom fields.
Result<Request> asanaCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, asanaTitleLimit);
    QJsonObject task{{u"name"_s, title}, {u"notes"_s, taskText(context.task, context.key, asanaTextLimit, title)}};
    if (const QString section = asanaSection(context); section.isEmpty())
        task.insert(u"projects"_s, QJsonArray{asanaProject(context)});
    else
        task.insert(u"memberships"_s,
                    QJsonArray{QJsonObject{{u"project"_s, asanaProject(context)}, {u"section"_s, section}}});
    insertText(task, u"due_at"_s, dueInstant(context.task));
    auto [custom, others] = splitFields(context.task.fields, &isDigits);
    if (const QString field = settingOf(context, u"priority_field"_s); !custom.contains(field))
        insertText(custom, field, priorityKnown(context));
    if (!custom.isEmpty())
        task.insert(u"custom_fields"_s, custom);
    others.remove(u"section"_s);
    const Result<QJsonObject> whole = withFields(task, others,
                                                 {u"name"_s, u"notes"_s, u"html_notes"_s, u"projects"_s,
                                                  u"memberships"_s, u"workspace"_s, u"external"_s, u"custom_fields"_s});
    if (!whole)
        return whole.error();
    return postTo(u"/tasks"_s, {{u"data"_s, *whole}}, {{u"opt_fields"_s, u"permalink_url"_s}});
}

Receipt asanaReceipt(JsonReader &task, const CrmContext &)
{
    return {task.id(u"/gid"_s), webPage(textOr(task, u"/permalink_url"_s))};
}

/// The project's tasks that were touched since the key was made: no search index stands in between.
constexpr auto asanaFind = &getAt<"/tasks?project={project}&modified_since={since}&opt_fields=notes,permalink_url&"
                                  "limit=100&offset={cursor}">;

/// The section that it stands in, as on the board; "Completed" when it is.
Result<RemoteTask> asanaStatus(JsonReader &reply, const CrmContext &context)
{
    RemoteTask task;
    task.closed = reply.boolean(u"/data/completed"_s);
    task.url = webPage(textOr(reply, u"/data/permalink_url"_s));
    task.status = task.closed ? u"Completed"_s : u"Incomplete"_s;
    for (JsonReader &place : reply.optionalArray(u"/data/memberships"_s)) {
        const QString section = textOr(place, u"/section/name"_s);
        if (!task.closed && !section.isEmpty() && textOr(place, u"/project/gid"_s) == asanaProject(context))
            task.status = section;
    }
    return reply.finish(task);
}

bool asanaHasSection(const CrmContext &context) { return !asanaSection(context).isEmpty(); }

Result<Request> asanaSectionRequest(const CrmContext &context)
{
    return getFrom(u"/sections/"_s + pathPart(asanaSection(context)), {{u"opt_fields"_s, u"name,project"_s}});
}

Result<CrmFinding> asanaSectionFinding(JsonReader &reply, const CrmContext &context)
{
    const QString name = reply.text(u"/data/name"_s);
    if (reply.ok() && textOr(reply, u"/data/project/gid"_s) != asanaProject(context))
        return makeError(Error::Kind::Refused, u"The section “%1” belongs to another project."_s.arg(name));
    return reply.finish(CrmFinding{u"They begin in the section “%1”."_s.arg(name)});
}

CrmSpec asanaSpec()
{
    CrmSpec spec;
    spec.id = u"asana"_s;
    spec.title = u"Asana"_s;
    spec.form = asanaForm();
    spec.objects = {u"Task"_s};
    spec.contract = {true, u"Asana REST API 1.0 (OpenAPI)"_s, u"2026-06"_s};
    spec.auth = &bearerOf<"token">;
    offerBrowserSignIn<asanaApp>(spec);
    spec.limit = RateLimit{150, std::chrono::minutes(1)}; // of a free workspace
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(10); // a list, no search; its copies may be a moment behind
    spec.facts = {{asanaPriorityRequest, &asanaPriorities, &isSet<"priority_field">}};
    spec.createTask = {&asanaCreate, &receiptAt<"/data/gid", "/data/permalink_url">};
    spec.lookUps = {{asanaFind, &firstWithKey<"/data", "/notes", &asanaReceipt>, nullptr, asanaNextPage}};
    spec.attach = {{&attachAt<"/attachments", "file", "parent={id}">, &factAt<"file", "/data/gid">}};
    spec.attached = {&getAt<"/attachments?parent={id}&opt_fields=name,size&limit=100&offset={cursor}">,
                     &filesAt<"/data", "/name", "/size">, nullptr, asanaNextPage};
    spec.largestFile = largestAttachedFile;
    spec.status = {
        &getAt<"/tasks/{id}?opt_fields=completed,permalink_url,memberships.project,memberships.section.name">,
        &asanaStatus};
    spec.recordIn = &lastNumberIn; // ".../task/1209", and "/0/1208/1209/f" of older pages
    spec.fields = {
        {&getAt<"/projects/{project}/sections?limit=100&offset={cursor}">,
         &choicesAt<"section", "/data", "/gid", "/name">, nullptr, asanaNextPage},
        {asanaProjectRequest, &choicesAt<"assignee", "/data/members", "/gid", "/name">},
        {asanaFieldsRequest,
         &optionsAt<"/data", "/custom_field/gid", "/custom_field/name", "/custom_field/enum_options", "/gid", "/name">,
         nullptr, asanaNextPage}};
    spec.test = {{&getAt<"/users/me?opt_fields=name">, &findingAt<"Signed in as %1.", "/data/name">},
                 {asanaProjectRequest,
                  &findingUnless<"/data/archived", "The project “%1” is archived. Choose another one.",
                                 "Tasks go to the project “%1”.", "/data/name">},
                 {&asanaSectionRequest, &asanaSectionFinding, &asanaHasSection},
                 {asanaPriorityRequest,
                  &findingOf<&asanaPriorities, "Priorities go into the field “%1”.", "/data/name">,
                  &isSet<"priority_field">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_asana(const ConnectorServices &services) { return makeCrmInfo<&asanaSpec>(services); }

} // namespace patchbay
