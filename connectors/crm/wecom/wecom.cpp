#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"
#include "core/base/log.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit wecomTitleLimit{250, TextLimit::Unit::Utf16};
constexpr TextLimit wecomTextLimit{10000, TextLimit::Unit::Utf16};
constexpr auto wecomTextColumns = {"title_field", "text_field", "key_field"};

QString wecomSetting(const CrmContext &context, const char *key)
{
    return settingText(context.settings, QString::fromLatin1(key));
}

std::vector<FormField> wecomForm()
{
    return {
        textField("corp_id", QT_TRANSLATE_NOOP("form", "Company (CorpID)"), true),
        secretField("corp_secret", QT_TRANSLATE_NOOP("form", "Secret of the app"), true),
        textField("doc", QT_TRANSLATE_NOOP("form", "Smart sheet (docid)"), true),
        textField("sheet", QT_TRANSLATE_NOOP("form", "Sheet (sheet_id)"), true),
        textField("title_field", QT_TRANSLATE_NOOP("form", "Column for the title"), true),
        textField("text_field", QT_TRANSLATE_NOOP("form", "Column for the description"), true),
        textField("key_field", QT_TRANSLATE_NOOP("form", "Column for our key"), true),
        textField("status_field", QT_TRANSLATE_NOOP("form", "Column of the status"), false),
        textField("closed_value", QT_TRANSLATE_NOOP("form", "Status of what is closed"), false),
        textField("page", QT_TRANSLATE_NOOP("form", "Address of the smart sheet"), false,
                  QT_TRANSLATE_NOOP("form", "What people open from Patchbay")),
        apiAddressField("https://qyapi.weixin.qq.com"),
    };
}

/// WeCom takes the secret in the query and nowhere else.
Result<Request> wecomSignIn(const AccountConfig &account)
{
    const QString address = settingText(account.settings, u"url"_s);
    const QString secret = account.secrets.value(u"corp_secret"_s);
    registerSecret(QString::fromLatin1(QUrl::toPercentEncoding(secret)));
    QUrl url(address.isEmpty() ? u"https://qyapi.weixin.qq.com"_s : address);
    const QUrl call = pathOf(u"/cgi-bin/gettoken"_s,
                             {{u"corpid"_s, settingText(account.settings, u"corp_id"_s)}, {u"corpsecret"_s, secret}});
    url.setPath(call.path());
    url.setQuery(call.query(QUrl::FullyEncoded));
    return Request("GET", url);
}

Result<AccessToken> wecomToken(JsonReader &reply, const AccountConfig &)
{
    AccessToken token;
    token.token = reply.text(u"/access_token"_s);
    token.validFor = std::chrono::seconds(std::clamp<qint64>(reply.integer(u"/expires_in"_s), 0, 31'536'000));
    if (token.token.isEmpty())
        reply.fault(u"/access_token"_s, u"is empty"_s);
    return reply.finish(token);
}

Credentials wecomCredentials(const QString &token) { return Credentials::inQuery("access_token", token); }

/// A code other than 0 is a failure, with status 200.
std::optional<VendorFailure> wecomFailure(const Reply &reply, Timestamp)
{
    static const QList<qint64> token{40001, 40014, 41001, 42001};
    static const QList<qint64> permission{40013, 48002, 60011, 60020}; // company, API, rights, address not trusted
    static const QList<qint64> busy{45009, 45033};
    JsonReader in = JsonReader::parse(reply.body, u"reply"_s);
    const qint64 code = in.ok() ? in.optionalInteger(u"/errcode"_s).value_or(0) : 0;
    if (code == 0)
        return std::nullopt;
    VendorFailure failure;
    failure.words = u"%1 (%2)"_s.arg(textOr(in, u"/errmsg"_s)).arg(code);
    if (token.contains(code) || permission.contains(code))
        failure.kind = Error::Kind::Unauthorized;
    else if (busy.contains(code))
        failure.kind = Error::Kind::RateLimited;
    else if (code == -1) // "the system is busy": how far it came is not said
        failure.kind = Error::Kind::Remote;
    failure.mayHaveActed = code == -1;
    return failure;
}

QJsonObject wecomAbout(const CrmContext &context)
{
    return {{u"docid"_s, wecomSetting(context, "doc")}, {u"sheet_id"_s, wecomSetting(context, "sheet")}};
}

/// A request about records, whose cells are named by their columns' titles.
QJsonObject wecomRecords(const CrmContext &context)
{
    QJsonObject body = wecomAbout(context);
    body.insert(u"key_type"_s, u"CELL_VALUE_KEY_TYPE_FIELD_TITLE"_s);
    return body;
}

QString wecomPath(const char *call) { return u"/cgi-bin/wedoc/smartsheet/"_s + QString::fromLatin1(call); }

QJsonArray wecomText(const QString &text) { return {QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, text}}}; }

/// A cell's text, in pieces.
QString wecomCell(JsonReader &record, const QString &column)
{
    const QJsonValue cell = record.value(u"/values"_s + pointerStep(column));
    QString text = cell.toString();
    const QJsonArray pieces = cell.toArray();
    for (const QJsonValue &piece : pieces)
        text += piece[u"text"_s].toString();
    return text;
}

Result<Request> wecomCreate(const CrmContext &context)
{
    const QString title = taskTitle(context.task, wecomTitleLimit);
    QStringList ours;
    for (const char *column : wecomTextColumns)
        ours.append(wecomSetting(context, column));
    QJsonObject values{{ours[0], wecomText(title)},
                       {ours[1], wecomText(taskText(context.task, context.key, wecomTextLimit, title))},
                       {ours[2], wecomText(context.key)}};
    QJsonObject mapped;
    if (Result<Done> added = addFields(mapped, context.task.fields, ours); !added)
        return added.error();
    for (auto it = mapped.constBegin(); it != mapped.constEnd(); ++it)
        values.insert(it.key(), it->isString() ? QJsonValue(wecomText(it->toString())) : *it);
    QJsonObject body = wecomRecords(context);
    body.insert(u"records"_s, QJsonArray{QJsonObject{{u"values"_s, values}}});
    return postTo(wecomPath("add_records"), body);
}

Receipt wecomReceipt(JsonReader &record, const CrmContext &context)
{
    return {record.id(u"/record_id"_s), webPage(wecomSetting(context, "page"))};
}

Result<Receipt> wecomCreated(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> records = reply.array(u"/records"_s);
    if (reply.ok() && records.size() != 1)
        reply.fault(u"/records"_s, u"is not one record"_s);
    return reply.finish(records.empty() ? Receipt() : wecomReceipt(records.front(), context));
}

/// All rows: whether a filter sees the newest ones at once is not documented.
Result<Request> wecomFind(const CrmContext &context)
{
    QJsonObject body = wecomRecords(context);
    body.insert(u"field_titles"_s, QJsonArray{wecomSetting(context, "key_field")});
    body.insert(u"offset"_s, context.cursor.toInt());
    body.insert(u"limit"_s, 1000);
    return searchAt(wecomPath("get_records"), body);
}

Result<std::optional<Receipt>> wecomFound(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &record : reply.array(u"/records"_s)) {
        if (!found && wecomCell(record, wecomSetting(context, "key_field")) == context.key)
            found = wecomReceipt(record, context);
    }
    return reply.finish(found);
}

QString wecomNext(JsonReader &reply, const CrmContext &)
{
    const bool more = reply.optionalBoolean(u"/has_more"_s).value_or(false);
    return more ? QString::number(reply.integer(u"/next"_s)) : QString();
}

Result<Request> wecomRecord(const CrmContext &context)
{
    QJsonObject body = wecomRecords(context);
    body.insert(u"record_ids"_s, QJsonArray{context.externalId});
    return searchAt(wecomPath("get_records"), body);
}

Result<RemoteTask> wecomStatus(JsonReader &reply, const CrmContext &context)
{
    std::vector<JsonReader> records = reply.array(u"/records"_s);
    if (reply.ok() && records.empty())
        return makeError(Error::Kind::NotFound, u"The smart sheet does not have this record."_s);
    RemoteTask task;
    const QString column = wecomSetting(context, "status_field");
    if (!records.empty() && !column.isEmpty())
        task.status = wecomCell(records.front(), column);
    task.closed = !task.status.isEmpty() && task.status == wecomSetting(context, "closed_value");
    task.url = webPage(wecomSetting(context, "page"));
    return reply.finish(task);
}

Result<Request> wecomColumnsRequest(const CrmContext &context)
{
    return searchAt(wecomPath("get_fields"), wecomAbout(context));
}

Result<std::vector<FieldChoice>> wecomColumns(JsonReader &reply, const CrmContext &)
{
    return reply.finish(readChoices(reply, u"column"_s, {u"/fields"_s, u"/field_title"_s, u"/field_title"_s, {}}));
}

Result<CrmFinding> wecomFinding(JsonReader &reply, const CrmContext &context)
{
    QStringList columns;
    for (JsonReader &column : reply.array(u"/fields"_s))
        columns.append(column.text(u"/field_title"_s));
    for (const char *key : wecomTextColumns) {
        if (reply.ok() && !columns.contains(wecomSetting(context, key)))
            return makeError(Error::Kind::Refused,
                             u"The smart sheet has no column \"%1\"."_s.arg(wecomSetting(context, key)));
    }
    return reply.finish(CrmFinding{
        u"Signed in for the company %1. Tasks become records of the smart sheet, which has %2 columns."_s.arg(
            wecomSetting(context, "corp_id"), QString::number(columns.size())),
        {}});
}

CrmSpec wecomSpec()
{
    CrmSpec spec;
    spec.id = u"wecom"_s;
    spec.title = u"WeCom"_s;
    spec.form = wecomForm();
    spec.objects = {u"Smart sheet record"_s};
    spec.contract = {false, u"WeCom developer documentation, smart sheets (read, no machine-readable contract)"_s, {}};
    spec.tokens = {&wecomSignIn, &wecomToken, &wecomCredentials};
    spec.limit = RateLimit{5, std::chrono::seconds(1)};
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // nothing is promised
    spec.failure = &wecomFailure;
    spec.createTask = {&wecomCreate, &wecomCreated};
    spec.lookUps = {{&wecomFind, &wecomFound, nullptr, &wecomNext}};
    spec.status = {&wecomRecord, &wecomStatus};
    spec.fields = {{&wecomColumnsRequest, &wecomColumns}};
    spec.test = {{&wecomColumnsRequest, &wecomFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_wecom(const ConnectorServices &services) { return makeCrmInfo<&wecomSpec>(services); }

} // namespace patchbay
