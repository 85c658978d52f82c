#include "connectors/kit/bodies.h"
#include "connectors/kit/entity_fields.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/records.h"
#include "connectors/kit/task_fenced.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit redmineTitleLimit{255, TextLimit::Unit::Characters};
constexpr qsizetype redmineMostBytes = 60000; // MySQL's TEXT ends at 65,535

std::vector<FormField> redmineForm()
{
    const std::vector<FormField> form{
        ownAddressField(QT_TRANSLATE_NOOP("form", "As in the browser, for example https://redmine.example.org")),
        secretField("api_key", QT_TRANSLATE_NOOP("form", "API key"), true,
                    QT_TRANSLATE_NOOP("form", "On the page \"My account\", right-hand side")),
        textField("project", QT_TRANSLATE_NOOP("form", "Project identifier"), true,
                  QT_TRANSLATE_NOOP("form", "The last part of the project's address")),
        numberField("tracker", QT_TRANSLATE_NOOP("form", "Tracker (number)"), false),
        numberField("key_field", QT_TRANSLATE_NOOP("form", "Custom field for our key (number)"), false,
                    QT_TRANSLATE_NOOP("form", "A text field for issues, used as a filter")),
        proposedField("closed_statuses", QT_TRANSLATE_NOOP("form", "Statuses that mean closed"), "Closed, Rejected",
                      QT_TRANSLATE_NOOP("form", "Only asked of servers before 5.0; separated by commas")),
    };
    return joined<FormField>({form,
                              priorityNumbersForm(QT_TRANSLATE_NOOP(
                                  "form", "Number of Redmine's priority; empty: by its name or position"))});
}

/// Normal is left to Redmine's default.
bool redmineNeedsPriorities(const CrmContext &context)
{
    return context.task.priority != Priority::Normal && !context.task.fields.contains(u"priority_id"_s)
        && !chosenPriority(context);
}

Result<Request> redmineCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, redmineTitleLimit);
    QJsonObject issue{{u"project_id"_s, settingText(context.settings, u"project"_s)},
                      {u"subject"_s, title},
                      {u"description"_s, taskFenced(context.task, context.key, redmineMostBytes, title)}};
    if (const auto tracker = settingNumber(context.settings, u"tracker"_s))
        issue.insert(u"tracker_id"_s, *tracker);
    const QJsonValue known = context.known.value(u"priorities"_s).toObject().value(priorityWord(context.task.priority));
    if (const auto chosen = chosenPriority(context); chosen || !known.isUndefined())
        issue.insert(u"priority_id"_s, chosen.value_or(known.toInteger()));
    if (const QString due = dueDay(context.task); !due.isEmpty()) {
        issue.insert(u"due_date"_s, due);
        // Redmine starts issues today and refuses a due date before the start.
        if (due < context.now.toDateTime().toLocalTime().date().toString(Qt::ISODate))
            issue.insert(u"start_date"_s, due);
    }
    QJsonArray custom;
    if (const auto field = settingNumber(context.settings, u"key_field"_s))
        custom.append(QJsonObject{{u"id"_s, *field}, {u"value"_s, context.key}});
    static const KnownFields fields{{{u"tracker_id"_s, FieldKind::Number},
                                     {u"priority_id"_s, FieldKind::Number},
                                     {u"category_id"_s, FieldKind::Number},
                                     {u"assigned_to_id"_s, FieldKind::Number},
                                     {u"fixed_version_id"_s, FieldKind::Number},
                                     {u"parent_issue_id"_s, FieldKind::Number},
                                     {u"project_id"_s, FieldKind::Text},
                                     {u"is_private"_s, FieldKind::Switch}},
                                    u"Redmine"_s,
                                    u"cf_"_s};
    if (Result<Done> mapped = addKnownFields(issue, custom, context.task.fields, fields); !mapped)
        return mapped.error();
    if (!custom.isEmpty())
        issue.insert(u"custom_fields"_s, custom);
    return postTo(u"/issues.json"_s, {{u"issue"_s, issue}});
}

Receipt redmineReceipt(JsonReader &issue, const CrmContext &context)
{
    const QString id = issue.id(u"/id"_s);
    const QString page = context.base.toString(QUrl::FullyEncoded | QUrl::StripTrailingSlash) + u"/issues/"_s + id;
    return {id, page, u"#%1 %2"_s.arg(id, textOr(issue, u"/subject"_s)).left(2000)};
}

RemoteTask redmineState(JsonReader &issue, const CrmContext &context)
{
    RemoteTask task;
    task.title = textOr(issue, u"/subject"_s);
    task.status = issue.text(u"/status/name"_s);
    task.url = redmineReceipt(issue, context).url;
    task.closed = issue
                      .optionalBoolean(u"/status/is_closed"_s) // since 5.0
                      .value_or(isAmong(settingText(context.settings, u"closed_statuses"_s), task.status));
    return task;
}

Result<std::vector<RemoteRecord>> redmineRecords(JsonReader &reply, const CrmContext &context)
{
    for (JsonReader &issue : reply.array(u"/issues"_s)) { // an unknown filter is answered with all issues
        if (!textOr(issue, u"/description"_s).contains(taskPerson(context.task).mail, Qt::CaseInsensitive))
            reply.fault(u"/issues"_s, u"has issues without the address, so this Redmine did not search"_s);
    }
    return recordsAt<"/issues", "/id", "/subject", "/updated_on", &redmineState>(reply, context);
}

constexpr auto redmineShowsLater = "Whether it may create issues there will show with the first task."_L1;

/// "memberships" = the roles by project, "admin".
Result<CrmFinding> redmineUser(JsonReader &reply, const CrmContext &)
{
    QJsonObject roles;
    for (JsonReader &one : reply.optionalArray(u"/user/memberships"_s)) {
        QJsonArray ids = roles.value(one.id(u"/project/id"_s)).toArray();
        for (JsonReader &role : one.optionalArray(u"/roles"_s))
            ids.append(role.id(u"/id"_s));
        roles.insert(one.id(u"/project/id"_s), ids);
    }
    const bool isAdmin = reply.optionalBoolean(u"/user/admin"_s).value_or(false);
    return reply.finish(CrmFinding{u"Signed in as %1."_s.arg(reply.text(u"/user/login"_s)),
                                   {{u"memberships"_s, roles}, {u"admin"_s, isAdmin}}});
}

/// "role" = the last of the account's roles in it, "roles" = all of them.
Result<CrmFinding> redmineProject(JsonReader &reply, const CrmContext &context)
{
    const QString name = reply.text(u"/project/name"_s);
    const QString id = reply.id(u"/project/id"_s);
    if (reply.optionalInteger(u"/project/status"_s).value_or(1) != 1)
        return refusal(u"The project %1 is closed or archived: it takes no new issues."_s.arg(name));
    QStringList modules;
    for (JsonReader &module : reply.optionalArray(u"/project/enabled_modules"_s))
        modules.append(module.text(u"/name"_s));
    if (!modules.isEmpty() && !modules.contains(u"issue_tracking"_s))
        return refusal(u"The project %1 has issue tracking switched off."_s.arg(name));
    const QString tracker = settingText(context.settings, u"tracker"_s);
    bool hasTracker = tracker.isEmpty();
    for (JsonReader &one : reply.optionalArray(u"/project/trackers"_s))
        hasTracker = one.id(u"/id"_s) == tracker || hasTracker;
    if (!reply.ok())
        return reply.error();
    if (!hasTracker)
        return refusal(u"The project %1 has no tracker with number %2."_s.arg(name, tracker));
    CrmFinding finding{u"Project %1 can be read."_s.arg(name)};
    const QJsonArray roles = context.known.value(u"memberships"_s).toObject().value(id).toArray();
    if (!roles.isEmpty())
        finding.known = {{u"role"_s, roles.last()}, {u"roles"_s, roles}};
    else if (!context.known.value(u"admin"_s).toBool())
        finding.sentence += u' ' + redmineShowsLater;
    return finding;
}

bool redmineKnowsRole(const CrmContext &context)
{
    return context.known.contains(u"role"_s) && !context.known.value(u"admin"_s).toBool();
}

Result<CrmFinding> redmineRole(JsonReader &reply, const CrmContext &context)
{
    const QString role = reply.text(u"/role/name"_s);
    if (!reply.ok())
        return reply.error();
    if (reply.value(u"/role/permissions"_s).toArray().contains(u"add_issues"_s))
        return CrmFinding{u"Its role %1 may create issues."_s.arg(role)};
    if (context.known.value(u"roles"_s).toArray().size() > 1) // another one may
        return CrmFinding{QString(redmineShowsLater)};
    return makeError(Error::Kind::Unauthorized, u"Its role %1 may not create issues in this project."_s.arg(role));
}

Result<CrmFinding> redmineProbe(JsonReader &reply, const CrmContext &context)
{
    // An unknown filter is ignored, and then all issues are the answer.
    if (reply.integer(u"/total_count"_s) == 0 || !reply.ok())
        return reply.finish(CrmFinding{});
    return refusal(u"Redmine cannot search the custom field %1: give it to this project's trackers and mark it "
                   "\"Used as a filter\"."_s.arg(settingText(context.settings, u"key_field"_s)));
}

/// An upload that no issue takes is removed by Redmine after a day.
constexpr auto redmineAttach = &putJson<"/issues/{id}.json", R"({"issue": {"uploads": [
    {"token": "{known.token}", "filename": "{file}", "content_type": "{file.type}"}]}})">;

CrmSpec redmineSpec()
{
    const auto priorities = &getAt<"/enumerations/issue_priorities.json">;
    const auto project = &getAt<"/projects/{project}.json?include=trackers,issue_categories,enabled_modules">;
    CrmSpec spec;
    spec.id = u"redmine"_s;
    spec.title = u"Redmine"_s;
    spec.form = redmineForm();
    spec.objects = {u"Issue"_s};
    spec.contract = {false, u"No contract; a real Redmine runs in the tests"_s, u"5.0"_s};
    spec.auth = &headerOf<"X-Redmine-API-Key", "api_key">;
    spec.limit = RateLimit{20, std::chrono::seconds(2)};
    spec.idempotency = Idempotency::Lookup; // its search reads the same database: no lag of its own
    spec.facts = {{priorities, &priorityOrderAt<"/issue_priorities">, &redmineNeedsPriorities}};
    spec.createTask = {&redmineCreate, &receiptBy<&redmineReceipt, "/issue">};
    spec.lookUps = {
        {&getAt<"/issues.json?status_id=*&limit=100&sort=id&cf_{key_field}=={key}">,
         &firstOfOurs<"/issues", &hasKeyInFields<"key_field", "/custom_fields", "/id", "/value">, &redmineReceipt>,
         &isSet<"key_field">},
        {&getAt<"/issues.json?status_id=*&limit=100&sort=id&description=~{key}">,
         &onlyWithKey<"/issues", "/description", "/total_count", &redmineReceipt>}};
    spec.attach = {{&uploadAt<"/uploads.json?filename={file}">, &factAt<"token", "/upload/token">},
                   {redmineAttach, &acceptedFile}};
    spec.attached = {&getAt<"/issues/{id}.json?include=attachments">,
                     &filesAt<"/issue/attachments", "/filename", "/filesize">};
    spec.largestFile = largestAttachedFile; // an administrator may have set less
    spec.status = {&forId<&isWholeNumber, "\"%1\" is no issue number.", &getAt<"/issues/{id}.json">>,
                   &stateAt<"/issue", &redmineState>};
    spec.records = {&forPerson<&hasMail,
                               &getAt<"/issues.json?project_id={project}&status_id=*&description=~{mail}&"
                                      "sort=updated_on:desc&limit=50">>,
                    &redmineRecords};
    spec.fields = {{project,
                    &allChoices<&choicesAt<"tracker_id", "/project/trackers", "/id", "/name">,
                                &choicesAt<"category_id", "/project/issue_categories", "/id", "/name">>},
                   {priorities, &choicesAt<"priority_id", "/issue_priorities", "/id", "/name">},
                   {&getAt<"/projects.json?limit=100">, &choicesAt<"project_id", "/projects", "/id", "/name">}};
    spec.test = {{&getAt<"/users/current.json?include=memberships">, &redmineUser},
                 {project, &redmineProject},
                 {&getAt<"/roles/{known.role}.json">, &redmineRole, &redmineKnowsRole},
                 {&getAt<"/issues.json?project_id={project}&status_id=*&limit=1&cf_{key_field}==patchbay-probe">,
                  &redmineProbe, &isSet<"key_field">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_redmine(const ConnectorServices &services) { return makeCrmInfo<&redmineSpec>(services); }

} // namespace patchbay
