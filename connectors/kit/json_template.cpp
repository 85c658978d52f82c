#include "connectors/kit/json_template.h"

#include "connectors/kit/rest.h"
#include "connectors/kit/task_text.h"

#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr TextLimit templateTextLimit{60000, TextLimit::Unit::Utf16};
constexpr TextLimit templateTitleLimit{250, TextLimit::Unit::Characters};
constexpr qsizetype longestTemplate = 20000;
constexpr JsonLimits templateLimits{longestTemplate * 4, 16};

Error templateFault(const QString &what, const QString &message, const QString &place)
{
    return makeError(Error::Kind::Refused, u"%1: %2 at %3"_s.arg(what, message, place.isEmpty() ? u"/"_s : place));
}

const QRegularExpression &placeholderMark()
{
    static const QRegularExpression mark(u"\\{\\{\\s*([A-Za-z][\\w.-]{0,99})\\s*\\}\\}"_s,
                                         QRegularExpression::UseUnicodePropertiesOption);
    return mark;
}

bool isKnownName(const QString &name, const QStringList &names)
{
    return names.contains(name) || (name.startsWith("field."_L1) && names.contains(u"fields"_s));
}

/// What is wrong with the braces and names of one text; empty: nothing.
QString placeholderFault(const QString &text, const QStringList &names)
{
    for (const QString &name : placeholdersIn(text)) {
        if (!isKnownName(name, names))
            return u"there is no placeholder “%1” (known: %2)"_s.arg(name.left(40), names.join(u", "_s));
    }
    const QString rest = QString(text).remove(placeholderMark());
    if (rest.contains("{{"_L1) || rest.contains("}}"_L1))
        return u"“{{” and “}}” belong around the name of a placeholder"_s;
    return {};
}

QJsonValue valueNamed(const QString &name, const QJsonObject &values)
{
    if (name.startsWith("field."_L1))
        return values.value(u"fields"_s).toObject().value(name.mid(6));
    return values.value(name);
}

QString asText(const QJsonValue &value)
{
    return value.isString() || value.isDouble() || value.isBool() ? value.toVariant().toString() : QString();
}

/// From left to right once: what a value brings along is not read again.
template <class Write> QString replacedMarks(const QString &text, const Write &write)
{
    QString made;
    qsizetype at = 0;
    for (auto each = placeholderMark().globalMatch(text); each.hasNext();) {
        const QRegularExpressionMatch match = each.next();
        made += text.mid(at, match.capturedStart() - at);
        made += write(match.captured(1));
        at = match.capturedEnd();
    }
    return made + text.mid(at);
}

QJsonValue filledText(const QString &text, const QJsonObject &values)
{
    const QRegularExpressionMatch whole = placeholderMark().match(text);
    if (whole.hasMatch() && whole.capturedLength() == text.size()) {
        const QJsonValue value = valueNamed(whole.captured(1), values);
        return value.isUndefined() ? QJsonValue() : value;
    }
    return replacedMarks(text, [&values](const QString &name) { return asText(valueNamed(name, values)); });
}

QJsonValue filledValue(const QJsonValue &value, const QJsonObject &values)
{
    if (value.isString())
        return filledText(value.toString(), values);
    if (value.isArray()) {
        QJsonArray list;
        for (const QJsonValue &one : value.toArray())
            list.append(filledValue(one, values));
        return list;
    }
    if (!value.isObject())
        return value;
    QJsonObject made;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        made.insert(it.key(), filledValue(it.value(), values));
    return made;
}

/// The first fault below `place`, as {place, what}; what is empty where all is well.
std::pair<QString, QString> documentFault(const QJsonValue &value, const QString &place, const QStringList &names,
                                          QStringList *found)
{
    if (value.isString()) {
        for (const QString &name : placeholdersIn(value.toString())) {
            if (!found->contains(name))
                found->append(name);
        }
        return {place, placeholderFault(value.toString(), names)};
    }
    const QJsonArray list = value.toArray();
    for (qsizetype i = 0; i < list.size(); ++i) {
        if (auto fault = documentFault(list.at(i), place + u'/' + QString::number(i), names, found);
            !fault.second.isEmpty())
            return fault;
    }
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString there = place + pointerStep(it.key());
        if (it.key().contains("{{"_L1))
            return {there, u"a placeholder cannot be a name"_s};
        if (auto fault = documentFault(it.value(), there, names, found); !fault.second.isEmpty())
            return fault;
    }
    return {};
}

} // namespace

QStringList placeholdersIn(const QString &text)
{
    QStringList names;
    for (auto each = placeholderMark().globalMatch(text); each.hasNext();) {
        if (const QString name = each.next().captured(1); !names.contains(name))
            names.append(name);
    }
    return names;
}

Result<JsonTemplate> JsonTemplate::parse(const QString &text, const QString &what, const QStringList &names)
{
    const JsonReader source = JsonReader::parse(text.toUtf8(), what, templateLimits);
    if (!source.ok())
        return makeError(Error::Kind::Refused, source.error().message);
    JsonTemplate made;
    made.m_document = source.value();
    if (!made.m_document.isObject() && !made.m_document.isArray())
        return templateFault(what, u"an object {…} or a list […] is needed"_s, {});
    if (const auto [place, fault] = documentFault(made.m_document, {}, names, &made.m_placeholders); !fault.isEmpty())
        return templateFault(what, fault, place);
    return made;
}

QJsonValue JsonTemplate::filled(const QJsonObject &values) const { return filledValue(m_document, values); }

Result<Done> JsonTemplate::checkUses(const QJsonObject &fields, const QString &path) const
{
    const QStringList used = m_placeholders + placeholdersIn(path);
    for (const QString &name : fields.keys()) {
        if (used.contains("fields"_L1) || used.contains(u"field."_s + name))
            continue;
        return makeError(Error::Kind::Refused,
                         u"The route fills the field \"%1\", but the body has no {{field.%1}}."_s.arg(name.left(60)));
    }
    return Done{};
}

Result<Done> checkPathTemplate(const QString &text, const QStringList &names)
{
    if (const QString fault = placeholderFault(text, names); !fault.isEmpty())
        return makeError(Error::Kind::Refused, fault);
    const QString plain = replacedMarks(text, [](const QString &) { return u"x"_s; });
    const QUrl url(plain, QUrl::StrictMode);
    const bool climbs = url.path(QUrl::FullyDecoded).split(u'/').contains(".."_L1);
    if (!plain.startsWith(u'/') || plain.startsWith("//"_L1) || !url.isValid() || url.hasFragment() || climbs)
        return makeError(Error::Kind::Refused,
                         u"“%1” is no path such as /tasks or /tasks/{{id}}; other characters are written as %XX"_s.arg(
                             text.left(80)));
    return Done{};
}

QUrl filledPath(const QString &text, const QJsonObject &values)
{
    const auto write = [&values](const QString &name) { return pathPart(asText(valueNamed(name, values))); };
    const qsizetype mark = text.indexOf(u'?');
    QUrl url;
    url.setPath(replacedMarks(mark < 0 ? text : text.left(mark), write), QUrl::StrictMode);
    if (mark < 0)
        return url;
    QStringList items;
    for (const QString &item : text.mid(mark + 1).split(u'&')) {
        const QStringList names = placeholdersIn(item);
        const bool empty = std::any_of(names.begin(), names.end(), [&values](const QString &name) {
            return asText(valueNamed(name, values)).isEmpty();
        });
        if (!empty)
            items.append(replacedMarks(item, write));
    }
    if (!items.isEmpty())
        url.setQuery(items.join(u'&'), QUrl::StrictMode);
    return url;
}

QJsonObject taskValues(const TaskPayload &task, const QString &key)
{
    const TaskPerson person = taskPerson(task);
    const QString title = taskTitle(task, templateTitleLimit);
    const QString due = dueInstant(task);
    const QString day = dueDay(task);
    return {{u"task.title"_s, title},
            {u"task.text"_s, taskText(task, key, templateTextLimit, title)},
            {u"task.description"_s, cutText(cleanText(task.description), templateTextLimit)},
            {u"task.priority"_s, priorityWord(task.priority)},
            {u"task.category"_s, cleanText(task.category)},
            {u"task.due"_s, due.isEmpty() ? QJsonValue() : due},
            {u"task.due_day"_s, day.isEmpty() ? QJsonValue() : day},
            {u"task.link"_s, cleanText(task.backLink)},
            {u"contact.name"_s, cleanText(task.contact.name)},
            {u"contact.address"_s, cleanText(task.contact.address)},
            {u"contact.mail"_s, person.mail},
            {u"contact.phone"_s, person.phone},
            {u"key"_s, key},
            {u"fields"_s, task.fields}};
}

QStringList taskValueNames() { return taskValues({}, u"-"_s).keys(); }

} // namespace patchbay
