#include "connectors/crm/pipedrive/pipedrive_files.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit pipedriveTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit pipedriveTextLimit{60000, TextLimit::Unit::Utf16};

std::vector<FormField> pipedriveForm()
{
    return {
        secretField("token", QT_TRANSLATE_NOOP("form", "API token"), true,
                    QT_TRANSLATE_NOOP("form", "Personal preferences, API")),
        choiceField("object", QT_TRANSLATE_NOOP("form", "A task becomes"), {u"lead"_s, u"activity"_s, u"deal"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Lead")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Activity")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "Deal"))}),
        textField("activity_type", QT_TRANSLATE_NOOP("form", "Type of a new activity"), false,
                  QT_TRANSLATE_NOOP("form", "Its key, such as task, call or email; empty: task")),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Deal field for our key (40 characters)"), false,
                  QT_TRANSLATE_NOOP("form", "Without it, a deal whose answer was lost waits for a person")),
        apiAddressField("https://api.pipedrive.com"),
    };
}

Credentials pipedriveAuth(const AccountConfig &account)
{
    return Credentials::inHeader(QByteArrayLiteral("x-api-token"), account.secrets.value(u"token"_s));
}

/// `success` is false also in some answers with 200; the wait of a 429 stands in a header of its own.
std::optional<VendorFailure> pipedriveFailure(const Reply &reply, Timestamp)
{
    const QByteArray reset = reply.header(QByteArrayLiteral("x-ratelimit-reset"));
    if (reply.status == 429 && reply.header(QByteArrayLiteral("retry-after")).isEmpty() && !reset.isEmpty())
        return VendorFailure{Error::Kind::RateLimited, commonWords(reply.body), std::chrono::seconds(reset.toInt())};
    const QJsonValue success = JsonReader::parse(reply.body, u"reply"_s).value(u"/success"_s);
    if (reply.status < 300 && success.isBool() && !success.toBool())
        return VendorFailure{Error::Kind::Refused, commonWords(reply.body)};
    return {};
}

QString pipedriveObject(const QJsonObject &settings)
{
    const QString object = settingText(settings, u"object"_s);
    return object.isEmpty() ? u"lead"_s : object;
}
template <char first> bool pipedriveIs(const CrmContext &context)
{
    return pipedriveObject(context.settings).at(0) == QLatin1Char(first);
}
bool pipedriveIsNoActivity(const CrmContext &context) { return !pipedriveIs<'a'>(context); }
QString pipedriveKeyField(const QJsonObject &settings) { return settingText(settings, u"key_field"_s); }
bool pipedriveIsDealWithKey(const CrmContext &context)
{
    return pipedriveIs<'d'>(context) && !pipedriveKeyField(context.settings).isEmpty();
}

Idempotency pipedriveClass(const QJsonObject &settings)
{
    const bool findable = pipedriveObject(settings) != u"deal"_s || !pipedriveKeyField(settings).isEmpty();
    return findable ? Idempotency::Lookup : Idempotency::None;
}

QString pipedrivePath(const QJsonObject &settings)
{
    const QString object = pipedriveObject(settings);
    return object == u"lead"_s ? u"/v1/leads"_s : object == u"deal"_s ? u"/api/v2/deals"_s : u"/api/v2/activities"_s;
}

Result<Request> pipedriveMeRequest(const CrmContext &) { return getFrom(u"/v1/users/me"_s); }

Result<QJsonObject> pipedriveMe(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"company"_s, textOr(reply, u"/data/company_domain"_s)}});
}

/// The page that people open; activities have none of their own.
Receipt pipedriveReceipt(const CrmContext &context, const QString &id)
{
    const QString company = context.known.value(u"company"_s).toString();
    if (company.isEmpty() || pipedriveIs<'a'>(context))
        return {id};
    return {
        id,
        u"https://%1.pipedrive.com/%2/%3"_s.arg(company, pipedriveIs<'d'>(context) ? u"deal"_s : u"leads/inbox"_s, id)};
}

bool pipedriveWantsPerson(const CrmContext &context) { return taskPerson(context.task).isKnown(); }

Result<Request> pipedriveFindPerson(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    return getFrom(u"/api/v2/persons/search"_s,
                   {{u"term"_s, person.mail.isEmpty() ? person.phone : person.mail},
                    {u"fields"_s, person.mail.isEmpty() ? u"phone"_s : u"email"_s},
                    {u"exact_match"_s, u"true"_s},
                    {u"limit"_s, u"1"_s}});
}

Result<QJsonObject> pipedriveFoundPerson(JsonReader &reply, const CrmContext &)
{
    QJsonObject known;
    for (JsonReader &found : reply.array(u"/data/items"_s))
        known.insert(u"contact"_s, found.id(u"/item/id"_s));
    return reply.finish(known);
}

Result<Request> pipedriveCreatePerson(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const QString value = person.mail.isEmpty() ? person.phone : person.mail;
    const QJsonArray list{QJsonObject{{u"value"_s, value}, {u"primary"_s, true}, {u"label"_s, u"work"_s}}};
    return postTo(u"/api/v2/persons"_s,
                  {{u"name"_s, person.name}, {person.mail.isEmpty() ? u"phones"_s : u"emails"_s, list}});
}

Result<QJsonObject> pipedriveNewPerson(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"contact"_s, reply.id(u"/data/id"_s)}});
}

QJsonObject pipedriveRecord(const CrmContext &context)
{
    const QString title = taskTitle(context.task, pipedriveTitleLimit);
    const QString contact = context.known.value(u"contact"_s).toString();
    const QString day = dueDay(context.task);
    const bool isActivity = pipedriveIs<'a'>(context);
    QJsonObject record{{isActivity ? u"subject"_s : u"title"_s, title}};
    if (!day.isEmpty())
        record.insert(isActivity ? u"due_date"_s : u"expected_close_date"_s, day);
    if (!contact.isEmpty() && !isActivity)
        record.insert(u"person_id"_s, contact.toLongLong());
    if (pipedriveIs<'l'>(context))
        record.insert(u"origin_id"_s, context.key);
    if (!isActivity)
        return record;
    if (!contact.isEmpty()) {
        const QJsonObject person{{u"person_id"_s, contact.toLongLong()}, {u"primary"_s, true}};
        record.insert(u"participants"_s, QJsonArray{person});
    }
    const QString type = settingText(context.settings, u"activity_type"_s);
    record.insert(u"type"_s, type.isEmpty() ? u"task"_s : type);
    record.insert(u"note"_s, taskHtml(context.task, context.key, pipedriveTextLimit, title));
    return record;
}

/// Numbers where Pipedrive wants numbers, and fields with keys of 40 characters where its two versions want them.
QJsonObject pipedriveMapping(const CrmContext &context)
{
    static const QRegularExpression hash(u"^[0-9a-f]{40}\\z"_s);
    static const QRegularExpression number(u"^[0-9]{1,18}\\z"_s);
    QJsonObject mapped;
    QJsonObject custom;
    if (pipedriveIsDealWithKey(context))
        custom.insert(pipedriveKeyField(context.settings), context.key);
    for (auto it = context.task.fields.constBegin(); it != context.task.fields.constEnd(); ++it) {
        const QString text = it.value().toString();
        const bool isNumber =
            it.key().endsWith(u"_id"_s) && it.key() != u"channel_id"_s && number.match(text).hasMatch();
        if (hash.match(it.key()).hasMatch() && !pipedriveIs<'l'>(context)
            && it.key() != pipedriveKeyField(context.settings))
            custom.insert(it.key(), it.value());
        else
            mapped.insert(it.key(), isNumber ? QJsonValue(text.toLongLong()) : it.value());
    }
    if (!custom.isEmpty())
        mapped.insert(u"custom_fields"_s, custom);
    return mapped;
}

Result<Request> pipedriveCreate(const CrmContext &context)
{
    QJsonObject record = pipedriveRecord(context);
    const QStringList ours{u"title"_s, u"subject"_s, u"note"_s, u"origin_id"_s, pipedriveKeyField(context.settings)};
    if (Result<Done> mapped = addFields(record, pipedriveMapping(context), ours); !mapped)
        return mapped.error();
    if (pipedriveIs<'l'>(context) && !record.contains(u"person_id"_s) && !record.contains(u"organization_id"_s)) {
        return makeError(Error::Kind::Refused,
                         u"A lead needs a person with a mail address or phone number, or the field organization_id."_s);
    }
    return postTo(pipedrivePath(context.settings), record);
}

Result<Receipt> pipedriveCreated(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(pipedriveReceipt(context, reply.id(u"/data/id"_s)));
}

/// What was written since the key was made: read directly, because the search index lags.
Result<Request> pipedriveFindInVersion2(const CrmContext &context)
{
    return getFrom(pipedrivePath(context.settings),
                   {{u"updated_since"_s, keySinceText(context.key)},
                    {u"sort_by"_s, u"id"_s},
                    {u"sort_direction"_s, u"desc"_s},
                    {u"custom_fields"_s, pipedriveIs<'d'>(context) ? pipedriveKeyField(context.settings) : QString()},
                    {u"limit"_s, u"500"_s},
                    {u"cursor"_s, context.cursor}});
}

Result<std::optional<Receipt>> pipedriveFound(JsonReader &reply, const CrmContext &context)
{
    const QString field = u"/custom_fields/"_s + pipedriveKeyField(context.settings);
    std::optional<Receipt> found;
    if (!reply.boolean(u"/success"_s)) // without it nothing is said; an empty list is null
        reply.fault(u"/success"_s, u"is not true"_s);
    for (JsonReader &one : reply.optionalArray(u"/data"_s)) {
        const bool ours = pipedriveIs<'a'>(context)
            ? hasKeyLine(textOr(one, u"/note"_s), context.key)
            : textOr(one, pipedriveIs<'l'>(context) ? u"/origin_id"_s : field) == context.key;
        if (!found && ours)
            found = pipedriveReceipt(context, one.id(u"/id"_s));
    }
    return reply.finish(found);
}

QString pipedriveNextCursor(JsonReader &reply, const CrmContext &)
{
    return textOr(reply, u"/additional_data/next_cursor"_s);
}

Result<Request> pipedriveFindLead(const CrmContext &context)
{
    return getFrom(u"/v1/leads"_s,
                   {{u"updated_since"_s, keySinceText(context.key)},
                    {u"sort"_s, u"add_time"_s},
                    {u"limit"_s, u"500"_s},
                    {u"start"_s, context.cursor}});
}

/// Those that were archived meanwhile: they know no updated_since, so the newest come first.
Result<Request> pipedriveFindArchived(const CrmContext &context)
{
    return getFrom(u"/v1/leads/archived"_s,
                   {{u"sort"_s, u"add_time DESC"_s}, {u"limit"_s, u"500"_s}, {u"start"_s, context.cursor}});
}

/// Version 1 counts; where it does not say that there is more, there is none.
QString pipedriveNextStart(JsonReader &reply, const CrmContext &)
{
    const QString pages = u"/additional_data/pagination"_s;
    if (!reply.optionalBoolean(pages + u"/more_items_in_collection"_s).value_or(false))
        return {};
    return reply.id(pages + u"/next_start"_s);
}

/// What was added before the key was made ends the search.
QString pipedriveNextArchived(JsonReader &reply, const CrmContext &context)
{
    const std::vector<JsonReader> leads = reply.optionalArray(u"/data"_s);
    const bool older = !leads.empty() && textOr(leads.back(), u"/add_time"_s, u"9"_s) < keySinceText(context.key);
    return older ? QString() : pipedriveNextStart(reply, context);
}

Result<Request> pipedriveNotesRequest(const CrmContext &context)
{
    return getFrom(u"/v1/notes"_s,
                   {{pipedriveIs<'l'>(context) ? u"lead_id"_s : u"deal_id"_s, context.externalId},
                    {u"limit"_s, u"500"_s},
                    {u"start"_s, context.cursor}});
}

Result<QJsonObject> pipedriveHasNote(JsonReader &reply, const CrmContext &context)
{
    bool there = false;
    if (!reply.boolean(u"/success"_s))
        reply.fault(u"/success"_s, u"is not true"_s);
    for (JsonReader &note : reply.optionalArray(u"/data"_s))
        there = there || hasKeyLine(textOr(note, u"/content"_s), context.key);
    return reply.finish(QJsonObject{{u"text"_s, there}});
}

Result<Request> pipedriveAddNote(const CrmContext &context)
{
    const QString shown = taskTitle(context.task, pipedriveTitleLimit);
    QJsonObject note{{u"content"_s, taskHtml(context.task, context.key, pipedriveTextLimit, shown)}};
    if (pipedriveIs<'l'>(context))
        note.insert(u"lead_id"_s, context.externalId);
    else
        note.insert(u"deal_id"_s, context.externalId.toLongLong());
    return postTo(u"/v1/notes"_s, note);
}

Result<QJsonObject> pipedriveAddedNote(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"note"_s, reply.id(u"/data/id"_s)}});
}

Result<Request> pipedriveStatusRequest(const CrmContext &context)
{
    return getFrom(u"%1/%2"_s.arg(pipedrivePath(context.settings), pathPart(context.externalId)));
}

Result<RemoteTask> pipedriveStatus(JsonReader &reply, const CrmContext &context)
{
    RemoteTask task;
    task.url = pipedriveReceipt(context, reply.id(u"/data/id"_s)).url;
    if (pipedriveIs<'d'>(context)) {
        task.status = reply.text(u"/data/status"_s);
        task.closed = task.status != u"open"_s;
        return reply.finish(task);
    }
    const bool isLead = pipedriveIs<'l'>(context);
    task.closed = reply.boolean(isLead ? u"/data/is_archived"_s : u"/data/done"_s);
    task.status = isLead ? (task.closed ? u"archived"_s : u"in the inbox"_s) : (task.closed ? u"done"_s : u"to do"_s);
    return reply.finish(task);
}

Result<Request> pipedriveUsersRequest(const CrmContext &) { return getFrom(u"/v1/users"_s); }

Result<std::vector<FieldChoice>> pipedriveUsers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"owner_id"_s, {u"/data"_s, u"/id"_s, u"/name"_s}));
}

Result<Request> pipedriveStagesRequest(const CrmContext &context)
{
    return getFrom(u"/api/v2/stages"_s, {{u"limit"_s, u"500"_s}, {u"cursor"_s, context.cursor}});
}

Result<std::vector<FieldChoice>> pipedriveStages(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"stage_id"_s, {u"/data"_s, u"/id"_s, u"/name"_s}));
}

Result<CrmFinding> pipedriveFinding(JsonReader &reply, const CrmContext &context)
{
    static const QRegularExpression hash(u"^[0-9a-f]{40}\\z"_s);
    const QString name = reply.text(u"/data/name"_s);
    const QString field = pipedriveKeyField(context.settings);
    if (!field.isEmpty() && !hash.match(field).hasMatch()) {
        return makeError(
            Error::Kind::Refused,
            u"\"%1\" is no key of a deal field: those have 40 characters, 0-9 and a-f."_s.arg(field.left(60)));
    }
    return reply.finish(CrmFinding{u"Signed in as %1 of %2. A task becomes a new %3."_s.arg(
        name, textOr(reply, u"/data/company_name"_s, u"this company"_s), pipedriveObject(context.settings))});
}

CrmSpec pipedriveSpec()
{
    CrmSpec spec;
    spec.id = u"pipedrive"_s;
    spec.title = u"Pipedrive"_s;
    spec.form = pipedriveForm();
    spec.objects = {u"Lead"_s, u"Activity"_s, u"Deal"_s, u"Person"_s};
    spec.contract = {true, u"Pipedrive API v1 and v2 (OpenAPI)"_s, {}};
    spec.auth = &pipedriveAuth;
    spec.limit = RateLimit{20, 2s}; // of the smallest plan; a daily budget stands beside it
    spec.failure = &pipedriveFailure;
    spec.idempotencyOf = &pipedriveClass;
    spec.indexLag = 10s; // only its search for persons lags
    spec.facts = {{&pipedriveMeRequest, &pipedriveMe}};
    spec.findContact = {&pipedriveFindPerson, &pipedriveFoundPerson, &pipedriveWantsPerson};
    spec.createContact = {&pipedriveCreatePerson, &pipedriveNewPerson};
    spec.createTask = {&pipedriveCreate, &pipedriveCreated};
    spec.hasText = {&pipedriveNotesRequest, &pipedriveHasNote, nullptr, &pipedriveNextStart};
    spec.addText = {&pipedriveAddNote, &pipedriveAddedNote, &pipedriveIsNoActivity};
    spec.lookUps = {{&pipedriveFindLead, &pipedriveFound, &pipedriveIs<'l'>, &pipedriveNextStart},
                    {&pipedriveFindArchived, &pipedriveFound, &pipedriveIs<'l'>, &pipedriveNextArchived},
                    {&pipedriveFindInVersion2, &pipedriveFound, &pipedriveIs<'a'>, &pipedriveNextCursor},
                    {&pipedriveFindInVersion2, &pipedriveFound, &pipedriveIsDealWithKey, &pipedriveNextCursor}};
    spec.statusFacts = {{&pipedriveMeRequest, &pipedriveMe}};
    addPipedriveFiles(spec);
    spec.status = {&pipedriveStatusRequest, &pipedriveStatus};
    spec.fields = {{&pipedriveUsersRequest, &pipedriveUsers},
                   {&pipedriveStagesRequest, &pipedriveStages, &pipedriveIs<'d'>, &pipedriveNextCursor}};
    spec.test = {{&pipedriveMeRequest, &pipedriveFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_pipedrive(const ConnectorServices &services) { return makeCrmInfo<&pipedriveSpec>(services); }

} // namespace patchbay
