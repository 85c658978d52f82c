#pragma once

#include "core/mail/html_body.h"

#include <QtCore/QStringList>

#include <vector>

namespace patchbay::tests {

/// A message that is made to be hard to lay out: as plain text, or as HTML.
struct HostileBody {
    const char *name = "";
    QString text = {};
    QString html = {};
};

inline QString filled(const QString &unit, qsizetype chars) { return unit.repeated(1 + chars / unit.size()); }

/// `unit` as often as it fits into so many characters, with %1 counting.
inline QString counted(const QString &unit, qsizetype chars)
{
    QString all;
    for (int i = 0; all.size() < chars; ++i)
        all += unit.arg(i);
    return all;
}

inline std::vector<HostileBody> hostileBodies()
{
    using namespace Qt::StringLiterals;
    constexpr qsizetype mega = 1024 * 1024;
    constexpr qsizetype quarter = 256 * 1024;
    const QString marks = u"\u0300\u0316\u0334\u0489\u036f\u0323"_s;
    std::vector<HostileBody> all;
    const auto text = [&](const char *name, const QString &words) { all.push_back({name, words, {}}); };
    const auto html = [&](const char *name, const QString &markup) { all.push_back({name, {}, markup}); };
    text("stacked marks on one letter", u"a"_s + filled(marks, quarter));
    text("stacked marks on every letter", filled(u"Z"_s + marks.repeated(8) + u" "_s, quarter));
    text("a line without a blank", filled(u"wordword"_s, mega));
    text("a line of blanks and letters", filled(u"a b "_s, mega));
    text("a paragraph of short lines", filled(u"ab\n"_s, quarter));
    text("directions that change at each letter", filled(u"a\u05d0"_s, mega));
    text("directions that change at each word", filled(u"abc \u05d0\u05d1\u05d2 12 "_s, mega));
    text("direction marks", filled(u"a\u200f1\u200e"_s, mega));
    text("empty paragraphs", filled(u"\n\n"_s, mega));
    text("paragraphs of one letter", filled(u"x\n\n"_s, mega));
    text("tabs", filled(u"\t"_s, quarter) + u"x"_s);
    text("tabs and letters", filled(u"\tx"_s, quarter));
    text("separators of lines", filled(u"x\u2028y\u2029"_s, quarter));
    text("a family of joined faces", filled(u"\U0001F468\u200D\U0001F469\u200D\U0001F467 "_s, quarter));
    text("faces joined without end", filled(u"\U0001F468\u200D"_s, quarter));
    text("flags", filled(u"\U0001F1E9\U0001F1EA"_s, quarter));
    text("variation selectors", u"x"_s + filled(u"\ufe0f"_s, quarter));
    text("each script a letter", filled(u"a\u0431\u03b3\u05d0\u0627\u0905\u0e01\u4e00\U0001F600"_s, quarter));
    text("Devanagari without a blank", filled(u"\u0915\u094d\u0937\u0947\u0924\u094d\u0930"_s, quarter));
    text("half letters without end", filled(u"\u0915\u094d"_s, quarter));
    text("Arabic without a blank", filled(u"\u0645\u0631\u062d\u0628\u0627"_s, quarter));
    text("one ligature", filled(u"\u0640"_s, quarter));
    text("Thai without a blank", filled(u"\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"_s, quarter));
    text("Tibetan", filled(u"\u0f66\u0f92\u0fb2\u0f74\u0f56"_s, quarter));
    text("jamo", filled(u"\u1100\u1161\u11a8"_s, quarter));
    text("control characters", filled(u"\x01\x02x\x1b[31m\x7f\u0085"_s, quarter));
    text("lonely surrogates", filled(QString(QChar(0xd83d)) + u"x"_s, quarter));
    text("private letters", filled(u"\ue000\U000F0000"_s, quarter));
    text("links", counted(u"http://x%1.example/ "_s, quarter));
    text("quotes of growing depth", [] {
        QString lines;
        for (int i = 0; lines.size() < quarter; ++i)
            lines += QString(1 + i % 90, u'>') + u" x\n"_s;
        return lines;
    }());
    html("short bold runs", filled(u"<b>a</b>b"_s, mega));
    html("short links", counted(u"<a href=http://x%1.example/>y</a> "_s, mega));
    html("links with long addresses",
         counted(u"<a href=http://x.example/%1"_s + u"a"_s.repeated(2000) + u">y</a> "_s, mega));
    html("nested tables", u"<table><tr><td>"_s.repeated(20) + u"x"_s);
    html("many nested tables", filled(u"<table><tr><td>"_s.repeated(20) + u"x"_s + u"</table>"_s.repeated(20), mega));
    html("one table", filled(u"<tr><td>a<td>b"_s, mega));
    html("nested lists", filled(u"<ul><li>x"_s, mega));
    html("short lists", filled(u"<ol><li>x<li>y</ol>"_s, mega));
    html("nested quotes", filled(u"<blockquote>x"_s, mega));
    html("quotes side by side", filled(u"<blockquote>x</blockquote>y"_s, mega));
    html("pictures", counted(u"<img src=cid:p%1>"_s, mega));
    html("one picture many times", filled(u"<img src=cid:bomb>"_s, mega));
    html("rules", filled(u"<hr>"_s, mega));
    html("program text", u"<pre>"_s + filled(u"x\t= y;\n"_s, quarter));
    html("program text on one line", u"<pre>"_s + filled(u"x = y; "_s, quarter));
    html("line breaks", filled(u"x<br>"_s, mega));
    return all;
}

/// As it comes in by mail or chat.
inline Body bodyOf(const HostileBody &hostile)
{
    return hostile.html.isEmpty() ? bodyFromText(hostile.text, false) : bodyFromHtml(hostile.html);
}

/// As nothing makes it any more, but as it may lie in a workspace: all in one paragraph, without any limit.
inline Body unboundedBodyOf(const HostileBody &hostile)
{
    BodyBlock block;
    block.runs.push_back({hostile.html.isEmpty() ? hostile.text : hostile.html});
    Body body;
    body.blocks.push_back(block);
    return body;
}

} // namespace patchbay::tests
