#include "connectors/kit/coded_failures.h"
#include "connectors/kit/conditions.h"
#include "connectors/kit/either.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/records.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit pipedriveTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit pipedriveTextLimit{60000, TextLimit::Unit::Utf16};

/// The scopes are those of the app itself; the app proves itself in a header.
constexpr OAuthApp pipedriveApp{.authorizeUrl = "https://oauth.pipedrive.com/oauth/authorize",
                                .tokenUrl = "https://oauth.pipedrive.com/oauth/token",
                                .secretInHeader = true};

std::vector<FormField> pipedriveForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "API token"), true,
                    QT_TRANSLATE_NOOP("form", "Personal preferences, API")),
        objectField({{"lead", QT_TRANSLATE_NOOP("form", "Lead")},
                     {"activity", QT_TRANSLATE_NOOP("form", "Activity")},
                     {"deal", QT_TRANSLATE_NOOP("form", "Deal")}}),
        textField("activity_type", QT_TRANSLATE_NOOP("form", "Type of a new activity"), false,
                  QT_TRANSLATE_NOOP("form", "Its key, such as task, call or email; empty: task")),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Deal field for our key (40 characters)"), false,
                  QT_TRANSLATE_NOOP("form", "Without it, a deal whose answer was lost waits for a person")),
        apiAddressField("https://api.pipedrive.com"),
    };
}

/// `success` is false also in some answers with 200; the wait of a 429 stands in a header of its own.
std::optional<VendorFailure> pipedriveFailure(const Reply &reply, Timestamp)
{
    const auto tooOften = tooManyWithin(reply, QByteArrayLiteral("x-ratelimit-reset"));
    return tooOften ? tooOften : refusedInside(reply, u"/success"_s);
}

/// Version 1 has leads, version 2 the others. Activities have no page of their own.
ObjectNames pipedriveNames()
{
    return {{u"path"_s, u"page"_s, u"title"_s},
            {{u"lead"_s, {u"/v1/leads"_s, u"leads/inbox"_s, u"title"_s}},
             {u"activity"_s, {u"/api/v2/activities"_s, u""_s, u"subject"_s}},
             {u"deal"_s, {u"/api/v2/deals"_s, u"deal"_s, u"title"_s}}}};
}

constexpr auto pipedriveIsLead = &settingIs<"object", "lead">;
constexpr auto pipedriveIsDeal = &settingIs<"object", "deal">;
constexpr auto pipedriveIsActivity = &settingIs<"object", "activity">;
constexpr auto pipedriveIsDealWithKey = &allOf<pipedriveIsDeal, &isSet<"key_field">>;

Idempotency pipedriveClass(const QJsonObject &settings)
{
    const CrmContext about{settings};
    return pipedriveIsDeal(about) && !pipedriveIsDealWithKey(about) ? Idempotency::None : Idempotency::Lookup;
}

/// The page that people open.
QString pipedrivePage(const CrmContext &context, const QString &id)
{
    const QString pages = textAt(context, u"https://{known.company}.pipedrive.com/{object.page}/"_s);
    return pages.isEmpty() ? QString() : pages + id;
}

constexpr auto pipedriveMe = &getAt<"/v1/users/me">;

constexpr auto pipedriveFindPerson =
    &eitherRequest<&hasMail, &getAt<"/api/v2/persons/search?term={mail}&fields=email&exact_match=true&limit=1">,
                   &getAt<"/api/v2/persons/search?term={phone}&fields=phone&exact_match=true&limit=1">>;

Result<Request> pipedriveCreatePerson(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const QJsonArray list{QJsonObject{{u"value"_s, person.address()}, {u"primary"_s, true}, {u"label"_s, u"work"_s}}};
    return postTo(u"/api/v2/persons"_s,
                  {{u"name"_s, person.name}, {person.mail.isEmpty() ? u"phones"_s : u"emails"_s, list}});
}

QJsonObject pipedriveRecord(const CrmContext &context)
{
    const QString title = taskTitle(context.task, pipedriveTitleLimit);
    const QJsonValue person = wholeNumber(context.known.value(u"contact"_s).toString());
    if (!pipedriveIsActivity(context)) {
        return filled({{u"title"_s, title},
                       {u"expected_close_date"_s, dueDay(context.task)},
                       {u"person_id"_s, person},
                       {u"origin_id"_s, pipedriveIsLead(context) ? context.key : QString()}});
    }
    const QJsonArray participants{QJsonObject{{u"person_id"_s, person}, {u"primary"_s, true}}};
    return filled({{u"subject"_s, title},
                   {u"due_date"_s, dueDay(context.task)},
                   {u"participants"_s, person.isNull() ? QJsonArray() : participants},
                   {u"type"_s, settingOf(context, u"activity_type"_s, u"task"_s)},
                   {u"note"_s, taskHtml(context.task, context.key, pipedriveTextLimit, title)}});
}

bool pipedriveIsNumber(const QString &name) { return name.endsWith(u"_id"_s) && name != u"channel_id"_s; }

Result<Request> pipedriveCreate(const CrmContext &context)
{
    const QString keyField = settingOf(context, u"key_field"_s);
    const QStringList ours{u"title"_s, u"subject"_s, u"note"_s, u"origin_id"_s, keyField};
    const Result<QJsonObject> mapped = withFields({}, withNumbers(context.task.fields, &pipedriveIsNumber), ours);
    if (!mapped)
        return mapped.error();
    SplitFields fields{{}, *mapped}; // version 1 has custom fields among the others, version 2 apart
    if (!pipedriveIsLead(context))
        fields = splitFields(*mapped, &isSha1);
    if (pipedriveIsDealWithKey(context))
        fields.custom.insert(keyField, context.key);
    if (!fields.custom.isEmpty())
        fields.others.insert(u"custom_fields"_s, fields.custom);
    const Result<QJsonObject> record = withFields(pipedriveRecord(context), fields.others, {});
    if (record && pipedriveIsLead(context) && !record->contains(u"person_id"_s)
        && !record->contains(u"organization_id"_s)) {
        return refusal(u"A lead needs a person with a mail address or phone number, or the field organization_id."_s);
    }
    return record ? Result<Request>(postTo(settingOf(context, u"object.path"_s), *record)) : record.error();
}

/// Without "success" nothing is said; an empty list is null.
template <bool (*isOurs)(JsonReader &, const CrmContext &)>
constexpr auto pipedriveFound =
    &onlyWhen<"/success", "true", &firstOfOurs<"/data", isOurs, &elementAt<"/id", &pipedrivePage>, &listOrNull>>;

/// Version 2 names a cursor; version 1 counts, and where it does not say that there is more, there is none.
constexpr auto pipedriveNextCursor = &nextAt<"/additional_data/next_cursor">;
constexpr auto pipedriveNextStart =
    &nextIf<"/additional_data/pagination/more_items_in_collection", "/additional_data/pagination/next_start">;

Result<Request> pipedriveAddNote(const CrmContext &context)
{
    const bool isLead = pipedriveIsLead(context);
    const QString shown = taskTitle(context.task, pipedriveTitleLimit);
    const QJsonValue id = isLead ? QJsonValue(context.externalId) : QJsonValue(context.externalId.toLongLong());
    return postTo(u"/v1/notes"_s,
                  {{u"content"_s, taskHtml(context.task, context.key, pipedriveTextLimit, shown)},
                   {isLead ? u"lead_id"_s : u"deal_id"_s, id}});
}

RemoteTask pipedriveState(JsonReader &record, const CrmContext &context)
{
    RemoteTask task;
    task.url = pipedrivePage(context, record.id(u"/id"_s));
    task.title = textOr(record, u'/' + settingOf(context, u"object.title"_s));
    if (pipedriveIsDeal(context)) {
        task.status = record.text(u"/status"_s);
        task.closed = task.status != u"open"_s;
        return task;
    }
    const bool isLead = pipedriveIsLead(context);
    task.closed = record.boolean(isLead ? u"/is_archived"_s : u"/done"_s);
    task.status = isLead ? (task.closed ? u"archived"_s : u"in the inbox"_s) : (task.closed ? u"done"_s : u"to do"_s);
    return task;
}

constexpr auto pipedriveRecords =
    &eitherRequest<pipedriveIsLead, &getAt<"{object.path}?person_id={contact}&sort=update_time DESC&limit=50">,
                   &getAt<"{object.path}?person_id={contact}&sort_by=update_time&sort_direction=desc&limit=50">>;

Result<CrmFinding> pipedriveFinding(JsonReader &reply, const CrmContext &context)
{
    const QString name = reply.text(u"/data/name"_s);
    const QString field = settingOf(context, u"key_field"_s);
    if (!field.isEmpty() && !isSha1(field)) {
        return refusal(
            u"\"%1\" is no key of a deal field: those have 40 characters, 0-9 and a-f."_s.arg(field.left(60)));
    }
    return reply.finish(CrmFinding{u"Signed in as %1 of %2. A task becomes a new %3."_s.arg(
        name, textOr(reply, u"/data/company_name"_s, u"this company"_s), settingOf(context, u"object"_s))});
}

CrmSpec pipedriveSpec()
{
    CrmSpec spec;
    spec.id = u"pipedrive"_s;
    spec.title = u"Pipedrive"_s;
    spec.form = pipedriveForm();
    spec.names = pipedriveNames();
    spec.objects = {u"Lead"_s, u"Activity"_s, u"Deal"_s, u"Person"_s};
    spec.contract = {true, u"Pipedrive API v1 and v2 (OpenAPI)"_s, {}};
    spec.auth = &headerOf<"x-api-token", "token">;
    offerBrowserSignIn<pipedriveApp>(spec);
    spec.limit = RateLimit{20, 2s}; // of the smallest plan; a daily budget stands beside it
    spec.failure = &pipedriveFailure;
    spec.idempotencyOf = &pipedriveClass;
    spec.indexLag = 10s; // only its search for persons lags
    spec.facts = {{pipedriveMe, &textFactAt<"company", "/data/company_domain">}};
    spec.findContact = {pipedriveFindPerson, &contactAt<"/data/items", "/item/id">, &hasPerson};
    spec.createContact = {&pipedriveCreatePerson, &factAt<"contact", "/data/id">};
    spec.createTask = {&pipedriveCreate, &createdAt<"/data/id", &pipedrivePage>};
    spec.hasText = {&getAt<"/v1/notes?{object}_id={id}&limit=500&start={cursor}">,
                    &onlyWhen<"/success", "true", &hasTextAt<"/data", "/content", &listOrNull>>, nullptr,
                    pipedriveNextStart};
    spec.addText = {&pipedriveAddNote, &factAt<"note", "/data/id">, &settingIsNot<"object", "activity">};
    // What was written since the key was made is read directly, because the search index lags. Archived leads know no
    // updated_since, so the newest come first.
    spec.lookUps = {{&getAt<"/v1/leads?updated_since={since}&sort=add_time&limit=500&start={cursor}">,
                     pipedriveFound<&isKeyAt<"/origin_id">>, pipedriveIsLead, pipedriveNextStart},
                    {&getAt<"/v1/leads/archived?sort=add_time DESC&limit=500&start={cursor}">,
                     pipedriveFound<&isKeyAt<"/origin_id">>, pipedriveIsLead,
                     &nextUntilOlder<pipedriveNextStart, "/data", "/add_time">},
                    {&getAt<"/api/v2/activities?updated_since={since}&sort_by=id&sort_direction=desc&limit=500&"
                            "cursor={cursor}">,
                     pipedriveFound<&endsWithKeyAt<"/note">>, pipedriveIsActivity, pipedriveNextCursor},
                    {&getAt<"/api/v2/deals?updated_since={since}&sort_by=id&sort_direction=desc&"
                            "custom_fields={key_field}&limit=500&cursor={cursor}">,
                     pipedriveFound<&hasKeyIn<"key_field", "", "/custom_fields">>, pipedriveIsDealWithKey,
                     pipedriveNextCursor}};
    spec.statusFacts = spec.facts;
    spec.attach = {{&attachAt<"/v1/files", "file", "{object}_id={id}">, &factAt<"file", "/data/id">}};
    // Leads have no list of their own files: the newest of all are read.
    spec.attached = {
        &getAt<"/v1/files?sort=id DESC&limit=100&start={cursor}">,
        &onlyWhen<"/success", "true", &ownFilesAt<"/data", "/{object}_id", "/file_name", "/file_size", &listOrNull>>,
        nullptr, &nextUntilOlder<pipedriveNextStart, "/data", "/add_time">};
    spec.largestFile = largestAttachedFile;
    spec.status = {&getAt<"{object.path}/{id}">, &stateAt<"/data", &pipedriveState>};
    spec.records = {
        &forPerson<&knowsContact, pipedriveRecords>,
        &onlyWhen<"/success", "true",
                  &recordsAt<"/data", "/id", "/{object.title}", "/update_time", &pipedriveState, &listOrNull>>};
    spec.fields = {{&getAt<"/v1/users">, &choicesAt<"owner_id", "/data", "/id", "/name">},
                   {&getAt<"/api/v2/stages?limit=500&cursor={cursor}">, &choicesAt<"stage_id", "/data", "/id", "/name">,
                    pipedriveIsDeal, pipedriveNextCursor}};
    spec.test = {{pipedriveMe, &pipedriveFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_pipedrive(const ConnectorServices &services) { return makeCrmInfo<&pipedriveSpec>(services); }

} // namespace patchbay
