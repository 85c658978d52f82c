#include "ui/models/choice_filter.h"

#include <algorithm>

namespace patchbay {

namespace {

QString filterPlain(const QString &text)
{
    QString plain;
    for (const QChar c : text.normalized(QString::NormalizationForm_D).toLower()) {
        if (c.category() != QChar::Mark_NonSpacing)
            plain += c;
    }
    return plain;
}

} // namespace

int fitScore(const QString &text, const QString &typed)
{
    const QString hay = filterPlain(text);
    const QString needle = filterPlain(typed.simplified());
    if (needle.isEmpty())
        return 0;
    if (const qsizetype whole = hay.indexOf(needle); whole >= 0)
        return 1000 - int(qMin(whole, qsizetype(500))) + (whole == 0 || !hay[whole - 1].isLetterOrNumber() ? 500 : 0);
    int score = 0;
    qsizetype at = 0;
    for (const QChar c : needle) {
        if (c.isSpace())
            continue;
        const qsizetype found = hay.indexOf(c, at);
        if (found < 0)
            return -1;
        score += found == 0 || !hay[found - 1].isLetterOrNumber() ? 20 : (found == at ? 10 : 1);
        at = found + 1;
    }
    return score;
}

bool hasEveryWord(const QString &text, const QString &typed)
{
    const QStringList wanted = typed.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(wanted.begin(), wanted.end(),
                       [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

std::vector<Choice> fitting(const std::vector<Choice> &choices, const QString &typed)
{
    std::vector<std::pair<int, const Choice *>> scored;
    for (const Choice &choice : choices) {
        const int score = fitScore(choice.text, typed);
        if (score >= 0)
            scored.emplace_back(score, &choice);
    }
    std::stable_sort(scored.begin(), scored.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    std::vector<Choice> best;
    for (const auto &[score, choice] : scored)
        best.push_back(*choice);
    return best;
}

} // namespace patchbay
