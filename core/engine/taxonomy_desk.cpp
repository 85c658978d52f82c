#include "core/engine/taxonomy_desk.h"

#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/engine/guidance_edit.h"
#include "core/engine/snapshot_keeper.h"
#include "core/engine/taxonomy_check.h"
#include "core/engine/taxonomy_steps.h"
#include "core/store/misc_tables.h"
#include "core/store/taxonomy_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Result<CategoryId> taxonomyAdd(Database &db, OperatorId by, const Category &draft)
{
    Result<Category> checked = checkedCategory(draft);
    if (!checked)
        return checked.error();
    db.oneAtATime("taxonomy");
    const Taxonomy known = categories::all(db);
    if (const Category *same = categoryNamed(known, checked->name))
        return takenName(*same);
    if (known.size() >= categoriesLimit)
        return makeError(Error::Kind::Refused, u"There are %1 categories, which is the limit."_s.arg(known.size()));
    checked->id = {};
    checked->isUnsorted = false;
    checked->retiredAt = {};
    checked->uid = newUid(db.clock());
    checked->position = int(known.size());
    checked->id = categories::insert(db, *checked);
    categories::move(db, checked->id, int(known.size())); // Unsorted stays the last one
    audit::add(db, by, "add_category", "category", checked->uid, {{u"name"_s, checked->name}});
    return db.finish(checked->id);
}

struct TaxonomyChanged {
    qint64 change = 0; ///< that history follows; 0: nothing to follow
};

Result<TaxonomyChanged> taxonomyChange(Database &db, OperatorId by, const Category &draft)
{
    db.oneAtATime("taxonomy");
    const Result<Category> checked = checkedChange(db, draft);
    if (!checked)
        return checked.error();
    const auto before = categories::byId(db, draft.id);
    if (!before || before->version != draft.version)
        return staleCategory(before.value_or(*checked));
    if (before->name == checked->name) {
        categories::change(db, *checked);
        audit::add(db, by, "change_category", "category", before->uid, {{u"name"_s, checked->name}});
        return db.finish(TaxonomyChanged{});
    }
    const Result<qint64> change = beginRename(db, by, *checked);
    if (!change)
        return change.error();
    return TaxonomyChanged{*change};
}

Result<Done> taxonomyRetire(Database &db, OperatorId by, CategoryId id, int version, bool retire)
{
    db.oneAtATime("taxonomy");
    Result<Category> category = changeableCategory(db, id);
    if (!category)
        return category.error();
    category->version = version;
    retire ? categories::retire(db, *category) : categories::bringBack(db, *category);
    audit::add(db, by, retire ? "retire_category" : "bring_back_category", "category", category->uid,
               {{u"name"_s, category->name}});
    return db.finish(Done{});
}

Result<std::vector<TaxonomyChange>> taxonomyUnfinished(Database &db)
{
    return db.finish(taxonomy_changes::unfinished(db));
}

} // namespace

TaxonomyDesk::TaxonomyDesk(Store &store, Snapshots &snapshots, Operator me)
    : m_store(store)
    , m_snapshots(snapshots)
    , m_me(std::move(me))
{
}

QFuture<Result<CategoryId>> TaxonomyDesk::add(Category draft) { return m_scope.run(addNow(std::move(draft))); }

Async<Result<CategoryId>> TaxonomyDesk::addNow(Category draft)
{
    auto work = [by = m_me.id, draft](Database &db) { return taxonomyAdd(db, by, draft); };
    const Result<CategoryId> added = co_await finished(m_store.write(std::move(work)));
    if (!added)
        co_return added.error();
    const Result<Done> trained = co_await retrain(&m_store, &m_snapshots);
    if (!trained)
        co_return trained.error();
    co_return *added;
}

QFuture<Result<TaxonomyMoved>> TaxonomyDesk::change(Category draft) { return m_scope.run(changeNow(std::move(draft))); }

Async<Result<TaxonomyMoved>> TaxonomyDesk::changeNow(Category draft)
{
    auto work = [by = m_me.id, draft](Database &db) { return taxonomyChange(db, by, draft); };
    const Result<TaxonomyChanged> changed = co_await finished(m_store.write(std::move(work)));
    if (!changed)
        co_return changed.error();
    const Result<Done> trained = co_await retrain(&m_store, &m_snapshots);
    if (!trained)
        co_return trained.error();
    if (changed->change == 0)
        co_return TaxonomyMoved();
    const Result<TaxonomyMoved> moved = co_await finish(changed->change);
    co_return moved;
}

QFuture<Result<Done>> TaxonomyDesk::move(CategoryId category, int position)
{
    return m_store.write([by = m_me.id, category, position](Database &db) -> Result<Done> {
        categories::move(db, category, position);
        if (const auto moved = categories::byId(db, category))
            audit::add(db, by, "move_category", "category", moved->uid, {{u"position"_s, moved->position + 1}});
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> TaxonomyDesk::retire(CategoryId category, int version)
{
    return m_scope.run(thenTrain(m_store.write(
        [by = m_me.id, category, version](Database &db) { return taxonomyRetire(db, by, category, version, true); })));
}

QFuture<Result<Done>> TaxonomyDesk::bringBack(CategoryId category, int version)
{
    return m_scope.run(thenTrain(m_store.write(
        [by = m_me.id, category, version](Database &db) { return taxonomyRetire(db, by, category, version, false); })));
}

Async<Result<Done>> TaxonomyDesk::thenTrain(QFuture<Result<Done>> edit)
{
    const Result<Done> done = co_await finished(edit);
    if (!done)
        co_return done.error();
    const Result<Done> trained = co_await retrain(&m_store, &m_snapshots);
    co_return trained;
}

QFuture<Result<MergePreview>> TaxonomyDesk::previewMerge(CategoryId from, CategoryId into)
{
    return m_store.read([from, into](Database &db) { return previewMergeOf(db, from, into); });
}

QFuture<Result<TaxonomyMoved>> TaxonomyDesk::merge(CategoryId from, int version, CategoryId into)
{
    return m_scope.run(follow(m_store.write(
        [by = m_me.id, from, version, into](Database &db) { return beginMerge(db, by, from, version, into); })));
}

QFuture<Result<SplitPreview>> TaxonomyDesk::previewSplit(CategoryId category, SplitPlan plan)
{
    return m_store.read(
        [category, plan = std::move(plan)](Database &db) { return previewSplitOf(db, category, plan); });
}

QFuture<Result<TaxonomyMoved>> TaxonomyDesk::split(CategoryId category, int version, SplitPlan plan)
{
    return m_scope.run(follow(m_store.write([by = m_me.id, category, version, plan = std::move(plan)](Database &db) {
        return beginSplit(db, by, category, version, plan);
    })));
}

Async<Result<TaxonomyMoved>> TaxonomyDesk::follow(QFuture<Result<qint64>> begin)
{
    const Result<qint64> begun = co_await finished(begin);
    if (!begun)
        co_return begun.error();
    // From here on nothing new comes into the old category.
    const Result<Done> trained = co_await retrain(&m_store, &m_snapshots);
    if (!trained)
        co_return trained.error();
    const Result<TaxonomyMoved> moved = co_await finish(*begun);
    co_return moved;
}

Async<Result<TaxonomyMoved>> TaxonomyDesk::finish(qint64 change)
{
    auto reading = [change](Database &db) { return splitJudge(db, change); };
    const Result<std::shared_ptr<const SplitJudge>> judge = co_await finished(m_store.read(std::move(reading)));
    if (!judge)
        co_return judge.error();
    ++m_running;
    Result<TaxonomyStep> step = TaxonomyStep{true, {}};
    while (step && step->more) {
        auto work = [change, judge = *judge](Database &db) { return taxonomyStep(db, change, judge.get()); };
        step = co_await finished(m_store.write(std::move(work)));
        if (!step)
            continue;
        faultPoint("taxonomy.middle");
        Q_EMIT progressed(step->moved);
    }
    --m_running;
    if (!step)
        co_return step.error();
    const Result<Done> trained = co_await retrain(&m_store, &m_snapshots);
    if (!trained)
        co_return trained.error();
    co_return step->moved;
}

QFuture<Result<TaxonomyMoved>> TaxonomyDesk::resume() { return m_scope.run(resumeNow()); }

Async<Result<TaxonomyMoved>> TaxonomyDesk::resumeNow()
{
    const Result<std::vector<TaxonomyChange>> left = co_await finished(m_store.read(taxonomyUnfinished));
    if (!left)
        co_return left.error();
    TaxonomyMoved last;
    for (const TaxonomyChange &change : *left) {
        const Result<TaxonomyMoved> moved = co_await finish(change.id);
        if (!moved) {
            logWarning("taxonomy", u"A change of the categories could not go on: %1"_s.arg(moved.error().message));
            co_return moved.error();
        }
        last = *moved;
    }
    co_return last;
}

QFuture<Result<PackDiff>> TaxonomyDesk::comparePack(Pack pack, PackImport how)
{
    return m_store.read([pack = std::move(pack), how](Database &db) { return packDiff(db, pack, how); });
}

QFuture<Result<PackDiff>> TaxonomyDesk::importPack(Pack pack, PackImport how, QString shown)
{
    return m_scope.run(importNow(std::move(pack), how, std::move(shown)));
}

Async<Result<PackDiff>> TaxonomyDesk::importNow(Pack pack, PackImport how, QString shown)
{
    auto work = [by = m_me.id, pack, how, shown](Database &db) { return applyPack(db, by, pack, how, shown); };
    const Result<PackDiff> done = co_await finished(m_store.write(std::move(work)));
    if (!done)
        co_return done.error();
    const Result<Done> trained = co_await retrain(&m_store, &m_snapshots);
    if (!trained)
        co_return trained.error();
    co_return *done;
}

QFuture<Result<Pack>> TaxonomyDesk::exportPack(QString name, QString title)
{
    return m_store.read([name, title](Database &db) { return packOf(db, name, title); });
}

QFuture<Result<CannedReply>> TaxonomyDesk::saveReply(CannedReply draft, std::optional<CannedReply> shown)
{
    return m_store.write([by = m_me.id, draft = std::move(draft), shown = std::move(shown)](Database &db) {
        return saveGuidance(db, by, draft, shown);
    });
}

QFuture<Result<BusinessRule>> TaxonomyDesk::saveGuide(BusinessRule draft, std::optional<BusinessRule> shown)
{
    return m_store.write([by = m_me.id, draft = std::move(draft), shown = std::move(shown)](Database &db) {
        return saveGuidance(db, by, draft, shown);
    });
}

QFuture<Result<Done>> TaxonomyDesk::removeReply(CannedReply shown)
{
    return m_store.write(
        [by = m_me.id, shown = std::move(shown)](Database &db) { return removeGuidance(db, by, shown); });
}

QFuture<Result<Done>> TaxonomyDesk::removeGuide(BusinessRule shown)
{
    return m_store.write(
        [by = m_me.id, shown = std::move(shown)](Database &db) { return removeGuidance(db, by, shown); });
}

} // namespace patchbay
