#include "core/search/snippet.h"

#include "core/search/tokens.h"

#include <algorithm>

namespace patchbay {

namespace {

constexpr qsizetype snippetReads = 100'000;
constexpr int snippetLead = 30; ///< characters before the first mark

struct SnippetSearch {
    const std::vector<SearchWord> &words;
    std::vector<std::pair<int, int>> found = {}; ///< bytes from - to, overlapping ones joined
};

bool snippetTake(void *context, QByteArrayView folded, int start, int end)
{
    auto &search = *static_cast<SnippetSearch *>(context);
    const bool wanted = std::any_of(search.words.begin(), search.words.end(), [&](const SearchWord &word) {
        return word.prefix ? folded.startsWith(word.folded) : folded == word.folded;
    });
    if (!wanted)
        return true;
    if (!search.found.empty() && start < search.found.back().second)
        search.found.back().second = std::max(search.found.back().second, end);
    else
        search.found.emplace_back(start, end);
    return true;
}

/// What a line cannot show becomes a space.
QString snippetLine(QString text)
{
    for (QChar &c : text) {
        if (c.isSpace() || c.category() == QChar::Other_Control)
            c = QLatin1Char(' ');
    }
    return text;
}

} // namespace

std::vector<TextMark> marksIn(const QString &text, const std::vector<SearchWord> &words)
{
    if (words.empty())
        return {};
    const QByteArray utf8 = text.left(snippetReads).toUtf8();
    SnippetSearch search{words};
    tokenize(utf8, TokenUse::Index, snippetTake, &search);
    std::vector<TextMark> marks;
    int byte = 0;
    int unit = 0;
    const auto unitsTo = [&](int end) {
        unit += int(QString::fromUtf8(utf8.constData() + byte, end - byte).size());
        byte = end;
        return unit;
    };
    for (const auto &[start, end] : search.found) {
        const int from = unitsTo(start);
        marks.push_back({from, unitsTo(end) - from});
    }
    return marks;
}

Snippet snippetOf(const QString &text, const std::vector<SearchWord> &words, int length)
{
    const std::vector<TextMark> marks = marksIn(text, words);
    qsizetype from = marks.empty() ? 0 : qMax(0, marks.front().from - snippetLead);
    if (from > 0) { // begin with a word, where one begins near
        const qsizetype space = text.indexOf(QLatin1Char(' '), from);
        if (space >= 0 && space < marks.front().from)
            from = space + 1;
        else if (text[from].isLowSurrogate())
            --from;
    }
    qsizetype end = qMin(text.size(), from + length);
    if (end < text.size() && end > from && text[end - 1].isHighSurrogate())
        --end;
    Snippet snippet;
    const QString before = from > 0 ? QStringLiteral("… ") : QString();
    snippet.text = before + snippetLine(text.mid(from, end - from));
    if (end < text.size())
        snippet.text += QStringLiteral("…");
    for (const TextMark &mark : marks) {
        if (mark.from >= from && mark.from + mark.length <= end)
            snippet.marks.push_back({int(mark.from - from + before.size()), mark.length});
    }
    return snippet;
}

} // namespace patchbay
