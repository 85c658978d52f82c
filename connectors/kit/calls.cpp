#include "connectors/kit/calls.h"
#include "connectors/kit/delivery_key.h"
#include "connectors/kit/files.h"
#include "connectors/kit/graphql_calls.h"
#include "connectors/kit/mapped_fields.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString fileValue(const QString &name, const CrmContext &context)
{
    if (name == u"name"_s)
        return context.file.name;
    if (name == u"html"_s)
        return context.file.name.toHtmlEscaped();
    if (name == u"type"_s)
        return QString::fromLatin1(mediaTypeOf(context.file));
    if (name == u"base64"_s)
        return QString::fromLatin1(context.bytes.toBase64());
    return name == u"size"_s ? QString::number(context.bytes.size()) : QString();
}

} // namespace

QString contextValue(const QString &name, const CrmContext &context)
{
    if (name == u"id"_s)
        return context.externalId;
    if (name == u"cursor"_s)
        return context.cursor;
    if (name == u"start"_s)
        return context.cursor.isEmpty() ? u"0"_s : context.cursor;
    if (name == u"since"_s)
        return keySinceText(context.key);
    if (name == u"since_ms"_s) {
        const std::optional<Timestamp> since = keySince(context.key);
        return since ? QString::number(since->us / 1000) : QString();
    }
    if (name == u"key"_s)
        return context.key;
    if (name == u"uuid"_s)
        return keyUuid(context.key);
    if (name == u"since_seconds"_s) {
        const std::optional<Timestamp> since = keySince(context.key);
        return since ? QString::number(since->us / 1'000'000) : QString();
    }
    if (name == u"contact"_s)
        return context.known.value(u"contact"_s).toString();
    if (name == u"mail"_s)
        return taskPerson(context.task).mail;
    if (name == u"phone"_s)
        return taskPerson(context.task).phone;
    if (name == u"address"_s)
        return taskPerson(context.task).address();
    if (name == u"person"_s)
        return taskPerson(context.task).name;
    if (name == u"first_name"_s)
        return taskPerson(context.task).firstName;
    if (name == u"last_name"_s)
        return taskPerson(context.task).lastName;
    if (name == u"file"_s)
        return context.file.name;
    if (name == u"made_ms"_s) {
        const std::optional<Timestamp> made = keyTime(context.key);
        return QString::number(made.value_or(context.now).us / 1000);
    }
    if (name.startsWith(u"file."_s))
        return fileValue(name.mid(5), context);
    if (name.startsWith(u"known."_s))
        return context.known.value(name.mid(6)).toString();
    return settingText(context.settings, name);
}

QJsonValue contextJson(const QString &name, const CrmContext &context)
{
    const QString value = contextValue(name, context);
    if (name == u"file.size"_s)
        return value.toLongLong();
    return value.isEmpty() ? QJsonValue() : QJsonValue(value);
}

QString asItIs(const QString &value) { return value; }

NamedValue valuesOf(const CrmContext &context, QString (*escaped)(const QString &value))
{
    return [&context, escaped](const QString &name) {
        const QString value = contextValue(name, context);
        // Words of the connector's own stay as they are.
        return value.isEmpty() || name.startsWith("object."_L1) ? value : escaped(value);
    };
}

Result<QUrl> addressAt(const CrmContext &context, const QString &pattern, QString (*quoted)(const QString &value))
{
    return filledAddress(pattern,
                         {valuesOf(context, &pathPart), valuesOf(context, quoted), valuesOf(context, &asItIs)});
}

QString sentenceWith(const QString &sentence, const QStringList &texts, const CrmContext &context)
{
    static const QRegularExpression mark(u"%[1-9]|\\{[a-z_.]+\\}"_s);
    QString whole;
    qsizetype at = 0;
    for (auto found = mark.globalMatch(sentence); found.hasNext();) {
        const QRegularExpressionMatch one = found.next();
        const QString name = one.captured();
        whole += sentence.mid(at, one.capturedStart() - at);
        whole += name.startsWith(u'%') ? texts.value(name.mid(1).toInt() - 1)
                                       : contextValue(name.mid(1, name.size() - 2), context);
        at = one.capturedEnd();
    }
    return whole + sentence.mid(at);
}

QString wordsByField(const QByteArray &body, const QString &errors)
{
    JsonReader in = JsonReader::parse(body, u"answer"_s);
    const QJsonObject fields = in.ok() ? in.value(errors).toObject() : QJsonObject();
    QStringList words;
    for (auto it = fields.begin(); it != fields.end() && words.size() < 5; ++it)
        words.append(it.key() + u": "_s + it.value().toString());
    if (words.isEmpty())
        return commonWords(body);
    return commonWords(QJsonDocument(QJsonObject{{u"message"_s, words.join(u"; "_s)}}).toJson());
}

QString textAt(const CrmContext &context, const QString &pattern, QString (*quoted)(const QString &value))
{
    return filledPattern(pattern, valuesOf(context, quoted)).value_or(QString());
}

QString settingOf(const CrmContext &context, const QString &key, const QString &otherwise)
{
    const QString set = settingText(context.settings, key);
    return set.isEmpty() ? otherwise : set;
}

bool isAmong(const QString &words, const QString &word)
{
    return partsOf(words).contains(word.trimmed(), Qt::CaseInsensitive);
}

void addVariable(QJsonObject &variables, const QString &named, const CrmContext &context)
{
    variables.insert(named.section(u'=', 0, 0), contextJson(named.section(u'=', -1), context));
}

Credentials basicOrBearer(const QString &user, const QString &secret)
{
    return user.isEmpty() ? Credentials::bearer(secret) : Credentials::basic(user, secret);
}

QString pageOf(const CrmContext &context, const QString &id, const QString &pattern)
{
    CrmContext about = context;
    about.externalId = id;
    const Result<QUrl> address = addressAt(about, pattern);
    return address ? originOf(context.base) + address->toString(QUrl::FullyEncoded) : QString();
}

bool hasMail(const CrmContext &context) { return !taskPerson(context.task).mail.isEmpty(); }
bool hasPhone(const CrmContext &context) { return !taskPerson(context.task).phone.isEmpty(); }
bool hasPerson(const CrmContext &context) { return taskPerson(context.task).isKnown(); }
bool hasKeyTime(const CrmContext &context) { return keySince(context.key).has_value(); }

} // namespace patchbay
