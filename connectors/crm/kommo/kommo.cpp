#include "connectors/crm/kommo/kommo_failure.h"
#include "connectors/kit/crm_spec.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonArray>

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
        choiceField("sign_in", QT_TRANSLATE_NOOP("form", "Sign-in"), {u"token"_s, u"refresh_token"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "With a long-lived token")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "With a refresh token"))}),
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
    };
}

Credentials kommoAuth(const AccountConfig &account) { return Credentials::bearer(account.secrets.value(u"token"_s)); }

bool kommoWantsSignIn(const AccountConfig &account)
{
    return settingText(account.settings, u"sign_in"_s) == u"refresh_token"_s;
}

Result<Request> kommoSignIn(const AccountConfig &account)
{
    const QString own = originOf(QUrl(settingText(account.settings, u"url"_s))) + u"/oauth2/access_token"_s;
    const Result<QUrl> address = tokenUrlOf(account, own);
    if (!address)
        return address.error();
    return Request(QByteArrayLiteral("POST"), *address)
        .json({{u"grant_type"_s, u"refresh_token"_s},
               {u"client_id"_s, settingText(account.settings, u"client_id"_s)},
               {u"client_secret"_s, account.secrets.value(u"client_secret"_s)},
               {u"refresh_token"_s, account.secrets.value(u"refresh_token"_s)},
               {u"redirect_uri"_s, settingText(account.settings, u"redirect"_s)}});
}

Request kommoList(const QString &path, const QJsonObject &element)
{
    return Request(QByteArrayLiteral("POST"), pathOf(u"/api/v4/"_s + path)).jsonList({element});
}

/// The id of the only element that an answer to a write has.
QString kommoWrittenId(JsonReader &reply, const QString &list)
{
    QString id;
    for (JsonReader &one : reply.array(u"/_embedded/"_s + list))
        id = one.id(u"/id"_s);
    if (reply.ok() && id.isEmpty())
        reply.fault(u"/_embedded/"_s + list, u"is empty"_s);
    return id;
}

std::optional<qint64> kommoKeyField(const QJsonObject &settings) { return settingNumber(settings, u"key_field"_s); }
bool kommoHasKeyField(const CrmContext &context) { return kommoKeyField(context.settings).has_value(); }
Idempotency kommoClass(const QJsonObject &settings)
{
    return kommoKeyField(settings) ? Idempotency::Lookup : Idempotency::None;
}

bool kommoWantsContact(const CrmContext &context) { return taskPerson(context.task).isKnown(); }

Result<Request> kommoFindContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    return getFrom(u"/api/v4/contacts"_s,
                   {{u"query"_s, person.mail.isEmpty() ? person.phone : person.mail},
                    {u"limit"_s, u"250"_s},
                    {u"page"_s, context.cursor}});
}

/// The query finds parts of words; an address counts only whole.
Result<QJsonObject> kommoContact(JsonReader &reply, const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const QString wanted = person.mail.isEmpty() ? person.phone : person.mail;
    QJsonObject known;
    for (JsonReader &contact : listOrNoContent(reply, u"/_embedded/contacts"_s)) {
        for (JsonReader &field : contact.optionalArray(u"/custom_fields_values"_s)) {
            for (JsonReader &value : field.optionalArray(u"/values"_s)) {
                const bool same = textOr(value, u"/value"_s).compare(wanted, Qt::CaseInsensitive) == 0;
                if (same && !known.contains(u"contact"_s))
                    known.insert(u"contact"_s, contact.id(u"/id"_s));
            }
        }
    }
    return reply.finish(known);
}

QString kommoNextPage(JsonReader &reply, const CrmContext &)
{
    return reply.has(u"/_links/next"_s) ? QString::number(reply.integer(u"/_page"_s) + 1) : QString();
}

QJsonObject kommoValue(const QString &idName, const QJsonValue &id, const QJsonObject &value)
{
    return {{idName, id}, {u"values"_s, QJsonArray{value}}};
}

Result<Request> kommoCreateContact(const CrmContext &context)
{
    const TaskPerson person = taskPerson(context.task);
    const bool isMail = !person.mail.isEmpty();
    const QJsonObject value{{u"value"_s, isMail ? person.mail : person.phone}, {u"enum_code"_s, u"WORK"_s}};
    return kommoList(u"contacts"_s,
                     {{u"name"_s, person.name},
                      {u"custom_fields_values"_s,
                       QJsonArray{kommoValue(u"field_code"_s, isMail ? u"EMAIL"_s : u"PHONE"_s, value)}}});
}

Result<QJsonObject> kommoNewContact(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{u"contact"_s, kommoWrittenId(reply, u"contacts"_s)}});
}

/// The route's mapping: numbers for the lead's own fields, cf_<number> for those of the account.
Result<Done> addKommoMapping(QJsonObject &lead, QJsonArray &custom, const QJsonObject &fields)
{
    static const QStringList numbers{u"price"_s, u"status_id"_s, u"pipeline_id"_s, u"responsible_user_id"_s};
    for (auto it = fields.constBegin(); it != fields.constEnd(); ++it) {
        const QString value = settingText(fields, it.key());
        const bool isCustom = it.key().startsWith(u"cf_"_s) && it.key().mid(3).toLongLong() > 0;
        if (value.isEmpty())
            continue;
        if (isCustom) {
            custom.append(kommoValue(u"field_id"_s, it.key().mid(3).toLongLong(), {{u"value"_s, it.value()}}));
        } else if (numbers.contains(it.key()) && settingNumber(fields, it.key())) {
            lead.insert(it.key(), *settingNumber(fields, it.key()));
        } else {
            return makeError(Error::Kind::Refused,
                             u"The field \"%1\" cannot be mapped. Kommo takes numbers for %2, and cf_<number>."_s.arg(
                                 it.key().left(60), numbers.join(u", "_s)));
        }
    }
    return Done{};
}

Result<Request> kommoCreate(const CrmContext &context)
{
    QJsonObject lead{{u"name"_s, taskTitle(context.task, kommoTitleLimit)}, {u"request_id"_s, context.key}};
    if (const auto pipeline = settingNumber(context.settings, u"pipeline"_s))
        lead.insert(u"pipeline_id"_s, *pipeline);
    if (const auto status = settingNumber(context.settings, u"status"_s))
        lead.insert(u"status_id"_s, *status);
    if (const QString contact = context.known.value(u"contact"_s).toString(); !contact.isEmpty()) {
        const QJsonArray contacts{QJsonObject{{u"id"_s, contact.toLongLong()}}};
        lead.insert(u"_embedded"_s, QJsonObject{{u"contacts"_s, contacts}});
    }
    QJsonArray custom;
    if (const auto field = kommoKeyField(context.settings)) {
        if (context.task.fields.contains(u"cf_%1"_s.arg(*field)))
            return makeError(Error::Kind::Refused, u"The field \"cf_%1\" is written by Patchbay itself."_s.arg(*field));
        custom.append(kommoValue(u"field_id"_s, *field, {{u"value"_s, context.key}}));
    }
    if (Result<Done> mapped = addKommoMapping(lead, custom, context.task.fields); !mapped)
        return mapped.error();
    if (!custom.isEmpty())
        lead.insert(u"custom_fields_values"_s, custom);
    return kommoList(u"leads"_s, lead);
}

Receipt kommoReceipt(const CrmContext &context, const QString &id)
{
    return {id, u"%1/leads/detail/%2"_s.arg(originOf(context.base), id)};
}

Result<Receipt> kommoCreated(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(kommoReceipt(context, kommoWrittenId(reply, u"leads"_s)));
}

/// The newest leads first, until one is older than the key: no search index stands between.
Result<Request> kommoFind(const CrmContext &context)
{
    const std::optional<Timestamp> since = keySince(context.key);
    return getFrom(u"/api/v4/leads"_s,
                   {{u"filter[created_at][from]"_s, since ? QString::number(since->us / 1'000'000) : QString()},
                    {u"order[id]"_s, u"desc"_s},
                    {u"limit"_s, u"250"_s},
                    {u"page"_s, context.cursor}});
}

Result<std::optional<Receipt>> kommoFound(JsonReader &reply, const CrmContext &context)
{
    const QString field = QString::number(kommoKeyField(context.settings).value_or(0));
    std::optional<Receipt> found;
    for (JsonReader &lead : listOrNoContent(reply, u"/_embedded/leads"_s)) {
        for (JsonReader &custom : lead.optionalArray(u"/custom_fields_values"_s)) {
            const bool ours = custom.id(u"/field_id"_s) == field && textOr(custom, u"/values/0/value"_s) == context.key;
            if (ours && !found)
                found = kommoReceipt(context, lead.id(u"/id"_s));
        }
    }
    return reply.finish(found);
}

QString kommoNextLeads(JsonReader &reply, const CrmContext &context)
{
    const std::vector<JsonReader> leads = listOrNoContent(reply, u"/_embedded/leads"_s);
    const std::optional<Timestamp> since = keySince(context.key);
    if (since && !leads.empty()) {
        JsonReader last = leads.back();
        if (last.integer(u"/created_at"_s) < since->us / 1'000'000)
            return {};
    }
    return kommoNextPage(reply, context);
}

/// With a due date the words are the text of a task on the lead, which has one; else a note.
Result<Request> kommoTextsRequest(const CrmContext &context)
{
    if (!context.task.due) {
        return getFrom(u"/api/v4/leads/%1/notes"_s.arg(pathPart(context.externalId)),
                       {{u"filter[note_type]"_s, u"common"_s}, {u"limit"_s, u"250"_s}, {u"page"_s, context.cursor}});
    }
    return getFrom(u"/api/v4/tasks"_s,
                   {{u"filter[entity_type]"_s, u"leads"_s},
                    {u"filter[entity_id]"_s, context.externalId},
                    {u"limit"_s, u"250"_s},
                    {u"page"_s, context.cursor}});
}

Result<QJsonObject> kommoHasText(JsonReader &reply, const CrmContext &context)
{
    const bool isTask = bool(context.task.due);
    bool there = false;
    for (JsonReader &one : listOrNoContent(reply, isTask ? u"/_embedded/tasks"_s : u"/_embedded/notes"_s))
        there = there || hasKeyLine(textOr(one, isTask ? u"/text"_s : u"/params/text"_s), context.key);
    return reply.finish(QJsonObject{{u"text"_s, there}});
}

Result<Request> kommoAddText(const CrmContext &context)
{
    const QString shown = taskTitle(context.task, kommoTitleLimit);
    const QString text = taskText(context.task, context.key, kommoTextLimit, shown);
    if (context.task.due) {
        return kommoList(u"tasks"_s,
                         {{u"text"_s, text},
                          {u"complete_till"_s, context.task.due.us / 1'000'000},
                          {u"entity_id"_s, context.externalId.toLongLong()},
                          {u"entity_type"_s, u"leads"_s}});
    }
    return kommoList(u"leads/%1/notes"_s.arg(pathPart(context.externalId)),
                     {{u"note_type"_s, u"common"_s}, {u"params"_s, QJsonObject{{u"text"_s, text}}}});
}

Result<QJsonObject> kommoAddedText(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(QJsonObject{{u"text_id"_s, kommoWrittenId(reply, context.task.due ? u"tasks"_s : u"notes"_s)}});
}

Result<Request> kommoPipelinesRequest(const CrmContext &) { return getFrom(u"/api/v4/leads/pipelines"_s); }

Result<QJsonObject> kommoPipelines(JsonReader &reply, const CrmContext &)
{
    QJsonObject names;
    for (JsonReader &pipeline : reply.array(u"/_embedded/pipelines"_s)) {
        const QString id = pipeline.id(u"/id"_s);
        for (JsonReader &status : pipeline.array(u"/_embedded/statuses"_s))
            names.insert(id + u'/' + status.id(u"/id"_s), status.text(u"/name"_s));
    }
    return reply.finish(QJsonObject{{u"stages"_s, names}});
}

Result<Request> kommoLeadRequest(const CrmContext &context)
{
    return getFrom(u"/api/v4/leads/"_s + pathPart(context.externalId));
}

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
    task.url = kommoReceipt(context, context.externalId).url;
    return reply.finish(task);
}

Result<std::vector<FieldChoice>> kommoStages(JsonReader &reply, const CrmContext &)
{
    std::vector<FieldChoice> choices;
    for (JsonReader &pipeline : reply.array(u"/_embedded/pipelines"_s)) {
        const QString name = pipeline.text(u"/name"_s);
        choices.push_back({u"pipeline_id"_s, pipeline.id(u"/id"_s), name});
        for (JsonReader &status : pipeline.array(u"/_embedded/statuses"_s))
            choices.push_back({u"status_id"_s, status.id(u"/id"_s), name + u": "_s + status.text(u"/name"_s)});
    }
    return reply.finish(choices);
}

Result<Request> kommoUsersRequest(const CrmContext &context)
{
    return getFrom(u"/api/v4/users"_s, {{u"limit"_s, u"250"_s}, {u"page"_s, context.cursor}});
}

Result<std::vector<FieldChoice>> kommoUsers(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"responsible_user_id"_s, {u"/_embedded/users"_s, u"/id"_s, u"/name"_s}));
}

Result<Request> kommoAccountRequest(const CrmContext &) { return getFrom(u"/api/v4/account"_s); }

Result<CrmFinding> kommoAccount(JsonReader &reply, const CrmContext &)
{
    return reply.finish(
        CrmFinding{u"Signed in to the account “%1”; tasks become leads."_s.arg(reply.text(u"/name"_s))});
}

Result<Request> kommoFieldRequest(const CrmContext &context)
{
    return getFrom(u"/api/v4/leads/custom_fields/%1"_s.arg(kommoKeyField(context.settings).value_or(0)));
}

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
    spec.auth = &kommoAuth;
    spec.tokens = {&kommoSignIn, &readTokenReply, &Credentials::bearer, u"refresh_token"_s, &kommoWantsSignIn};
    spec.limit = RateLimit{5, 1s}; // seven, and beyond them the whole address is blocked
    spec.words = &kommoWords;
    spec.failure = &kommoFailure;
    spec.idempotencyOf = &kommoClass;
    spec.indexLag = 10s; // leads are listed directly; the search for contacts lags
    spec.findContact = {&kommoFindContact, &kommoContact, &kommoWantsContact, &kommoNextPage};
    spec.createContact = {&kommoCreateContact, &kommoNewContact};
    spec.createTask = {&kommoCreate, &kommoCreated};
    spec.hasText = {&kommoTextsRequest, &kommoHasText, nullptr, &kommoNextPage};
    spec.addText = {&kommoAddText, &kommoAddedText};
    spec.lookUps = {{&kommoFind, &kommoFound, &kommoHasKeyField, &kommoNextLeads}};
    spec.statusFacts = {{&kommoPipelinesRequest, &kommoPipelines}};
    spec.status = {&kommoLeadRequest, &kommoStatus};
    spec.fields = {{&kommoPipelinesRequest, &kommoStages}, {&kommoUsersRequest, &kommoUsers, nullptr, &kommoNextPage}};
    spec.test = {{&kommoAccountRequest, &kommoAccount}, {&kommoFieldRequest, &kommoField, &kommoHasKeyField}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_kommo(const ConnectorServices &services) { return makeCrmInfo<&kommoSpec>(services); }

} // namespace patchbay
