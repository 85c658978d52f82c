#include "core/engine/taxonomy_steps.h"

#include "core/engine/taxonomy_check.h"
#include "core/store/category_edits.h"
#include "core/store/message_table.h"
#include "core/store/misc_tables.h"
#include "core/store/taxonomy_table.h"

#include <QtCore/QJsonArray>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;
using namespace category_history;

namespace {

constexpr qint64 stepRows = 2000; // rows looked at by their id
constexpr int stepConversations = 500;
constexpr int stepJudged = 100; // conversations whose text is read

struct StepCount {
    const char *key;
    qint64 TaxonomyMoved::*count;
};
constexpr StepCount stepCounts[] = {
    {"conversations", &TaxonomyMoved::conversations}, {"lessons", &TaxonomyMoved::lessons},
    {"suggestions", &TaxonomyMoved::suggestions},     {"classifications", &TaxonomyMoved::classifications},
    {"doubtful", &TaxonomyMoved::doubtful},
};

TaxonomyMoved stepMoved(const QJsonObject &document)
{
    TaxonomyMoved moved;
    const QJsonObject counts = document.value("moved"_L1).toObject();
    for (const auto &[key, count] : stepCounts)
        moved.*count = counts.value(QLatin1String(key)).toInteger();
    return moved;
}

QJsonObject stepJson(const TaxonomyMoved &moved)
{
    QJsonObject counts;
    for (const auto &[key, count] : stepCounts)
        counts.insert(QLatin1String(key), moved.*count);
    return counts;
}

QJsonObject stepNamed(const NamedBy &named)
{
    return {{u"rules"_s, QJsonArray::fromStringList(named.rules)},
            {u"searches"_s, QJsonArray::fromStringList(named.searches)},
            {u"routes"_s, QJsonArray::fromStringList(named.routes)},
            {u"drafts"_s, QJsonArray::fromStringList(named.drafts)},
            {u"searches_left"_s, QJsonArray::fromStringList(named.tooLong)}};
}

/// How far a change is, as its document tells.
class StepState {
public:
    explicit StepState(const TaxonomyChange &change)
        : m_document(change.document)
        , moved(stepMoved(change.document))
    {
    }
    CategoryId to() const { return {m_document.value("to"_L1).toInteger()}; }
    QString stage() const { return m_document.value("stage"_L1).toString(); }
    void next(const QString &stage)
    {
        m_document.insert(u"stage"_s, stage);
        m_document.insert(u"reached"_s, 0);
    }
    /// The next stretch of a table; advances. Empty: the table's end was passed.
    std::optional<Stretch> stretch(Database &db, Table table)
    {
        const qint64 reached = m_document.value("reached"_L1).toInteger();
        const qint64 highest = highestId(db, table);
        if (reached >= highest)
            return std::nullopt;
        const Stretch found{reached, std::min(highest, reached + stepRows)};
        m_document.insert(u"reached"_s, found.upTo);
        return found;
    }
    QJsonObject document() const
    {
        QJsonObject all = m_document;
        all.insert(u"moved"_s, stepJson(moved));
        return all;
    }

private:
    QJsonObject m_document;

public:
    TaxonomyMoved moved;
};

QString stepName(Database &db, CategoryId id)
{
    const auto category = categories::byId(db, id);
    return category ? category->name : QString();
}

/// True when it was the last step.
bool stepRename(Database &db, const TaxonomyChange &change, StepState &state)
{
    const auto stretch = state.stretch(db, Table::Suggestion);
    if (!stretch)
        return true;
    state.moved.suggestions +=
        moveSuggestions(db, *stretch, change.category, change.category, stepName(db, change.category));
    return false;
}

bool stepMerge(Database &db, const TaxonomyChange &change, StepState &state)
{
    const CategoryId from = change.category;
    const CategoryId to = state.to();
    if (state.stage() == "conversations"_L1) {
        const qint64 moved = moveConversations(db, from, to, stepConversations);
        state.moved.conversations += moved;
        if (moved == 0)
            state.next(u"lessons"_s);
        return false;
    }
    if (state.stage() == "lessons"_L1) {
        if (const auto stretch = state.stretch(db, Table::Lesson))
            state.moved.lessons += moveLessons(db, *stretch, from, to);
        else
            state.next(u"suggestions"_s);
        return false;
    }
    if (state.stage() == "suggestions"_L1) {
        if (const auto stretch = state.stretch(db, Table::Suggestion))
            state.moved.suggestions += moveSuggestions(db, *stretch, from, to, stepName(db, to));
        else
            state.next(u"classifications"_s);
        return false;
    }
    if (const auto stretch = state.stretch(db, Table::Classification)) {
        state.moved.classifications += moveClassifications(db, *stretch, from, to);
        return false;
    }
    if (conversationCount(db, from) > 0) { // came in meanwhile by a workstation that did not know yet
        state.next(u"conversations"_s);
        return false;
    }
    if (const auto category = categories::byId(db, from))
        categories::endMerge(db, *category);
    return true;
}

Taxonomy stepParts(Database &db, const TaxonomyChange &change)
{
    Taxonomy parts;
    for (const QJsonValue &id : change.document.value("parts"_L1).toArray()) {
        if (const auto part = categories::byId(db, {id.toInteger()}))
            parts.push_back(*part);
    }
    return parts;
}

CategoryId stepPlace(const Taxonomy &parts, const SplitJudge::Choice &choice, CategoryId doubtful)
{
    return choice.part < 0 || size_t(choice.part) >= parts.size() ? doubtful : parts[size_t(choice.part)].id;
}

bool stepSplit(Database &db, const TaxonomyChange &change, StepState &state, const SplitJudge &judge)
{
    const Taxonomy parts = stepParts(db, change);
    const CategoryId doubtful = state.to();
    if (state.stage() == "lessons"_L1) {
        const auto stretch = state.stretch(db, Table::Lesson);
        if (!stretch) {
            state.next(u"conversations"_s);
            return false;
        }
        for (const Learned &lesson : lessonsOf(db, change.category, *stretch)) {
            const SplitJudge::Choice choice = judge.choose({}, lesson.text);
            const CategoryId place = stepPlace(parts, choice, doubtful);
            if (choice.part < 0 && categoryIn(parts, place) == nullptr)
                continue; // Unsorted teaches nothing: the lesson stays with the retired category
            moveLesson(db, lesson.id, place);
            ++state.moved.lessons;
        }
        return false;
    }
    const auto batch = conversationsOf(db, change.category, stepJudged, false);
    for (const ConversationId conversation : batch) {
        const Message message = messages::newestInbound(db, conversation).value_or(Message{});
        const SplitJudge::Choice choice = judge.choose(message.subject, message.text);
        const CategoryId place = stepPlace(parts, choice, doubtful);
        moveConversation(db, conversation, change.category, place, choice.confidence, stepName(db, place));
        state.moved.doubtful += choice.part < 0;
        ++state.moved.conversations;
    }
    return batch.empty();
}

const char *stepAction(TaxonomyChange::Kind kind)
{
    return kind == TaxonomyChange::Kind::Rename ? "category_renamed"
        : kind == TaxonomyChange::Kind::Merge   ? "category_merged"
                                                : "category_split";
}

/// The row that history follows from, and the audit row of its begin.
Result<qint64> stepBegin(Database &db, OperatorId by, const Category &category, TaxonomyChange::Kind kind,
                         QJsonObject document, const char *action, QJsonObject detail, const Taxonomy &names)
{
    detail.insert(u"follows"_s, stepNamed(followNames(db, by, category, names)));
    audit::add(db, by, action, "category", category.uid, detail);
    TaxonomyChange change;
    change.kind = kind;
    change.category = category.id;
    change.document = std::move(document);
    change.by = by;
    return db.finish(taxonomy_changes::insert(db, change));
}

} // namespace

Result<qint64> beginRename(Database &db, OperatorId by, const Category &changed)
{
    const auto before = categories::byId(db, changed.id);
    if (!before)
        return db.error().value_or(
            makeError(Error::Kind::NotFound, u"This category is not in the workspace any more."_s));
    categories::change(db, changed);
    return stepBegin(db, by, *before, TaxonomyChange::Kind::Rename, {}, "rename_category",
                     {{u"from"_s, before->name}, {u"to"_s, changed.name}}, {changed});
}

Result<qint64> beginMerge(Database &db, OperatorId by, CategoryId from, int version, CategoryId into)
{
    db.oneAtATime("taxonomy");
    const Result<MergePreview> possible = previewMergeOf(db, from, into);
    if (!possible)
        return possible.error();
    Category category = categories::byId(db, from).value_or(Category{});
    const Category other = categories::byId(db, into).value_or(Category{});
    category.version = version;
    categories::beginMerge(db, category, into);
    moveGuidance(db, from, into);
    return stepBegin(db, by, category, TaxonomyChange::Kind::Merge,
                     {{u"stage"_s, u"conversations"_s}, {u"to"_s, into.value}, {u"from_name"_s, category.name}},
                     "merge_category", {{u"from"_s, category.name}, {u"into"_s, other.name}}, {other});
}

Result<qint64> beginSplit(Database &db, OperatorId by, CategoryId id, int version, const SplitPlan &plan)
{
    db.oneAtATime("taxonomy");
    Result<Category> category = changeableCategory(db, id);
    if (!category)
        return category.error();
    Result<Taxonomy> parts = checkedParts(db, *category, plan);
    if (!parts)
        return parts.error();
    if (category->version != version)
        return staleCategory(*category);
    if (!category->isRetired())
        categories::retire(db, *category);
    QJsonArray ids;
    QStringList names;
    CategoryId doubtful;
    for (size_t i = 0; i < parts->size(); ++i) {
        Category &part = (*parts)[i];
        if (!part.id) {
            part.position = category->position;
            part.uid = newUid(db.clock());
            part.id = categories::insert(db, part);
        }
        ids.append(part.id.value);
        names << part.name;
        if (int(i) == plan.doubtful)
            doubtful = part.id;
    }
    for (const Category &one : categories::inUse(db)) {
        if (plan.doubtful < 0 && one.isUnsorted)
            doubtful = one.id;
    }
    moveGuidance(db, id, {});
    return stepBegin(db, by, *category, TaxonomyChange::Kind::Split,
                     {{u"stage"_s, u"lessons"_s}, {u"to"_s, doubtful.value}, {u"parts"_s, ids}}, "split_category",
                     {{u"from"_s, category->name}, {u"into"_s, names.join(u", "_s)}}, *parts);
}

Result<std::shared_ptr<const SplitJudge>> splitJudge(Database &db, qint64 id)
{
    const auto change = taxonomy_changes::byId(db, id);
    if (!change || change->kind != TaxonomyChange::Kind::Split)
        return db.finish(std::shared_ptr<const SplitJudge>());
    return db.finish(std::make_shared<const SplitJudge>(stepParts(db, *change)));
}

Result<TaxonomyStep> taxonomyStep(Database &db, qint64 id, const SplitJudge *judge)
{
    db.oneAtATime("taxonomy_change");
    const auto change = taxonomy_changes::byId(db, id);
    if (db.error() || !change)
        return db.error().value_or(makeError(Error::Kind::NotFound, u"This change is not in the workspace."_s));
    StepState state(*change);
    if (change->done)
        return db.finish(TaxonomyStep{false, state.moved});
    if (change->kind == TaxonomyChange::Kind::Split && !judge)
        return makeError(Error::Kind::Refused, u"The parts of this split are not at hand."_s);
    const bool last = change->kind == TaxonomyChange::Kind::Rename ? stepRename(db, *change, state)
        : change->kind == TaxonomyChange::Kind::Merge              ? stepMerge(db, *change, state)
                                                                   : stepSplit(db, *change, state, *judge);
    taxonomy_changes::setDocument(db, id, state.document());
    if (last) {
        const auto category = categories::byId(db, change->category);
        audit::add(db, change->by, stepAction(change->kind), "category", category ? category->uid : QString(u""_s),
                   stepJson(state.moved));
        taxonomy_changes::finish(db, id);
    }
    return db.finish(TaxonomyStep{!last, state.moved});
}

} // namespace patchbay
