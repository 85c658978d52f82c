#include "connectors/crm/redmine/redmine_text.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QTextBoundaryFinder>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype redmineLongestSubject = 255;
constexpr qsizetype redmineMostBytes = 60000; // MySQL's TEXT ends at 65,535
constexpr qsizetype redmineLongestLink = 2000;
constexpr char16_t redmineZeroWidthSpace = 0x200b;

const QString &redmineKeyMark()
{
    static const QString mark = u"Patchbay-Key: "_s;
    return mark;
}

/// Without what Redmine's databases or pages cannot hold: control characters, lone surrogates, non-characters.
QString redmineClean(const QString &text)
{
    QString clean;
    clean.reserve(text.size());
    QString lines = text;
    lines.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QChar c = lines.at(i);
        const bool pair = c.isHighSurrogate() && i + 1 < lines.size() && lines.at(i + 1).isLowSurrogate();
        if (pair) {
            clean += c;
            clean += lines.at(++i);
        } else if (!c.isSurrogate() && (c == u'\n' || c == u'\t' || c.category() != QChar::Other_Control)
                   && c.unicode() < 0xfffe) {
            clean += c;
        }
    }
    return clean;
}

/// Textile ends our block at its own tags, and all three formatters know fences: an invisible space keeps a tag or a
/// fence of the customer's text from being one.
QString redmineNeutral(QString text)
{
    static const QRegularExpression tag(u"<(?=/?(?:pre|code|kbd|notextile))"_s,
                                        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression fence(u"^([ \\t]*)(?=```|~~~)"_s, QRegularExpression::MultilineOption);
    text.replace(tag, u"<"_s + QChar(redmineZeroWidthSpace));
    text.replace(fence, u"\\1"_s + QChar(redmineZeroWidthSpace));
    return text;
}

/// The longest beginning that fits, with the sentence that says so, not cutting what a reader sees as one character.
QString redmineCut(const QString &text, qsizetype bytes)
{
    if (text.toUtf8().size() <= bytes)
        return text;
    const QString notice = u"\n… (cut here; the whole text is in Patchbay)"_s;
    bytes -= notice.toUtf8().size();
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    qsizetype fitting = 0;
    for (qsizetype next = 0, used = 0; next >= 0; next = finder.toNextBoundary()) {
        used += QStringView(text).mid(fitting, next - fitting).toUtf8().size();
        if (used > bytes)
            break;
        fitting = next;
    }
    return text.left(fitting) + notice;
}

} // namespace

QString redmineSubject(const QString &title)
{
    const QString line = redmineClean(title).simplified();
    if (line.isEmpty())
        return u"(no title)"_s;
    const auto characters = [](QStringView text) { return text.toUcs4().size(); };
    if (characters(line) <= redmineLongestSubject)
        return line;
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, line);
    qsizetype fitting = 0;
    for (qsizetype next = finder.toNextBoundary(); next >= 0; next = finder.toNextBoundary()) {
        if (characters(QStringView(line).left(next)) > redmineLongestSubject - 1)
            break;
        fitting = next;
    }
    return line.left(fitting) + u'…';
}

QString redmineDescription(const TaskPayload &task, const QString &key)
{
    const QString subject = redmineSubject(task.title);
    QStringList head;
    if (subject.endsWith(u'…') && subject != redmineClean(task.title).simplified())
        head << u"Title: "_s + redmineClean(task.title).simplified();
    if (!task.contact.name.isEmpty() || !task.contact.address.isEmpty()) {
        const QString name = redmineClean(task.contact.name).simplified();
        const QString address = redmineClean(task.contact.address).simplified();
        head << u"From: "_s + (name.isEmpty() ? address : address.isEmpty() ? name : u"%1 (%2)"_s.arg(name, address));
    }
    if (!task.category.isEmpty())
        head << u"Category: "_s + redmineClean(task.category).simplified();
    QString quoted = head.join(u'\n');
    const QString words = redmineClean(task.description).trimmed();
    if (!quoted.isEmpty() && !words.isEmpty())
        quoted += u"\n\n"_s;
    quoted = redmineNeutral(quoted + words);
    QString end = redmineKeyMark() + key;
    if (!task.backLink.isEmpty())
        end.prepend(redmineClean(task.backLink).simplified().left(redmineLongestLink) + u'\n');
    if (quoted.isEmpty())
        return end;
    // Cut last: a server that cuts off the end loses the key, and with it the knowledge that the task is there.
    const QString frame = u"```\n<pre>\n%1\n</pre>\n```\n\n"_s;
    const qsizetype room = redmineMostBytes - frame.size() - end.toUtf8().size();
    return QString(frame).replace(u"%1"_s, redmineCut(quoted, room)) + end;
}

bool redmineHasKey(const QString &description, const QString &key)
{
    const QStringList lines = description.split(u'\n');
    for (auto line = lines.crbegin(); line != lines.crend(); ++line) {
        const QString text = line->trimmed();
        if (text.startsWith(redmineKeyMark()))
            return text == redmineKeyMark() + key;
    }
    return false;
}

} // namespace patchbay
