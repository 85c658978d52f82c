#include "core/model/marked_text.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>
#include <array>
#include <set>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<Mark, 4> allMarks{Mark::Bold, Mark::Italic, Mark::Strike, Mark::Code};
constexpr std::array<const char *, 4> markNames{"bold", "italic", "strike", "code"};
/// Begins the marks of a draft. No text that somebody writes has it: it is taken out of what is pasted.
constexpr QChar marksBegin(0x1E);

bool &lookOf(BodyRun &run, Mark mark)
{
    switch (mark) {
    case Mark::Bold: return run.bold;
    case Mark::Italic: return run.italic;
    case Mark::Strike: return run.strike;
    case Mark::Code: break;
    }
    return run.code;
}

bool looksSo(const BodyRun &run, Mark mark)
{
    BodyRun one = run;
    return lookOf(one, mark);
}

/// The part of the text that the mark is about, whatever it says.
MarkSpan withinText(const MarkSpan &span, qsizetype length)
{
    const qsizetype start = std::clamp<qsizetype>(span.start, 0, length);
    const qsizetype end = start + std::clamp<qsizetype>(span.length, 0, length - start);
    return {start, span.start < 0 ? 0 : end - start, span.mark};
}

/// Half a letter looks like nothing.
bool cutsPair(const QString &text, qsizetype at)
{
    return at > 0 && at < text.size() && text.at(at - 1).isHighSurrogate() && text.at(at).isLowSurrogate();
}

} // namespace

std::vector<BodyRun> runsOf(const MarkedText &marked)
{
    const qsizetype length = marked.text.size();
    std::set<qsizetype> cuts{0, length};
    std::vector<MarkSpan> spans;
    for (const MarkSpan &one : marked.marks) {
        const MarkSpan span = withinText(one, length);
        if (span.length == 0 || cutsPair(marked.text, span.start) || cutsPair(marked.text, span.start + span.length))
            continue;
        spans.push_back(span);
        cuts.insert(span.start);
        cuts.insert(span.start + span.length);
    }
    std::vector<BodyRun> runs;
    for (auto from = cuts.begin(); from != cuts.end() && std::next(from) != cuts.end(); ++from) {
        BodyRun run;
        run.text = marked.text.mid(*from, *std::next(from) - *from);
        for (const MarkSpan &span : spans) {
            if (*from >= span.start && *from < span.start + span.length)
                lookOf(run, span.mark) = true;
        }
        if (run.code)
            run.bold = run.italic = run.strike = false;
        runs.push_back(std::move(run));
    }
    return runs;
}

MarkedText markedText(const std::vector<BodyRun> &runs)
{
    MarkedText marked;
    std::array<qsizetype, allMarks.size()> since{-1, -1, -1, -1};
    const auto close = [&](size_t i) {
        if (since[i] >= 0)
            marked.marks.push_back({since[i], marked.text.size() - since[i], allMarks[i]});
        since[i] = -1;
    };
    for (const BodyRun &run : runs) {
        for (size_t i = 0; i < allMarks.size() && !run.text.isEmpty(); ++i) {
            const bool is = looksSo(run, allMarks[i]) && (!run.code || allMarks[i] == Mark::Code);
            if (!is)
                close(i);
            else if (since[i] < 0)
                since[i] = marked.text.size();
        }
        marked.text += run.text;
    }
    for (size_t i = 0; i < allMarks.size(); ++i)
        close(i);
    std::sort(marked.marks.begin(), marked.marks.end(), [](const MarkSpan &a, const MarkSpan &b) {
        return std::tuple(a.start, b.length, a.mark) < std::tuple(b.start, a.length, b.mark);
    });
    return marked;
}

MarkedText markedText(const QString &text, const Body &body)
{
    std::vector<BodyRun> runs;
    qsizetype at = 0;
    for (const BodyBlock &block : body.blocks) {
        for (BodyRun run : block.runs) {
            const qsizetype found = run.text.isEmpty() ? -1 : text.indexOf(run.text, at);
            if (found < 0)
                continue;
            runs.push_back({text.mid(at, found - at)});
            at = found + run.text.size();
            runs.push_back(std::move(run));
        }
    }
    runs.push_back({text.mid(at)});
    return markedText(runs);
}

MarkedText trimmed(const MarkedText &marked)
{
    MarkedText kept{marked.text.trimmed(), {}};
    const qsizetype before = kept.text.isEmpty() ? 0 : marked.text.indexOf(kept.text);
    for (const MarkSpan &span : marked.marks) {
        if (span.start < 0)
            continue;
        const qsizetype cut = std::max<qsizetype>(0, before - span.start);
        kept.marks.push_back({span.start + cut - before, span.length - cut, span.mark});
    }
    std::vector<BodyRun> runs = runsOf(kept);
    for (BodyRun &run : runs) {
        if (run.text.trimmed().isEmpty() && !run.code)
            run.bold = run.italic = run.strike = false; // a blank looks like any other
    }
    return markedText(runs);
}

MarkedText withMarks(const MarkedText &text, const QList<Mark> &kept)
{
    MarkedText some = text;
    std::erase_if(some.marks, [&kept](const MarkSpan &span) { return !kept.contains(span.mark); });
    return some;
}

QJsonArray toJson(const std::vector<MarkSpan> &marks)
{
    QJsonArray list;
    for (const MarkSpan &span : marks)
        list.append(QJsonObject{{u"mark"_s, QLatin1String(markNames[size_t(span.mark)])},
                                {u"start"_s, qint64(span.start)},
                                {u"length"_s, qint64(span.length)}});
    return list;
}

Result<std::vector<MarkSpan>> marksFromJson(const QJsonArray &json, qsizetype textLength)
{
    std::vector<MarkSpan> marks;
    for (const QJsonValue &value : json) {
        const QJsonObject one = value.toObject();
        const QByteArray name = one.value("mark"_L1).toString().toUtf8();
        const auto known = std::find(markNames.begin(), markNames.end(), name);
        const MarkSpan span{one.value("start"_L1).toInteger(-1), one.value("length"_L1).toInteger(-1),
                            known == markNames.end() ? Mark::Bold : Mark(known - markNames.begin())};
        const bool isWithin = span.start >= 0 && span.length > 0 && span.start <= textLength - span.length;
        if (known == markNames.end() || one.size() != 3 || !isWithin)
            return makeError(Error::Kind::Protocol, u"The stored text has a mark that is none."_s);
        marks.push_back(span);
    }
    return marks;
}

QString asDraft(const MarkedText &marked)
{
    if (marked.marks.empty())
        return marked.text;
    return marked.text + marksBegin
        + QString::fromUtf8(QJsonDocument(toJson(marked.marks)).toJson(QJsonDocument::Compact));
}

MarkedText markedFromDraft(const QString &draft)
{
    const qsizetype at = draft.indexOf(marksBegin);
    MarkedText marked{at < 0 ? draft : draft.left(at), {}};
    if (at < 0)
        return marked;
    const QJsonArray told = QJsonDocument::fromJson(draft.mid(at + 1).toUtf8()).array();
    if (const Result<std::vector<MarkSpan>> marks = marksFromJson(told, marked.text.size()))
        marked.marks = *marks;
    return marked;
}

} // namespace patchbay
