#include "core/search/completion.h"

#include "core/search/query_tokens.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t completionMost = 12;

QString completionFolded(const QString &text)
{
    QString plain;
    for (const QChar c : text.normalized(QString::NormalizationForm_KD).toCaseFolded()) {
        if (c.category() != QChar::Mark_NonSpacing)
            plain += c;
    }
    return plain;
}

/// True when something in `text` begins with what was typed: its start, or a word inside it.
bool completionContains(const QString &folded, const QString &typed)
{
    for (qsizetype at = folded.indexOf(typed, 1); at > 0; at = folded.indexOf(typed, at + 1)) {
        if (!folded[at - 1].isLetterOrNumber())
            return true;
    }
    return false;
}

/// As it must be typed behind a colon; empty for what nobody could type.
QString completionValue(const QString &value)
{
    const bool plain = std::none_of(value.begin(), value.end(), [](QChar c) { return c.isSpace() || c == u'"'; });
    return plain ? value : quotedForQuery(value);
}

QStringList completionValues(const QString &name, const CompletionSource &source)
{
    if (name == "channel"_L1)
        return source.names.channels;
    if (name == "category"_L1)
        return source.names.categories;
    if (name == "label"_L1)
        return source.names.labels;
    if (name == "assignee"_L1)
        return QStringList{u"me"_s, u"none"_s} + source.names.operators;
    if (name == "is"_L1)
        return isChoices();
    if (name == "has"_L1)
        return hasChoices();
    if (name == "from"_L1 || name == "to"_L1)
        return source.people;
    if (name == "before"_L1 || name == "after"_L1 || name == "on"_L1)
        return {u"today"_s, u"yesterday"_s, u"7d"_s, u"2w"_s, u"1m"_s, u"3m"_s, u"1y"_s};
    return {}; // subject: and file: take any word
}

void completionOffer(Completion &completion, const QStringList &texts, const QString &typed, bool operators)
{
    const QString folded = completionFolded(typed);
    std::vector<Completion::Choice> within;
    for (const QString &text : texts) {
        const QString hay = completionFolded(text);
        const Completion::Choice choice{operators ? text + u':' : text,
                                        operators ? text + u':' : completionValue(text) + u' '};
        if (hay.startsWith(folded))
            completion.choices.push_back(choice);
        else if (!operators && completionContains(hay, folded))
            within.push_back(choice);
    }
    completion.choices.insert(completion.choices.end(), within.begin(), within.end());
    if (completion.choices.size() > completionMost)
        completion.choices.resize(completionMost);
}

/// The values of the operator that `token` names.
void completionOfValue(Completion &completion, const QString &text, int cursor, const QueryToken &token,
                       const CompletionSource &source)
{
    completion.name = token.name;
    completion.position = token.valuePosition;
    completion.length = token.position + token.length - token.valuePosition;
    const int from = token.valuePosition + (token.quoted ? 1 : 0);
    const QString typed = text.mid(from, std::max(0, cursor - from));
    if (token.name == "from"_L1 || token.name == "to"_L1)
        completion.person = typed;
    completionOffer(completion, completionValues(token.name, source), typed, false);
    const auto &choices = completion.choices;
    if (choices.size() == 1 && QString::compare(choices.front().text, typed, Qt::CaseInsensitive) == 0)
        completion.choices.clear(); // it stands there already
}

/// The operators that a word may be the beginning of; for a misspelt one that which was meant, its value left as it is.
void completionOfName(Completion &completion, const QString &text, int cursor, const QueryToken &token)
{
    completion.position = token.position + (token.excluded ? 1 : 0);
    if (!token.name.isEmpty()) {
        const QString meant = operatorMeantBy(token.name) + u':';
        completion.length = token.valuePosition - completion.position;
        completion.choices.push_back({meant, meant});
        return;
    }
    const QString typed = text.mid(completion.position, cursor - completion.position);
    completion.length = token.position + token.length - completion.position;
    if (!typed.isEmpty())
        completionOffer(completion, operatorNames(), typed, true);
}

} // namespace

Completion complete(const QString &text, int cursor, const CompletionSource &source)
{
    cursor = std::clamp(cursor, 0, int(text.size()));
    const std::vector<QueryToken> tokens = queryTokens(text);
    const auto found = std::find_if(tokens.begin(), tokens.end(), [cursor](const QueryToken &token) {
        return token.position <= cursor && cursor <= token.position + token.length;
    });
    Completion completion;
    completion.position = cursor;
    if (found == tokens.end()) {
        completionOffer(completion, operatorNames(), {}, true);
        return completion;
    }
    const QueryToken &token = *found;
    if (cursor == token.position || token.star || (token.quoted && token.closed))
        return completion; // before a piece, or in one that is finished
    if (!operatorNames().contains(token.name)) {
        if (!token.quoted || !token.name.isEmpty())
            completionOfName(completion, text, cursor, token);
    } else if (cursor >= token.valuePosition) {
        completionOfValue(completion, text, cursor, token, source);
    }
    return completion;
}

} // namespace patchbay
