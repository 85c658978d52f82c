#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/graphql.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QUuid>

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

QUrl linearPath() { return pathOf(u"/graphql"_s); }

QString linearTeam(const CrmContext &context) { return settingText(context.settings, u"team"_s); }

/// The issue's own id, made from our key: its UUID in the form of version 4, which Linear asks for.
QString linearId(const QString &key)
{
    QUuid id = QUuid::fromString(key.right(36));
    if (id.isNull())
        id = QUuid::createUuidV5(QUuid(u"5b0f9f2c-6f5e-4d0c-9d53-0a1f6c1d7b11"_s), key);
    QString text = id.toString(QUuid::WithoutBraces);
    text[14] = u'4';
    return text;
}

Result<Request> linearTeamRequest(const CrmContext &context)
{
    return graphqlQuery(linearPath(),
                        u"query($team: String!) { viewer { name } organization { name } "
                        "teams(filter: { key: { eqIgnoreCase: $team } }, first: 1) { nodes { id name } } }"_s,
                        {{u"team"_s, linearTeam(context)}});
}

Result<QJsonObject> linearTeamFacts(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> teams = reply.array(u"/data/teams/nodes"_s);
    if (reply.ok() && teams.empty()) {
        return makeError(Error::Kind::Refused,
                         u"Linear shows this account no team with the key \"%1\"."_s.arg(linearTeam(context)));
    }
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

int linearPriority(Priority priority)
{
    switch (priority) {
    case Priority::Urgent: return 1;
    case Priority::High: return 2;
    case Priority::Normal: return 3;
    case Priority::Low: break;
    }
    return 4;
}

/// Texts of the route as Linear's input takes them: lists of ids separated by commas, and whole numbers.
QJsonObject linearMapped(const QJsonObject &fields)
{
    QJsonObject mapped = fields;
    for (auto it = mapped.begin(); it != mapped.end(); ++it) {
        const QString text = it.value().toString().trimmed();
        bool whole = false;
        const int number = text.toInt(&whole);
        if (it.key().endsWith(u"Ids"_s) && !text.isEmpty()) {
            QJsonArray ids;
            for (const QString &id : text.split(u',', Qt::SkipEmptyParts))
                ids.append(id.trimmed());
            it.value() = ids;
        } else if (whole && (it.key() == u"estimate"_s || it.key() == u"priority"_s)) {
            it.value() = number;
        }
    }
    return mapped;
}

Result<Request> linearCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, linearTitleLimit);
    QJsonObject input{{u"id"_s, linearId(context.key)},
                      {u"teamId"_s, context.known.value(u"team"_s).toString(linearTeam(context))},
                      {u"title"_s, title},
                      {u"description"_s, taskMarkdown(context.task, context.key, linearTextLimit, title)},
                      {u"priority"_s, linearPriority(context.task.priority)}};
    if (context.task.due)
        input.insert(u"dueDate"_s, dueDay(context.task));
    const QStringList ours{u"id"_s, u"teamId"_s, u"title"_s, u"description"_s, u"descriptionData"_s};
    if (Result<Done> mapped = addFields(input, linearMapped(context.task.fields), ours); !mapped)
        return mapped.error();
    return graphqlMutation(
        linearPath(),
        u"mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { id url } } }"_s,
        {{u"input"_s, input}});
}

Receipt linearReceipt(JsonReader &reply, const QString &at, const CrmContext &context)
{
    const QString id = reply.text(at + u"/id"_s);
    if (id.compare(linearId(context.key), Qt::CaseInsensitive) != 0)
        reply.fault(at + u"/id"_s, u"is not the id that was given"_s);
    return {id, reply.text(at + u"/url"_s)};
}

Result<Receipt> linearCreated(JsonReader &reply, const CrmContext &context)
{
    if (!reply.boolean(u"/data/issueCreate/success"_s))
        reply.fault(u"/data/issueCreate/success"_s, u"is not true"_s);
    return reply.finish(linearReceipt(reply, u"/data/issueCreate/issue"_s, context));
}

Request linearIssue(const QString &id)
{
    return graphqlQuery(linearPath(), u"query($id: String!) { issue(id: $id) { id url state { name type } } }"_s,
                        {{u"id"_s, id}});
}

Result<Request> linearFind(const CrmContext &context)
{
    return linearIssue(linearId(context.key));
}

Result<std::optional<Receipt>> linearFound(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(std::optional(linearReceipt(reply, u"/data/issue"_s, context)));
}

Result<Request> linearStatusRequest(const CrmContext &context) { return linearIssue(context.externalId); }

Result<RemoteTask> linearStatus(JsonReader &reply, const CrmContext &)
{
    static const QStringList ends{u"completed"_s, u"canceled"_s, u"duplicate"_s};
    return reply.finish(RemoteTask{reply.text(u"/data/issue/state/name"_s),
                                   ends.contains(reply.text(u"/data/issue/state/type"_s)),
                                   reply.text(u"/data/issue/url"_s)});
}

struct LinearChoice {
    const char *field;
    const char *list; ///< a connection whose elements are shown by "title"
};

constexpr LinearChoice linearLists[] = {
    {"stateId", "workflowStates(filter: { team: { key: { eqIgnoreCase: $team } } }"},
    {"labelIds", "issueLabels(filter: { or: [{ team: { null: true } }, { team: { key: { eqIgnoreCase: $team } } }] }"},
    {"projectId", "projects(filter: { accessibleTeams: { some: { key: { eqIgnoreCase: $team } } } }"},
    {"assigneeId", "users(filter: { active: { eq: true } }"},
};

/// Goes through the lists one after the other: the cursor is "<list>@<where in it>".
Result<Request> linearChoicesRequest(const CrmContext &context)
{
    const LinearChoice &one = linearLists[qBound(0, context.cursor.section(u'@', 0, 0).toInt(), 3)];
    const QString needsTeam = QLatin1StringView(one.list).contains("$team"_L1) ? u"$team: String!, "_s : QString();
    const QString query = u"query(%1$after: String) { page: %2, first: 100, after: $after) { nodes { id title: name } "
                          "pageInfo { hasNextPage endCursor } } }"_s.arg(needsTeam, QLatin1StringView(one.list));
    const QString after = context.cursor.section(u'@', 1);
    QJsonObject variables{{u"after"_s, after.isEmpty() ? QJsonValue() : QJsonValue(after)}};
    if (!needsTeam.isEmpty())
        variables.insert(u"team"_s, linearTeam(context));
    return graphqlQuery(linearPath(), query, variables);
}

Result<std::vector<FieldChoice>> linearChoices(JsonReader &reply, const CrmContext &context)
{
    const LinearChoice &one = linearLists[qBound(0, context.cursor.section(u'@', 0, 0).toInt(), 3)];
    return reply.finish(
        readChoices(reply, QLatin1StringView(one.field), {u"/data/page/nodes"_s, u"/id"_s, u"/title"_s, {}}));
}

QString linearChoicesNext(JsonReader &reply, const CrmContext &context)
{
    const int list = context.cursor.section(u'@', 0, 0).toInt();
    if (reply.optionalBoolean(u"/data/page/pageInfo/hasNextPage"_s).value_or(false))
        return QString::number(list) + u'@' + textOr(reply, u"/data/page/pageInfo/endCursor"_s);
    return list < 3 ? QString::number(list + 1) + u'@' : QString();
}

CrmSpec linearSpec()
{
    CrmSpec spec;
    spec.id = u"linear"_s;
    spec.title = u"Linear"_s;
    spec.form = linearForm();
    spec.objects = {u"Issue"_s};
    spec.contract = {true, u"Linear GraphQL schema"_s, u"2026-07"_s};
    spec.auth = &linearAuth;
    spec.limit = RateLimit{40, std::chrono::minutes(1)}; // 2,500 an hour
    spec.failure = &linearFailure;
    spec.idempotency = Idempotency::Native; // the id is ours; a second issue with it is refused, and found by it
    spec.facts = {{&linearTeamRequest, &linearTeamFacts}};
    spec.createTask = {&linearCreate, &linearCreated};
    spec.lookUps = {{&linearFind, &linearFound, nullptr, nullptr, true}};
    spec.status = {&linearStatusRequest, &linearStatus};
    spec.fields = {{&linearChoicesRequest, &linearChoices, nullptr, &linearChoicesNext}};
    spec.test = {{&linearTeamRequest, &linearFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_linear(const ConnectorServices &services) { return makeCrmInfo<&linearSpec>(services); }

} // namespace patchbay
