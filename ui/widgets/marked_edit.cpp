#include "ui/widgets/marked_edit.h"

#include "ui/widgets/theme.h"

#include <QtGui/QTextBlock>
#include <QtWidgets/QPlainTextEdit>

namespace patchbay {

namespace {

/// Of a format: that its words are a program's, whatever font the system has for them.
constexpr int codeProperty = QTextFormat::UserProperty + 1;

bool hasMark(const QTextCharFormat &format, Mark mark)
{
    switch (mark) {
    case Mark::Bold: return format.fontWeight() >= QFont::DemiBold;
    case Mark::Italic: return format.fontItalic();
    case Mark::Strike: return format.fontStrikeOut();
    case Mark::Code: break;
    }
    return format.boolProperty(codeProperty);
}

/// Merged into a format it puts the look on, or takes it away.
QTextCharFormat lookFormat(const QWidget &where, Mark mark, bool on)
{
    QTextCharFormat format;
    switch (mark) {
    case Mark::Bold: format.setFontWeight(on ? QFont::DemiBold : QFont::Normal); break;
    case Mark::Italic: format.setFontItalic(on); break;
    case Mark::Strike: format.setFontStrikeOut(on); break;
    case Mark::Code:
        format.setProperty(codeProperty, on);
        format.setFontFamilies(on ? QStringList{QStringLiteral("monospace")} : where.font().families());
        format.setFontFixedPitch(on);
        format.setBackground(on ? QBrush(themeOf(&where).hover) : QBrush(Qt::NoBrush));
        if (on) { // a program's words have no other look
            format.setFontWeight(QFont::Normal);
            format.setFontItalic(false);
            format.setFontStrikeOut(false);
        }
        break;
    }
    return format;
}

BodyRun runOf(const QTextFragment &fragment)
{
    const QTextCharFormat format = fragment.charFormat();
    BodyRun run;
    run.text = fragment.text();
    run.text.replace(QChar::LineSeparator, QLatin1Char('\n')).replace(QChar::Nbsp, QLatin1Char(' '));
    run.text.remove(QChar(0x1E)).remove(QChar(0x1D)); // they divide what stands in a draft
    run.bold = hasMark(format, Mark::Bold);
    run.italic = hasMark(format, Mark::Italic);
    run.strike = hasMark(format, Mark::Strike);
    run.code = hasMark(format, Mark::Code);
    return run;
}

/// Whether all of the selection looks so.
bool isAllMarked(const QTextCursor &selection, Mark mark)
{
    bool isAll = true;
    const int from = selection.selectionStart();
    const int to = selection.selectionEnd();
    for (QTextBlock block = selection.document()->findBlock(from); block.isValid() && block.position() < to;
         block = block.next()) {
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextFragment one = it.fragment();
            if (one.position() < to && one.position() + one.length() > from)
                isAll = isAll && hasMark(one.charFormat(), mark);
        }
    }
    return isAll;
}

/// The words that the selection touches.
QTextCursor ofWholeWords(const QTextCursor &cursor)
{
    const QString text = cursor.document()->toPlainText();
    const auto isLetter = [&text](int at) { return at >= 0 && at < text.size() && text.at(at).isLetterOrNumber(); };
    int from = cursor.selectionStart();
    int to = cursor.selectionEnd();
    while (isLetter(from - 1) && (from < to ? isLetter(from) : true))
        --from;
    while (isLetter(to) && (from < to ? isLetter(to - 1) : true))
        ++to;
    QTextCursor whole = cursor;
    whole.setPosition(from);
    whole.setPosition(to, QTextCursor::KeepAnchor);
    return whole;
}

} // namespace

MarkedText writtenIn(const QPlainTextEdit &edit)
{
    std::vector<BodyRun> runs;
    for (QTextBlock block = edit.document()->begin(); block.isValid(); block = block.next()) {
        if (block.blockNumber() > 0)
            runs.push_back({QStringLiteral("\n")});
        for (auto it = block.begin(); !it.atEnd(); ++it)
            runs.push_back(runOf(it.fragment()));
    }
    return markedText(runs);
}

void showMarked(QPlainTextEdit &edit, const MarkedText &text)
{
    edit.setCurrentCharFormat({}); // the text would look like what was typed last
    edit.setPlainText(text.text);
    if (text.marks.empty())
        return;
    edit.setUndoRedoEnabled(false); // the looks belong to the text that was put in
    for (const MarkSpan &span : text.marks) {
        QTextCursor cursor(edit.document());
        cursor.setPosition(int(span.start));
        cursor.setPosition(int(span.start + span.length), QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(lookFormat(edit, span.mark, true));
    }
    edit.setUndoRedoEnabled(true);
}

void toggleMark(QPlainTextEdit &edit, Mark mark, bool wholeWords)
{
    QTextCursor cursor = edit.textCursor();
    if (wholeWords)
        cursor = ofWholeWords(cursor);
    if (!cursor.hasSelection()) {
        edit.mergeCurrentCharFormat(lookFormat(edit, mark, !hasMark(edit.currentCharFormat(), mark)));
        return;
    }
    const bool on = !isAllMarked(cursor, mark);
    cursor.beginEditBlock();
    if (on && mark != Mark::Code)
        cursor.mergeCharFormat(lookFormat(edit, Mark::Code, false));
    cursor.mergeCharFormat(lookFormat(edit, mark, on));
    cursor.endEditBlock();
}

} // namespace patchbay
