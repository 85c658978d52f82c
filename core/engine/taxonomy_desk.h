#pragma once

#include "core/async/async.h"
#include "core/engine/pack_import.h"
#include "core/engine/snapshots.h"
#include "core/engine/taxonomy_plan.h"
#include "core/model/operator.h"
#include "core/store/store.h"

#include <QtCore/QObject>

namespace patchbay {

/// What a lead does with the list of categories. Each change holds from the next message on; history follows in short
/// transactions, and what a kill or a closed program left is gone on with. `version` is the one that was shown: a
/// category that somebody else changed meanwhile is refused with Conflict. Errors are sentences. Event loop's thread.
class TaxonomyDesk final : public QObject {
    Q_OBJECT

public:
    TaxonomyDesk(Store &store, Snapshots &snapshots, Operator me);

    /// Name, description, key words and priority of `draft` count. At the end, before Unsorted.
    QFuture<Result<CategoryId>> add(Category draft);
    /// The same for one that is there: `draft.id` and `draft.version` say which. A new name is followed by drafts, live
    /// rules and saved searches. Unsorted keeps its name.
    QFuture<Result<TaxonomyMoved>> change(Category draft);
    /// To this place among those in use, from 1.
    QFuture<Result<Done>> move(CategoryId category, int position);
    /// No longer suggested, learned or offered; it stays for what it named. What is suggested already stays suggested.
    QFuture<Result<Done>> retire(CategoryId category, int version);
    QFuture<Result<Done>> bringBack(CategoryId category, int version);

    QFuture<Result<MergePreview>> previewMerge(CategoryId from, CategoryId into);
    /// Conversations, classifications, lessons and suggestions of `from` go to `into`, and so do its names in the live
    /// rules, saved searches and routes.
    QFuture<Result<TaxonomyMoved>> merge(CategoryId from, int version, CategoryId into);
    QFuture<Result<SplitPreview>> previewSplit(CategoryId category, SplitPlan plan);
    /// Each conversation and each lesson goes to the part that fits best; the category itself is retired.
    QFuture<Result<TaxonomyMoved>> split(CategoryId category, int version, SplitPlan plan);

    QFuture<Result<PackDiff>> comparePack(Pack pack, PackImport how);
    /// In one transaction. Conflict when it would change something else than `shown` (PackDiff::mark()) says; empty: do
    /// it whatever it is.
    QFuture<Result<PackDiff>> importPack(Pack pack, PackImport how, QString shown);
    /// Everything of the workspace that a pack can hold.
    QFuture<Result<Pack>> exportPack(QString name, QString title);

    /// Adds `draft`, or puts it in the place of the one that was `shown`; Conflict when that one has changed since, or
    /// when another one has its title. As it is stored now.
    QFuture<Result<CannedReply>> saveReply(CannedReply draft, std::optional<CannedReply> shown);
    QFuture<Result<BusinessRule>> saveGuide(BusinessRule draft, std::optional<BusinessRule> shown);
    /// Conflict when it is not as it was shown any more.
    QFuture<Result<Done>> removeReply(CannedReply shown);
    QFuture<Result<Done>> removeGuide(BusinessRule shown);

    /// Goes on with what was begun and has not ended.
    QFuture<Result<TaxonomyMoved>> resume();
    bool isRunning() const { return m_running > 0; }

Q_SIGNALS:
    /// After each step, up to now.
    void progressed(const patchbay::TaxonomyMoved &moved);

private:
    Async<Result<CategoryId>> addNow(Category draft);
    Async<Result<TaxonomyMoved>> changeNow(Category draft);
    Async<Result<Done>> thenTrain(QFuture<Result<Done>> edit);
    Async<Result<TaxonomyMoved>> follow(QFuture<Result<qint64>> begin);
    Async<Result<TaxonomyMoved>> finish(qint64 change);
    Async<Result<TaxonomyMoved>> resumeNow();
    Async<Result<PackDiff>> importNow(Pack pack, PackImport how, QString shown);

    Store &m_store;
    Snapshots &m_snapshots;
    Operator m_me;
    int m_running = 0;
    AsyncScope m_scope;
};

} // namespace patchbay
