#pragma once

#include "connectors/kit/crm_spec.h"
#include "connectors/kit/literal.h"
#include "connectors/kit/patterns.h"
#include "connectors/kit/settings.h"
#include "connectors/kit/task_text.h"

namespace patchbay {

/// Calls that a spec declares in a line: where a request goes, and where in the reply a value stands. Addresses and
/// pointers are template arguments, so that each is a captureless function as CrmCall wants it.

/// A text as the address's own escaping leaves it.
QString asItIs(const QString &value);

/// The address that a pattern names, relative to the account's base: "/tasks/{id}?fields=name&offset={cursor}". In
/// braces: id (of the task there), cursor, start (the cursor, and 0 on the first page), key, uuid (keyUuid of the key),
/// since, since_seconds and since_ms (keySince of it: as ISO 8601, as seconds or milliseconds since 1970), contact,
/// mail, phone, address (the mail address, else the phone number), person (the name), first_name and last_name of the
/// contact, file or
/// file.name, file.type, file.size and file.base64 (of the one that goes along), file.html (its name as HTML), made_ms
/// (when our key was made), known.NAME (what was read from the vendor), object.NAME (object_names.h; the only one that
/// is not escaped) or, under any other name, a setting; each is escaped. An item of the query whose value is empty is
/// left out; an empty part of the path is Refused, because the shorter address is another one. `quoted` escapes the
/// query's values once more, for the query language that they stand in.
Result<QUrl> addressAt(const CrmContext &context, const QString &pattern,
                       QString (*quoted)(const QString &value) = &asItIs);

/// A text with the same names in braces; empty when one of them has no value. Nothing but what `quoted` does is
/// escaped: in a query language without it only for our key and for the names that the form holds.
QString textAt(const CrmContext &context, const QString &pattern, QString (*quoted)(const QString &value) = &asItIs);

template <Literal pattern> Result<Request> getAt(const CrmContext &context)
{
    const Result<QUrl> address = addressAt(context, pattern.string());
    return address ? Result<Request>(Request(QByteArrayLiteral("GET"), *address)) : Result<Request>(address.error());
}

/// What a name in braces, or a variable of a query, stands for.
QString contextValue(const QString &name, const CrmContext &context);

/// The same as patterns take it, escaped; words of the connector's own ({object.NAME}) stay as they are. The context
/// outlives it.
NamedValue valuesOf(const CrmContext &context, QString (*escaped)(const QString &value));

/// The same as JSON: null where it is empty, file.size as a number.
QJsonValue contextJson(const QString &name, const CrmContext &context);

/// A sentence with these texts as its %1, %2, and the values that it names in braces. What is put in is not read again.
QString sentenceWith(const QString &sentence, const QStringList &texts, const CrmContext &context);

/// The setting, and another value where it is empty.
QString settingOf(const CrmContext &context, const QString &key, const QString &otherwise = {});
/// True when the word, in any case, is one of a setting's, "Done, Closed".
bool isAmong(const QString &words, const QString &word);

/// The words of a vendor that names what it refuses by field, {"errors": {"summary": "is missing"}}; else commonWords.
QString wordsByField(const QByteArray &body, const QString &errors);
template <Literal errors> QString wordsByFieldAt(const QByteArray &body) { return wordsByField(body, errors.string()); }

/// getAt with a query language in the address: "/query?q=SELECT Id FROM Contact WHERE Email = '{mail}'".
template <Literal pattern, QString (*quoted)(const QString &value)> Result<Request> quotedAt(const CrmContext &context)
{
    const Result<QUrl> address = addressAt(context, pattern.string(), quoted);
    return address ? Result<Request>(Request(QByteArrayLiteral("GET"), *address)) : Result<Request>(address.error());
}

/// The same call with a header.
template <auto call, Literal name, Literal value> Result<Request> withHeader(const CrmContext &context)
{
    const Result<Request> request = call(context);
    if (!request)
        return request;
    return Request(*request).header(name.string().toLatin1(), value.string().toLatin1());
}

/// True when the setting is not empty: what `wanted` asks.
template <Literal setting> bool isSet(const CrmContext &context)
{
    return !settingText(context.settings, setting.string()).isEmpty();
}
template <Literal setting> bool isNotSet(const CrmContext &context) { return !isSet<setting>(context); }
/// True when the setting has this value; `settingIsNot` is the opposite.
template <Literal setting, Literal value> bool settingIs(const CrmContext &context)
{
    return settingText(context.settings, setting.string()) == value.string();
}
template <Literal setting, Literal value> bool settingIsNot(const CrmContext &context)
{
    return !settingIs<setting, value>(context);
}

/// The class where it hangs on a setting: `with` it, or without.
template <Literal setting, Idempotency with, Idempotency without> Idempotency classBy(const QJsonObject &settings)
{
    return settingText(settings, setting.string()).isEmpty() ? without : with;
}

/// The person has a mail address, a telephone number, or one of them.
bool hasMail(const CrmContext &context);
bool hasPhone(const CrmContext &context);
bool hasPerson(const CrmContext &context);
/// Our key tells when it was made ({since}).
bool hasKeyTime(const CrmContext &context);

/// Bearer with the secret of this field.
template <Literal field> Credentials bearerOf(const AccountConfig &account)
{
    return Credentials::bearer(account.secrets.value(field.string()));
}

/// A secret that goes into the header "Authorization" as it is, without "Bearer".
template <Literal field> Credentials keyOf(const AccountConfig &account)
{
    return Credentials::inHeader("Authorization", account.secrets.value(field.string()));
}

/// HTTP Basic with this user's name and secret; Bearer with the secret where the name is empty.
Credentials basicOrBearer(const QString &user, const QString &secret);
template <Literal user, Literal secret> Credentials basicOrBearerOf(const AccountConfig &account)
{
    return basicOrBearer(settingText(account.settings, user.string()), account.secrets.value(secret.string()));
}

/// readTokenReply for tokens that only the API at this setting's address takes (else at the proposed one).
template <Literal setting, Literal proposed>
Result<AccessToken> tokenFor(JsonReader &reply, const AccountConfig &account)
{
    Result<AccessToken> token = readTokenReply(reply, account);
    const QString address = settingText(account.settings, setting.string());
    if (token)
        token->base = QUrl(address.isEmpty() ? proposed.string() : address);
    return token;
}

/// The access token in "Authorization" under a scheme of the vendor's own.
template <Literal scheme> Credentials schemeOf(const QString &token)
{
    return Credentials::scheme(scheme.string().toLatin1(), token);
}

/// The reply of a sign-in that names the address of the account's API there.
template <Literal base> Result<AccessToken> tokenWithBase(JsonReader &reply, const AccountConfig &account)
{
    return readTokenReplyWithBase(reply, account, base.string());
}

/// A secret that goes into a header of the vendor's own.
template <Literal header, Literal field> Credentials headerOf(const AccountConfig &account)
{
    return Credentials::inHeader(header.string().toLatin1(), account.secrets.value(field.string()));
}

/// jsonRefreshRequest to a path.
template <Literal path> Result<Request> refreshByJson(const AccountConfig &account)
{
    return jsonRefreshRequest(account, path.string());
}

/// The access token of a vendor's own call, and the seconds that it is valid.
template <Literal token, Literal seconds> Result<AccessToken> tokenAt(JsonReader &reply, const AccountConfig &)
{
    return readTokenAt(reply, token.string(), seconds.string());
}

/// The id of the new task, and its page where the reply names one. `namedAt` reads the same of a list's element.
template <Literal id, Literal url = ""> Result<Receipt> receiptAt(JsonReader &reply, const CrmContext &)
{
    const QString page = url.string();
    return reply.finish(Receipt{reply.id(id.string()), page.isEmpty() ? QString() : webPage(textOr(reply, page))});
}

template <Literal id, Literal url> Receipt namedAt(JsonReader &element, const CrmContext &)
{
    return {element.id(id.string()), webPage(textOr(element, url.string()))};
}

/// What a list's element becomes when it is our task.
using ReceiptOf = Receipt (*)(JsonReader &element, const CrmContext &context);

/// The new task, read as an element of a list is; `at` is where it stands in the reply.
template <ReceiptOf receipt, Literal at = ""> Result<Receipt> receiptBy(JsonReader &reply, const CrmContext &context)
{
    JsonReader made = at.string().isEmpty() ? reply : reply.object(at.string());
    return reply.finish(receipt(made, context));
}

/// The page of the task `id` that people open, at the account's own origin: "/leads/detail/{id}".
QString pageOf(const CrmContext &context, const QString &id, const QString &pattern);
template <Literal pattern> QString pageAt(const CrmContext &context, const QString &id)
{
    return pageOf(context, id, pattern.string());
}

/// The page of the task `id`, or empty.
using PageOf = QString (*)(const CrmContext &context, const QString &id);

/// How an id is read: as a text or a number, or only as a text where the vendor writes nothing else.
using ReadId = QString (JsonReader::*)(const QString &path);

/// The id of the new task, and its page.
template <Literal id, PageOf page, ReadId read = &JsonReader::id>
Result<Receipt> createdAt(JsonReader &reply, const CrmContext &context)
{
    const QString made = (reply.*read)(id.string());
    return reply.finish(Receipt{made, page(context, made)});
}
/// The same of a list's element.
template <Literal id, PageOf page> Receipt elementAt(JsonReader &element, const CrmContext &context)
{
    const QString found = element.id(id.string());
    return {found, page(context, found)};
}

/// One id under a name: {"contact": "17"}.
template <Literal name, Literal id> Result<QJsonObject> factAt(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{name.string(), reply.id(id.string())}});
}

/// One text under a name; empty where there is none.
template <Literal name, Literal text> Result<QJsonObject> textFactAt(JsonReader &reply, const CrmContext &)
{
    return reply.finish(QJsonObject{{name.string(), textOr(reply, text.string())}});
}

/// Reads only a reply that says at `state` that it was done, as a text or as true; any other is at fault, whatever else
/// stands there.
template <Literal state, Literal done, auto read> auto onlyWhen(JsonReader &reply, const CrmContext &context)
{
    if (reply.value(state.string()).toVariant().toString() != done.string())
        reply.fault(state.string(), QStringLiteral("is not ") + done.string());
    return read(reply, context);
}

/// What `contactAt` takes: whom the vendor's search has found.
inline bool isFound(JsonReader &, const CrmContext &) { return true; }

/// The id of the first element that is the person, as {"contact": id}; {} of an empty list. `elements`: listThere, or
/// listOrNoContent for a vendor whose answer for nothing is a 204.
template <Literal list, Literal id, bool (*isPerson)(JsonReader &element, const CrmContext &context) = &isFound,
          auto elements = &listThere>
Result<QJsonObject> contactAt(JsonReader &reply, const CrmContext &context)
{
    QJsonObject known;
    for (JsonReader &one : elements(reply, list.string())) {
        if (known.isEmpty() && isPerson(one, context))
            known.insert(QStringLiteral("contact"), one.id(id.string()));
    }
    return reply.finish(known);
}

/// For `hasText`: whether a text of the list ends with the line of our key.
template <Literal list, Literal text, auto elements = &listThere>
Result<QJsonObject> hasTextAt(JsonReader &reply, const CrmContext &context)
{
    bool there = false;
    for (JsonReader &one : elements(reply, list.string()))
        there = there || hasKeyLine(textOr(one, text.string()), context.key);
    return reply.finish(QJsonObject{{QStringLiteral("text"), there}});
}

/// The cursor of the next page where it stands in the reply, as text or number.
template <Literal cursor> QString nextAt(JsonReader &reply, const CrmContext &)
{
    return reply.optionalId(cursor.string()).value_or(QString());
}

/// {"NAME": {"17": true}}: of which elements of a list something holds, by their ids.
template <Literal name, Literal list, Literal id, Literal holds>
Result<QJsonObject> switchesAt(JsonReader &reply, const CrmContext &)
{
    QJsonObject switches;
    for (JsonReader &one : reply.array(list.string()))
        switches.insert(one.id(id.string()), one.value(holds.string()).toBool());
    return reply.finish(QJsonObject{{name.string(), switches}});
}

/// {"NAME": {"17": "To do"}}: the titles of a list's elements by their ids.
template <Literal name, Literal list, Literal id, Literal title>
Result<QJsonObject> titlesAt(JsonReader &reply, const CrmContext &)
{
    QJsonObject titles;
    for (JsonReader &one : reply.array(list.string()))
        titles.insert(one.id(id.string()), one.text(title.string()));
    return reply.finish(QJsonObject{{name.string(), titles}});
}

/// How the task stands: the vendor's word; closed when the text at `state` is one of `ends` ("closed, done"); its page.
template <Literal status, Literal state, Literal ends, Literal url>
Result<RemoteTask> statusAt(JsonReader &reply, const CrmContext &)
{
    RemoteTask task;
    task.status = reply.text(status.string());
    task.closed = isAmong(ends.string(), textOr(reply, state.string()));
    task.url = webPage(textOr(reply, url.string()));
    return reply.finish(task);
}

/// Every element of a list as a choice of the field, which is a pattern (textAt); `other` is the title of those without
/// the first.
template <Literal field, Literal list, Literal id, Literal title, Literal other = "">
Result<std::vector<FieldChoice>> choicesAt(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(readChoices(reply, textAt(context, field.string()),
                                    {list.string(), id.string(), title.string(), other.string()}));
}
/// The same where the field takes its value in a form: "/systemusers(%1)" with the id as %1.
template <Literal field, Literal form, Literal list, Literal id, Literal title>
Result<std::vector<FieldChoice>> formedChoicesAt(JsonReader &reply, const CrmContext &context)
{
    Result<std::vector<FieldChoice>> choices = choicesAt<field, list, id, title>(reply, context);
    if (!choices)
        return choices;
    for (FieldChoice &choice : *choices)
        choice.value = form.string().arg(choice.value);
    return choices;
}

/// A sentence with the text that stands there as its %1, and values of ours (see contextValue): "Signed in to {url} as
/// %1."
template <Literal sentence, Literal text> Result<CrmFinding> findingAt(JsonReader &reply, const CrmContext &context)
{
    return reply.finish(CrmFinding{sentenceWith(sentence.string(), {reply.text(text.string())}, context)});
}

/// A test's step out of a fact: its faults count, there is nothing more to say.
template <Result<QJsonObject> (*read)(JsonReader &, const CrmContext &)>
Result<CrmFinding> checkedBy(JsonReader &reply, const CrmContext &context)
{
    const Result<QJsonObject> known = read(reply, context);
    return known ? Result<CrmFinding>(CrmFinding{}) : Result<CrmFinding>(known.error());
}

/// The first element of a list whose text ends with the line of our key. Lists with the newest first that copies of a
/// task may be in are read by lastWithKey: the oldest is ours, and each element must have the text.
template <Literal list, Literal text, ReceiptOf receipt>
Result<std::optional<Receipt>> firstWithKey(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &one : reply.array(list.string())) {
        if (!found && hasKeyLine(textOr(one, text.string()), context.key))
            found = receipt(one, context);
    }
    return reply.finish(found);
}
template <Literal list, Literal text, ReceiptOf receipt>
Result<std::optional<Receipt>> lastWithKey(JsonReader &reply, const CrmContext &context)
{
    std::optional<Receipt> found;
    for (JsonReader &one : reply.array(list.string())) {
        if (hasKeyLine(one.text(text.string()), context.key))
            found = receipt(one, context);
    }
    return reply.finish(found);
}

} // namespace patchbay
