#include "connectors/kit/bodies.h"
#include "connectors/kit/either.h"
#include "connectors/kit/elsewhere.h"
#include "connectors/kit/entity_fields.h"
#include "connectors/kit/file_parts.h"
#include "connectors/kit/files.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/listed_then_read.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/oauth_app.h"
#include "connectors/kit/pages.h"

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr TextLimit kommoTitleLimit{255, TextLimit::Unit::Utf16};
constexpr TextLimit kommoTextLimit{20000, TextLimit::Unit::Utf16};

std::vector<FormField> kommoForm()
{
    return {
        ownAddressField(QT_TRANSLATE_NOOP("form", "Of your account, for example https://acme.kommo.com")),
        signInField({{"token", QT_TRANSLATE_NOOP("form", "With a long-lived token")},
                     {"refresh_token", QT_TRANSLATE_NOOP("form", "With a refresh token")}}),
        secretField("token", QT_TRANSLATE_NOOP("form", "Long-lived token"), false),
        textField("client_id", QT_TRANSLATE_NOOP("form", "Integration id"), false,
                  QT_TRANSLATE_NOOP("form", "This and what follows: for a refresh token")),
        secretField("client_secret", QT_TRANSLATE_NOOP("form", "Secret key"), false),
        secretField("refresh_token", QT_TRANSLATE_NOOP("form", "Refresh token"), false),
        textField("redirect", QT_TRANSLATE_NOOP("form", "Redirect address of the integration"), false),
        numberField("key_field", QT_TRANSLATE_NOOP("form", "Lead field for our key (number)"), false,
                    QT_TRANSLATE_NOOP("form", "Without it, a lead whose answer was lost waits for a person")),
        numberField("pipeline", QT_TRANSLATE_NOOP("form", "Pipeline (number)"), false),
        numberField("status", QT_TRANSLATE_NOOP("form", "Stage of a new lead (number)"), false),
        tokenAddressField(),
        textField("drive_url", QT_TRANSLATE_NOOP("form", "Address of the file service"), false,
                  QT_TRANSLATE_NOOP("form", "For files, for example https://drive-b.kommo.com")),
    };
}

/// "path: detail" of each value that was refused, else the common words.
QString kommoWords(const QByteArray &body)
{
    const QJsonArray refused = JsonReader::parse(body, u"reply"_s).value(u"/validation-errors"_s).toArray();
    QStringList words;
    for (const QJsonValue &one : refused) {
        const QJsonArray errors = one[u"errors"_s].toArray();
        for (const QJsonValue &error : errors)
            words << u"%1: %2"_s.arg(error[u"path"_s].toString(), error[u"detail"_s].toString());
    }
    return words.isEmpty() ? commonWords(body) : words.join(u"; "_s);
}

/// More than seven calls a second end with 403 for the whole address; a missing permission is told in JSON.
std::optional<VendorFailure> kommoFailure(const Reply &reply, Timestamp)
{
    const bool speaks = JsonReader::parse(reply.body, u"reply"_s).value().isObject();
    if (reply.status == 403 && !speaks)
        return VendorFailure{Error::Kind::RateLimited, u"calls from this address are blocked for a while"_s, 300s};
    return {};
}

Request kommoList(const QString &path, const QJsonObject &element)
{
    return Request(QByteArrayLiteral("POST"), pathOf(u"/api/v4/"_s + path)).jsonList({element});
}

constexpr auto kommoNextPage = &nextPageIf<"/_links/next", "/_page">;
constexpr auto kommoPage = &pageAt<"/leads/detail/{id}">;

QJsonObject kommoValue(const QString &idName, const QJsonValue &id, const QJsonObject &value)
{
    return {{idName, id}, {u"values"_s, QJsonArray{value}}};
}

Result<Request> kommoCreateContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const QString code = person.mail.isEmpty() ? u"PHONE"_s : u"EMAIL"_s;
    const QJsonObject value{{u"value"_s, person.address()}, {u"enum_code"_s, u"WORK"_s}};
    return kommoList(
        u"contacts"_s,
        {{u"name"_s, person.name}, {u"custom_fields_values"_s, QJsonArray{kommoValue(u"field_code"_s, code, value)}}});
}

bool kommoIsCustom(const QString &name) { return name.startsWith(u"cf_"_s) && name.mid(3).toLongLong() > 0; }

Result<Request> kommoCreate(const CrmContext &context)
{
    const QString field = settingOf(context, u"key_field"_s);
    const QJsonValue contact = wholeNumber(context.known.value(u"contact"_s).toString());
    const QJsonArray contacts = contact.isNull() ? QJsonArray() : QJsonArray{QJsonObject{{u"id"_s, contact}}};
    QJsonObject lead{{u"name"_s, taskTitle(context.task, kommoTitleLimit)},
                     {u"request_id"_s, context.key},
                     {u"pipeline_id"_s, wholeNumber(settingOf(context, u"pipeline"_s))},
                     {u"status_id"_s, wholeNumber(settingOf(context, u"status"_s))},
                     {u"_embedded"_s, filled({{u"contacts"_s, contacts}})}};
    QJsonArray custom;
    if (!field.isEmpty())
        custom.append(kommoValue(u"field_id"_s, wholeNumber(field), {{u"value"_s, context.key}}));
    const Result<QJsonObject> mapped = withFields({}, context.task.fields, {u"cf_"_s + field});
    if (!mapped)
        return mapped.error();
    const SplitFields fields = splitFields(*mapped, &kommoIsCustom);
    for (auto it = fields.custom.begin(); it != fields.custom.end(); ++it)
        custom.append(kommoValue(u"field_id"_s, wholeNumber(it.key().mid(3)), {{u"value"_s, it.value()}}));
    lead.insert(u"custom_fields_values"_s, custom);
    const Result<QJsonObject> numbers =
        numbersNamed(fields.others, {u"price"_s, u"status_id"_s, u"pipeline_id"_s, u"responsible_user_id"_s},
                     u"The field \"%1\" cannot be mapped. Kommo takes numbers for %2, and cf_<number>."_s);
    if (!numbers)
        return numbers.error();
    return withFields(filled(lead), *numbers, {}).andThen([](const QJsonObject &whole) -> Result<Request> {
        return kommoList(u"leads"_s, whole);
    });
}

Result<Receipt> kommoCreated(JsonReader &reply, const CrmContext &context)
{
    if (reply.array(u"/_embedded/leads"_s).empty())
        reply.fault(u"/_embedded/leads"_s, u"is empty"_s);
    return createdAt<"/_embedded/leads/0/id", kommoPage>(reply, context);
}

/// With a due date the words are the text of a task on the lead, which has one; else a note.
bool kommoHasTask(const CrmContext &context) { return bool(context.task.due); }

Result<Request> kommoAddText(const CrmContext &context)
{
    const QString shown = taskTitle(context.task, kommoTitleLimit);
    const QString text = taskText(context.task, context.key, kommoTextLimit, shown);
    if (kommoHasTask(context)) {
        return kommoList(u"tasks"_s,
                         {{u"text"_s, text},
                          {u"complete_till"_s, context.task.due.us / 1'000'000},
                          {u"entity_id"_s, wholeNumber(context.externalId)},
                          {u"entity_type"_s, u"leads"_s}});
    }
    return kommoList(u"leads/%1/notes"_s.arg(pathPart(context.externalId)),
                     {{u"note_type"_s, u"common"_s}, {u"params"_s, QJsonObject{{u"text"_s, text}}}});
}

constexpr auto kommoPipelines = &getAt<"/api/v4/leads/pipelines">;

/// 142 and 143 are won and lost in every pipeline.
Result<RemoteTask> kommoStatus(JsonReader &reply, const CrmContext &context)
{
    if (!reply.has(u"/id"_s)) // 204
        return makeError(Error::Kind::NotFound, u"Kommo does not have it any more."_s);
    const QString status = reply.id(u"/status_id"_s);
    const bool deleted = reply.optionalBoolean(u"/is_deleted"_s).value_or(false);
    const QJsonObject stages = context.known.value(u"stages"_s).toObject();
    RemoteTask task;
    task.status = deleted ? u"deleted"_s : stages.value(reply.id(u"/pipeline_id"_s) + u'/' + status).toString(status);
    task.closed = deleted || status == u"142"_s || status == u"143"_s;
    task.url = kommoPage(context, context.externalId);
    return reply.finish(task);
}

/// The file service names files without the ending that they came with.
constexpr auto kommoFiles =
    &listedThenRead<&getAt<"/api/v4/leads/{id}/files?limit=250&page={cursor}">,
                    &belowSetting<"drive_url", &idsIn<"/v1.0/files?limit=250&filter[uuid]={cursor}">>>;

Result<CrmFinding> kommoField(JsonReader &reply, const CrmContext &)
{
    const QString type = reply.text(u"/type"_s);
    const QString name = reply.text(u"/name"_s);
    if (reply.ok() && type != u"text"_s)
        return makeError(Error::Kind::Refused, u"The lead field \"%1\" is no text field."_s.arg(name));
    return reply.finish(CrmFinding{u"Our key goes into “%1”."_s.arg(name)});
}

CrmSpec kommoSpec()
{
    CrmSpec spec;
    spec.id = u"kommo"_s;
    spec.title = u"Kommo"_s;
    spec.form = kommoForm();
    spec.objects = {u"Lead"_s, u"Contact"_s, u"Note"_s, u"Task"_s};
    spec.contract = {false, u"Kommo API v4, documentation; no contract of the vendor's own"_s, {}};
    spec.auth = &bearerOf<"token">;
    spec.tokens = {&refreshByJson<"/oauth2/access_token">, &readTokenReply, &Credentials::bearer, u"refresh_token"_s,
                   &wantsRefreshToken};
    spec.limit = RateLimit{5, 1s}; // seven, and beyond them the whole address is blocked
    spec.words = &kommoWords;
    spec.failure = &kommoFailure;
    spec.idempotencyOf = &classBy<"key_field", Idempotency::Lookup, Idempotency::None>;
    spec.indexLag = 10s; // leads are listed directly; the search for contacts lags
    // The query finds parts of words; an address counts only whole.
    spec.findContact = {&getAt<"/api/v4/contacts?query={address}&limit=250&page={cursor}">,
                        &contactAt<"/_embedded/contacts", "/id",
                                   &hasAddressInFields<"/custom_fields_values", "/values", "/value">, &listOrNoContent>,
                        &hasPerson, kommoNextPage};
    spec.createContact = {&kommoCreateContact, &factAt<"contact", "/_embedded/contacts/0/id">};
    spec.createTask = {&kommoCreate, &kommoCreated};
    spec.hasText = {
        &eitherRequest<&kommoHasTask,
                       &getAt<"/api/v4/tasks?filter[entity_type]=leads&filter[entity_id]={id}&limit=250&page={cursor}">,
                       &getAt<"/api/v4/leads/{id}/notes?filter[note_type]=common&limit=250&page={cursor}">>,
        &eitherReply<&kommoHasTask, &hasTextAt<"/_embedded/tasks", "/text", &listOrNoContent>,
                     &hasTextAt<"/_embedded/notes", "/params/text", &listOrNoContent>>,
        nullptr, kommoNextPage};
    spec.addText = {&kommoAddText,
                    &eitherReply<&kommoHasTask, &factAt<"text_id", "/_embedded/tasks/0/id">,
                                 &factAt<"text_id", "/_embedded/notes/0/id">>};
    spec.attach = {
        {&belowSetting<"drive_url", &postJson<"/v1.0/sessions", R"({"file_name": "{file}", "file_size": "#{file.size}",
                                                                  "content_type": "{file.type}"})">>,
         &partsAt<"/upload_url", "/max_part_size">, &isSet<"drive_url">},
        {.build = &postPart, .read = &partDone<"/next_url", "/uuid">, .wanted = &hasPartsLeft, .again = &hasPartsLeft},
        {&putJson<"/api/v4/leads/{id}/files", R"([{"file_uuid": "{known.file}"}])">, &acceptedFile,
         &isSet<"drive_url">}};
    spec.attached = {kommoFiles,
                     &filesOfElements<&filesAt<"/_embedded/files", "/name", "/size", "/metadata/extension">>,
                     &isSet<"drive_url">,
                     &nextToRead<100, &idsAt<"/_embedded/files", "/file_uuid", &listOrNoContent>, kommoNextPage>};
    spec.largestFile = 25'000'000;
    spec.furtherAddresses = {u"drive_url"_s};
    // The newest leads first, until one is older than the key: no search index stands between.
    spec.lookUps = {
        {&getAt<"/api/v4/leads?filter[created_at][from]={since_seconds}&order[id]=desc&limit=250&page={cursor}">,
         &firstOfOurs<"/_embedded/leads",
                      &hasKeyInFields<"key_field", "/custom_fields_values", "/field_id", "/values/0/value">,
                      &elementAt<"/id", kommoPage>, &listOrNoContent>,
         &isSet<"key_field">, &nextUntilOlder<kommoNextPage, "/_embedded/leads", "/created_at">}};
    spec.statusFacts = {
        {kommoPipelines, &titlesInside<"stages", "/_embedded/pipelines", "/_embedded/statuses", "/id", "/name">}};
    spec.status = {&getAt<"/api/v4/leads/{id}">, &kommoStatus};
    spec.fields = {
        {kommoPipelines,
         &nestedChoices<"pipeline_id", "status_id", "/_embedded/pipelines", "/_embedded/statuses", "/id", "/name">},
        {&getAt<"/api/v4/users?limit=250&page={cursor}">,
         &choicesAt<"responsible_user_id", "/_embedded/users", "/id", "/name">, nullptr, kommoNextPage}};
    spec.test = {{&getAt<"/api/v4/account">, &findingAt<"Signed in to the account “%1”; tasks become leads.", "/name">},
                 {&getAt<"/api/v4/leads/custom_fields/{key_field}">, &kommoField, &isSet<"key_field">}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_kommo(const ConnectorServices &services) { return makeCrmInfo<&kommoSpec>(services); }

} // namespace patchbay
