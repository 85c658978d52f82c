#include "connectors/kit/task_text.h"

#include "core/model/names.h"

#include <QtCore/QLocale>
#include <QtCore/QRegularExpression>
#include <QtCore/QTextBoundaryFinder>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestLink = 2000;
constexpr size_t mostNamedFiles = 10;
constexpr char16_t zeroWidthSpace = 0x200b;
constexpr auto keyMark = QLatin1StringView("Patchbay-Key: ");

qsizetype sizeIn(QStringView text, TextLimit::Unit unit)
{
    switch (unit) {
    case TextLimit::Unit::Bytes: return text.toUtf8().size();
    case TextLimit::Unit::Utf16: return text.size();
    case TextLimit::Unit::Characters: break;
    }
    return std::count_if(text.begin(), text.end(), [](QChar c) { return !c.isLowSurrogate(); });
}

/// The longest beginning within the limit, at a boundary of what a reader sees as one character.
QString beginning(const QString &text, TextLimit limit)
{
    if (sizeIn(text, limit.unit) <= limit.most)
        return text;
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    qsizetype fitting = 0;
    for (qsizetype next = 0, used = 0; next >= 0; next = finder.toNextBoundary()) {
        used += sizeIn(QStringView(text).mid(fitting, next - fitting), limit.unit);
        if (used > limit.most)
            break;
        fitting = next;
    }
    return text.left(fitting);
}

QString oneLine(const QString &text) { return cleanText(text).simplified(); }

TextLimit lessBy(TextLimit limit, const QString &frame)
{
    return {std::max<qsizetype>(0, limit.most - sizeIn(frame, limit.unit)), limit.unit};
}

} // namespace

QString cleanText(const QString &text)
{
    QString lines = text;
    lines.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n');
    QString clean;
    clean.reserve(lines.size());
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QChar c = lines.at(i);
        if (c.isHighSurrogate() && i + 1 < lines.size() && lines.at(i + 1).isLowSurrogate()) {
            clean += c;
            clean += lines.at(++i);
        } else if (!c.isSurrogate() && (c == u'\n' || c == u'\t' || c.category() != QChar::Other_Control)
                   && c.unicode() < 0xfffe) {
            clean += c;
        }
    }
    return clean;
}

QString cutText(const QString &text, TextLimit limit)
{
    if (sizeIn(text, limit.unit) <= limit.most)
        return text;
    const QString notice = u"\n… (cut here; the whole text is in Patchbay)"_s;
    return beginning(text, lessBy(limit, notice)) + notice;
}

QString cutLine(const QString &text, TextLimit limit)
{
    const QString line = oneLine(text);
    if (sizeIn(line, limit.unit) <= limit.most)
        return line;
    return beginning(line, lessBy(limit, u"…"_s)) + u'…';
}

QString taskTitle(const TaskPayload &task, TextLimit limit)
{
    const QString title = cutLine(task.title, limit);
    return title.isEmpty() ? u"(no title)"_s : title;
}

QString fileList(const std::vector<OutboundFile> &files)
{
    QStringList list;
    for (const OutboundFile &file : files) {
        if (size_t(list.size()) == mostNamedFiles) {
            list.append(u"and %1 more"_s.arg(files.size() - mostNamedFiles));
            break;
        }
        list.append(u"%1 (%2)"_s.arg(
            cutLine(file.name, {80, TextLimit::Unit::Utf16}),
            QLocale::c().formattedDataSize(file.size, file.size < 1000 ? 0 : 1, QLocale::DataSizeSIFormat)));
    }
    return list.join(u", "_s);
}

QString taskWords(const TaskPayload &task, const QString &shownTitle)
{
    QStringList head;
    const QString title = oneLine(task.title);
    if (!shownTitle.isEmpty() && shownTitle != title && !title.isEmpty())
        head << u"Title: "_s + title;
    const QString name = oneLine(task.contact.name);
    const QString address = oneLine(task.contact.address);
    if (!name.isEmpty() || !address.isEmpty())
        head << u"From: "_s + (name.isEmpty() ? address : address.isEmpty() ? name : u"%1 (%2)"_s.arg(name, address));
    if (!task.category.isEmpty())
        head << u"Category: "_s + oneLine(task.category);
    if (!task.notAttached.empty()) // before the words: those may be cut
        head << u"Not attached: "_s + fileList(task.notAttached);
    QString text = head.join(u'\n');
    const QString words = cleanText(task.description).trimmed();
    if (!text.isEmpty() && !words.isEmpty())
        text += u"\n\n"_s;
    return text + words;
}

QString taskEnd(const TaskPayload &task, const QString &key)
{
    const QString link = oneLine(task.backLink).left(longestLink);
    return link.isEmpty() ? keyLine(key) : link + u'\n' + keyLine(key);
}

QString taskText(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle)
{
    const QString words = taskWords(task, shownTitle);
    const QString end = (words.isEmpty() ? u""_s : u"\n\n"_s) + taskEnd(task, key);
    // The words are cut, never the end: without its key nobody can tell that the task is there.
    return cutText(words, lessBy(limit, end)) + end;
}

QString taskHtml(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle)
{
    const auto escaped = [](const QString &text) { return text.toHtmlEscaped().replace(u'\n', u"<br>"_s); };
    const QString end = u"</p><p>"_s + escaped(taskEnd(task, key)) + u"</p>"_s;
    const QString words = taskWords(task, shownTitle);
    TextLimit room = lessBy(limit, u"<p>"_s + end);
    QString text = escaped(words);
    // Escaping makes it longer by an unknown share: halved until it fits.
    for (TextLimit part = room; sizeIn(text, limit.unit) > room.most; part.most = part.most * 3 / 4)
        text = escaped(cutText(words, part));
    return u"<p>"_s + text + end;
}

QString taskMarkdown(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle)
{
    static const QRegularExpression fence(u"^([ \\t]*)(?=```|~~~)"_s, QRegularExpression::MultilineOption);
    QString words = taskWords(task, shownTitle);
    words.replace(fence, u"\\1"_s + QChar(zeroWidthSpace));
    const QString end = taskEnd(task, key);
    if (words.isEmpty())
        return end;
    const QString head = u"```text\n"_s;
    const QString foot = u"\n```\n\n"_s + end;
    return head + cutText(words, lessBy(limit, head + foot)) + foot;
}

QString keyLine(const QString &key) { return keyMark + key; }

bool hasKeyLine(const QString &text, const QString &key)
{
    for (qsizetype at = text.lastIndexOf(keyMark); at >= 0; at = at == 0 ? -1 : text.lastIndexOf(keyMark, at - 1)) {
        QStringView before = QStringView(text).left(at);
        while (!before.isEmpty() && before.back().isSpace())
            before.chop(1);
        const QStringView between = QStringView(text).mid(before.size(), at - before.size());
        if (!before.isEmpty() && !between.contains(u'\n') && !before.endsWith(u'>'))
            continue; // somebody speaks of a key
        const QStringView rest = QStringView(text).mid(at + keyMark.size());
        const QChar next = rest.size() > key.size() ? rest.at(key.size()) : QChar(u'\n');
        return rest.startsWith(key) && (next.isSpace() || next == u'<');
    }
    return false;
}

TaskPerson taskPerson(const TaskPayload &task)
{
    static const QRegularExpression mail(u"^[^\\s@<>()]{1,64}@[^\\s@<>()]{1,190}\\.[^\\s@<>()]{1,63}\\z"_s);
    static const QRegularExpression phone(u"^\\+?[0-9][0-9 ()./-]{5,24}[0-9]\\z"_s);
    TaskPerson person;
    const QString address = oneLine(task.contact.address);
    if (mail.match(address).hasMatch())
        person.mail = address;
    else if (phone.match(address).hasMatch())
        person.phone = QString(address).remove(QRegularExpression(u"[^0-9+]"_s));
    if (person.phone.size() < 7)
        person.phone.clear();
    person.name = oneLine(task.contact.name);
    if (person.name.isEmpty())
        person.name = address;
    const qsizetype space = person.name.lastIndexOf(u' ');
    person.firstName = space < 0 ? QString() : person.name.left(space);
    person.lastName = person.name.mid(space + 1);
    return person;
}

QString dueDay(const TaskPayload &task)
{
    return task.due ? task.due.toDateTime().toLocalTime().date().toString(Qt::ISODate) : QString();
}

QString dueInstant(const TaskPayload &task)
{
    return task.due ? task.due.toDateTime().toUTC().toString(Qt::ISODateWithMs) : QString();
}

QString priorityWord(Priority priority) { return nameOf(priority); }

Result<Done> checkedKey(const QString &key)
{
    static const QRegularExpression word(u"^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}\\z"_s);
    if (word.match(key).hasMatch())
        return Done{};
    return makeError(Error::Kind::Refused, u"The delivery's key \"%1\" cannot be searched for."_s.arg(key.left(40)));
}

Result<Done> addFields(QJsonObject &object, const QJsonObject &fields, const QStringList &reserved)
{
    for (auto it = fields.constBegin(); it != fields.constEnd(); ++it) {
        if (reserved.contains(it.key())) {
            return makeError(
                Error::Kind::Refused,
                u"The field \"%1\" is written by Patchbay itself. Take it out of the route's mapping."_s.arg(
                    it.key().left(60)));
        }
        if (!it.value().isNull() && !(it.value().isString() && it.value().toString().trimmed().isEmpty()))
            object.insert(it.key(), it.value());
    }
    return Done{};
}

QJsonObject filled(QJsonObject object)
{
    for (auto it = object.begin(); it != object.end();) {
        const QJsonValue value = it.value();
        const bool says = value.isString() ? !value.toString().isEmpty()
            : value.isArray()              ? !value.toArray().isEmpty()
            : value.isObject()             ? !value.toObject().isEmpty()
                                           : !value.isNull() && !value.isUndefined();
        it = says ? std::next(it) : object.erase(it);
    }
    return object;
}

QJsonObject personRecord(const TaskPayload &task, const PersonFields &fields)
{
    const TaskPerson person = taskPerson(task);
    const QString lastName = person.lastName.isEmpty() ? fields.noLastName : person.lastName;
    return filled({{fields.firstName, cutLine(person.firstName, {fields.longestFirstName, TextLimit::Unit::Utf16})},
                   {fields.lastName, cutLine(lastName, {fields.longestLastName, TextLimit::Unit::Utf16})},
                   {fields.mail, person.mail},
                   {fields.phone, person.phone}});
}

QJsonObject leadRecord(const TaskPayload &task, const QString &key, const PersonFields &fields, TextLimit limit)
{
    QJsonObject lead = personRecord(task, fields);
    lead.insert(u"Company"_s, fields.noLastName);
    lead.insert(u"Description"_s, taskText(task, key, limit, u" "_s));
    return lead;
}

} // namespace patchbay
