#include "connectors/kit/delivery_key.h"
#include "connectors/kit/elsewhere.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/graphql_calls.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/priorities.h"
#include "connectors/kit/records.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit linearTitleLimit{250, TextLimit::Unit::Characters};
constexpr TextLimit linearTextLimit{50000, TextLimit::Unit::Characters};

std::vector<FormField> linearForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "API key"), true,
                    QT_TRANSLATE_NOOP("form", "Begins with lin_api_; an access token begins with lin_oauth_")),
        textField("team", QT_TRANSLATE_NOOP("form", "Team (key)"), true,
                  QT_TRANSLATE_NOOP("form", "What stands before the number of its issues: SUP")),
        apiAddressField("https://api.linear.app"),
    };
}

// Linear separates scopes by commas.
constexpr OAuthApp linearApp{"https://linear.app/oauth/authorize", "https://api.linear.app/oauth/token", "read,write"};

/// A personal key goes without "Bearer".
Credentials linearAuth(const AccountConfig &account)
{
    const QString token = account.secrets.value(u"token"_s);
    return token.startsWith(u"lin_oauth_"_s) ? Credentials::bearer(token)
                                             : Credentials::inHeader("Authorization", token);
}

/// What Linear says under the one code INPUT_ERROR is told apart by its message. The wait stands in a header.
std::optional<VendorFailure> linearFailure(const Reply &reply, Timestamp now)
{
    std::optional<VendorFailure> failure = graphqlFailure(reply, now);
    if (!failure)
        return failure;
    const QString message = textOr(JsonReader::parse(reply.body, u"reply"_s), u"/errors/0/message"_s);
    if (message.startsWith(u"conflict on insert"_s, Qt::CaseInsensitive))
        failure->kind = Error::Kind::Conflict;
    else if (message.startsWith(u"Entity not found: Issue"_s) && !message.contains(u"IssueLabel"_s))
        failure->kind = Error::Kind::NotFound;
    bool told = false;
    const qint64 free = reply.header("x-ratelimit-requests-reset").toLongLong(&told) - now.us / 1000;
    if (told && failure->kind == Error::Kind::RateLimited && failure->retryAfter.count() == 0)
        failure->retryAfter = std::chrono::milliseconds(qBound(qint64(1000), free, qint64(3600000)));
    return failure;
}

QString linearTeam(const CrmContext &context) { return settingOf(context, u"team"_s); }

/// The issue's own id, made from our key: its UUID in the form of version 4, which Linear asks for.
QString linearId(const QString &key)
{
    QString text = keyUuid(key);
    text[14] = u'4';
    return text;
}

constexpr auto linearTeamRequest =
    &queryAt<"/graphql",
             "query($team: String!) { viewer { name } organization { name } "
             "teams(filter: { key: { eqIgnoreCase: $team } }, first: 1) { nodes { id name } } }",
             "team">;

Result<QJsonObject> linearTeamFacts(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> teams = reply.array(u"/data/teams/nodes"_s);
    if (reply.ok() && teams.empty())
        return refusal(u"Linear shows this account no team with the key \"%1\"."_s.arg(linearTeam(context)));
    if (!reply.ok())
        return reply.error();
    return reply.finish(
        QJsonObject{{u"team"_s, teams.front().text(u"/id"_s)}, {u"name"_s, teams.front().text(u"/name"_s)}});
}

Result<CrmFinding> linearFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> team = linearTeamFacts(reply, context);
    if (!team)
        return team.error();
    return reply.finish(CrmFinding{u"Signed in as %1 of %2; tasks become issues of the team “%3”."_s.arg(
        reply.text(u"/data/viewer/name"_s), reply.text(u"/data/organization/name"_s),
        team->value(u"name"_s).toString())});
}

/// Texts of the route as Linear's input takes them: lists of ids separated by commas, and whole numbers.
QJsonValue linearMapped(const QString &name, const QString &text)
{
    bool whole = false;
    const int number = text.toInt(&whole);
    if (name.endsWith(u"Ids"_s))
        return listOf(text);
    return whole && (name == u"estimate"_s || name == u"priority"_s) ? QJsonValue(number) : QJsonValue(text);
}

Result<Request> linearCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, linearTitleLimit);
    QJsonObject input{{u"id"_s, linearId(context.key)},
                      {u"teamId"_s, context.known.value(u"team"_s).toString(linearTeam(context))},
                      {u"title"_s, title},
                      {u"description"_s, taskMarkdown(context.task, context.key, linearTextLimit, title)},
                      {u"priority"_s, priorityRank(context.task.priority)}};
    insertText(input, u"dueDate"_s, dueDay(context.task));
    const Result<QJsonObject> whole =
        withFields(input, inForms(context.task.fields, &linearMapped),
                   {u"id"_s, u"teamId"_s, u"title"_s, u"description"_s, u"descriptionData"_s});
    if (!whole)
        return whole.error();
    return graphqlMutation(
        pathOf(u"/graphql"_s),
        u"mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { id url } } }"_s,
        {{u"input"_s, *whole}});
}

Receipt linearReceipt(JsonReader &issue, const CrmContext &context)
{
    const QString id = issue.text(u"/id"_s);
    if (id.compare(linearId(context.key), Qt::CaseInsensitive) != 0)
        issue.fault(u"/id"_s, u"is not the id that was given"_s);
    return {id, issue.text(u"/url"_s)};
}

constexpr auto linearCreated =
    &onlyWhen<"/data/issueCreate/success", "true", &receiptBy<&linearReceipt, "/data/issueCreate/issue">>;

constexpr auto linearIssue =
    &queryAt<"/graphql", "query($id: String!) { issue(id: $id) { id title url state { name type } } }", "id">;

Result<Request> linearFind(const CrmContext &context)
{
    CrmContext issue = context;
    issue.externalId = linearId(context.key);
    return linearIssue(issue);
}

RemoteTask linearState(JsonReader &issue, const CrmContext &)
{
    const bool ended = isAmong(u"completed, canceled, duplicate"_s, issue.text(u"/state/type"_s));
    return {issue.text(u"/state/name"_s), ended, issue.text(u"/url"_s), textOr(issue, u"/title"_s),
            textOr(issue, u"/id"_s)};
}

/// Issues have no contact: those whose descriptions name the mail address, as ours do.
constexpr auto linearRecordsOf =
    &queryAt<"/graphql",
             "query($team: String!, $mail: String!) { issues(filter: { team: { key: { eqIgnoreCase: $team } }, "
             "description: { containsIgnoreCase: $mail } }, first: 50, orderBy: updatedAt) "
             "{ nodes { id title url updatedAt state { name type } } } }",
             "team", "mail">;

/// Where its store of files takes this one, and under which address the issue then has it.
Result<QJsonObject> linearUploadPlace(JsonReader &reply, const CrmContext &)
{
    JsonReader file = reply.object(u"/data/fileUpload/uploadFile"_s);
    QJsonObject known = uploadPlace(file, u"/uploadUrl"_s, u"/headers"_s);
    known.insert(u"asset"_s, file.text(u"/assetUrl"_s));
    return reply.finish(known);
}

/// The elements of a connection, shown by their names, with the argument that chooses them.
template <Literal connection> Result<Request> linearList(const CrmContext &context)
{
    const QString list = connection.string();
    const bool needsTeam = list.contains(u"$team"_s);
    const QString query =
        u"query(%1$after: String) { page: %2, first: 100, after: $after) { nodes { id title: name } "
        "pageInfo { hasNextPage endCursor } } }"_s.arg(needsTeam ? u"$team: String!, "_s : QString(), list);
    QJsonObject variables;
    addVariable(variables, u"after=cursor"_s, context);
    if (needsTeam)
        addVariable(variables, u"team"_s, context);
    return graphqlQuery(pathOf(u"/graphql"_s), query, variables);
}
template <Literal field> constexpr auto linearChoices = &choicesAt<field, "/data/page/nodes", "/id", "/title">;
constexpr auto linearNext = &nextIf<"/data/page/pageInfo/hasNextPage", "/data/page/pageInfo/endCursor">;

CrmSpec linearSpec()
{
    CrmSpec spec;
    spec.id = u"linear"_s;
    spec.title = u"Linear"_s;
    spec.form = linearForm();
    spec.objects = {u"Issue"_s};
    spec.contract = {true, u"Linear GraphQL schema"_s, u"2026-07"_s};
    spec.auth = &linearAuth;
    offerBrowserSignIn<linearApp>(spec);
    spec.limit = RateLimit{40, std::chrono::minutes(1)}; // 2,500 an hour
    spec.failure = &linearFailure;
    spec.idempotency = Idempotency::Native; // the id is ours; a second issue with it is refused, and found by it
    spec.facts = {{linearTeamRequest, &linearTeamFacts}};
    spec.createTask = {&linearCreate, linearCreated};
    spec.lookUps = {{&linearFind, &foundBy<&receiptBy<&linearReceipt, "/data/issue">>, nullptr, nullptr, true}};
    spec.attach = {
        {&mutationAt<"/graphql",
                     "mutation($type: String!, $name: String!, $size: Int!) { fileUpload(contentType: $type, "
                     "filename: $name, size: $size) { uploadFile { uploadUrl assetUrl headers { key value } } } }",
                     "type=file.type", "name=file.name", "size=file.size">,
         &linearUploadPlace},
        {&withHeader<&putAtUploadPlace, "Cache-Control", "public, max-age=31536000">, &acceptedFile, nullptr, nullptr,
         false, true},
        {&mutationAt<"/graphql",
                     "mutation($issue: String!, $title: String!, $url: String!) { attachmentCreate(input: "
                     "{ issueId: $issue, title: $title, url: $url }) { success attachment { id } } }",
                     "issue=id", "title=file.name", "url=known.asset">,
         &onlyWhen<"/data/attachmentCreate/success", "true", &factAt<"file", "/data/attachmentCreate/attachment/id">>}};
    spec.attached = {
        &queryAt<"/graphql",
                 "query($id: String!, $after: String) { issue(id: $id) { attachments(first: 100, after: "
                 "$after) { nodes { title } pageInfo { hasNextPage endCursor } } } }",
                 "id", "after=cursor">,
        &filesAt<"/data/issue/attachments/nodes", "/title">, nullptr,
        &nextIf<"/data/issue/attachments/pageInfo/hasNextPage", "/data/issue/attachments/pageInfo/endCursor">};
    spec.largestFile = largestAttachedFile;
    spec.status = {linearIssue, &stateAt<"/data/issue", &linearState>};
    spec.records = {&forPerson<&hasMail, linearRecordsOf>,
                    &recordsAt<"/data/issues/nodes", "/id", "/title", "/updatedAt", &linearState>};
    spec.recordIn = &idBehind<"issue">; // "/acme/issue/SUP-24/refund-for-order-1177"
    spec.fields = {
        {&linearList<"workflowStates(filter: { team: { key: { eqIgnoreCase: $team } } }">, linearChoices<"stateId">,
         nullptr, linearNext},
        {&linearList<
             "issueLabels(filter: { or: [{ team: { null: true } }, { team: { key: { eqIgnoreCase: $team } } }] }">,
         linearChoices<"labelIds">, nullptr, linearNext},
        {&linearList<"projects(filter: { accessibleTeams: { some: { key: { eqIgnoreCase: $team } } } }">,
         linearChoices<"projectId">, nullptr, linearNext},
        {&linearList<"users(filter: { active: { eq: true } }">, linearChoices<"assigneeId">, nullptr, linearNext}};
    spec.test = {{linearTeamRequest, &linearFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_linear(const ConnectorServices &services) { return makeCrmInfo<&linearSpec>(services); }

} // namespace patchbay
