#include "connectors/crm/jira/jira_text.h"

#include "connectors/kit/rest.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QJsonDocument>

#include <cmath>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// A text field holds 32,767 characters. Whether Cloud counts the words or the document is not written down, so the
/// document stays below it.
constexpr TextLimit jiraTextLimit{32000, TextLimit::Unit::Utf16};

QJsonObject jiraParagraph(const QString &text)
{
    QJsonArray content;
    for (const QString &line : text.split(u'\n')) {
        if (!content.isEmpty())
            content.append(QJsonObject{{u"type"_s, u"hardBreak"_s}});
        if (!line.isEmpty()) // a text node must not be empty
            content.append(QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, line}});
    }
    return {{u"type"_s, u"paragraph"_s}, {u"content"_s, content}};
}

QJsonObject jiraDocument(const QString &text)
{
    QJsonArray content;
    for (const QString &part : text.split(u"\n\n"_s, Qt::SkipEmptyParts)) {
        if (!part.trimmed().isEmpty())
            content.append(jiraParagraph(part));
    }
    return {{u"type"_s, u"doc"_s}, {u"version"_s, 1}, {u"content"_s, content}};
}

/// The document becomes longer than its text by an unknown share: cut until it fits.
QJsonObject jiraFitting(const QString &words, const QString &end)
{
    for (TextLimit part = jiraTextLimit;; part.most = part.most * 3 / 4) {
        const QJsonObject document = jiraDocument(cutText(words, part) + u"\n\n"_s + end);
        const QByteArray json = QJsonDocument(document).toJson(QJsonDocument::Compact);
        if (QString::fromUtf8(json).size() <= jiraTextLimit.most || part.most == 0)
            return document;
    }
}

/// {noformat} shows everything letter by letter until the next {noformat}.
QString jiraWiki(QString words, const QString &end)
{
    if (words.isEmpty())
        return end;
    words.replace(u"{noformat"_s, u"{\u200bnoformat"_s, Qt::CaseInsensitive);
    const QString frame = u"{noformat}\n%1\n{noformat}\n\n"_s;
    const TextLimit room{jiraTextLimit.most - frame.size() - end.size(), jiraTextLimit.unit};
    return u"{noformat}\n"_s + cutText(words, room) + u"\n{noformat}\n\n"_s + end;
}

QJsonValue jiraOne(const QString &type, const QString &text, bool cloud)
{
    static const QStringList plain{u"string"_s, u"date"_s, u"datetime"_s, u"any"_s, QString()};
    const bool isId = !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) { return c.isDigit(); });
    if (plain.contains(type))
        return text;
    if (type == u"number"_s) {
        bool ok = false;
        const double number = text.toDouble(&ok);
        return ok && std::isfinite(number) ? QJsonValue(number) : QJsonValue(text);
    }
    if (type == u"user"_s)
        return QJsonObject{{cloud ? u"id"_s : u"name"_s, text}};
    if (type == u"project"_s || type == u"issuelink"_s)
        return QJsonObject{{isId ? u"id"_s : u"key"_s, text}};
    return QJsonObject{{isId ? u"id"_s : type.startsWith(u"option"_s) ? u"value"_s : u"name"_s, text}};
}

} // namespace

QJsonValue jiraDescription(const TaskPayload &task, const QString &key, const QString &shownTitle, bool cloud)
{
    const QString words = taskWords(task, shownTitle);
    const QString end = taskEnd(task, key);
    return cloud ? QJsonValue(jiraFitting(words, end)) : QJsonValue(jiraWiki(words, end));
}

QJsonObject jiraFieldFacts(JsonReader &field)
{
    const QString custom = textOr(field, u"/schema/custom"_s);
    const QString system = textOr(field, u"/schema/system"_s);
    QJsonObject facts{{u"type"_s, field.text(u"/schema/type"_s)},
                      {u"items"_s, textOr(field, u"/schema/items"_s)},
                      {u"document"_s, custom.endsWith(u":textarea"_s) || system == u"environment"_s}};
    QJsonArray names;
    if (system == u"priority"_s) {
        for (JsonReader &one : field.optionalArray(u"/allowedValues"_s))
            names.append(one.text(u"/name"_s));
        facts.insert(u"names"_s, names);
    }
    return facts;
}

QJsonValue jiraValue(const QJsonObject &facts, const QJsonValue &value, bool cloud)
{
    if (!value.isString() || facts.isEmpty() || value.toString().trimmed().isEmpty())
        return value;
    if (cloud && facts.value(u"document"_s).toBool())
        return jiraDocument(cutText(cleanText(value.toString()), jiraTextLimit));
    const QString type = facts.value(u"type"_s).toString();
    if (type != u"array"_s)
        return jiraOne(type, value.toString().trimmed(), cloud);
    QJsonArray list;
    for (const QString &part : value.toString().split(u',', Qt::SkipEmptyParts))
        list.append(jiraOne(facts.value(u"items"_s).toString(), part.trimmed(), cloud));
    return list;
}

QJsonArray jiraLabels(const QJsonValue &value)
{
    QStringList words = value.toString().split(u',');
    for (const QJsonValue &one : value.toArray())
        words.append(one.toString());
    QJsonArray labels;
    for (const QString &word : words) {
        const QString label = cleanText(word).simplified().replace(u' ', u'-').left(255);
        if (!label.isEmpty())
            labels.append(label);
    }
    return labels;
}

} // namespace patchbay
