#include "core/engine/guidance_edit.h"

#include "core/engine/reply_text.h"
#include "core/engine/taxonomy_check.h"
#include "core/store/guidance_table.h"
#include "core/store/misc_tables.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Error guidanceRefused(const QString &sentence) { return makeError(Error::Kind::Refused, sentence); }

/// What canned replies and business rules have in common: empty when nothing is wrong.
QString guidanceProblem(const QString &title, const QString &text, qsizetype limit, const ValidDays &valid)
{
    if (title.isEmpty())
        return u"It needs a title, by which it is found."_s;
    if (const QString problem = lineProblem(u"The title"_s, title, guidanceTitleLimit); !problem.isEmpty())
        return problem;
    if (text.isEmpty())
        return u"It needs a text."_s;
    if (const QString problem = textProblem(u"The text"_s, text, limit); !problem.isEmpty())
        return problem;
    if (valid.from.isValid() && valid.until.isValid() && valid.until < valid.from)
        return u"Its last day, %1, is before its first, %2."_s.arg(valid.until.toString(Qt::ISODate),
                                                                   valid.from.toString(Qt::ISODate));
    return {};
}

/// How the two kinds differ for what follows.
template <class Entry> struct GuidanceKind;
template <> struct GuidanceKind<CannedReply> {
    static constexpr const char *entity = "canned_reply";
    static constexpr const char *add = "add_canned_reply";
    static constexpr const char *edit = "change_canned_reply";
    static constexpr const char *drop = "remove_canned_reply";
    static QString name() { return u"canned reply"_s; }
    static QString names() { return u"canned replies"_s; }
    static std::vector<CannedReply> all(Database &db) { return canned_replies::all(db); }
    static void put(Database &db, const CannedReply &entry) { canned_replies::put(db, entry); }
    static void change(Database &db, const CannedReply &entry) { canned_replies::change(db, entry); }
    static void remove(Database &db, const QString &title) { canned_replies::remove(db, title); }
    static Result<CannedReply> checked(const CannedReply &entry) { return checkedReply(entry); }
};
template <> struct GuidanceKind<BusinessRule> {
    static constexpr const char *entity = "business_rule";
    static constexpr const char *add = "add_business_rule";
    static constexpr const char *edit = "change_business_rule";
    static constexpr const char *drop = "remove_business_rule";
    static QString name() { return u"business rule"_s; }
    static QString names() { return u"business rules"_s; }
    static std::vector<BusinessRule> all(Database &db) { return business_rules::all(db); }
    static void put(Database &db, const BusinessRule &entry) { business_rules::put(db, entry); }
    static void change(Database &db, const BusinessRule &entry) { business_rules::change(db, entry); }
    static void remove(Database &db, const QString &title) { business_rules::remove(db, title); }
    static Result<BusinessRule> checked(const BusinessRule &entry) { return checkedGuide(entry); }
};

template <class Entry> const Entry *guidanceOf(const std::vector<Entry> &all, const Entry &shown)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const Entry &one) { return one.id == shown.id; });
    return found == all.end() ? nullptr : &*found;
}

/// The one that was shown, as long as it is still so.
template <class Entry> Result<Done> guidanceUnchanged(const std::vector<Entry> &all, const Entry &shown)
{
    const Entry *now = guidanceOf(all, shown);
    if (!now)
        return makeError(Error::Kind::Conflict,
                         u"The %1 “%2” is not there any more: somebody removed it meanwhile."_s.arg(
                             GuidanceKind<Entry>::name(), shown.title));
    if (*now != shown)
        return makeError(Error::Kind::Conflict,
                         u"The %1 “%2” was changed by somebody else meanwhile. Close this, look at it, and change it "
                         u"again."_s.arg(GuidanceKind<Entry>::name(), now->title));
    return Done{};
}

template <class Entry>
Result<Entry> guidanceSave(Database &db, OperatorId by, const Entry &draft, const std::optional<Entry> &shown)
{
    using Kind = GuidanceKind<Entry>;
    Result<Entry> entry = Kind::checked(draft);
    if (!entry)
        return entry.error();
    db.oneAtATime("taxonomy");
    const std::vector<Entry> all = Kind::all(db);
    if (shown) {
        if (const Result<Done> same = guidanceUnchanged(all, *shown); !same)
            return same.error();
        entry->id = shown->id;
    } else if (all.size() >= guidanceLimit) {
        return guidanceRefused(
            u"There are %1 %2, which is the limit. Remove one first."_s.arg(all.size()).arg(Kind::names()));
    }
    for (const Entry &other : all) {
        if ((!shown || other.id != shown->id) && isSameName(other.title, entry->title))
            return makeError(Error::Kind::Conflict,
                             u"There is a %1 “%2” already; choose another title."_s.arg(Kind::name(), other.title));
    }
    const Category *category = nullptr;
    const Taxonomy known = categories::all(db);
    if (entry->category)
        category = categoryIn(known, entry->category);
    const bool newCategory = entry->category && (!shown || shown->category != entry->category);
    if (newCategory && (!category || category->isRetired()))
        return guidanceRefused(u"Its category is not in use any more; choose another one."_s);
    shown ? Kind::change(db, *entry) : Kind::put(db, *entry);
    for (const Entry &stored : Kind::all(db)) {
        if (stored.title == entry->title)
            entry = stored;
    }
    QJsonObject detail{{u"title"_s, entry->title}};
    if (shown && shown->title != entry->title)
        detail.insert(u"before"_s, shown->title);
    audit::add(db, by, shown ? Kind::edit : Kind::add, Kind::entity, entry->uid, detail);
    return db.finish(*entry);
}

template <class Entry> Result<Done> guidanceRemove(Database &db, OperatorId by, const Entry &shown)
{
    using Kind = GuidanceKind<Entry>;
    db.oneAtATime("taxonomy");
    if (const Result<Done> same = guidanceUnchanged(Kind::all(db), shown); !same)
        return same.error();
    Kind::remove(db, shown.title);
    audit::add(db, by, Kind::drop, Kind::entity, shown.uid, {{u"title"_s, shown.title}});
    return db.finish(Done{});
}

} // namespace

bool isLanguageCode(const QString &text)
{
    return text.size() == 2
        && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= QChar(u'a') && c <= QChar(u'z'); });
}

Result<CannedReply> checkedReply(CannedReply reply)
{
    reply.title = reply.title.simplified();
    reply.text = reply.text.trimmed();
    reply.language = reply.language.trimmed().toLower();
    const QString problem = guidanceProblem(reply.title, reply.text, replyTextLimit, reply.valid);
    if (!problem.isEmpty())
        return guidanceRefused(problem);
    if (!reply.language.isEmpty() && !isLanguageCode(reply.language))
        return guidanceRefused(u"The language must be two letters, like en; leave it empty for every language."_s);
    if (const QString unknown = unknownPlaceholder(reply.text); !unknown.isEmpty())
        return guidanceRefused(u"The text has %1, which nothing fills; there are {{%2}}."_s.arg(
            unknown, replyPlaceholders().join(u"}}, {{"_s)));
    return reply;
}

Result<BusinessRule> checkedGuide(BusinessRule rule)
{
    rule.title = rule.title.simplified();
    rule.text = rule.text.trimmed();
    const QString problem = guidanceProblem(rule.title, rule.text, guideTextLimit, rule.valid);
    if (!problem.isEmpty())
        return guidanceRefused(problem);
    return rule;
}

Result<CannedReply> saveGuidance(Database &db, OperatorId by, const CannedReply &draft,
                                 const std::optional<CannedReply> &shown)
{
    return guidanceSave(db, by, draft, shown);
}

Result<BusinessRule> saveGuidance(Database &db, OperatorId by, const BusinessRule &draft,
                                  const std::optional<BusinessRule> &shown)
{
    return guidanceSave(db, by, draft, shown);
}

Result<Done> removeGuidance(Database &db, OperatorId by, const CannedReply &shown)
{
    return guidanceRemove(db, by, shown);
}

Result<Done> removeGuidance(Database &db, OperatorId by, const BusinessRule &shown)
{
    return guidanceRemove(db, by, shown);
}

} // namespace patchbay
