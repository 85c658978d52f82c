#include "core/engine/taxonomy_plan.h"

#include "core/engine/task_draft.h"
#include "core/engine/taxonomy_check.h"
#include "core/store/category_edits.h"
#include "core/store/message_table.h"
#include "core/store/taxonomy_change_table.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int splitLooksAt = 1000; // conversations and lessons each, so that a preview stays short
constexpr qsizetype splitExamples = 5;
constexpr size_t splitPartsLimit = 12;
constexpr double splitSure = 0.5; // between a guess among the parts (0) and certainty (1)

Error planRefused(const QString &sentence) { return makeError(Error::Kind::Refused, sentence); }

Result<Category> planPart(const Taxonomy &known, const Category &category, const SplitPart &part)
{
    if (part.existing) {
        const Category *there = categoryIn(known, part.existing);
        if (!there || there->isRetired() || there->isUnsorted || there->id == category.id)
            return planRefused(u"A part must be a new category or another one that is in use."_s);
        return *there;
    }
    const Result<Category> made = checkedCategory(part.made);
    if (!made)
        return made.error();
    if (const Category *same = categoryNamed(known, made->name))
        return makeError(
            Error::Kind::Conflict,
            same->isRetired()
                ? u"There is a retired category named “%1”; choose another name."_s.arg(same->name)
                : u"There is a category named “%1” already; choose another name, or that category."_s.arg(same->name));
    return made;
}

void planShow(SplitPreview::Part &part, const Message &message)
{
    ++part.conversations;
    if (part.examples.size() < splitExamples)
        part.examples << (message.subject.isEmpty() ? message.text : message.subject).simplified().left(100);
}

void planCountLessons(Database &db, CategoryId category, const SplitJudge &judge, SplitPreview &preview)
{
    using namespace category_history;
    const qint64 newest = highestId(db, Table::Lesson);
    for (const Learned &lesson : lessonsOf(db, category, {std::max<qint64>(0, newest - splitLooksAt), newest})) {
        const SplitJudge::Choice choice = judge.choose({}, lesson.text);
        ++(choice.part < 0 ? preview.doubtful : preview.parts[size_t(choice.part)]).lessons;
    }
}

} // namespace

SplitJudge::SplitJudge(const Taxonomy &parts)
    : m_parts(parts)
{
    Taxonomy numbered = parts; // parts that are not there yet have no ids
    for (size_t i = 0; i < numbered.size(); ++i)
        numbered[i].id = {qint64(i) + 1};
    Category unsorted;
    unsorted.id = {qint64(numbered.size()) + 1};
    unsorted.name = u"Unsorted"_s;
    unsorted.isUnsorted = true;
    numbered.push_back(unsorted);
    m_classifier = Classifier::seeded(numbered);
}

SplitJudge::Choice SplitJudge::choose(const QString &subject, const QString &text) const
{
    const Classification found = m_classifier->classify(withoutReplyPrefixes(subject), text);
    const qint64 part = found.category.value - 1;
    const double guess = 1.0 / double(m_parts.size());
    const bool sure = !found.abstained && (found.confidence - guess) / (1 - guess) >= splitSure;
    if (!sure || part < 0 || part >= qint64(m_parts.size()))
        return {-1, found.confidence};
    return {int(part), found.confidence};
}

Result<Category> changeableCategory(Database &db, CategoryId id)
{
    const auto category = categories::byId(db, id);
    if (db.error())
        return *db.error();
    if (!category || category->mergedInto)
        return makeError(Error::Kind::NotFound, u"This category is not in the workspace any more."_s);
    if (category->isUnsorted)
        return planRefused(u"“%1” is where everything goes that fits nowhere: it is neither renamed, merged, split nor "
                           "retired."_s.arg(category->name));
    if (taxonomy_changes::isBusy(db, id))
        return makeError(Error::Kind::Conflict,
                         u"“%1” is being changed at this moment; wait for the end of it."_s.arg(category->name));
    return *category;
}

Error staleCategory(const Category &category)
{
    return makeError(
        Error::Kind::Conflict,
        u"Somebody has changed the category “%1” since it was shown here. Look at it again, then change it."_s.arg(
            category.name));
}

Error takenName(const Category &same)
{
    return makeError(
        Error::Kind::Conflict,
        same.isRetired()
            ? u"There is a retired category named “%1”: bring it back, or choose another name."_s.arg(same.name)
            : u"There is a category named “%1” already; choose another name."_s.arg(same.name));
}

Result<Category> checkedChange(Database &db, const Category &draft)
{
    const Result<Category> checked = checkedCategory(draft);
    if (!checked)
        return checked.error();
    const Taxonomy known = categories::all(db);
    const Category *before = categoryIn(known, draft.id);
    if (!before || !before->isUnsorted || before->name != checked->name) {
        const Result<Category> free = changeableCategory(db, draft.id);
        if (!free)
            return free.error();
    }
    if (const Category *same = categoryNamed(known, checked->name, draft.id))
        return takenName(*same);
    return db.finish(*checked);
}

Result<Taxonomy> checkedParts(Database &db, const Category &category, const SplitPlan &plan)
{
    if (plan.parts.size() < 2 || plan.parts.size() > splitPartsLimit)
        return planRefused(u"A category is split into 2 to %1 parts."_s.arg(splitPartsLimit));
    if (plan.doubtful >= int(plan.parts.size()))
        return planRefused(u"What fits none surely must go to Unsorted or to one of the parts."_s);
    const Taxonomy known = categories::all(db);
    Taxonomy parts;
    for (const SplitPart &part : plan.parts) {
        const Result<Category> checked = planPart(known, category, part);
        if (!checked)
            return checked.error();
        if (categoryNamed(parts, checked->name))
            return planRefused(u"Two parts are named “%1”."_s.arg(checked->name));
        parts.push_back(*checked);
    }
    return db.finish(parts);
}

Result<MergePreview> previewMergeOf(Database &db, CategoryId from, CategoryId into)
{
    const Result<Category> category = changeableCategory(db, from);
    if (!category)
        return category.error();
    const Result<Category> other = changeableCategory(db, into);
    if (!other)
        return other.error();
    if (from == into || other->isRetired())
        return planRefused(u"A category is merged into another one that is in use."_s);
    MergePreview preview;
    preview.counts = categories::counts(db).value(from);
    preview.named = namedBy(db, *category);
    return db.finish(preview);
}

Result<SplitPreview> previewSplitOf(Database &db, CategoryId id, const SplitPlan &plan)
{
    const Result<Category> category = changeableCategory(db, id);
    if (!category)
        return category.error();
    const Result<Taxonomy> parts = checkedParts(db, *category, plan);
    if (!parts)
        return parts.error();
    SplitPreview preview;
    for (const Category &part : *parts)
        preview.parts.push_back({part.name, 0, 0, {}});
    preview.doubtful.name = plan.doubtful < 0 ? QString() : (*parts)[size_t(plan.doubtful)].name;
    if (plan.doubtful < 0) {
        for (const Category &one : categories::inUse(db)) {
            if (one.isUnsorted)
                preview.doubtful.name = one.name;
        }
    }
    const SplitJudge judge(*parts);
    preview.conversations = category_history::conversationCount(db, id);
    for (const ConversationId conversation : category_history::conversationsOf(db, id, splitLooksAt, true)) {
        const Message message = messages::newestInbound(db, conversation).value_or(Message{});
        const SplitJudge::Choice choice = judge.choose(message.subject, message.text);
        planShow(choice.part < 0 ? preview.doubtful : preview.parts[size_t(choice.part)], message);
        ++preview.looked;
    }
    planCountLessons(db, id, judge, preview);
    preview.named = namedBy(db, *category);
    return db.finish(preview);
}

} // namespace patchbay
