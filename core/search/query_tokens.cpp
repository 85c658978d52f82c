#include "core/search/query_tokens.h"

#include "core/search/query.h"

#include <algorithm>

namespace patchbay {

namespace {

bool tokenIsQuote(QChar c) { return c == u'"' || c == u'\u201c' || c == u'\u201d' || c == u'\u201e'; }

bool tokenIsLetter(QChar c) { return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z'); }

/// How many letters must be typed, left out, changed or swapped with their neighbour: at most 1, or 2 for "more".
int tokenDistance(QStringView typed, QStringView meant)
{
    const auto common = std::mismatch(typed.begin(), typed.end(), meant.begin(), meant.end());
    const qsizetype at = common.first - typed.begin();
    const QStringView a = typed.mid(at);
    const QStringView b = meant.mid(at);
    if (a.isEmpty() && b.isEmpty())
        return 0;
    const bool swapped = a.size() >= 2 && b.size() >= 2 && a[0] == b[1] && a[1] == b[0] && a.mid(2) == b.mid(2);
    const bool one = a.mid(1) == b || a == b.mid(1) || a.mid(1) == b.mid(1) || swapped;
    return one ? 1 : 2;
}

/// Where the letters before a colon end; `from` when there is no colon behind them.
qsizetype tokenNameEnd(const QString &text, qsizetype from)
{
    qsizetype end = from;
    while (end < text.size() && tokenIsLetter(text[end]))
        ++end;
    return end < text.size() && text[end] == u':' ? end : from;
}

/// True when `name:` followed by `rest` asks for something, rightly or wrongly spelt, rather than being a word.
bool tokenIsOperator(const QString &name, QStringView rest)
{
    if (rest.startsWith(u"//"))
        return false;
    if (operatorNames().contains(name))
        return true;
    return !rest.isEmpty() && !rest[0].isSpace() && !operatorMeantBy(name).isEmpty();
}

/// Reads the quoted value that begins at `at`; where it ends.
qsizetype tokenReadQuoted(const QString &text, qsizetype at, QueryToken &token)
{
    const bool straight = text[at] == u'"'; // only such a one ends it, so that any name can stand inside
    token.quoted = true;
    token.closed = false;
    for (++at; at < text.size(); ++at) {
        if (text[at] != u'"' && (straight || !tokenIsQuote(text[at]))) {
            token.value += text[at];
        } else if (text[at] == u'"' && at + 1 < text.size() && text[at + 1] == u'"' && !token.value.isEmpty()) {
            token.value += text[at++];
        } else {
            token.closed = true;
            ++at;
            break;
        }
    }
    if (at < text.size() && text[at] == u'*') {
        token.star = true;
        ++at;
    }
    return at;
}

qsizetype tokenReadPlain(const QString &text, qsizetype at, QueryToken &token)
{
    const qsizetype begin = at;
    while (at < text.size() && !text[at].isSpace())
        ++at;
    token.value = text.mid(begin, at - begin);
    while (token.value.endsWith(u'*')) {
        token.value.chop(1);
        token.star = true;
    }
    return at;
}

} // namespace

QString operatorMeantBy(const QString &name)
{
    if (name.size() < 3)
        return {};
    for (const QString &known : operatorNames()) {
        const bool abbreviated = known.startsWith(name);
        if (known.size() >= 4 && (abbreviated || tokenDistance(name, known) <= 1))
            return known;
    }
    return {};
}

std::vector<QueryToken> queryTokens(const QString &text)
{
    std::vector<QueryToken> tokens;
    qsizetype at = 0;
    while (at < text.size()) {
        if (text[at].isSpace()) {
            ++at;
            continue;
        }
        QueryToken token;
        token.position = int(at);
        if (text[at] == u'-' && at + 1 < text.size() && !text[at + 1].isSpace()) {
            token.excluded = true;
            ++at;
        }
        const qsizetype nameEnd = tokenNameEnd(text, at);
        const QString name = text.mid(at, nameEnd - at).toLower();
        if (!name.isEmpty() && tokenIsOperator(name, QStringView(text).mid(nameEnd + 1))) {
            token.name = name;
            at = nameEnd + 1;
        }
        token.valuePosition = int(at);
        if (at < text.size() && tokenIsQuote(text[at]))
            at = tokenReadQuoted(text, at, token);
        else
            at = tokenReadPlain(text, at, token);
        token.length = int(at) - token.position;
        token.isOr = !token.excluded && token.name.isEmpty() && !token.quoted && !token.star && token.value == u"OR";
        tokens.push_back(token);
    }
    return tokens;
}

} // namespace patchbay
