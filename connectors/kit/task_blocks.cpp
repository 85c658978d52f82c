#include "connectors/kit/task_blocks.h"

#include <QtCore/QTextBoundaryFinder>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QJsonObject blockParagraph(const QString &text)
{
    return {{u"object"_s, u"block"_s},
            {u"type"_s, u"paragraph"_s},
            {u"paragraph"_s, QJsonObject{{u"rich_text"_s, blockText(text)}}}};
}

} // namespace

QJsonArray blockText(const QString &text)
{
    return {QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, QJsonObject{{u"content"_s, text}}}}};
}

QJsonArray taskBlocks(const TaskPayload &task, const QString &key, TextLimit limit, qsizetype part,
                      const QString &shownTitle)
{
    const QString words = cutText(taskWords(task, shownTitle), limit);
    QJsonArray blocks;
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, words);
    for (qsizetype at = 0; at < words.size();) {
        finder.setPosition(qMin(at + part, words.size()));
        if (!finder.isAtBoundary())
            finder.toPreviousBoundary();
        const qsizetype end = finder.position() > at ? finder.position() : qMin(at + part, words.size());
        blocks.append(blockParagraph(words.mid(at, end - at)));
        at = end;
    }
    blocks.append(blockParagraph(taskEnd(task, key)));
    return blocks;
}

} // namespace patchbay
