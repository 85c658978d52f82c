#include "connectors/kit/atlassian.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/task_adf.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit jiraTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit jiraTextLimit{atlassianTextMost, TextLimit::Unit::Utf16};

constexpr OAuthApp jiraApp{"https://auth.atlassian.com/authorize", "https://auth.atlassian.com/oauth/token",
                           "read:jira-work write:jira-work read:jira-user offline_access",
                           "audience=api.atlassian.com&prompt=consent"};

std::vector<FormField> jiraForm()
{
    return {
        choiceField("edition", QT_TRANSLATE_NOOP("form", "Edition"), {u"cloud"_s, u"server"_s},
                    {u"Cloud"_s, u"Data Center, Server"_s}),
        ownAddressField("https://team.atlassian.net"),
        textField("email", QT_TRANSLATE_NOOP("form", "Mail address of the account"), false,
                  QT_TRANSLATE_NOOP("form", "Cloud: whose API token it is. Empty for a personal access token")),
        secretField("token", QT_TRANSLATE_NOOP("form", "API token or personal access token"), true),
        textField("project", QT_TRANSLATE_NOOP("form", "Project (key)"), true,
                  QT_TRANSLATE_NOOP("form", "What stands before the number of its issues: SUP")),
        proposedField("issue_type", QT_TRANSLATE_NOOP("form", "Issue type (name or id)"), "Task"),
        proposedField("priorities", QT_TRANSLATE_NOOP("form", "Priorities (low, normal, high, urgent)"),
                      "Low, Medium, High, Highest", QT_TRANSLATE_NOOP("form", "Their names in Jira; - sets none")),
        proposedField("gateway_url", QT_TRANSLATE_NOOP("form", "Address of the gateway"), "https://api.atlassian.com",
                      QT_TRANSLATE_NOOP("form", "Cloud, sign-in with the browser: where the API is then")),
    };
}

bool jiraIsCloud(const QJsonObject &settings) { return settingText(settings, u"edition"_s) != u"server"_s; }
bool jiraIsCloud(const CrmContext &context) { return jiraIsCloud(context.settings); }

/// Cloud has version 3 with documents as texts, Data Center version 2 with wiki markup.
QString jiraApi(const QJsonObject &settings) { return jiraIsCloud(settings) ? u"/rest/api/3"_s : u"/rest/api/2"_s; }

bool jiraIsBehindGateway(const CrmContext &context) { return settingOf(context, u"sign_in"_s) == u"browser"_s; }

QString jiraProject(const CrmContext &context) { return settingOf(context, u"project"_s); }
QString jiraType(const CrmContext &context) { return settingOf(context, u"issue_type"_s, u"Task"_s); }

/// The create screen: the issue types first, then the fields of ours.
constexpr auto jiraTypesRequest = &getAt<"/issue/createmeta/{project}/issuetypes?maxResults=200">;
constexpr auto jiraScreenRequest =
    &getAt<"/issue/createmeta/{project}/issuetypes/{known.type}?startAt={cursor}&maxResults=200">;

/// "type" = the issue type's id.
Result<QJsonObject> jiraTypes(JsonReader &reply, const CrmContext &context)
{
    return factNamed(reply, u"type"_s, atlassianList(reply, u"/issueTypes"_s), jiraType(context),
                     u"Jira lets this account create no \"%1\" in project {project}. It may create: %2."_s, context);
}

Error jiraNoLabels(const CrmContext &context)
{
    return makeError(Error::Kind::Refused,
                     u"In project %1 the create screen of \"%2\" has no field Labels. Patchbay finds its issues by a "
                     "label: put the field on that screen."_s.arg(jiraProject(context), jiraType(context)));
}

QString jiraPriorities(const CrmContext &context)
{
    return settingOf(context, u"priorities"_s, u"Low, Medium, High, Highest"_s);
}

QString jiraLabel(const CrmContext &context)
{
    return context.key.startsWith(u"patchbay-"_s) ? context.key : u"patchbay-"_s + context.key;
}

/// The route's values in the form that the screen's field takes, and our label among those of the route.
Result<Done> jiraMap(QJsonObject &fields, const CrmContext &context)
{
    QJsonObject mapped = context.task.fields;
    for (auto it = mapped.begin(); it != mapped.end(); ++it) {
        const QJsonObject facts = context.known.value(u"field:"_s + it.key()).toObject();
        if (it.key() != u"labels"_s)
            it.value() = atlassianValue(facts, it.value(), jiraIsCloud(context));
    }
    QJsonArray labels = atlassianLabels(mapped.take(u"labels"_s));
    labels.append(jiraLabel(context));
    fields.insert(u"labels"_s, labels);
    return addFields(fields, mapped, {u"project"_s, u"issuetype"_s, u"summary"_s, u"description"_s});
}

Result<Request> jiraCreate(const CrmContext &context)
{
    if (!hasAtlassianField(context, u"labels"_s))
        return jiraNoLabels(context);
    const QString type = context.known.value(u"type"_s).toString();
    const QString title = taskTitle(context.task, jiraTitleLimit);
    QJsonObject fields{
        {u"project"_s, QJsonObject{{u"key"_s, jiraProject(context)}}},
        {u"issuetype"_s, type.isEmpty() ? QJsonObject{{u"name"_s, jiraType(context)}} : QJsonObject{{u"id"_s, type}}},
        {u"summary"_s, title},
        {u"description"_s,
         jiraIsCloud(context) ? QJsonValue(taskAdf(context.task, context.key, jiraTextLimit, title))
                              : QJsonValue(taskWiki(context.task, context.key, jiraTextLimit, title))}};
    const QString priority = priorityIn(jiraPriorities(context), context.task.priority);
    if (!priority.isEmpty() && hasAtlassianField(context, u"priority"_s))
        fields.insert(u"priority"_s, QJsonObject{{u"name"_s, priority}});
    if (hasAtlassianField(context, u"duedate"_s))
        insertText(fields, u"duedate"_s, dueDay(context.task));
    if (Result<Done> mapped = jiraMap(fields, context); !mapped)
        return mapped.error();
    return postTo(u"/issue"_s, {{u"fields"_s, fields}});
}

Receipt jiraReceipt(JsonReader &issue, const CrmContext &context)
{
    return {issue.id(u"/id"_s), atlassianPage(context, issue.text(u"/key"_s))};
}

/// Oldest first: a copy that somebody makes of an issue has its labels too.
Result<Request> jiraFind(const CrmContext &context)
{
    QJsonObject body{{u"jql"_s, u"labels = \"%1\" ORDER BY created ASC"_s.arg(jiraLabel(context))},
                     {u"fields"_s, QJsonArray{u"labels"_s}},
                     {u"maxResults"_s, 50}};
    if (!context.cursor.isEmpty() && jiraIsCloud(context))
        body.insert(u"nextPageToken"_s, context.cursor);
    else if (!context.cursor.isEmpty())
        body.insert(u"startAt"_s, context.cursor.toLongLong());
    return searchAt(jiraIsCloud(context) ? u"/search/jql"_s : u"/search"_s, body);
}

bool jiraIsOurs(JsonReader &issue, const CrmContext &context)
{
    return issue.value(u"/fields/labels"_s).toArray().contains(jiraLabel(context));
}

QString jiraFindNext(JsonReader &reply, const CrmContext &context)
{
    return jiraIsCloud(context) ? textOr(reply, u"/nextPageToken"_s) : nextStart(reply, u"/issues"_s);
}

Result<RemoteTask> jiraStatus(JsonReader &reply, const CrmContext &context)
{
    RemoteTask task;
    task.status = reply.text(u"/fields/status/name"_s);
    task.closed = reply.text(u"/fields/status/statusCategory/key"_s) == u"done"_s;
    task.url = atlassianPage(context, reply.text(u"/key"_s));
    return reply.finish(task);
}

Result<CrmFinding> jiraTypeFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> type = jiraTypes(reply, context);
    if (!type)
        return type.error();
    return CrmFinding{
        u"Tasks become issues of the type \"%1\" in project %2."_s.arg(jiraType(context), jiraProject(context)), *type};
}

/// What the create screen lacks, and names of priorities that it does not know.
Result<CrmFinding> jiraFieldsFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> screen = atlassianScreen(reply, context);
    if (!screen)
        return screen.error();
    if (!screen->contains(u"field:labels"_s))
        return jiraNoLabels(context);
    QStringList missing;
    for (const QString &field : {u"priority"_s, u"duedate"_s}) {
        if (!screen->contains(u"field:"_s + field))
            missing.append(field);
    }
    const QJsonArray names = screen->value(u"field:priority"_s).toObject().value(u"names"_s).toArray();
    if (Result<Done> known =
            checkPriorities(jiraPriorities(context), names,
                            u"Project %1 has no priority \"%2\". Set the names of its priorities."_s.arg(
                                jiraProject(context), u"%1"_s));
        !known)
        return known.error();
    return CrmFinding{missing.isEmpty() ? QString()
                                        : u"Not on its create screen, so not set: %1."_s.arg(missing.join(u", "_s))};
}

CrmSpec jiraSpec()
{
    CrmSpec spec;
    spec.id = u"jira"_s;
    spec.title = u"Jira"_s;
    spec.form = jiraForm();
    spec.objects = {u"Issue"_s};
    spec.contract = {true, u"Jira Cloud REST v3 (OpenAPI); Data Center: unverified"_s, u"2025"_s};
    spec.apiPath = &jiraApi;
    spec.auth = &basicOrBearerOf<"email", "token">;
    offerBrowserSignIn<jiraApp>(spec);
    spec.tokens.read = &tokenFor<"gateway_url", "https://api.atlassian.com">;
    spec.home = {&getAt<"/oauth/token/accessible-resources">, &atlassianHome, &jiraIsBehindGateway};
    spec.headers = {{"X-Atlassian-Token", "no-check"}}; // else it takes a form for one of somebody else's page
    spec.limit = RateLimit{10, std::chrono::seconds(1)};
    spec.words = &wordsByFieldAt<"/errors">;
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(60); // its search is "eventually consistent", without a figure
    spec.facts = {{jiraTypesRequest, &jiraTypes}, {jiraScreenRequest, &atlassianScreen, nullptr, &atlassianScreenNext}};
    spec.createTask = {&jiraCreate, &receiptBy<&jiraReceipt>};
    spec.lookUps = {{&jiraFind, &firstOfOurs<"/issues", &jiraIsOurs, &jiraReceipt>, nullptr, &jiraFindNext}};
    spec.attach = {{&attachAt<"/issue/{id}/attachments", "file">, &factAt<"file", "/0/id">}};
    spec.attached = {&getAt<"/issue/{id}?fields=attachment">, &filesAt<"/fields/attachment", "/filename", "/size">};
    spec.largestFile = largestAttachedFile; // an administrator may have set less
    spec.status = {&getAt<"/issue/{id}?fields=status">, &jiraStatus};
    spec.fieldFacts = {{jiraTypesRequest, &jiraTypes}};
    spec.fields = {{jiraScreenRequest, &atlassianChoices, nullptr, &atlassianScreenNext}};
    spec.test = {{&getAt<"/myself">, &findingAt<"Signed in as %1.", "/displayName">},
                 {jiraTypesRequest, &jiraTypeFinding},
                 {jiraScreenRequest, &jiraFieldsFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_jira(const ConnectorServices &services) { return makeCrmInfo<&jiraSpec>(services); }

} // namespace patchbay
