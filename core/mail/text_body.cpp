#include "core/mail/text_body.h"

#include "core/mail/body_builder.h"
#include "core/mail/html_body.h"
#include "core/mail/limits.h"
#include "core/mail/links.h"

#include <QtCore/QList>

#include <algorithm>

namespace patchbay {

namespace mail {

using namespace Qt::StringLiterals;

namespace {

/// A line of text with its quote marks counted and taken off.
struct PlainLine {
    int depth = 0;
    QString text = {};
    bool soft = false; ///< flowed: the next line of the same depth belongs to it
};

bool isSignatureMark(QStringView text) { return text == u"-- "; }

/// ">", ">>" and "> >" are quote marks; in flowed text only those without blanks between.
PlainLine plainLine(QStringView line, TextFlow flow)
{
    PlainLine result;
    qsizetype at = 0;
    while (at < line.size() && result.depth < 100) {
        const qsizetype mark = flow == TextFlow::Fixed && result.depth > 0 && line.at(at) == u' ' ? at + 1 : at;
        if (mark >= line.size() || line.at(mark) != u'>')
            break;
        ++result.depth;
        at = mark + 1;
    }
    if (at < line.size() && line.at(at) == u' ' && (result.depth > 0 || flow != TextFlow::Fixed))
        ++at; // the blank behind the marks, or space-stuffing
    result.text = line.mid(at).toString();
    result.soft = flow != TextFlow::Fixed && result.text.endsWith(u' ') && !isSignatureMark(result.text);
    return result;
}

/// Joins the soft lines of flowed text.
std::vector<PlainLine> plainLines(const QString &text, TextFlow flow)
{
    std::vector<PlainLine> lines;
    for (const QStringView raw : QStringView(text).split(u'\n')) {
        PlainLine line = plainLine(raw, flow);
        const bool joins = !lines.empty() && lines.back().soft && lines.back().depth == line.depth
            && !isSignatureMark(line.text) && lines.back().text.size() < maxTextChars;
        if (!joins) {
            lines.push_back(std::move(line));
            continue;
        }
        if (flow == TextFlow::FlowedDelSp)
            lines.back().text.chop(1);
        lines.back().text += line.text;
        lines.back().soft = line.soft;
    }
    return lines;
}

QString withUnixLines(QString text)
{
    text.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n').replace(u'\f', u'\n');
    text.replace(QChar(QChar::LineSeparator), u'\n').replace(QChar(QChar::ParagraphSeparator), u'\n');
    return text;
}

BlockContext contextFor(const PlainLine &line)
{
    BlockContext context;
    if (line.depth > 0) {
        context.kind = BodyBlock::Kind::Quote;
        context.depth = qMin(line.depth, maxIndent);
        context.part = BodyBlock::Part::QuotedHistory; // markQuotedHistory may take it back
    }
    return context;
}

void addLine(BodyBuilder &builder, const PlainLine &line)
{
    QString text = line.text;
    // Trailing blanks mean nothing, but a signature is known by one.
    while (!text.isEmpty() && text.back().isSpace() && !isSignatureMark(text))
        text.chop(1);
    if (text.isEmpty()) {
        builder.endParagraph();
        return;
    }
    const BlockContext context = contextFor(line);
    for (const BodyRun &run : linkified(text))
        builder.verbatim(run.text, RunStyle{false, false, run.href}, context);
    builder.endLine();
}

} // namespace

Body bodyFromPlainText(const QString &text, TextFlow flow)
{
    // What lies far behind the limit is not worth the splitting.
    const qsizetype enough = 2 * maxTextChars;
    BodyBuilder builder;
    for (const PlainLine &line : plainLines(withUnixLines(text.left(enough)), flow)) {
        if (builder.isFull())
            break;
        addLine(builder, line);
    }
    const bool cut = text.size() > enough;
    Body body = builder.finish();
    if (cut && body.notice.isEmpty())
        body.notice = u"Only a part of this text is shown; the rest is in the original message."_s;
    return body;
}

} // namespace mail

Body bodyFromMarked(const MarkedText &text)
{
    if (text.marks.empty())
        return bodyFromText(text.text, false);
    mail::BodyBuilder builder;
    for (const BodyRun &run : runsOf(text)) {
        const std::vector<BodyRun> parts = run.code ? std::vector<BodyRun>{run} : mail::linkified(run.text);
        for (const BodyRun &part : parts)
            builder.verbatim(part.text, {run.bold, run.italic, part.href, run.strike, run.code}, {});
    }
    return builder.finish();
}

Body bodyFromText(const QString &text, bool flowed)
{
    return mail::bodyFromPlainText(text, flowed ? mail::TextFlow::Flowed : mail::TextFlow::Fixed);
}

} // namespace patchbay
