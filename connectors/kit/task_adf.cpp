#include "connectors/kit/task_adf.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QJsonObject adfParagraph(const QString &text)
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

} // namespace

QJsonObject adfDocument(const QString &text)
{
    QJsonArray content;
    for (const QString &part : text.split(u"\n\n"_s, Qt::SkipEmptyParts)) {
        if (!part.trimmed().isEmpty())
            content.append(adfParagraph(part));
    }
    return {{u"type"_s, u"doc"_s}, {u"version"_s, 1}, {u"content"_s, content}};
}

QJsonObject taskAdf(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle)
{
    const QString words = taskWords(task, shownTitle);
    const QString end = taskEnd(task, key);
    for (TextLimit part = limit;; part.most = part.most * 3 / 4) {
        const QJsonObject document = adfDocument(cutText(words, part) + u"\n\n"_s + end);
        const QByteArray json = QJsonDocument(document).toJson(QJsonDocument::Compact);
        if (QString::fromUtf8(json).size() <= limit.most || part.most == 0)
            return document;
    }
}

QString taskWiki(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle)
{
    QString words = taskWords(task, shownTitle);
    const QString end = taskEnd(task, key);
    if (words.isEmpty())
        return end;
    words.replace(u"{noformat"_s, u"{\u200bnoformat"_s, Qt::CaseInsensitive);
    const QString frame = u"{noformat}\n%1\n{noformat}\n\n"_s;
    const TextLimit room{limit.most - frame.size() - end.size(), limit.unit};
    return u"{noformat}\n"_s + cutText(words, room) + u"\n{noformat}\n\n"_s + end;
}

} // namespace patchbay
