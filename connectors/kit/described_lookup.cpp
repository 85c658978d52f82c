#include "connectors/kit/described_lookup.h"

#include "connectors/kit/described_http.h"
#include "connectors/kit/form_fields.h"
#include "connectors/kit/json_template.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// So many without our key and without a mark of a next page may be only the first page.
constexpr size_t describedFullPage = 10;

bool describedAnswersOne(const CrmContext &context)
{
    return settingText(context.settings, u"lookup_answer"_s) == "one"_L1;
}
bool describedLooksUp(const CrmContext &context)
{
    return describedIdempotency(context.settings) == Idempotency::Lookup;
}
bool describedLooksForOne(const CrmContext &context)
{
    return describedLooksUp(context) && describedAnswersOne(context);
}
bool describedLooksThroughList(const CrmContext &context)
{
    return describedLooksUp(context) && !describedAnswersOne(context);
}

Result<Request> describedFind(const CrmContext &context)
{
    const QJsonObject values{{u"key"_s, context.key}, {u"cursor"_s, context.cursor}};
    return describedRequest("GET", settingText(context.settings, u"lookup_path"_s), values, context.settings);
}

bool describedIsOurs(const JsonReader &element, const CrmContext &context)
{
    const QString told = textOr(element, settingText(context.settings, u"lookup_key"_s));
    return told == context.key || hasKeyLine(told, context.key);
}

Receipt describedFoundReceipt(JsonReader &element, const CrmContext &context)
{
    const QString pointer = settingText(context.settings, u"lookup_id"_s);
    const QString id = element.id(pointer);
    if (id.isEmpty())
        element.fault(pointer, u"has no id"_s);
    return {id, describedPage(element, id, context.settings, context.base)};
}

Result<std::optional<Receipt>> describedFoundOne(JsonReader &reply, const CrmContext &context)
{
    JsonReader task = reply.object(settingText(context.settings, u"lookup_list"_s));
    if (!describedIsOurs(task, context))
        task.fault(settingText(context.settings, u"lookup_key"_s), u"is not the key that was asked for"_s);
    return reply.finish(std::optional(describedFoundReceipt(task, context)));
}

Result<std::optional<Receipt>> describedFoundInList(JsonReader &reply, const CrmContext &context)
{
    const QString list = settingText(context.settings, u"lookup_list"_s);
    const QString key = settingText(context.settings, u"lookup_key"_s);
    std::vector<JsonReader> all = reply.array(list);
    bool anyHasOne = all.empty();
    for (JsonReader &one : all) {
        anyHasOne = anyHasOne || one.has(key);
        if (describedIsOurs(one, context))
            return reply.finish(std::optional(describedFoundReceipt(one, context)));
    }
    if (!anyHasOne)
        reply.fault(list, u"has no element with anything at %1, so it does not show whether ours is there,"_s.arg(key));
    if (all.size() >= describedFullPage && settingText(context.settings, u"lookup_next"_s).isEmpty())
        reply.fault(list, u"has %1 elements without our key, and perhaps more pages,"_s.arg(all.size()));
    return reply.finish(std::optional<Receipt>());
}

QString describedNextPage(JsonReader &reply, const CrmContext &context)
{
    const QString pointer = settingText(context.settings, u"lookup_next"_s);
    return pointer.isEmpty() ? QString() : reply.optionalId(pointer).value_or(QString());
}

/// A key that no delivery has: the look-up's pointers are tried without one.
Result<Request> describedProbe(const CrmContext &context)
{
    CrmContext about = context;
    about.key = u"00000000-0000-7000-8000-000000000000"_s;
    return describedFind(about);
}

Result<CrmFinding> describedProbeFinding(JsonReader &reply, const CrmContext &context)
{
    const Result<std::optional<Receipt>> found = describedFoundInList(reply, context);
    if (!found)
        return found.error();
    return CrmFinding{u"The look-up answers with a list."_s};
}

} // namespace

std::vector<FormField> describedLookUpForm()
{
    return {
        choiceField("idempotency", QT_TRANSLATE_NOOP("form", "Against doubles"),
                    {u"none"_s, u"header"_s, u"lookup"_s, u"upsert"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "Nothing: a person looks")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "A header with our key, which it heeds")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "It can be searched for our key")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "PUT to a path with our key"))}),
        proposedField("key_header", QT_TRANSLATE_NOOP("form", "Header with our key"), "Idempotency-Key"),
        textField("lookup_path", QT_TRANSLATE_NOOP("form", "Look-up: path"), false,
                  QT_TRANSLATE_NOOP("form", "With {{key}}, for example /tasks?external={{key}}")),
        choiceField("lookup_answer", QT_TRANSLATE_NOOP("form", "Look-up: answer"), {u"list"_s, u"one"_s},
                    {QStringLiteral(QT_TRANSLATE_NOOP("form", "A list")),
                     QStringLiteral(QT_TRANSLATE_NOOP("form", "One task, or 404 when it is not there"))}),
        textField("lookup_list", QT_TRANSLATE_NOOP("form", "Look-up: the list or task"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer; empty: the whole answer")),
        textField("lookup_key", QT_TRANSLATE_NOOP("form", "Look-up: our key within an element"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer to the key, or to a text that ends with it")),
        textField("lookup_id", QT_TRANSLATE_NOOP("form", "Look-up: id within an element"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer, for example /id")),
        textField("lookup_next", QT_TRANSLATE_NOOP("form", "Look-up: mark of the next page"), false,
                  QT_TRANSLATE_NOOP("form", "JSON pointer to what goes into {{cursor}}")),
    };
}

std::vector<FieldRule> describedLookUpRules()
{
    const QString way = u"idempotency"_s;
    return {{u"key_header"_s, &isHeaderName, way, u"header"_s},
            {u"lookup_path"_s, &isPath<"key", "cursor">},
            {u"lookup_path"_s, &needs<"key">, way, u"lookup"_s, u", or it cannot ask for one task"_s},
            {u"lookup_list"_s, &isPointer},
            {u"lookup_key"_s, &isPointer},
            {u"lookup_key"_s, &isThere, way, u"lookup"_s, u"; the look-up compares the key itself"_s},
            {u"lookup_id"_s, &isPointer},
            {u"lookup_id"_s, &isThere, way, u"lookup"_s, u"; the look-up reads the id"_s},
            {u"lookup_next"_s, &isPointer}};
}

Result<Done> checkLookUpPages(const QJsonObject &settings)
{
    const bool wanted = !settingText(settings, u"lookup_next"_s).isEmpty();
    const bool possible = placeholdersIn(settingText(settings, u"lookup_path"_s)).contains("cursor"_L1);
    if (wanted == possible || describedIdempotency(settings) != Idempotency::Lookup)
        return Done{};
    return fieldFault(describedLookUpForm(), u"lookup_next"_s,
                      u"belongs together with {{cursor}} in the path of the look-up"_s);
}

Idempotency describedIdempotency(const QJsonObject &settings)
{
    const QString way = settingText(settings, u"idempotency"_s);
    return way == "header"_L1 ? Idempotency::Native
        : way == "lookup"_L1  ? Idempotency::Lookup
        : way == "upsert"_L1  ? Idempotency::Upsert
                              : Idempotency::None;
}

Request withKeyHeader(Request request, const QJsonObject &settings, const QString &key)
{
    if (describedIdempotency(settings) != Idempotency::Native)
        return request;
    const QString name = settingOrProposed(describedLookUpForm(), settings, u"key_header"_s);
    return std::move(request).header(name.toLatin1(), key.toLatin1());
}

std::vector<CrmCall<std::optional<Receipt>>> describedLookUps()
{
    return {{&describedFind, &describedFoundOne, &describedLooksForOne, nullptr, true},
            {&describedFind, &describedFoundInList, &describedLooksThroughList, &describedNextPage}};
}

CrmCall<CrmFinding> describedLookUpTest()
{
    return {&describedProbe, &describedProbeFinding, &describedLooksThroughList};
}

} // namespace patchbay
