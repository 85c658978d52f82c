#include "core/engine/reply_text.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Goes through a text; `fill` gives what stands for a placeholder.
template <class Fill> QString replyFilled(const QString &text, Fill fill)
{
    QString out;
    qsizetype at = 0;
    for (;;) {
        const qsizetype open = text.indexOf(u"{{"_s, at);
        const qsizetype close = open < 0 ? -1 : text.indexOf(u"}}"_s, open + 2);
        if (close < 0)
            return out + text.mid(at);
        out += text.mid(at, open - at) + fill(text.mid(open + 2, close - open - 2).trimmed());
        at = close + 2;
    }
}

bool replyFits(const CannedReply &reply, CategoryId category, const QString &language)
{
    const bool otherCategory = reply.category && reply.category != category;
    const bool otherLanguage = !reply.language.isEmpty() && !language.isEmpty() && reply.language != language;
    return !otherCategory && !otherLanguage;
}

} // namespace

const QStringList &replyPlaceholders()
{
    static const QStringList all{u"contact.name"_s, u"contact.address"_s, u"conversation.subject"_s,
                                 u"operator.name"_s};
    return all;
}

QString unknownPlaceholder(const QString &text)
{
    QString unknown;
    const QString rest = replyFilled(text, [&unknown](const QString &name) {
        if (unknown.isEmpty() && !replyPlaceholders().contains(name))
            unknown = u"{{%1}}"_s.arg(name.left(60));
        return QString();
    });
    const qsizetype open = rest.indexOf(u"{{"_s);
    return unknown.isEmpty() && open >= 0 ? rest.mid(open, 20) : unknown;
}

QString filledReply(const QString &text, const QHash<QString, QString> &values)
{
    return replyFilled(text, [&values](const QString &name) { return values.value(name); });
}

OfferedReplies offeredReplies(const std::vector<CannedReply> &all, CategoryId category, const QString &language,
                              QDate day)
{
    OfferedReplies offered;
    std::vector<CannedReply> general;
    for (const CannedReply &reply : all) {
        if (!reply.valid.holds(day))
            ++(reply.valid.isOver(day) ? offered.over : offered.ahead);
        else if (!replyFits(reply, category, language))
            offered.others.push_back(reply);
        else if (reply.category)
            offered.fitting.push_back(reply);
        else
            general.push_back(reply);
    }
    offered.fitting.insert(offered.fitting.end(), general.begin(), general.end());
    return offered;
}

std::vector<BusinessRule> heldRules(const std::vector<BusinessRule> &all, CategoryId category, QDate day)
{
    std::vector<BusinessRule> held;
    for (const BusinessRule &rule : all) {
        if (rule.valid.holds(day) && (!rule.category || rule.category == category))
            held.push_back(rule);
    }
    return held;
}

} // namespace patchbay
