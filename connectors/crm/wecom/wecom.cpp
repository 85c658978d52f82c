#include "connectors/kit/form_fields.h"
#include "connectors/kit/lists.h"
#include "connectors/kit/mapped_fields.h"
#include "connectors/kit/pages.h"
#include "connectors/kit/sheet_rows.h"
#include "connectors/kit/wecom_platform.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit wecomTitleLimit{250, TextLimit::Unit::Utf16};
constexpr TextLimit wecomTextLimit{10000, TextLimit::Unit::Utf16};

std::vector<FormField> wecomForm()
{
    std::vector<FormField> form = wecomAppForm();
    const std::vector<FormField> more{
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
    form.insert(form.end(), more.begin(), more.end());
    return form;
}

QJsonObject wecomAbout(const CrmContext &context)
{
    return {{u"docid"_s, settingOf(context, u"doc"_s)}, {u"sheet_id"_s, settingOf(context, u"sheet"_s)}};
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

Result<Request> wecomCreate(const CrmContext &context)
{
    Result<QJsonObject> values = rowOf(context, wecomTitleLimit, wecomTextLimit);
    if (!values)
        return values.error();
    for (auto it = values->begin(); it != values->end(); ++it) {
        if (it->isString())
            *it = wecomText(it->toString());
    }
    QJsonObject body = wecomRecords(context);
    body.insert(u"records"_s, QJsonArray{QJsonObject{{u"values"_s, *values}}});
    return postTo(wecomPath("add_records"), body);
}

Receipt wecomReceipt(JsonReader &record, const CrmContext &context)
{
    return {record.id(u"/record_id"_s), webPage(settingOf(context, u"page"_s))};
}

/// All rows: whether a filter sees the newest ones at once is not documented.
Result<Request> wecomFind(const CrmContext &context)
{
    QJsonObject body = wecomRecords(context);
    body.insert(u"field_titles"_s, QJsonArray{settingOf(context, u"key_field"_s)});
    body.insert(u"offset"_s, context.cursor.toInt());
    body.insert(u"limit"_s, 1000);
    return searchAt(wecomPath("get_records"), body);
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
    RemoteTask task = records.empty() ? RemoteTask() : rowStatus(records.front(), u"/values"_s, context);
    task.url = webPage(settingOf(context, u"page"_s));
    return reply.finish(task);
}

Result<Request> wecomColumnsRequest(const CrmContext &context)
{
    return searchAt(wecomPath("get_fields"), wecomAbout(context));
}

Result<CrmFinding> wecomFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<Done> ours =
        checkColumns(reply, u"/fields"_s, u"/field_title"_s, context, u"The smart sheet has no column \"%1\"."_s);
    if (!ours)
        return ours.error();
    return reply.finish(CrmFinding{sentenceWith(
        u"Signed in for the company {corp_id}. Tasks become records of the smart sheet, which has %1 columns."_s,
        {QString::number(reply.array(u"/fields"_s).size())}, context)});
}

CrmSpec wecomSpec()
{
    CrmSpec spec;
    spec.id = u"wecom"_s;
    spec.title = u"WeCom"_s;
    spec.form = wecomForm();
    spec.objects = {u"Smart sheet record"_s};
    spec.contract = {false, u"WeCom developer documentation, smart sheets (read, no machine-readable contract)"_s, {}};
    spec.tokens = wecomTokens();
    spec.limit = RateLimit{5, std::chrono::seconds(1)};
    spec.idempotency = Idempotency::Lookup;
    spec.indexLag = std::chrono::seconds(30); // nothing is promised
    spec.failure = &wecomFailure;
    spec.createTask = {&wecomCreate, &onlyReceipt<"/records", &wecomReceipt, "is not one record">};
    spec.lookUps = {{&wecomFind, &firstOfOurs<"/records", &isOurRow<"/values">, &wecomReceipt>, nullptr,
                     &nextIf<"/has_more", "/next">}};
    spec.status = {&wecomRecord, &wecomStatus};
    spec.fields = {{&wecomColumnsRequest, &choicesAt<"column", "/fields", "/field_title", "/field_title">}};
    spec.test = {{&wecomColumnsRequest, &wecomFinding}};
    return spec;
}

} // namespace

CrmConnectorInfo crm_wecom(const ConnectorServices &services) { return makeCrmInfo<&wecomSpec>(services); }

} // namespace patchbay
